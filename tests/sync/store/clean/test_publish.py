from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, event, text, update
from sqlalchemy.exc import IntegrityError

from models.capability import (
    Capability,
    ChangeKind,
    ContributingEpic,
    PastLevel,
    PublishedCapability,
    PublishedTerm,
    RedactedNews,
    State,
)
from models.effort import Level
from models.errors import LeaseHeldError
from models.plan import Change, Plan, Tally
from models.rulebook import WithdrawnReason
from models.tables.clean import head
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from sync.store.clean.freshness import (
    mark_freshness,
    read_freshness,
    read_head_revision,
    read_rulebook_digest,
)
from sync.store.clean.lease import TTL, take_lease
from sync.store.clean.publish import publish_plan
from sync.store.clean.published_state import read_published_state, read_stored_rulebook
from sync.store.db.engines import open_reader, open_writer
from tests import builders
from tests.databases import both_databases, name_prefixes
from tests.passed_points import noted_points

AS_OF = datetime(2026, 11, 23, 6, tzinfo=UTC)
DAY = timedelta(days=1)
DUE = AS_OF + DAY
BOOK = rulebook_from_texts(read_shipped_texts())
PASSED = ("head-taken", "rows-written", "logged", "committing", "committed")
TERM = PublishedTerm(kind="state", code="recent", label="Worked on", meaning="Lately.", rank=3)


def a_row(capability_id: str = "audit-log", **changes: Any) -> Capability:
    """A row that may be published, the audit log's unless told otherwise."""
    values = {"name": "Audit log", "aliases": ("SIEM",)} | changes
    return replace(builders.a_row(capability_id, "Audit log"), **values)


def a_plan(*rows: Capability, base: int = 0, **changes: Any) -> Plan:
    plan = Plan(
        base_revision=base,
        as_of=AS_OF,
        rulebook_digest=BOOK.digest,
        generation="g1",
        unrated={},
        changes=tuple(
            Change(
                capability_id=row.capability_id,
                before=None,
                after=row,
                because=(),
                news=ChangeKind.ADDED,
                sentence=f"{row.name} is new on the list.",
            )
            for row in rows
        ),
        terms=None,
        remembered=tuple(
            PublishedCapability(
                capability_id=row.capability_id,
                level=row.effort_code,
                scheme=1,
                state=row.state_code,
                is_claimed=True,
                contributing_epics=(ContributingEpic("main", index, "ID"),),
                row=row,
            )
            for index, row in enumerate(rows, start=1)
        ),
        tally=Tally(epics=1, by_outcome={}, left_out={}, undecided={}),
        active=len(rows),
    )
    return replace(plan, **changes)


def publish_now(engine: Engine, plan: Plan, token: int) -> Any:
    return publish_plan(engine, plan, BOOK, run_id="r1", token=token, fresh_for=DAY)


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    tables, _ = name_prefixes(engine.dialect.name)
    names = (
        "capability",
        "alias",
        "change",
        "term",
        "publication",
        "published_state",
        "rulebook",
    )
    with open_reader(engine) as connection:
        return {
            name: sorted(map(tuple, connection.execute(text(f"SELECT * FROM {tables}{name}"))))
            for name in names
        }


def test_what_is_published_is_what_the_next_translation_reads(clean_engine: Engine) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    plan = a_plan(a_row(), a_row("passkeys", aliases=()), terms=(TERM,))

    published = publish_now(clean_engine, plan, token)

    published_state = read_published_state(clean_engine)
    assert (published.revision, published.rows_written, published.change_seq) == (1, 2, 2)
    assert published_state.capabilities == {each.capability_id: each for each in plan.remembered}
    assert (published_state.revision, published_state.terms, published_state.as_of) == (
        1,
        (TERM,),
        AS_OF,
    )
    assert read_stored_rulebook(clean_engine, BOOK.digest) == BOOK.texts


def test_what_data_moved_is_remembered_until_a_person_approves(clean_engine: Engine) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    plan = a_plan(a_row(), a_row("passkeys", aliases=()))
    (first, second) = plan.remembered
    first = replace(first, past_levels=(PastLevel(Level.LARGE, AS_OF), PastLevel(Level.SMALL, DUE)))
    second = replace(second, claimed_until=AS_OF)
    publish_now(clean_engine, replace(plan, remembered=(first, second)), token)
    kept = read_published_state(clean_engine).capabilities

    approved = a_plan(a_row("scim", aliases=()), base=1)
    publish_plan(
        clean_engine, approved, BOOK, run_id="r2", token=token, fresh_for=DAY, approved=True
    )

    assert kept == {"audit-log": first, "passkeys": second}
    now = read_published_state(clean_engine).capabilities
    assert [(now[key].past_levels, now[key].claimed_until) for key in kept] == [((), None)] * 2


def test_changes_are_numbered_one_by_one_and_go_on_where_the_last_ones_ended(
    clean_engine: Engine,
) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    rows = (a_row(), a_row("passkeys", aliases=()))
    publish_now(clean_engine, a_plan(*rows), token)
    done = publish_now(clean_engine, a_plan(a_row("scim", aliases=()), base=1), token)

    tables, _ = name_prefixes(clean_engine.dialect.name)
    query = f"SELECT capability_id, change_seq FROM {tables}capability ORDER BY change_seq"
    with open_reader(clean_engine) as connection:
        found = connection.execute(text(query)).all()
    assert list(map(tuple, found)) == [("audit-log", 1), ("passkeys", 2), ("scim", 3)]
    assert (done.change_seq, read_head_revision(clean_engine)) == (3, 2)


def test_an_epic_that_feeds_another_now_is_remembered_of_no_other(clean_engine: Engine) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    abroad, first, item = (
        ContributingEpic("abroad", 1, "ID"),
        ContributingEpic("main", 1, "ID"),
        ContributingEpic("main", 2, "ID", is_item=True),
    )
    rows = a_row(), a_row("passkeys", aliases=())
    plan = a_plan(*rows)
    feeds = {"audit-log": (abroad, first, item), "passkeys": ()}
    publish_now(
        clean_engine,
        replace(
            plan,
            remembered=tuple(
                replace(each, contributing_epics=feeds[each.capability_id])
                for each in plan.remembered
            ),
        ),
        token,
    )
    before = read_published_state(clean_engine).capabilities
    moved = replace(plan.remembered[1], contributing_epics=(first,))

    publish_now(clean_engine, a_plan(base=1, remembered=(moved,)), token)

    after = read_published_state(clean_engine).capabilities
    assert before["audit-log"].contributing_epics == (abroad, first, item)
    assert after["audit-log"].contributing_epics == (abroad, item)
    assert after["passkeys"].contributing_epics == (first,)


def test_aliases_follow_the_row_that_changed(clean_engine: Engine) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    old, other = a_row(aliases=("log", "SIEM")), a_row("passkeys", aliases=("keys",))
    new = replace(old, aliases=("SIEM", "trail"))
    plan = a_plan(new, replace(other, summary="Keys."), base=1)
    changes = tuple(
        replace(change, before=before)
        for change, before in zip(plan.changes, (old, other), strict=True)
    )
    publish_now(clean_engine, a_plan(old, other), token)

    publish_now(clean_engine, replace(plan, changes=changes), token)

    aliases = {row[0]: row[1] for row in everything(clean_engine)["alias"]}
    assert aliases == {"SIEM": "audit-log", "trail": "audit-log", "keys": "passkeys"}


def test_it_is_noted_how_fresh_the_list_was_from_each_publication_on(
    clean_engine: Engine,
) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    publish_now(clean_engine, a_plan(a_row()), token)
    publish_now(clean_engine, a_plan(base=1, unseen_projects=("PAY",)), token)
    for _ in range(2):
        mark_freshness(clean_engine, "held", token)

    tables, _ = name_prefixes(clean_engine.dialect.name)
    query = f"SELECT number, revision, status FROM {tables}freshness_log ORDER BY number"
    with open_reader(clean_engine) as connection:
        noted = [tuple(row) for row in connection.execute(text(query))]
    first = noted[0][0]
    assert noted[-3:] == [
        (first + len(noted) - 3, 1, "current"),
        (first + len(noted) - 2, 1, "partial"),
        (first + len(noted) - 1, 1, "held"),
    ]


@pytest.mark.parametrize(
    ("before", "unseen", "after"),
    [
        ("current", (), "current"),
        ("current", ("PAY",), "partial"),
        ("held", (), "current"),
        ("partial", (), "current"),
        ("failing", (), "failing"),  # the rules say nothing of why Jira was not read
        ("failing", ("PAY",), "failing"),
    ],
)
def test_rules_alone_make_no_list_fresher(
    clean_engine: Engine, before: str, unseen: tuple[str, ...], after: str
) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    publish_now(clean_engine, a_plan(a_row()), token)
    mark_freshness(clean_engine, before, token)
    fresh = read_freshness(clean_engine)
    plan = a_plan(base=1, as_of=AS_OF + DAY, unseen_projects=unseen)

    publish_plan(clean_engine, plan, BOOK, run_id="r2", token=token, fresh_for=None)

    assert read_freshness(clean_engine) == replace(fresh, as_of=AS_OF + DAY, status=after)


def test_the_head_says_what_the_list_was_made_by(clean_engine: Engine) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    before = read_rulebook_digest(clean_engine)

    publish_now(clean_engine, a_plan(a_row(), generation="g2"), token)

    assert (before, read_rulebook_digest(clean_engine)) == (None, BOOK.digest)
    assert read_published_state(clean_engine).generation == "g2"


def test_a_publication_passes_each_of_its_points_once(clean_engine: Engine) -> None:
    token = take_lease(clean_engine, "me", TTL).token

    with noted_points() as passed:
        publish_now(clean_engine, a_plan(a_row()), token)
    with noted_points() as confirmed:
        publish_now(clean_engine, a_plan(base=1), token)

    named = [name for name in passed if name.startswith("publish.")]
    assert named == [f"publish.{step}" for step in PASSED]
    assert [name for name in confirmed if name.startswith("publish.")] == [
        f"publish.{step}" for step in PASSED if step in ("head-taken", "committing", "committed")
    ]


def test_a_frozen_publication_keeps_the_head_from_nobody_for_longer_than_half_a_minute(
    postgres_url: str,
) -> None:
    limits = []

    def read_limit(connection: Connection) -> None:
        query = "SHOW idle_in_transaction_session_timeout"
        limits.append(connection.exec_driver_sql(query).scalar_one())

    with both_databases(postgres_url, postgres_url) as (engine, _):
        token = take_lease(engine, "me", TTL).token
        event.listen(engine, "commit", read_limit)
        publish_now(engine, a_plan(a_row()), token)

    assert limits == ["30s"]


def test_a_list_is_stale_from_its_moment_on_or_if_a_clock_was_ahead(clean_engine: Engine) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    never = read_freshness(clean_engine)
    off = replace(
        a_row("passkeys", aliases=()),
        is_active=False,
        state_code=State.WITHDRAWN,
        withdrawn_reason=WithdrawnReason.NOT_FOR_SALE,
    )
    publish_now(clean_engine, a_plan(a_row(), a_row("scim", aliases=()), off), token)

    def is_stale(**moments: timedelta) -> bool:
        values = {name: datetime.now(UTC) + ahead for name, ahead in moments.items()}
        with open_writer(clean_engine) as connection:
            connection.execute(update(head).values(**values))
        return read_freshness(clean_engine).is_stale

    fresh = read_freshness(clean_engine)
    assert fresh.stale_after is not None
    assert fresh.checked_at is not None
    assert (never.is_stale, fresh.is_stale, fresh.row_count) == (True, False, 2)
    assert fresh.stale_after - fresh.checked_at == DAY
    assert is_stale(stale_after=-DAY)
    assert not is_stale(stale_after=DAY)
    assert not is_stale(checked_at=timedelta(minutes=59))
    assert is_stale(checked_at=timedelta(minutes=61))


def test_each_rule_book_that_published_is_kept_once(clean_engine: Engine) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    other = replace(BOOK, digest="other", texts={"own.yaml": "pins: []"})
    books = (BOOK, other, BOOK)

    for base, book in enumerate(books):
        plan = a_plan(a_row(f"thing-{base}", aliases=()), base=base, rulebook_digest=book.digest)
        publish_plan(clean_engine, plan, book, run_id="r1", token=token, fresh_for=DAY)

    assert [read_stored_rulebook(clean_engine, book.digest) for book in (BOOK, other)] == [
        BOOK.texts,
        other.texts,
    ]
    assert len(everything(clean_engine)["rulebook"]) == 2


def test_an_empty_plan_moves_only_freshness(clean_engine: Engine) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    publish_now(clean_engine, a_plan(a_row()), token)
    before, fresh = everything(clean_engine), read_freshness(clean_engine)

    again = publish_now(clean_engine, a_plan(base=1), token)

    after = read_freshness(clean_engine)
    assert (again.revision, again.rows_written, again.change_seq) == (1, 0, 1)
    assert everything(clean_engine) == before
    assert after.published_at == fresh.published_at
    assert after.checked_at is not None
    assert fresh.checked_at is not None
    assert after.checked_at >= fresh.checked_at


def test_a_stale_token_writes_nothing(clean_engine: Engine) -> None:
    stale = take_lease(clean_engine, "me", timedelta(seconds=-1)).token
    take_lease(clean_engine, "other", TTL)
    before = everything(clean_engine)

    with pytest.raises(LeaseHeldError, match=r"^publication: another worker took over"):
        publish_now(clean_engine, a_plan(a_row()), stale)
    mark_freshness(clean_engine, "held", stale)

    assert everything(clean_engine) == before
    assert read_freshness(clean_engine).status == "failing"


def test_a_plan_for_another_revision_is_refused(clean_engine: Engine) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    publish_now(clean_engine, a_plan(a_row()), token)

    with pytest.raises(LeaseHeldError):
        publish_now(clean_engine, a_plan(a_row("passkeys", aliases=())), token)


def test_a_publication_that_breaks_halfway_leaves_all_of_the_one_before(
    clean_engine: Engine,
) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    publish_now(clean_engine, a_plan(a_row()), token)
    before = everything(clean_engine)
    bad = a_row("passkeys", aliases=(), effort_rank=9)

    with pytest.raises(IntegrityError):
        publish_now(clean_engine, a_plan(a_row("scim", aliases=()), bad, base=1), token)

    assert everything(clean_engine) == before
    assert read_freshness(clean_engine).revision == 1


def test_what_is_redacted_is_named_in_no_news_of_others(clean_engine: Engine) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    sso = a_row("sso", name="Single sign-on", aliases=())
    renamed = replace(sso, name="Sign-on")
    gone = replace(
        a_row("passkeys", aliases=()),
        is_active=False,
        state_code=State.WITHDRAWN,
        withdrawn_reason=WithdrawnReason.MERGED,
        replaced_by="sso",
    )
    merged = a_plan(gone, base=1)
    sentence = "Passkeys is now part of Single sign-on."
    (change,) = merged.changes
    change = replace(change, news=ChangeKind.MERGED, sentence=sentence)
    publish_now(clean_engine, a_plan(sso, a_row(aliases=())), token)
    publish_now(clean_engine, replace(merged, changes=(change,)), token)
    publish_now(clean_engine, a_plan(renamed, base=2), token)

    redacted = a_plan(replace(renamed, name="Removed"), base=3)
    (change,) = redacted.changes
    words = RedactedNews("An entry is gone.", "An entry is now part of another entry.")
    change = replace(change, news=None, sentence=None, redaction=words)
    publish_now(clean_engine, replace(redacted, changes=(change,)), token)

    sentences = [row[4] for row in everything(clean_engine)["change"]]
    assert sentences[0] == sentences[3] == "An entry is gone."
    assert sentences[1] == "Audit log is new on the list."
    assert sentences[2] == "An entry is now part of another entry."
    assert not [told for told in sentences if "ign-on" in told]


def test_a_reader_sees_one_revision_while_another_is_written(postgres_url: str) -> None:
    with both_databases(postgres_url, postgres_url) as (engine, _):
        token = take_lease(engine, "me", TTL).token
        publish_now(engine, a_plan(a_row()), token)
        with open_reader(engine) as reader:
            query = text(
                "SELECT (SELECT count(*) FROM sales.v1_capability), revision "
                "FROM sales.v1_freshness"
            )
            first = reader.execute(query).one()
            publish_now(engine, a_plan(a_row("passkeys", aliases=()), base=1), token)
            second = reader.execute(query).one()
        with open_reader(engine) as reader:
            third = reader.execute(query).one()

    assert (tuple(first), tuple(second), tuple(third)) == ((1, 1), (1, 1), (2, 2))


@pytest.mark.parametrize(
    "wrong",
    [
        {"effort_rank": 6},
        {"effort_code": Level.NOT_RATED},
        {"is_active": False},
        {"name": "see https://example.com"},
        {"product_area": "https://example.com"},
        {"today_text": "see https://example.com"},
        {"disclaimer": "see https://example.com"},
        {"aliases": ("https://example.com",)},
        {"name": ""},
    ],
)
def test_the_database_itself_refuses_what_must_not_be(
    clean_engine: Engine, wrong: dict[str, Any]
) -> None:
    token = take_lease(clean_engine, "me", TTL).token

    with pytest.raises(IntegrityError):
        publish_now(clean_engine, a_plan(a_row(**wrong)), token)


def test_every_publication_is_chained_to_the_one_before(clean_engine: Engine) -> None:
    token = take_lease(clean_engine, "me", TTL).token
    publish_now(clean_engine, a_plan(a_row()), token)
    publish_now(clean_engine, a_plan(a_row("passkeys", aliases=()), base=1), token)

    tables, _ = name_prefixes(clean_engine.dialect.name)
    with open_reader(clean_engine) as connection:
        query = f"SELECT previous_hash, hash FROM {tables}publication ORDER BY revision"
        log = connection.execute(text(query)).all()
    assert log[1].previous_hash == log[0].hash
    assert log[0].previous_hash == "0" * 64
