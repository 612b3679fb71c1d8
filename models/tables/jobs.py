"""The jobs database: what workers are to do, and what became of it.

Nothing is lost if it is lost: all of it is made again from what is due.
The engine's own tables, whose names begin with procrastinate_, are made by the engine's own SQL.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.tables import clean
from models.tables.naming import NAMING
from models.tables.types import UtcDateTime

SCHEMA = "headway_jobs"

metadata = MetaData(naming_convention=NAMING)

lease = clean.lease.to_metadata(metadata)
"""Which clock hands out work: the same lease as that of a run, in another database."""

head = Table(
    "head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("fence", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

made_by = Table(
    "made_by",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("engine", String(120), nullable=False),
    Column("digest", String(64), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""The engine's newest migration that was applied, and the digest of our own tables."""

work = Table(
    "work",
    metadata,
    Column("list", String(40), primary_key=True),
    Column("site", String(40), primary_key=True),
    Column("began_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("exit_code", Integer),
    Column("what", Text),
    Column("failing_since", UtcDateTime),
    Column("is_loaded", Boolean, nullable=False, default=False),
)
"""One row a site of a list: when work on it was handed out last, and how it ended. `site` is empty
for what is done for the list as a whole."""

engine_metadata = MetaData()

job = Table(
    "procrastinate_jobs",
    engine_metadata,
    Column("id", BigInteger, primary_key=True),
    Column("queue_name", String(128)),
    Column("task_name", String(128)),
    Column("args", JSONB),
    Column("status", String),
    Column("scheduled_at", DateTime(timezone=True)),
    Column("attempts", Integer),
    Column("worker_id", BigInteger),
)

worker = Table(
    "procrastinate_workers",
    engine_metadata,
    Column("id", BigInteger, primary_key=True),
    Column("last_heartbeat", DateTime(timezone=True)),
)
