"""What a reader of the list could work out of it, and why not: the part that code can show."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from models.backlog import Issue
from models.capability import PublishedState
from models.effort import MICRO, Ledger, Level
from models.snapshot import Snapshot
from tests.builders import AS_OF, WINDOW, an_epic, finished
from tests.rules import a_book
from translators.backlog.fortnights import GRACE, window_start
from translators.effort.booking import book_finished_items
from translators.plan.translate import Translation, translate
from translators.rules.decide import compile_rules

BOOK = a_book()
COMPILED = compile_rules(BOOK)
EPIC = an_epic(components=("Invoicing",))
CLOSES = window_start(WINDOW + 2) + GRACE
"""When the fortnight that AS_OF falls into may be booked."""


def work(people: int, fortnights: int = 8, **changes: object) -> list[Issue]:
    """A team that finishes an item a person and fortnight."""
    return [
        finished(
            WINDOW - turn,
            epic_id=EPIC.id,
            contributor=f"{changes.get('project', 'PAY')}{person}",
            points=Decimal(3),
            **changes,
        )
        for turn in range(fortnights)
        for person in range(people)
    ]


def translated(
    issues: list[Issue],
    onto: Translation | None = None,
    later: timedelta = timedelta(0),
    before: Ledger | None = None,
) -> tuple[Translation, Ledger]:
    ledger = before or Ledger("g1")
    projects = frozenset(issue.project for issue in issues)
    booking = book_finished_items(issues, ledger, BOOK.effort, AS_OF + later, projects)
    ledger = ledger.extend(booking.entries, booking.windows)
    published_state = PublishedState()
    if onto is not None:
        kept = {found.capability_id: found for found in onto.plan.remembered}
        published_state = PublishedState(revision=1, capabilities=kept, generation="g1")
    snapshot = Snapshot(
        as_of=AS_OF + later,
        generation="g1",
        issues=tuple(issues),
        entries=tuple(ledger.entries),
        windows=tuple(ledger.windows),
        published_state=published_state,
    )
    return translate(snapshot, BOOK, COMPILED), ledger


@given(
    st.lists(st.integers(0, 13 * 24 - 1), max_size=20),
    st.timedeltas(timedelta(0), CLOSES - AS_OF - timedelta(seconds=1)),
)
def test_a_level_does_not_move_from_one_closing_to_the_next(
    hours: list[int], later: timedelta
) -> None:
    """So the day on which a level changes tells of the calendar, and not of anybody's work."""
    known = [EPIC, *work(3)]
    first, ledger = translated(known)
    new = [
        finished(
            done_at=window_start(WINDOW + 1) + timedelta(hours=hour),
            epic_id=EPIC.id,
            contributor="anna",
            points=Decimal(50),
        )
        for hour in hours
    ]

    second, _ = translated([*known, *new], onto=first, later=later, before=ledger)

    assert second.rows["invoicing"].effort_code is first.rows["invoicing"].effort_code
    assert second.ratings["invoicing"].effort == first.ratings["invoicing"].effort


@given(st.integers(1, 2), st.integers(1, 60))
def test_no_level_speaks_of_one_or_two_people(people: int, fortnights: int) -> None:
    translation, _ = translated([EPIC, *work(people, fortnights)])

    row = translation.rows["invoicing"]
    assert (row.effort_code, row.effort_rank) == (Level.NOT_RATED, None)


@given(st.integers(1, 2), st.integers(1, 12))
def test_the_work_of_one_or_two_people_moves_no_level_of_others(
    people: int, fortnights: int
) -> None:
    """Else whoever knows the others' level could tell these people's work from the sum."""
    ours = [EPIC, *work(4)]
    few = work(people, fortnights, project="ID", project_id=2)

    alone, _ = translated(ours)
    together, _ = translated([*ours, *few])

    assert together.ratings["invoicing"].effort == alone.ratings["invoicing"].effort
    assert together.rows["invoicing"] == alone.rows["invoicing"]


@given(st.integers(3, 9), st.integers(1, 30), st.integers(3, 9), st.integers(1, 30))
def test_rows_of_one_level_do_not_tell_which_of_them_took_more(
    people: int, fortnights: int, others: int, other_fortnights: int
) -> None:
    one, _ = translated([EPIC, *work(people, fortnights)])
    other, _ = translated([EPIC, *work(others, other_fortnights)])

    first, second = one.rows["invoicing"], other.rows["invoicing"]
    if (first.effort_code, first.state_code) == (second.effort_code, second.state_code):
        assert first == second


def test_neighbouring_levels_lie_far_apart() -> None:
    edges = BOOK.effort.edges

    assert all(above >= 2.5 * below for below, above in pairwise(edges))
    assert edges[0] * MICRO > 3 * 2 * MICRO - 1  # more than one fortnight of the smallest team


def test_what_was_finished_when_and_by_whom_is_in_no_row() -> None:
    issues = [EPIC, *work(3)]
    otherwise = [
        replace(i, done_at=i.done_at + timedelta(hours=3), contributor=f"{i.contributor}!")
        if i.done_at
        else i
        for i in issues
    ]

    assert translated(issues)[0].rows == translated(otherwise)[0].rows
