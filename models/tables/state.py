"""The state database: the mirror, the ledger and the record of runs. Nobody else reads it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from models.backlog import DoneSource, StatusCategory
from models.decision import Outcome
from models.effort import EntryKind, ReversalReason, SizeSource, Unit
from models.tables.naming import NAMING, one_of
from models.tables.types import Exact, Json, UtcDateTime

SCHEMA = "headway_state"

RUN_OUTCOMES = (
    *("running", "published", "unchanged", "partial"),
    *("held", "approved", "rules", "read", "failed", "stopped"),
)

metadata = MetaData(naming_convention=NAMING)

schema_digest = Table(
    "schema_digest",
    metadata,
    Column("revision", String(32), primary_key=True),
    Column("digest", String(64), nullable=False),
)

site = Table(
    "site",
    metadata,
    Column("site", String(40), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("hash_key", String(64), nullable=False),
    Column("profile", Json),
    Column("fields", Json),
    Column("as_of", UtcDateTime),
    Column("census_at", UtcDateTime),
    Column("reread_at", UtcDateTime),
    Column("walk", BigInteger, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("unread", Json),
    Column("noticed", Json),
    Column("accepted", Json),
    Column("cached_translation", Json),
    Column("generation", String(16)),
    Column("paused_since", UtcDateTime),
    Column("pause_reason", String(400)),
    CheckConstraint("pause_reason IS NULL OR paused_since IS NOT NULL", name="pause"),
)

# The right to read a site, where several feed one list.
lease = Table(
    "lease",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(120)),
    Column("token", BigInteger, nullable=False),
    Column("expires_at", UtcDateTime),
)

last_publication = Table(
    "last_publication",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", String(32), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("change_seq", BigInteger, nullable=False),
    Column("hash", String(64)),
    CheckConstraint("id = 1", name="one_row"),
)

project = Table(
    "project",
    metadata,
    Column("site", String(40), primary_key=True),
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("team_managed", Boolean, nullable=False),
)

cursor = Table(
    "cursor",
    metadata,
    Column("site", String(40), primary_key=True),
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("walk", BigInteger, nullable=False),
    Column("watermark", UtcDateTime, nullable=False),
)

issue = Table(
    "issue",
    metadata,
    Column("site", String(40), primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(120), nullable=False),
    Column("former_keys", Json, nullable=False),
    Column("project_id", BigInteger, nullable=False),
    Column("project", String(80), nullable=False),
    Column("type_id", String(40), nullable=False),
    Column("type", Text, nullable=False),
    Column("hierarchy_level", SmallInteger, nullable=False),
    Column("parent_id", BigInteger),
    Column("parent_key", String(120)),
    Column("epic_link", String(120)),
    Column("epic_id", BigInteger),
    Column("status", Text, nullable=False),
    Column("status_category", String(20), nullable=False),
    Column("resolution", Text),
    Column("resolved_at", UtcDateTime),
    Column("category_changed_at", UtcDateTime),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("restricted", Boolean, nullable=False),
    Column("done_at", UtcDateTime),
    Column("done_source", String(20)),
    Column("points", String(60)),
    Column("points_field", String(60)),
    Column("time_spent", BigInteger),
    Column("contributor", String(64)),
    Column("labels", Json, nullable=False),
    Column("components", Json, nullable=False),
    Column("fix_versions", Json, nullable=False),
    Column("summary", Text, nullable=False),
    Column("description", Text),
    Column("extra", Json, nullable=False),
    Column("content_hash", String(32), nullable=False),
    Column("last_seen_walk", BigInteger, nullable=False),
    Column("missing_since", UtcDateTime),
    CheckConstraint("hierarchy_level BETWEEN -1 AND 2", name="hierarchy_level"),
    CheckConstraint(one_of("status_category", StatusCategory), name="status_category"),
    CheckConstraint(one_of("done_source", DoneSource, optional=True), name="done_source"),
    CheckConstraint("NOT restricted OR summary = ''", name="restricted_has_no_title"),
)

# What changed is found together with all that it affects, without reading the backlog. The
# indexes of some rows only are in models.tables.indexes.
for _name in ("key", "parent_id", "epic_link"):
    Index(f"issue_{_name}", issue.c.site, issue.c[_name])
# With the id, the first issues below an epic are found without reading the others.
Index("issue_epic_id", issue.c.site, issue.c.epic_id, issue.c.id)
was_called_otherwise = text("former_keys <> '[]'")

# What every epic with all below it came to in the last translation; number 0 has what the teams
# finished in all of them, by day and by project.
epic_rollup = Table(
    "epic_rollup",
    metadata,
    Column("site", String(40), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("project", String(80)),
    Column("is_item", Boolean, nullable=False, default=False),
    Column("finished", Integer, nullable=False),
    Column("released", Integer, nullable=False),
    Column("newest", UtcDateTime),
    Column("entries", Integer, nullable=False),
    Column("credit", BigInteger, nullable=False),
    Column("hidden", BigInteger, nullable=False),
    Column("rated", BigInteger, nullable=False),
    Column("by_count", BigInteger, nullable=False),
    Column("known", BigInteger, nullable=False),
    Column("long", BigInteger, nullable=False),
    Column("year", BigInteger, nullable=False),
    Column("upkeep", BigInteger, nullable=False),
    Column("people", Json),
    Column("anomalies", Json),
    Column("days", Json, nullable=False),
    Column("projects", Json, nullable=False),
)

# Issues that were written since, the rollups that they were in before (none: they are new), and
# how they were, where that can tell whether the edit bears on anything.
changed_issue = Table(
    "changed_issue",
    metadata,
    Column(
        "entry_id",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("site", String(40), nullable=False),
    Column("issue_id", BigInteger, nullable=False),
    Column("number", BigInteger),
    Column("before", Text),
    Index("changed_issue_issue", "site", "issue_id"),
)

ledger = Table(
    "ledger",
    metadata,
    Column(
        "entry_id",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("generation", String(16), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("site", String(40), nullable=False),
    Column("issue_id", BigInteger, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("team", Text, nullable=False),
    Column("window", Integer, nullable=False),
    Column("unit", String(10), nullable=False),
    Column("type", Text, nullable=False),
    Column("size", Exact, nullable=False),
    Column("size_source", String(20), nullable=False),
    Column("points", Exact),
    Column("denominator", Exact, nullable=False),
    Column("people", Exact, nullable=False),
    Column("windows", Exact, nullable=False),
    Column("credit", BigInteger, nullable=False),
    Column("credit_by_count", BigInteger, nullable=False),
    Column("done_at", UtcDateTime, nullable=False),
    Column("booked_at", UtcDateTime, nullable=False),
    Column("reason", String(20)),
    UniqueConstraint("generation", "site", "issue_id", "kind", "turn"),
    CheckConstraint(one_of("kind", EntryKind), name="kind"),
    CheckConstraint(one_of("unit", Unit), name="unit"),
    CheckConstraint(one_of("size_source", SizeSource), name="size_source"),
    CheckConstraint(one_of("reason", ReversalReason, optional=True), name="reason"),
    CheckConstraint(
        "(kind = 'credit' AND credit >= 0) OR (kind = 'reversal' AND credit <= 0)", name="sign"
    ),
    CheckConstraint("(kind = 'credit') = (reason IS NULL)", name="reversals_say_why"),
)

team_window = Table(
    "team_window",
    metadata,
    Column("generation", String(16), primary_key=True),
    Column("site", String(40), primary_key=True),
    Column("team", String(200), primary_key=True),
    Column("window", Integer, primary_key=True, autoincrement=False),
    Column("points", Exact, nullable=False),
    Column("count", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("finished_by", Json, nullable=False),
    Column("people", Exact, nullable=False),
    Column("windows", Exact, nullable=False),
    Column("carried", Exact, nullable=False),
    Column("unit", String(10), nullable=False),
    Column("denominator", Exact, nullable=False),
    CheckConstraint(one_of("unit", Unit), name="unit"),
)

decision = Table(
    "decision",
    metadata,
    Column("site", String(40), primary_key=True),
    Column("epic_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(120), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("heading", Text, nullable=False),
    Column("claimed_by", String(64)),
    Column("counts_for", String(64)),
    Column("is_item", Boolean, nullable=False, default=False),
    Column("reasons", Json, nullable=False),
    Column("rulebook_digest", String(64), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("screened_as", Text),
    Column("decided_until", UtcDateTime),
    Column("restricted_until", UtcDateTime),
    CheckConstraint(one_of("outcome", Outcome), name="outcome"),
)

run = Table(
    "run",
    metadata,
    Column("run_id", String(40), primary_key=True),
    Column("site", String(40), nullable=False),
    Column("started_at", UtcDateTime, nullable=False, index=True),
    Column("finished_at", UtcDateTime),
    Column("exit_code", Integer),
    Column("outcome", String(20), nullable=False),
    Column("message", Text),
    Column("as_of", UtcDateTime),
    Column("revision", BigInteger),
    Column("counts", Json),
    Column("base_revision", BigInteger),
    Column("plan_digest", String(64)),
    Column("proposal", Text),
    Column("emptied", Json),
    CheckConstraint(one_of("outcome", RUN_OUTCOMES), name="outcome"),
)

# What all runs of a site came to that ended in one way, those that are forgotten too.
run_total = Table(
    "run_total",
    metadata,
    Column("site", String(40), primary_key=True),
    Column("outcome", String(20), primary_key=True),
    Column("exit_code", Integer, primary_key=True, autoincrement=False),
    Column("runs", BigInteger, nullable=False),
    Column("milliseconds", BigInteger, nullable=False),
    Column("requests", BigInteger, nullable=False),
    Column("retries", BigInteger, nullable=False),
    Column("paused_milliseconds", BigInteger, nullable=False),
    Column("issues", BigInteger, nullable=False),
    CheckConstraint(one_of("outcome", RUN_OUTCOMES), name="outcome"),
)

# What receivers of webhooks are to be told, and were; and up to where what happened stands there.
outbox_message = Table(
    "outbox_message",
    metadata,
    Column(
        "number",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("message_id", String(40), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("gave_up_at", UtcDateTime),
    Column("fault", Text),
)

outbox_mark = Table(
    "outbox_mark",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
    Column("condition", String(20), nullable=False),
    Column("cause", String(64), nullable=False),
    Column("is_stale", Boolean, nullable=False),
    Column("digested_at", UtcDateTime, nullable=False),
    Column("token_told", String(20), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

# What `find` did not know by its name: the words and how often, never who asked, nor when.
asked_words = Table(
    "asked_words",
    metadata,
    Column("words", String(80), primary_key=True),
    Column("number", BigInteger, nullable=False),
)

# How far the file of words that assistants leave beside the requests was counted.
asked_file = Table(
    "asked_file",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(32), nullable=False),
    Column("counted", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

finding = Table(
    "finding",
    metadata,
    Column("run_id", String(40), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("code", String(60), nullable=False),
    Column("where", Text, nullable=False),
    Column("what", Text, nullable=False),
)
