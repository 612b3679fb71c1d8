"""What must hold of effort whatever a backlog looks like and whatever happens to it."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from models.backlog import DoneSource, HierarchyLevel, Issue, IssueRef, StatusCategory
from models.capability import PublishedState
from models.conditions import Line
from models.effort import MICRO, Entry, EntryKind, Ledger
from models.rulebook import RuleBook, Ruling
from models.snapshot import Snapshot
from tests.builders import AS_OF, WINDOW, a_subtask, an_epic, finished
from tests.rules import a_book
from translators.effort.booking import book_finished_items
from translators.plan.translate import Translation, translate
from translators.rules.decide import compile_rules

BOOK = a_book()
COMPONENTS = (("Invoicing",), ("Search",), ("Nobody's",), ())
TEAMS = {"PAY": 1, "ID": 2, "RPT": 3}
PEOPLE = ("anna", "ben", "cleo", "dan", "eve", None)
EVERYWHERE = frozenset(TEAMS)


@st.composite
def backlogs(draw: st.DrawFn) -> list[Issue]:
    """Three teams, epics of all fates, stories below them or below nothing, some with sub-tasks."""
    epics = [
        an_epic(
            project="PAY",
            components=draw(st.sampled_from(COMPONENTS)),
            labels=draw(st.sampled_from(((), (), (), ("tech-debt",)))),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    issues = list(epics)
    for _ in range(draw(st.integers(1, 25))):
        project = draw(st.sampled_from(sorted(TEAMS)))
        number = len(issues)
        story = finished(
            draw(st.integers(WINDOW - 8, WINDOW)),
            project=project,
            project_id=TEAMS[project],
            key=f"{project}-{number}",
            epic_id=draw(st.sampled_from([None, *(epic.id for epic in epics)])),
            points=draw(st.none() | st.integers(0, 40).map(Decimal)),
            contributor=draw(st.sampled_from(PEOPLE)),
            type=draw(st.sampled_from(("Story", "Bug"))),
            labels=draw(st.sampled_from(((), (), (), ("tech-debt",)))),
        )
        issues.append(story)
        if draw(st.booleans()):
            parts = draw(st.lists(st.none() | st.integers(1, 5).map(Decimal), max_size=2))
            issues += [a_subtask(story, points=p, project=project) for p in parts]
    return issues


def ledger_of(issues: Sequence[Issue], onto: Ledger | None = None, windows_ago: int = 0) -> Ledger:
    """The ledger with everything booked that closed so many windows ago."""
    onto = onto or Ledger("g1")
    as_of = AS_OF - windows_ago * timedelta(days=14)
    booking = book_finished_items(issues, onto, BOOK.effort, as_of, EVERYWHERE)
    return onto.extend(booking.entries, booking.windows)


def a_snapshot(issues: Sequence[Issue], ledger: Ledger) -> Snapshot:
    return Snapshot(
        as_of=AS_OF,
        generation=ledger.generation,
        issues=tuple(issues),
        entries=tuple(ledger.entries),
        windows=tuple(ledger.windows),
        published_state=PublishedState(),
    )


def translated(issues: Sequence[Issue], ledger: Ledger, rules: RuleBook = BOOK) -> Translation:
    return translate(a_snapshot(issues, ledger), rules, compile_rules(rules))


def efforts(issues: Sequence[Issue], ledger: Ledger) -> dict[str, int]:
    """What each capability's work adds up to."""
    evidence = translated(issues, ledger).attribution.evidence
    return {key: found.work.credit for key, found in evidence.items()}


def scaled(issue: Issue, factors: dict[str, Decimal]) -> Issue:
    if issue.points is None:
        return issue
    return replace(issue, points=issue.points * factors[issue.project])


factors = st.sampled_from(["0.5", "3", "10", "137.25"]).map(Decimal)


@given(backlogs(), st.fixed_dictionaries(dict.fromkeys(TEAMS, factors)))
def test_scaling_the_points_of_each_team_by_its_own_factor_changes_nothing(
    issues: list[Issue], by: dict[str, Decimal]
) -> None:
    otherwise = [scaled(issue, by) for issue in issues]

    assert efforts(otherwise, ledger_of(otherwise)) == efforts(issues, ledger_of(issues))
    assert translated(otherwise, ledger_of(otherwise)).plan == (
        translated(issues, ledger_of(issues)).plan
    )


@given(backlogs(), st.randoms())
def test_the_order_in_which_issues_come_changes_nothing(
    issues: list[Issue], random: Random
) -> None:
    shuffled = random.sample(issues, len(issues))

    assert set(ledger_of(shuffled).entries) == set(ledger_of(issues).entries)
    assert translated(shuffled, ledger_of(shuffled)).plan == (
        translated(issues, ledger_of(issues)).plan
    )


@given(backlogs())
def test_closing_one_more_window_never_lowers_a_capability(issues: list[Issue]) -> None:
    ledger = Ledger("g1")
    before: dict[str, int] = {}

    for windows_ago in range(9, -1, -1):
        ledger = ledger_of(issues, ledger, windows_ago)
        after = efforts(issues, ledger)
        assert all(after.get(key, 0) >= effort for key, effort in before.items())
        before = after

    assert {(e.issue_id, e.credit) for e in ledger.entries} == {
        (e.issue_id, e.credit) for e in ledger_of(issues).entries
    }


@given(backlogs())
def test_a_team_is_credited_at_most_its_windows_times_its_people(issues: list[Issue]) -> None:
    ledger = ledger_of(issues)

    for window in ledger.windows:
        credits = [e for e in ledger.entries if (e.team, e.window) == (window.team, window.window)]
        most = window.people * 2 * window.windows * MICRO
        assert sum(e.credit for e in credits) <= most
        assert sum(e.credit_by_count for e in credits) <= most


@given(backlogs())
def test_where_all_credits_went_adds_up_to_the_ledger(issues: list[Issue]) -> None:
    ledger = ledger_of(issues)

    standing = translated(issues, ledger).attribution

    assert sum(standing.account.values()) == sum(e.credit for e in ledger.entries)
    published = sum(evidence.work.credit for evidence in standing.evidence.values())
    assert published == standing.account.get("published", 0) + standing.account.get("waiting", 0)


Step = Callable[[Issue], Issue]


def reopen(issue: Issue) -> Issue:
    return replace(
        issue,
        status="In Progress",
        status_category=StatusCategory.INDETERMINATE,
        resolution=None,
        done_at=None,
        done_source=None,
    )


def finish_again(issue: Issue) -> Issue:
    if issue.is_done:
        return issue
    return replace(
        issue,
        status="Done",
        status_category=StatusCategory.DONE,
        resolution="Done",
        done_at=AS_OF,
        done_source=DoneSource.FIRST_SEEN,
    )


def give_up(issue: Issue) -> Issue:
    return replace(finish_again(issue), resolution="Duplicate")


def come_back(issue: Issue) -> Issue:
    return replace(issue, resolution="Done") if issue.is_done else issue


def lose(issue: Issue) -> Issue:
    return replace(issue, missing_since=AS_OF)


def estimate_anew(issue: Issue) -> Issue:
    return replace(issue, points=Decimal(99))


def move_elsewhere(issue: Issue) -> Issue:
    return replace(issue, epic_id=None, parent=IssueRef(key="ELSE-1"))


def become_a_subtask(issue: Issue) -> Issue:
    return replace(issue, hierarchy_level=HierarchyLevel.SUBTASK)


STEPS: tuple[Step, ...] = (
    reopen,
    finish_again,
    give_up,
    come_back,
    lose,
    estimate_anew,
    move_elsewhere,
    become_a_subtask,
)

histories = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from(STEPS), st.booleans(), st.integers(0, 20)),
    max_size=25,
)


@given(backlogs(), histories)
def test_whatever_happens_a_credit_stands_only_while_its_work_does(
    issues: list[Issue], history: list[tuple[int, Step, bool, int]]
) -> None:
    """Steps fall between runs; some runs are killed before they write, some come twice."""
    ledger, as_of = ledger_of(issues), AS_OF
    for number, step, is_killed, days in history:
        as_of += timedelta(days=days)
        place = number % len(issues)
        if issues[place].hierarchy_level is not HierarchyLevel.EPIC:
            issues[place] = step(issues[place])
        booking = book_finished_items(issues, ledger, BOOK.effort, as_of, EVERYWHERE)
        if not is_killed:
            ledger = ledger.extend(booking.entries, booking.windows)
    ledger = ledger_of(issues, ledger)

    assert book_finished_items(issues, ledger, BOOK.effort, AS_OF, EVERYWHERE).entries == ()
    for issue in issues:
        entries = [entry for entry in ledger.entries if entry.issue_id == issue.id]
        assert_they_alternate(entries)
        stands = bool(entries) and entries[-1].kind is EntryKind.CREDIT
        assert sum(e.credit for e in entries) == (entries[-1].credit if stands else 0)
        if stands:
            assert issue.is_done
            assert issue.resolution != "Duplicate"


def assert_they_alternate(entries: Sequence[Entry]) -> None:
    for number, entry in enumerate(entries):
        kind = EntryKind.REVERSAL if number % 2 else EntryKind.CREDIT
        assert (entry.kind, entry.turn) == (kind, number // 2 + 1)
        assert (entry.reason is None) is (kind is EntryKind.CREDIT)


@given(backlogs(), st.integers(0, 200))
def test_voiding_an_issue_takes_exactly_its_own_credit_back(
    issues: list[Issue], number: int
) -> None:
    before = ledger_of(issues)
    voided = issues[number % len(issues)]
    ruling = Ruling(voided.key, "a test", "@anna", Line("effort.yaml", 1))
    rules = replace(BOOK.effort, void=(ruling,))

    after = book_finished_items(issues, before, rules, AS_OF, EVERYWHERE)

    mine = sum(entry.credit for entry in before.entries if entry.issue_id == voided.id)
    assert sum(entry.credit for entry in after.entries) == -mine
