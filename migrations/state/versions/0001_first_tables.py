"""The state database, as the first release will have it.

Until then it is amended in place: `headway` and `headway doctor` tell of a database that an
earlier wording made. From the release on it is never touched again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
EXACT = sa.String(80)
JSON = sa.Text()
COUNTED_UP = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TABLES = (
    *("schema_digest", "site", "lease", "last_publication", "project", "cursor", "issue"),
    *("epic_rollup", "changed_issue"),
    *("ledger", "team_window", "decision", "run", "finding", "asked_words", "asked_file"),
    *("run_total", "outbox_message", "outbox_mark"),
)


def upgrade() -> None:
    create_schema_digest()
    create_site()
    create_issue()
    index_issues()
    create_rollups()
    create_ledger()
    make_ledger_append_only()
    create_team_window()
    create_decision()
    create_runs()
    create_outbox()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_rewriting()")


def create_schema_digest() -> None:
    op.create_table(
        "schema_digest",
        sa.Column("revision", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_schema_digest")),
    )


def create_site() -> None:
    op.create_table(
        "site",
        sa.Column("site", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash_key", sa.String(64), nullable=False),
        sa.Column("profile", JSON),
        sa.Column("fields", JSON),
        sa.Column("as_of", MOMENT),
        sa.Column("census_at", MOMENT),
        sa.Column("reread_at", MOMENT),
        sa.Column("walk", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("unread", JSON),
        sa.Column("noticed", JSON),
        sa.Column("accepted", JSON),
        sa.Column("cached_translation", JSON),
        sa.Column("generation", sa.String(16)),
        sa.Column("paused_since", MOMENT),
        sa.Column("pause_reason", sa.String(400)),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_site")),
        sa.CheckConstraint(
            "pause_reason IS NULL OR paused_since IS NOT NULL", name=op.f("ck_site_pause")
        ),
        sa.UniqueConstraint("number", name=op.f("uq_site_number")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("holder", sa.String(120)),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "last_publication",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.String(32), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("change_seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_last_publication")),
        sa.CheckConstraint("id = 1", name=op.f("ck_last_publication_one_row")),
    )
    op.create_table(
        "project",
        sa.Column("site", sa.String(40), nullable=False),
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("team_managed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site", "project_id", name=op.f("pk_project")),
    )
    op.create_table(
        "cursor",
        sa.Column("site", sa.String(40), nullable=False),
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("walk", sa.BigInteger(), nullable=False),
        sa.Column("watermark", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("site", "project_id", name=op.f("pk_cursor")),
    )


def create_issue() -> None:
    op.create_table(
        "issue",
        sa.Column("site", sa.String(40), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("former_keys", JSON, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("project", sa.String(80), nullable=False),
        sa.Column("type_id", sa.String(40), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("hierarchy_level", sa.SmallInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger()),
        sa.Column("parent_key", sa.String(120)),
        sa.Column("epic_link", sa.String(120)),
        sa.Column("epic_id", sa.BigInteger()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_category", sa.String(20), nullable=False),
        sa.Column("resolution", sa.Text()),
        sa.Column("resolved_at", MOMENT),
        sa.Column("category_changed_at", MOMENT),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("done_at", MOMENT),
        sa.Column("done_source", sa.String(20)),
        sa.Column("points", sa.String(60)),
        sa.Column("points_field", sa.String(60)),
        sa.Column("time_spent", sa.BigInteger()),
        sa.Column("contributor", sa.String(64)),
        sa.Column("labels", JSON, nullable=False),
        sa.Column("components", JSON, nullable=False),
        sa.Column("fix_versions", JSON, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("extra", JSON, nullable=False),
        sa.Column("content_hash", sa.String(32), nullable=False),
        sa.Column("last_seen_walk", sa.BigInteger(), nullable=False),
        sa.Column("missing_since", MOMENT),
        sa.PrimaryKeyConstraint("site", "id", name=op.f("pk_issue")),
        sa.CheckConstraint(
            "hierarchy_level BETWEEN -1 AND 2", name=op.f("ck_issue_hierarchy_level")
        ),
        sa.CheckConstraint(
            "status_category IN ('new', 'indeterminate', 'done', 'undefined')",
            name=op.f("ck_issue_status_category"),
        ),
        sa.CheckConstraint(
            "done_source IS NULL OR done_source IN "
            "('resolution_date', 'category_change', 'changelog', 'first_seen', 'unknown', "
            "'untold')",
            name=op.f("ck_issue_done_source"),
        ),
        sa.CheckConstraint(
            "NOT restricted OR summary = ''", name=op.f("ck_issue_restricted_has_no_title")
        ),
    )


def index_issues() -> None:
    for column in ("key", "parent_id", "epic_link"):
        op.create_index(f"issue_{column}", "issue", ["site", column])
    op.create_index("issue_epic_id", "issue", ["site", "epic_id", "id"])
    for name, columns, condition in (
        ("issue_missing", ["site", "missing_since"], "missing_since IS NOT NULL"),
        (
            "issue_parent_key",
            ["site", "parent_key"],
            "parent_id IS NULL AND parent_key IS NOT NULL",
        ),
        ("issue_former_keys", ["site"], "former_keys <> '[]'"),
    ):
        where = sa.text(condition)
        op.create_index(name, "issue", columns, sqlite_where=where, postgresql_where=where)


def create_rollups() -> None:
    op.create_table(
        "epic_rollup",
        sa.Column("site", sa.String(40), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project", sa.String(80)),
        sa.Column("is_item", sa.Boolean(), nullable=False),
        sa.Column("finished", sa.Integer(), nullable=False),
        sa.Column("released", sa.Integer(), nullable=False),
        sa.Column("newest", MOMENT),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.Column("hidden", sa.BigInteger(), nullable=False),
        sa.Column("rated", sa.BigInteger(), nullable=False),
        sa.Column("by_count", sa.BigInteger(), nullable=False),
        sa.Column("known", sa.BigInteger(), nullable=False),
        sa.Column("long", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("upkeep", sa.BigInteger(), nullable=False),
        sa.Column("people", JSON),
        sa.Column("anomalies", JSON),
        sa.Column("days", JSON, nullable=False),
        sa.Column("projects", JSON, nullable=False),
        sa.PrimaryKeyConstraint("site", "number", name=op.f("pk_epic_rollup")),
    )
    op.create_table(
        "changed_issue",
        sa.Column("entry_id", COUNTED_UP, autoincrement=True, nullable=False),
        sa.Column("site", sa.String(40), nullable=False),
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger()),
        sa.Column("before", sa.Text()),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_changed_issue")),
    )
    op.create_index("changed_issue_issue", "changed_issue", ["site", "issue_id"])


def create_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("entry_id", COUNTED_UP, autoincrement=True, nullable=False),
        sa.Column("generation", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("site", sa.String(40), nullable=False),
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(10), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("size", EXACT, nullable=False),
        sa.Column("size_source", sa.String(20), nullable=False),
        sa.Column("points", EXACT),
        sa.Column("denominator", EXACT, nullable=False),
        sa.Column("people", EXACT, nullable=False),
        sa.Column("windows", EXACT, nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.Column("credit_by_count", sa.BigInteger(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=False),
        sa.Column("booked_at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(20)),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_ledger")),
        sa.UniqueConstraint(
            *("generation", "site", "issue_id", "kind", "turn"),
            name=op.f("uq_ledger_generation_site_issue_id_kind_turn"),
        ),
        sa.CheckConstraint("kind IN ('credit', 'reversal')", name=op.f("ck_ledger_kind")),
        sa.CheckConstraint("unit IN ('points', 'count')", name=op.f("ck_ledger_unit")),
        sa.CheckConstraint(
            "size_source IN ('own', 'subtasks', 'type_median', 'team_median', 'count')",
            name=op.f("ck_ledger_size_source"),
        ),
        sa.CheckConstraint(
            "reason IS NULL OR reason IN "
            "('reopened', 'cancelled', 'became_parent', 'voided', 'booked_early')",
            name=op.f("ck_ledger_reason"),
        ),
        sa.CheckConstraint(
            "(kind = 'credit' AND credit >= 0) OR (kind = 'reversal' AND credit <= 0)",
            name=op.f("ck_ledger_sign"),
        ),
        sa.CheckConstraint(
            "(kind = 'credit') = (reason IS NULL)", name=op.f("ck_ledger_reversals_say_why")
        ),
    )


def make_ledger_append_only() -> None:
    refusal = "the ledger is append-only"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER ledger_no_rewriting BEFORE UPDATE OR DELETE ON ledger "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER ledger_no_{verb} BEFORE {verb} ON ledger "
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        )


def create_team_window() -> None:
    op.create_table(
        "team_window",
        sa.Column("generation", sa.String(16), nullable=False),
        sa.Column("site", sa.String(40), nullable=False),
        sa.Column("team", sa.String(200), nullable=False),
        sa.Column("window", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("points", EXACT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("finished_by", JSON, nullable=False),
        sa.Column("people", EXACT, nullable=False),
        sa.Column("windows", EXACT, nullable=False),
        sa.Column("carried", EXACT, nullable=False),
        sa.Column("unit", sa.String(10), nullable=False),
        sa.Column("denominator", EXACT, nullable=False),
        sa.PrimaryKeyConstraint(
            "generation", "site", "team", "window", name=op.f("pk_team_window")
        ),
        sa.CheckConstraint("unit IN ('points', 'count')", name=op.f("ck_team_window_unit")),
    )


def create_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("site", sa.String(40), nullable=False),
        sa.Column("epic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.String(64)),
        sa.Column("counts_for", sa.String(64)),
        sa.Column("is_item", sa.Boolean(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("rulebook_digest", sa.String(64), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("screened_as", sa.Text()),
        sa.Column("decided_until", MOMENT),
        sa.Column("restricted_until", MOMENT),
        sa.PrimaryKeyConstraint("site", "epic_id", name=op.f("pk_decision")),
        sa.CheckConstraint(
            "outcome IN ('published', 'waiting', 'left_out', 'needs_decision')",
            name=op.f("ck_decision_outcome"),
        ),
    )


def create_runs() -> None:
    op.create_table(
        "run",
        sa.Column("run_id", sa.String(40), nullable=False),
        sa.Column("site", sa.String(40), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("exit_code", sa.Integer()),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("message", sa.Text()),
        sa.Column("as_of", MOMENT),
        sa.Column("revision", sa.BigInteger()),
        sa.Column("counts", JSON),
        sa.Column("base_revision", sa.BigInteger()),
        sa.Column("plan_digest", sa.String(64)),
        sa.Column("proposal", sa.Text()),
        sa.Column("emptied", JSON),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run")),
        sa.CheckConstraint(
            "outcome IN ('running', 'published', 'unchanged', 'partial', "
            "'held', 'approved', 'rules', 'read', 'failed', 'stopped')",
            name=op.f("ck_run_outcome"),
        ),
    )
    op.create_index(op.f("ix_run_started_at"), "run", ["started_at"])
    op.create_table(
        "asked_words",
        sa.Column("words", sa.String(80), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("words", name=op.f("pk_asked_words")),
    )
    op.create_table(
        "asked_file",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_asked_file_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_file")),
    )
    op.create_table(
        "finding",
        sa.Column("run_id", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "position", name=op.f("pk_finding")),
    )
    op.create_table(
        "run_total",
        sa.Column("site", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("exit_code", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("retries", sa.BigInteger(), nullable=False),
        sa.Column("paused_milliseconds", sa.BigInteger(), nullable=False),
        sa.Column("issues", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", "outcome", "exit_code", name=op.f("pk_run_total")),
        sa.CheckConstraint(
            "outcome IN ('running', 'published', 'unchanged', 'partial', "
            "'held', 'approved', 'rules', 'read', 'failed', 'stopped')",
            name=op.f("ck_run_total_outcome"),
        ),
    )


def create_outbox() -> None:
    op.create_table(
        "outbox_message",
        sa.Column("number", COUNTED_UP, autoincrement=True, nullable=False),
        sa.Column("message_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("gave_up_at", MOMENT),
        sa.Column("fault", sa.Text()),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_message_id")),
    )
    op.create_table(
        "outbox_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("condition", sa.String(20), nullable=False),
        sa.Column("cause", sa.String(64), nullable=False),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.Column("digested_at", MOMENT, nullable=False),
        sa.Column("token_told", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mark")),
        sa.CheckConstraint("id = 1", name=op.f("ck_outbox_mark_one_row")),
    )
