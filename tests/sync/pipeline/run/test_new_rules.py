"""When changed rules are published on what was read last, and when a run has to read first."""

import threading
from collections.abc import Iterator
from dataclasses import replace as with_changes
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from models.backlog import Field, HierarchyLevel, Identity, SiteProfile
from models.errors import (
    HeldError,
    HistoryError,
    LeaseHeldError,
    RuleBookError,
    SchemaError,
    StoppedError,
)
from models.loss import Kept
from models.plan import Proposal
from models.promises import PassedTexts
from models.rulebook import RuleBook
from models.tables import clean, state
from sync.jira.describe.field_plan import SYSTEM, FieldPlan
from sync.pipeline.context import Context
from sync.pipeline.rules.in_force import (
    check_no_published_id_deleted,
    load_rules_in_force,
    read_rules_asked_about,
)
from sync.pipeline.run.kept import count_kept
from sync.pipeline.run.new_rules import are_others_in_force, find_why_to_read, publish_new_rules
from sync.rulebook import rulebook_from_texts
from sync.store.clean.epoch import read_history_end
from sync.store.clean.freshness import read_freshness
from sync.store.clean.lease import TTL, acquire_lease, take_lease
from sync.store.clean.published_state import read_published_state
from sync.store.db.engines import open_writer
from sync.store.state.last_publication import PublicationMark, remember_publication
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.runs import runs
from tests.builders import AS_OF, an_issue
from tests.postgres import Postgres
from tests.rules import INVOICING, SEARCH, a_book
from tests.sync.pipeline.incremental.beginnings import Beginnings
from tests.sync.pipeline.incremental.changing import BOOK, SEEN, Changing, backlog
from tests.variants import on_sqlite_first

pytestmark = on_sqlite_first
POINTS = Field(
    id="customfield_1",
    name="Story Points",
    kind="com.atlassian.jira.plugin.system.customfieldtypes:float",
)
SPRINT = Field(id="customfield_2", name="Sprint", kind="x")
OTHERS = Field(
    id="customfield_3",
    name="Days",
    kind="com.atlassian.jira.plugin.system.customfieldtypes:float",
)
PROFILE = SiteProfile(
    deployment="cloud",
    version="1",
    server_time=AS_OF,
    described_at=AS_OF,
    identity=Identity("a1", "Reader"),
    projects=SEEN,
    types=(),
    fields=(POINTS, SPRINT, OTHERS),
)
READ = FieldPlan(requested=(*SYSTEM, POINTS.id), points=(POINTS.id,))
RENAMED = "name: Invoicing", "name: Billing"


@pytest.fixture
def site(
    beginnings: Beginnings, tmp_path: Path, database_server: Postgres | None
) -> Iterator[Changing]:
    """A list that was published, of a mirror that was read with the usual fields."""
    with beginnings.changing(tmp_path, database_server) as found:
        walk(found.context, found.walk)
        yield found


def walk(context: Context, number: int, profile: SiteProfile = PROFILE) -> None:
    """A walk that finds nothing new."""
    store = context.site_store
    store.begin_walk(profile, READ.requested, number, token=number)
    store.finish_walk(profile, READ, number, token=number, is_translation_kept=True)


def edited(old: str, new: str, book: RuleBook = BOOK) -> RuleBook:
    """The rule book with other words in what is the team's own."""
    own = book.texts["rules.yaml"].replace(old, new)
    return rulebook_from_texts({**book.texts, "rules.yaml": own})


def end_run(context: Context, outcome: str, **others: Any) -> None:
    run_id, _ = runs.start_run(context.state, "main")
    runs.finish_run(context.state, run_id, runs.Ending(outcome=outcome, exit_code=0, **others))


def test_rules_are_others_than_those_of_the_list_once_there_is_one(site: Changing) -> None:
    context, other = site.context, edited(*RENAMED)

    found = [are_others_in_force(context, BOOK), are_others_in_force(context, other)]
    with open_writer(context.clean) as connection:
        connection.execute(update(clean.head).values(rulebook_digest=None))

    assert [*found, are_others_in_force(context, other)] == [False, True, False]


def test_what_was_read_last_will_do_for_rules_that_ask_for_no_more(site: Changing) -> None:
    assert find_why_to_read(site.context, BOOK) is None
    assert find_why_to_read(site.context, edited(*RENAMED)) is None


def test_nothing_is_published_before_a_whole_walk(context: Context) -> None:
    why = [find_why_to_read(context, BOOK)]
    context.site_store.ensure_record()
    why.append(find_why_to_read(context, BOOK))
    context.site_store.begin_walk(PROFILE, READ.requested, 1, token=1)
    why.append(find_why_to_read(context, BOOK))
    walk(context, 1)
    with open_writer(context.state) as connection:
        connection.execute(update(state.site).values(as_of=None))
    why.append(find_why_to_read(context, BOOK))

    assert why == ["no run has read Jira to the end yet"] * 4


@pytest.mark.parametrize(
    ("outcomes", "is_held"),
    [
        ((), False),
        (("published",), False),
        (("held",), True),
        (("held", "published"), False),
        (("published", "held", "rules", "approved", "stopped"), True),
        (("held", "failed"), False),
    ],
)
def test_what_a_guard_held_before_it_was_taken_is_read_again_first(
    site: Changing, outcomes: tuple[str, ...], is_held: bool
) -> None:
    for outcome in outcomes:
        end_run(site.context, outcome)
    runs.start_run(site.context.state, "main")

    why = find_why_to_read(site.context, BOOK)

    assert why == ("the last run was held back before anything was taken from it" * is_held or None)


def test_what_a_guard_held_of_a_plan_was_read(site: Changing) -> None:
    plan = replace(site.whole()["plan"], holds=())
    proposal = Proposal(plan=plan, texts=BOOK.texts, decisions=())
    end_run(site.context, "held", proposal=proposal)

    assert find_why_to_read(site.context, BOOK) is None


def test_a_walk_that_was_cut_short_comes_first(site: Changing) -> None:
    mirror = site.context.mirror
    mirror.write_issues([an_issue(id=900, key="PAY-900")], {}, site.walk + 1)

    assert find_why_to_read(site.context, BOOK) == "the last run was ended while it read"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("component: Invoicing}", "sprint: x}", "they name a field that was not read"),
        ("component: Invoicing}", "nowhere: x}", "they name a field that Jira did not have"),
        ("void:", "points_fields: [Days]\n  void:", "they name a field that was not read"),
    ],
)
def test_fields_that_were_not_read_are_read_first(
    site: Changing, old: str, new: str, why: str
) -> None:
    assert find_why_to_read(site.context, edited(old, new)) == why


def test_points_that_come_of_other_fields_are_read_first(site: Changing) -> None:
    both = FieldPlan(requested=(*SYSTEM, POINTS.id, OTHERS.id), points=(POINTS.id,))
    site.context.site_store.finish_walk(
        PROFILE, both, site.walk, token=site.walk, is_translation_kept=True
    )
    other = edited("void:", "points_fields: [Days]\n  void:")

    assert find_why_to_read(site.context, BOOK) is None
    assert find_why_to_read(site.context, other) == "they take story points from other fields"


def publish(context: Context, book: RuleBook, stop: threading.Event | None = None) -> None:
    publish_new_rules(context, book, stop or threading.Event())


def names(context: Context) -> set[str]:
    rows = read_published_state(context.clean).capabilities.values()
    return {each.row.name for each in rows}


def test_changed_rules_are_published_and_the_list_is_as_old_as_it_was(site: Changing) -> None:
    context, book = site.context, edited(*RENAMED)
    before = read_freshness(context.clean)

    publish(context, book)

    after = read_freshness(context.clean)
    assert "Billing" in names(context)
    assert not are_others_in_force(context, book)
    assert (after.checked_at, after.stale_after) == (before.checked_at, before.stale_after)
    assert after.revision == before.revision + 1
    (run,) = runs.read_last_runs(context.state, "main")
    assert (run.outcome, run.exit_code, run.revision) == ("rules", 0, after.revision)
    with acquire_lease(context.clean):
        pass  # it was given back


def test_nothing_is_published_by_who_was_stopped_or_has_no_lease(site: Changing) -> None:
    context, book = site.context, edited(*RENAMED)
    stop = threading.Event()
    stop.set()
    with pytest.raises(StoppedError):
        publish(context, book, stop)
    take_lease(context.clean, "other:1", TTL)
    with pytest.raises(LeaseHeldError, match="other:1"):
        publish(context, book)

    assert "Billing" not in names(context)
    assert are_others_in_force(context, book)


def test_nothing_is_published_into_a_list_that_went_back(site: Changing) -> None:
    context = site.context
    end = read_history_end(context.clean)
    mark = PublicationMark(epoch=end.epoch, revision=9, change_seq=99, hash=None)
    remember_publication(context.state, mark)

    with pytest.raises(HistoryError, match="went back to revision 1"):
        publish(context, edited(*RENAMED))

    assert "Billing" not in names(context)


def test_rules_that_a_guard_holds_are_not_published_and_say_nothing_of_when_jira_was_read(
    site: Changing,
) -> None:
    site.write(
        [], gone=[each.id for each in backlog() if each.hierarchy_level is HierarchyLevel.EPIC]
    )

    with pytest.raises(HeldError, match="Jira shows no epic at all"):
        publish(site.context, edited(*RENAMED))

    (run,) = runs.read_last_runs(site.context.state, "main")
    assert (run.outcome, run.as_of, run.is_proposed) == ("held", None, True)
    assert read_freshness(site.context.clean).revision == 1


def test_a_publication_that_stands_there_already_under_our_own_lease_is_a_bug(
    site: Changing,
) -> None:
    log = clean.publication
    with open_writer(site.context.clean) as connection:
        (first,) = connection.execute(select(log))
        connection.execute(insert(log).values({**first._mapping, "revision": 2, "hash": "f"}))

    with pytest.raises(IntegrityError):
        publish(site.context, edited(*RENAMED))


def test_who_publishes_new_rules_has_the_mirror_to_himself(site: Changing) -> None:
    publish(site.context, edited(*RENAMED))

    with pytest.raises(StoppedError, match="overtaken"):
        site.context.site_store.finish_walk(PROFILE, READ, site.walk, token=site.walk + 99)
    with pytest.raises(StoppedError, match="overtaken"):
        site.context.site_store.finish_walk(PROFILE, READ, site.walk, token=site.walk)


def test_what_the_rules_in_force_are_is_read_from_the_list(site: Changing) -> None:
    context, other = site.context, edited(*RENAMED)
    same, stored = load_rules_in_force(context, BOOK), load_rules_in_force(context, other)

    assert same.rulebook is BOOK
    assert same.compile_other(BOOK) is None
    assert stored.rulebook is not None
    assert stored.rulebook.digest == BOOK.digest
    assert stored.compile_other(other) is not None
    assert stored.published_state == same.published_state
    assert stored.published_state.revision == 1


def test_before_the_first_publication_no_rules_are_in_force(context: Context) -> None:
    in_force = load_rules_in_force(context, BOOK)

    assert in_force.rulebook is None
    assert in_force.compile_other(BOOK) is None


def test_a_list_without_its_own_rules_is_a_broken_database(site: Changing) -> None:
    with open_writer(site.context.clean) as connection:
        connection.execute(clean.rulebook.delete())

    with pytest.raises(SchemaError, match=r"^clean database: does not hold the rule book"):
        load_rules_in_force(site.context, edited(*RENAMED))


def test_every_published_id_that_is_deleted_is_named_and_what_to_do(site: Changing) -> None:
    published = read_published_state(site.context.clean)
    folder, other = Path("rules"), a_book(SEARCH.replace("id: search", "id: other"))

    check_no_published_id_deleted(a_book(INVOICING, SEARCH), published, folder)
    with pytest.raises(RuleBookError) as refused:
        check_no_published_id_deleted(other, published, folder)

    assert [each.what for each in refused.value.problems] == [
        f"lacks the published capability {each!r}" for each in sorted(published.capabilities)
    ]
    assert {each.where for each in refused.value.problems} == {"rules"}


def test_what_passed_the_linter_in_the_last_run_is_not_searched_again(
    site: Changing, tmp_path: Path
) -> None:
    folder, given = tmp_path / "rules", []
    site.context.site_store.invalidate_translation()

    def read(where: Path, passed: PassedTexts) -> RuleBook:
        given.append((where, passed))
        return BOOK

    first = read_rules_asked_about(site.context, folder, read)
    publish(site.context, edited(*RENAMED))
    second = read_rules_asked_about(site.context, folder, read)

    assert [where for where, _ in given] == [folder, folder]
    assert [first.passed, second.passed] == [passed for _, passed in given]
    assert not first.passed.texts
    assert second.passed.texts


def test_what_a_project_feeds_is_counted_of_the_list_as_it_stands(site: Changing) -> None:
    context = site.context
    none = count_kept(context, [])
    kept = count_kept(context, ["INT", "PAY", "NOT"])
    with open_writer(context.clean) as connection:
        off = {"is_active": False, "state_code": "withdrawn", "withdrawn_reason": "not_for_sale"}
        same = clean.capability.c.capability_id == "search"
        connection.execute(update(clean.capability).where(same).values(**off))

    assert none == ()
    assert kept == (
        Kept(project="INT", entries=1, issues=19),
        Kept(project="PAY", entries=2, issues=36),
        Kept(project="NOT", entries=0, issues=0),
    )
    assert [each.entries for each in count_kept(context, ["INT", "PAY"])] == [0, 1]


def test_where_sites_share_a_list_each_counts_the_projects_of_its_own(site: Changing) -> None:
    shared = with_changes(site.context, left=("other",))
    theirs = an_issue(site="other", id=900, key="PAY-1", project="PAY")
    Mirror(shared.state, "other").write_issues([theirs], {}, 1)

    assert count_kept(shared, ["main/PAY", "other/PAY"]) == (
        Kept(project="main/PAY", entries=2, issues=36),
        Kept(project="other/PAY", entries=0, issues=1),
    )
