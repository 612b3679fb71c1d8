"""The clean database, contract v1, as the first release will have it.

Until then it is amended in place: `headway` and `headway doctor` tell of a database that an
earlier wording made. From the release on it is never touched again.
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from migrations.environment import make_schema

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")

TABLES = (
    *("schema_digest", "capability", "alias", "change", "term", "head", "lease"),
    *("publication", "publication_part", "freshness_log", "recovery"),
    *("published_state", "rulebook"),
)


def upgrade() -> None:
    create_schema_digest()
    create_capability()
    create_alias_and_change()
    create_term()
    create_head()
    create_lease()
    create_publication()
    create_published_state()
    if is_postgresql():
        make_schema(op.get_bind(), name_views())
        op.execute(f"COMMENT ON SCHEMA {name_views()} IS {quote(SCHEMA_MEANING)}")
    for name, (meaning, columns, source) in VIEWS.items():
        create_view(name, meaning, columns, source)


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW {qualify(name)}")
    for table in reversed(TABLES):
        op.drop_table(table)


def is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def qualify(view: str) -> str:
    return f"{name_views()}.{view}" if is_postgresql() else view


def name_tables() -> str:
    """The schema in which the tables are to stand, on PostgreSQL."""
    return str(op.get_bind().get_execution_options()["tables_schema"])


def name_views() -> str:
    """The schema in which the views are to stand, on PostgreSQL."""
    return str(op.get_bind().get_execution_options()["views_schema"])


def create_schema_digest() -> None:
    op.create_table(
        "schema_digest",
        sa.Column("revision", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_schema_digest")),
    )


def create_capability() -> None:
    op.create_table(
        "capability",
        sa.Column("capability_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("summary", sa.String(400), nullable=False),
        sa.Column("product_area", sa.String(60), nullable=False),
        sa.Column("state_code", sa.String(20), nullable=False),
        sa.Column("state_label", sa.String(60), nullable=False),
        sa.Column("effort_code", sa.String(20), nullable=False),
        sa.Column("effort_label", sa.String(60), nullable=False),
        sa.Column("effort_rank", sa.SmallInteger()),
        sa.Column("today_text", sa.String(255)),
        sa.Column("today_by", sa.String(20), nullable=False),
        sa.Column("statement", sa.String(255), nullable=False),
        sa.Column("disclaimer", sa.String(255), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_reason", sa.String(20)),
        sa.Column("replaced_by", sa.String(64)),
        sa.Column("change_seq", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("capability_id", name=op.f("pk_capability")),
        sa.UniqueConstraint("change_seq", name=op.f("uq_capability_change_seq")),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_capability_{name}"))
            for name, condition in CAPABILITY_CHECKS.items()
        ),
    )


CAPABILITY_CHECKS = {
    "state_code": "state_code IN "
    "('available', 'partly_available', 'recent', 'earlier', 'withdrawn')",
    "effort_code": "effort_code IN "
    "('small', 'moderate', 'large', 'very_large', 'exceptional', 'not_rated')",
    "today_by": "today_by IN ('product', 'configuration', 'none')",
    "withdrawn_reason": "withdrawn_reason IS NULL OR withdrawn_reason IN "
    "('merged', 'not_for_sale', 'mistake')",
    "effort_rank": "effort_rank IS NULL OR effort_rank BETWEEN 1 AND 5",
    "rank_goes_with_code": "(effort_rank IS NULL) = (effort_code = 'not_rated')",
    "withdrawn_is_not_active": "is_active = (state_code <> 'withdrawn') "
    "AND is_active = (withdrawn_reason IS NULL)",
    "name_length": "length(name) BETWEEN 1 AND 80",
    "summary_length": "length(summary) <= 400",
    "product_area_length": "length(product_area) <= 60",
    "today_text_length": "length(today_text) <= 255",
    "statement_length": "length(statement) BETWEEN 1 AND 255",
    "no_address": "name NOT LIKE '%://%' AND summary NOT LIKE '%://%' "
    "AND product_area NOT LIKE '%://%' AND state_label NOT LIKE '%://%' "
    "AND effort_label NOT LIKE '%://%' AND statement NOT LIKE '%://%' "
    "AND disclaimer NOT LIKE '%://%' AND (today_text IS NULL OR today_text NOT LIKE '%://%')",
}


def create_alias_and_change() -> None:
    op.create_table(
        "alias",
        sa.Column("alias", sa.String(80), nullable=False),
        sa.Column("capability_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("alias", "capability_id", name=op.f("pk_alias")),
        refer_to_capability("alias"),
        sa.CheckConstraint("length(alias) BETWEEN 1 AND 80", name=op.f("ck_alias_alias_length")),
        sa.CheckConstraint("alias NOT LIKE '%://%'", name=op.f("ck_alias_no_address")),
    )
    op.create_table(
        "change",
        sa.Column("change_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("capability_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("changed_month", sa.String(7), nullable=False),
        sa.Column("sentence", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("change_seq", name=op.f("pk_change")),
        refer_to_capability("change"),
        sa.CheckConstraint(
            "kind IN "
            "('added', 'partly_available', 'available', 'merged', 'withdrawn', 'corrected')",
            name=op.f("ck_change_kind"),
        ),
        sa.CheckConstraint("changed_month LIKE '____-__'", name=op.f("ck_change_changed_month")),
        sa.CheckConstraint("sentence NOT LIKE '%://%'", name=op.f("ck_change_no_address")),
    )
    op.create_index(op.f("ix_change_capability_id"), "change", ["capability_id"])


def refer_to_capability(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["capability_id"],
        ["capability.capability_id"],
        name=op.f(f"fk_{table}_capability_id"),
    )


def create_term() -> None:
    op.create_table(
        "term",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("meaning", sa.String(1000), nullable=False),
        sa.Column("rank", sa.SmallInteger()),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_term")),
        sa.CheckConstraint(
            "kind IN ('state', 'effort', 'guide', 'asked_when')", name=op.f("ck_term_kind")
        ),
    )


def create_head() -> None:
    """One row, and what it says before anything was published."""
    head = op.create_table(
        "head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.String(32), nullable=False),
        sa.Column("site", sa.String(40)),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("change_seq", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.String(40)),
        sa.Column("as_of", MOMENT),
        sa.Column("checked_at", MOMENT),
        sa.Column("published_at", MOMENT),
        sa.Column("stale_after", MOMENT),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("contract_version", sa.String(10), nullable=False),
        sa.Column("rulebook_digest", sa.String(64)),
        sa.Column("generation", sa.String(16)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head")),
        sa.CheckConstraint("id = 1", name=op.f("ck_head_one_row")),
        sa.CheckConstraint(
            "status IN ('current', 'partial', 'held', 'failing')", name=op.f("ck_head_status")
        ),
    )
    first = {"id": 1, "epoch": uuid4().hex, "revision": 0, "change_seq": 0, "fence": 0}
    op.bulk_insert(head, [first | {"status": "failing", "contract_version": "1"}])


def create_lease() -> None:
    lease = op.create_table(
        "lease",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("holder", sa.String(120)),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.bulk_insert(lease, [{"name": "sync", "token": 0}])


def create_publication() -> None:
    op.create_table(
        "publication",
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.String(32), nullable=False),
        sa.Column("run_id", sa.String(40), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("change_seq", sa.BigInteger(), nullable=False),
        sa.Column("rulebook_digest", sa.String(64), nullable=False),
        sa.Column("generation", sa.String(16), nullable=False),
        sa.Column("plan_digest", sa.String(64), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("parts_hash", sa.String(64), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_publication")),
        sa.UniqueConstraint("hash", name=op.f("uq_publication_hash")),
    )
    op.create_table(
        "publication_part",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(90), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", "revision", name=op.f("pk_publication_part")),
        sa.ForeignKeyConstraint(
            ["revision"], ["publication.revision"], name=op.f("fk_publication_part_revision")
        ),
        sa.CheckConstraint(
            "kind IN ('row', 'news', 'terms', 'waiver')", name=op.f("ck_publication_part_kind")
        ),
    )
    op.create_index(op.f("ix_publication_part_revision"), "publication_part", ["revision"])
    op.create_table(
        "freshness_log",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.String(32), nullable=False),
        sa.Column("as_of", MOMENT),
        sa.Column("checked_at", MOMENT),
        sa.Column("stale_after", MOMENT),
        sa.Column("status", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_freshness_log")),
        sa.CheckConstraint(
            "status IN ('current', 'partial', 'held', 'failing')",
            name=op.f("ck_freshness_log_status"),
        ),
    )
    op.create_table(
        "recovery",
        sa.Column("epoch", sa.String(32), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("since", MOMENT),
        sa.Column("lost_revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("epoch", name=op.f("pk_recovery")),
    )
    op.create_table(
        "rulebook",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_rulebook")),
    )


def create_published_state() -> None:
    op.create_table(
        "published_state",
        sa.Column("capability_id", sa.String(64), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("scheme", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("is_claimed", sa.Boolean(), nullable=False),
        sa.Column("epics", sa.Text(), nullable=False),
        sa.Column("past_levels", sa.Text(), nullable=False),
        sa.Column("claimed_until", MOMENT),
        sa.PrimaryKeyConstraint("capability_id", name=op.f("pk_published_state")),
        refer_to_capability("published_state"),
        sa.CheckConstraint(
            "level IN ('small', 'moderate', 'large', 'very_large', 'exceptional', 'not_rated')",
            name=op.f("ck_published_state_level"),
        ),
        sa.CheckConstraint(
            "state IN ('available', 'partly_available', 'recent', 'earlier', 'withdrawn')",
            name=op.f("ck_published_state_state"),
        ),
    )


def create_view(name: str, meaning: str, columns: dict[str, str], source: str) -> None:
    """One view, and what it and its columns mean: comments, in SQLite's text of the view."""
    tables = f"{name_tables()}." if is_postgresql() else ""
    now = "clock_timestamp()" if is_postgresql() else "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"
    ahead = (
        f"{now} + interval '1 hour'"
        if is_postgresql()
        else now.replace("'now'", "'now', '+1 hour'")
    )
    computed = {
        "is_stale": f"(h.stale_after IS NULL OR h.stale_after < {now} "
        f"OR h.checked_at > {ahead}) AS is_stale",
        "row_count": f"(SELECT count(*) FROM {tables}capability AS c WHERE c.is_active) "
        "AS row_count",
    }
    if not is_postgresql():
        listed = ", ".join(f"{computed.get(c, c)} /* {means} */" for c, means in columns.items())
        text = f"CREATE VIEW {name} AS /* {meaning} */ SELECT {listed} FROM {source}"
        op.get_bind().exec_driver_sql(text)
    else:
        listed = ", ".join(computed.get(column, column) for column in columns)
        create = f"CREATE OR REPLACE VIEW {qualify(name)}"
        op.execute(f"{create} AS SELECT {listed} FROM {tables}{source}")
        op.execute(f"COMMENT ON VIEW {qualify(name)} IS {quote(meaning)}")
        for column, means in columns.items():
            op.execute(f"COMMENT ON COLUMN {qualify(name)}.{column} IS {quote(means)}")


def quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


SCHEMA_MEANING = (
    "Headway's list for sales, contract v1: a record of past work. Read the v1 views only."
)

CAPABILITY = {
    "capability_id": "Stable identifier, given by the product team. Never reused, never changed.",
    "name": "What the capability is called.",
    "summary": "What it does, in a sentence or two.",
    "product_area": "The part of the product it belongs to.",
    "state_code": "What is true now: available, partly_available, recent, earlier, withdrawn.",
    "state_label": "The same in words for people.",
    "effort_code": "Engineering work done so far: small, moderate, large, very_large, exceptional, "
    "not_rated. Past work only; more work does not mean closer to done.",
    "effort_label": "The same in words for people.",
    "effort_rank": "1 to 5 for sorting; empty where effort_code is not_rated.",
    "today_text": "What a customer can do today, if anything.",
    "today_by": "How: product, configuration (without new code), or none.",
    "statement": "The sentence a rep may say, word for word.",
    "disclaimer": "Travels with every row and belongs under every quotation of it.",
    "is_active": "False once the entry was taken off the list. Rows are never deleted.",
    "withdrawn_reason": "Why it was taken off the list: merged, not_for_sale, mistake.",
    "replaced_by": "The capability_id to read instead, if there is one.",
    "change_seq": "Strictly increasing in commit order: remember the highest one you have read.",
    "updated_at": "When a column of this row that means something last changed.",
    "content_hash": "Equal hashes mean equal content, aliases included.",
}
NOT_FOR_A_CRM = ("effort_rank", "change_seq", "updated_at", "content_hash")
CURSOR = {"change_seq": CAPABILITY["change_seq"]}

VIEWS = {
    "v1_capability": ("One row per capability ever published.", CAPABILITY, "capability"),
    "v1_active_capability": (
        "The capabilities on the list now.",
        CAPABILITY,
        "capability WHERE is_active",
    ),
    "v1_crm": (
        "For syncing into a CRM: all rows, only columns that say something, and the cursor.",
        {name: means for name, means in CAPABILITY.items() if name not in NOT_FOR_A_CRM} | CURSOR,
        "capability",
    ),
    "v1_alias": (
        "What customers call it: the words to search by.",
        {
            "alias": "A customer's word for the capability.",
            "capability_id": "The capability meant.",
        },
        "alias",
    ),
    "v1_change": (
        "News about the list, at most one row per capability and publication.",
        {
            "change_seq": "The change_seq the row had with this news.",
            "capability_id": "The capability concerned.",
            "kind": "added, partly_available, available, merged, withdrawn or corrected.",
            "changed_month": "The month of the news, as YYYY-MM.",
            "sentence": "The news as a sentence that may be passed on.",
        },
        "change",
    ),
    "v1_term": (
        "Every word of the list in plain language, and what to say when a customer asks when.",
        {
            "kind": "state, effort, guide or asked_when.",
            "code": "The code that the label stands for.",
            "label": "The word or heading.",
            "meaning": "What it means.",
            "rank": "The order in which to show it.",
        },
        "term",
    ),
    "v1_freshness": (
        "One row: how fresh the list is. Refuse to read on when is_stale is true.",
        {
            "revision": "The number of the publication; every reader sees all of one revision.",
            "as_of": "The moment in Jira that the list describes.",
            "checked_at": "When a run last published or confirmed the list: the freshness field.",
            "published_at": "When the list last changed.",
            "stale_after": "When the list stops counting as fresh if no run confirms it.",
            "is_stale": "Whether that moment has passed, by this database's clock, or checked_at "
            "is still to come.",
            "status": "current, partial (a project cannot be seen), held (waits for a person) or "
            "failing (the last run came to no result).",
            "contract_version": "The version of these views.",
            "row_count": "The number of active rows.",
            "epoch": "Another value than the one you remember: a database was restored or lost. "
            "Forget your cursor and read everything again.",
        },
        "head AS h",
    ),
}
