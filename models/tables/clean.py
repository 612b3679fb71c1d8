"""The clean database: what other tools read, and beside it what its correctness needs.

Readers use the v1_* views of models.tables.views only. On PostgreSQL these tables stand in the
schema `headway` and the views in `sales`; SQLite has one namespace and the same names.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

from models.capability import ChangeKind, State
from models.effort import Level
from models.rulebook import TodayBy, WithdrawnReason
from models.tables.naming import NAMING, no_address, one_of
from models.tables.types import Json, UtcDateTime

SCHEMA = "headway"
VIEWS_SCHEMA = "sales"

FRESHNESS = ("current", "partial", "held", "failing")
PART_KINDS = ("row", "news", "terms", "waiver")
TERM_KINDS = ("state", "effort", "guide", "asked_when")

metadata = MetaData(naming_convention=NAMING)

schema_digest = Table(
    "schema_digest",
    metadata,
    Column("revision", String(32), primary_key=True),
    Column("digest", String(64), nullable=False),
)

capability = Table(
    "capability",
    metadata,
    Column("capability_id", String(64), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("summary", String(400), nullable=False),
    Column("product_area", String(60), nullable=False),
    Column("state_code", String(20), nullable=False),
    Column("state_label", String(60), nullable=False),
    Column("effort_code", String(20), nullable=False),
    Column("effort_label", String(60), nullable=False),
    Column("effort_rank", SmallInteger),
    Column("today_text", String(255)),
    Column("today_by", String(20), nullable=False),
    Column("statement", String(255), nullable=False),
    Column("disclaimer", String(255), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("withdrawn_reason", String(20)),
    Column("replaced_by", String(64)),
    Column("change_seq", BigInteger, nullable=False, unique=True),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("content_hash", String(64), nullable=False),
    CheckConstraint(one_of("state_code", State), name="state_code"),
    CheckConstraint(one_of("effort_code", Level), name="effort_code"),
    CheckConstraint(one_of("today_by", TodayBy), name="today_by"),
    CheckConstraint(
        one_of("withdrawn_reason", WithdrawnReason, optional=True), name="withdrawn_reason"
    ),
    CheckConstraint("effort_rank IS NULL OR effort_rank BETWEEN 1 AND 5", name="effort_rank"),
    CheckConstraint(
        "(effort_rank IS NULL) = (effort_code = 'not_rated')", name="rank_goes_with_code"
    ),
    CheckConstraint(
        "is_active = (state_code <> 'withdrawn') AND is_active = (withdrawn_reason IS NULL)",
        name="withdrawn_is_not_active",
    ),
    CheckConstraint("length(name) BETWEEN 1 AND 80", name="name_length"),
    CheckConstraint("length(summary) <= 400", name="summary_length"),
    CheckConstraint("length(product_area) <= 60", name="product_area_length"),
    CheckConstraint("length(today_text) <= 255", name="today_text_length"),
    CheckConstraint("length(statement) BETWEEN 1 AND 255", name="statement_length"),
    CheckConstraint(
        no_address(
            *("name", "summary", "product_area", "state_label", "effort_label"),
            *("statement", "disclaimer"),
        )
        + " AND (today_text IS NULL OR today_text NOT LIKE '%://%')",
        name="no_address",
    ),
)

alias = Table(
    "alias",
    metadata,
    Column("alias", String(80), primary_key=True),
    Column("capability_id", String(64), ForeignKey("capability.capability_id"), primary_key=True),
    CheckConstraint("length(alias) BETWEEN 1 AND 80", name="alias_length"),
    CheckConstraint(no_address("alias"), name="no_address"),
)

change = Table(
    "change",
    metadata,
    Column("change_seq", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "capability_id",
        String(64),
        ForeignKey("capability.capability_id"),
        nullable=False,
        index=True,
    ),
    Column("kind", String(20), nullable=False),
    Column("changed_month", String(7), nullable=False),
    Column("sentence", String(255), nullable=False),
    CheckConstraint(one_of("kind", ChangeKind), name="kind"),
    CheckConstraint("changed_month LIKE '____-__'", name="changed_month"),
    CheckConstraint(no_address("sentence"), name="no_address"),
)

term = Table(
    "term",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("label", String(80), nullable=False),
    Column("meaning", String(1000), nullable=False),
    Column("rank", SmallInteger),
    CheckConstraint(one_of("kind", TERM_KINDS), name="kind"),
)

head = Table(
    "head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", String(32), nullable=False),
    Column("site", String(40)),
    Column("revision", BigInteger, nullable=False),
    Column("change_seq", BigInteger, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("run_id", String(40)),
    Column("as_of", UtcDateTime),
    Column("checked_at", UtcDateTime),
    Column("published_at", UtcDateTime),
    Column("stale_after", UtcDateTime),
    Column("status", String(20), nullable=False),
    Column("contract_version", String(10), nullable=False),
    Column("rulebook_digest", String(64)),
    Column("generation", String(16)),
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint(one_of("status", FRESHNESS), name="status"),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(120)),
    Column("token", BigInteger, nullable=False),
    Column("expires_at", UtcDateTime),
)

publication = Table(
    "publication",
    metadata,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("epoch", String(32), nullable=False),
    Column("run_id", String(40), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("as_of", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("change_seq", BigInteger, nullable=False),
    Column("rulebook_digest", String(64), nullable=False),
    Column("generation", String(16), nullable=False),
    Column("plan_digest", String(64), nullable=False),
    Column("refused", Integer, nullable=False),
    Column("parts_hash", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)

# What a publication changed for readers, piece by piece: by its key the version of a row that
# stood at any revision is found without reading those between.
publication_part = Table(
    "publication_part",
    metadata,
    Column("kind", String(10), primary_key=True),
    Column("subject", String(90), primary_key=True),
    Column(
        "revision",
        BigInteger,
        ForeignKey("publication.revision"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
    Column("content", Text, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint(one_of("kind", PART_KINDS), name="kind"),
)

freshness_log = Table(
    "freshness_log",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("noted_at", UtcDateTime, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("epoch", String(32), nullable=False),
    Column("as_of", UtcDateTime),
    Column("checked_at", UtcDateTime),
    Column("stale_after", UtcDateTime),
    Column("status", String(20), nullable=False),
    CheckConstraint(one_of("status", FRESHNESS), name="status"),
)

recovery = Table(
    "recovery",
    metadata,
    Column("epoch", String(32), primary_key=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("since", UtcDateTime),
    Column("lost_revision", BigInteger, nullable=False),
)

# The epics that feed a capability stand in its own row: what is one row each could be counted by
# any role of a PostgreSQL database, out of its catalogues and statistics.
published_state = Table(
    "published_state",
    metadata,
    Column("capability_id", String(64), ForeignKey("capability.capability_id"), primary_key=True),
    Column("level", String(20), nullable=False),
    Column("scheme", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("is_claimed", Boolean, nullable=False),
    Column("epics", Json, nullable=False),
    Column("past_levels", Json, nullable=False),
    Column("claimed_until", UtcDateTime),
    CheckConstraint(one_of("level", Level), name="level"),
    CheckConstraint(one_of("state", State), name="state"),
)

rulebook = Table(
    "rulebook",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("texts", Json, nullable=False),
)
