from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue
from models.effort import MICRO, EntryKind, Ledger, SizeSource, Unit
from tests.builders import AS_OF, WINDOW, a_subtask, an_epic, an_issue, effort_rules, finished
from translators.backlog.fortnights import last_closed, window_of, window_start
from translators.backlog.items import find_parents, is_item
from translators.effort.booking import Booking, book_finished_items, generation_of
from translators.effort.rating import count_heads
from translators.effort.team_ledger import count_people

RULES = effort_rules()
PAY = frozenset({"PAY"})


def booked(
    *issues: Issue,
    ledger: Ledger | None = None,
    as_of: datetime = AS_OF,
    complete: frozenset[str] = PAY,
) -> Booking:
    return book_finished_items(issues, ledger or Ledger("g1"), RULES, as_of, complete)


def points(value: str | int) -> dict[str, Any]:
    return {"points": Decimal(value)}


def test_windows_are_fortnights_from_a_monday() -> None:
    assert window_start(0).weekday() == 0
    assert window_of(window_start(WINDOW)) == WINDOW
    assert window_of(window_start(WINDOW + 1) - timedelta(microseconds=1)) == WINDOW


def test_a_window_closes_48_hours_after_its_end() -> None:
    end = window_start(WINDOW + 1)

    assert last_closed(end + timedelta(hours=48)) == WINDOW
    assert last_closed(end + timedelta(hours=48) - timedelta(seconds=1)) == WINDOW - 1


def test_the_lay_readers_example_holds() -> None:
    """10 of 40 points of six people's fortnight: a quarter of 12 person-weeks, 3."""
    people = [f"p{number}" for number in range(6)]
    ours = finished(contributor=people[0], **points(10))
    others = [finished(contributor=person, **points(6)) for person in people[1:]]

    entry = booked(ours, *others).entries[0]

    assert [entry.size, entry.denominator, entry.people] == [10, 40, 6]
    assert entry.credit == 3 * MICRO


def test_work_in_a_window_that_is_still_open_is_not_booked() -> None:
    open_window = window_of(AS_OF)

    assert booked(finished(open_window, **points(3))).entries == ()


def test_booking_again_adds_nothing() -> None:
    issues = [finished(**points(3)), finished(WINDOW - 1, **points(5))]
    first = booked(*issues)

    again = booked(*issues, ledger=Ledger("g1", first.entries, first.windows))

    assert first.entries
    assert again.entries == ()
    assert again.windows == ()


def test_late_knowledge_goes_into_the_next_window_to_close_and_its_total() -> None:
    early = finished(WINDOW - 1, **points(5))
    first = booked(early, as_of=window_start(WINDOW) + timedelta(hours=48))
    late = finished(WINDOW - 1, **points(7))
    on_time = finished(WINDOW, **points(3))

    entries = booked(
        early, late, on_time, ledger=Ledger("g1", first.entries, first.windows)
    ).entries

    assert {entry.issue_id: entry.window for entry in entries} == {
        late.id: WINDOW,
        on_time.id: WINDOW,
    }
    assert entries[0].denominator == 10


def test_cancelled_work_earns_nothing_and_is_not_in_the_total() -> None:
    ours = finished(**points(3))
    cancelled = finished(resolution="won't do", **points(30))
    rejected = finished(status="Rejected", **points(30))

    entries = booked(ours, cancelled, rejected).entries

    assert [e.issue_id for e in entries] == [ours.id]
    assert entries[0].denominator == 3


def test_hidden_work_stays_in_the_denominator() -> None:
    """Booking knows nothing of screening: dividing by published work alone would flatter it."""
    debt = finished(summary="Refactor billing", labels=("tech-debt",), **points(30))

    entries = booked(finished(**points(10)), debt).entries

    assert {entry.denominator for entry in entries} == {Fraction(40)}


def test_empty_windows_before_a_release_count_as_its_work() -> None:
    first, before, release = (finished(WINDOW - n, **points(10)) for n in (8, 4, 0))

    entries = {entry.issue_id: entry for entry in booked(first, before, release).entries}

    assert entries[first.id].windows == 1
    assert entries[release.id].windows == 4


def test_one_worked_fortnight_shows_no_usual_one_so_nothing_is_carried_yet() -> None:
    first, lone = finished(WINDOW - 7, **points(10)), finished(WINDOW, **points(10))

    assert [entry.windows for entry in booked(first, lone).entries] == [1, 1]


def test_what_is_carried_is_rounded_down_so_no_team_earns_more_than_its_time() -> None:
    history = [
        finished(WINDOW - 6 + n, **points(p)) for n, p in enumerate((1000,) * 4 + (9, 9, 4000))
    ]

    booking = booked(*history)

    assert sum(entry.credit for entry in booking.entries) <= 7 * 2 * MICRO


def test_a_lone_item_after_a_lull_is_not_the_lulls_work() -> None:
    """The empty fortnights were no preparation of a release: the item is no larger than any."""
    busy = [finished(WINDOW - n, **points(10)) for n in (4, 5, 6, 7, 8, 9) for _ in range(4)]
    lone = finished(WINDOW, **points(10))

    entry = next(e for e in booked(*busy, lone).entries if e.issue_id == lone.id)

    assert [entry.windows, entry.denominator] == [1, 20]


def test_a_small_fix_between_two_releases_leaves_their_fortnights_to_them() -> None:
    releases = [finished(WINDOW - n, **points(10)) for n in (0, 3, 6, 9, 12) for _ in range(9)]
    fix = finished(WINDOW - 1, **points(9))

    windows = {e.window: e.windows for e in booked(*releases, fix).entries}

    assert windows[WINDOW - 3] == 3
    assert windows[WINDOW - 1] == 1
    assert 2 < windows[WINDOW] < 3


def test_at_most_six_empty_windows_are_carried() -> None:
    releases = [finished(WINDOW - n, **points(10)) for n in (40, 20, 0)]

    assert max(entry.windows for entry in booked(*releases).entries) == 7


def test_a_thin_window_is_bounded_by_half_the_median() -> None:
    """One small item in a quiet fortnight is not worth the whole team."""
    usual = [finished(WINDOW - n, **points(20)) for n in range(1, 6)]
    quiet = finished(WINDOW, **points(1))

    entry = next(e for e in booked(*usual, quiet).entries if e.issue_id == quiet.id)

    assert entry.denominator == 10


@pytest.mark.parametrize(
    ("own", "parts", "size", "source"),
    [
        ("5", (), 5, SizeSource.OWN),
        ("0", (), 0, SizeSource.OWN),
        (None, ("2", "3"), 5, SizeSource.SUBTASKS),
        ("5", ("2", "3"), 5, SizeSource.OWN),
    ],
)
def test_a_size_is_its_own_else_that_of_its_subtasks_never_both(
    own: str | None, parts: tuple[str, ...], size: int, source: SizeSource
) -> None:
    item = finished(points=Decimal(own) if own else None)
    subtasks = [a_subtask(item, points=Decimal(part)) for part in parts]
    filler = [finished(**points(3)) for _ in range(4)]

    entry = next(e for e in booked(item, *subtasks, *filler).entries if e.issue_id == item.id)

    assert [entry.size, entry.size_source] == [size, source]


def test_a_missing_size_is_the_median_of_its_type_else_of_the_team() -> None:
    stories = [finished(**points(p)) for p in (2, 3, 8, 8, 5, 6)]
    bug, task = finished(type="Bug", points=None), finished(points=None)

    entries = {e.issue_id: e for e in booked(*stories, bug, task).entries}

    expected = Fraction(11, 2)
    assert (entries[task.id].size, entries[task.id].size_source) == (
        expected,
        SizeSource.TYPE_MEDIAN,
    )
    assert (entries[bug.id].size, entries[bug.id].size_source) == (
        expected,
        SizeSource.TEAM_MEDIAN,
    )


def test_too_few_known_sizes_mean_counting() -> None:
    known = [finished(**points(3)) for _ in range(2)]
    unknown = [finished(points=None) for _ in range(5)]

    entries = booked(*known, *unknown).entries

    assert {e.unit for e in entries} == {Unit.COUNT}
    assert {e.size for e in entries} == {1}


def test_only_zeros_mean_counting() -> None:
    assert {e.unit for e in booked(finished(**points(0))).entries} == {Unit.COUNT}


def test_unassigned_work_earns_no_credit_and_is_a_finding() -> None:
    booking = booked(finished(contributor=None, **points(3)))

    assert booking.entries[0].credit == 0
    assert "team-without-people" in {finding.code for finding in booking.findings}


def test_people_are_those_who_finished_items_or_subtasks() -> None:
    item = finished(contributor="anna", **points(3))
    parts = [
        replace(
            finished(contributor=name),
            hierarchy_level=HierarchyLevel.SUBTASK,
            parent=a_subtask(item).parent,
        )
        for name in ("ben", "cleo")
    ]

    assert booked(item, *parts).entries[0].people == 3


@pytest.mark.parametrize(
    ("windows", "people"),
    [
        ([{"anna": 4, "ben": 4, "cleo": 4}], 3),
        ([{"anna": 10, "ben": 5, "cleo": 2}], Fraction(12, 5)),
        ([{"anna": 1}, {"ben": 1}, {"anna": 1, "cleo": 1}], 3),
        ([{"anna": 6, "ben": 6}, {"anna": 6, "ben": 6, "lent": 1}], Fraction(25, 12)),
        ([{"tester": 40, "anna": 4, "ben": 4}], 3),
        ([{}], 0),
        ([], 0),
    ],
)
def test_people_count_by_what_they_finished_beside_the_middle_one(
    windows: list[dict[str, int]], people: int
) -> None:
    assert count_people(windows) == people


@given(st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 50)), max_size=6))
def test_of_fewer_than_three_people_nobody_says_three(windows: list[dict[str, int]]) -> None:
    different = len({name for window in windows for name in window})

    heads = count_heads(count_people(windows))

    assert min(different, 3) <= heads <= different or different > heads >= 3


def test_more_than_fifteen_people_are_a_finding_and_no_limit() -> None:
    items = [finished(contributor=f"p{n}", **points(1)) for n in range(20)]

    booking = booked(*items)

    assert booking.entries[0].people == 20
    assert "team-too-large" in {finding.code for finding in booking.findings}


def test_a_team_whose_project_was_not_walked_whole_keeps_its_windows_open() -> None:
    assert booked(finished(**points(3)), complete=frozenset()).windows == ()


def test_an_epic_is_an_item_only_without_children() -> None:
    parent, childless = an_epic(), an_epic()
    child = an_issue(epic_id=parent.id)

    issues = [parent, childless, child]
    parents = find_parents(issues)

    assert [issue for issue in issues if is_item(issue, parents)] == [childless, child]


def test_what_is_gone_before_it_was_ever_credited_is_no_new_item() -> None:
    epic = finished(hierarchy_level=HierarchyLevel.EPIC, **points(8))
    story, other = finished(**points(3)), finished(**points(5))
    gone = [replace(each, missing_since=AS_OF - timedelta(days=9)) for each in (epic, story)]

    assert {entry.issue_id for entry in booked(*gone, other).entries} == {other.id}
    assert booked(*gone, other).windows == booked(other).windows


def test_what_was_credited_by_other_rules_before_it_was_gone_is_credited_by_new_ones() -> None:
    gone = replace(finished(**points(3)), missing_since=AS_OF)

    booking = book_finished_items([gone], Ledger("g2"), RULES, AS_OF, PAY, gone=frozenset())

    assert [entry.issue_id for entry in booking.entries] == [gone.id]


def test_a_changed_team_rule_is_a_new_generation() -> None:
    assert generation_of(RULES, ["cf1"]) != generation_of(RULES, ["cf2"])
    assert generation_of(RULES, ["cf1"]) == generation_of(
        effort_rules(edges=(1, 2, 3, 4), cancelled_resolutions=("Duplicate", "Won't Do")), ["cf1"]
    )


backlogs = st.lists(
    st.builds(
        finished,
        window=st.integers(WINDOW - 9, WINDOW),
        points=st.none() | st.integers(0, 100).map(Decimal),
        contributor=st.none() | st.sampled_from(["anna", "ben", "cleo", "dan"]),
        type=st.sampled_from(["Story", "Bug"]),
    ),
    min_size=1,
    max_size=30,
)


def credits(issues: Sequence[Issue]) -> dict[int, int]:
    return {entry.issue_id: entry.credit for entry in booked(*issues).entries}


@given(backlogs, st.sampled_from(["0.5", "2", "7", "100"]))
def test_scaling_a_teams_points_changes_nothing(issues: list[Issue], factor: str) -> None:
    scaled = [
        replace(i, points=i.points * Decimal(factor)) if i.points is not None else i for i in issues
    ]

    assert credits(scaled) == credits(issues)


@given(backlogs, st.randoms())
def test_order_changes_nothing(issues: list[Issue], random: Random) -> None:
    shuffled = list(issues)
    random.shuffle(shuffled)

    assert credits(shuffled) == credits(issues)


@given(backlogs, st.integers(1, 9))
def test_closing_windows_one_by_one_books_the_same_and_never_lowers(
    issues: list[Issue], steps: int
) -> None:
    whole = booked(*issues)
    ledger = Ledger("g1")

    for step in range(steps, -1, -1):
        as_of = AS_OF - step * timedelta(days=14)
        seen = [issue for issue in issues if issue.done_at and issue.done_at <= as_of]
        more = booked(*seen, ledger=ledger, as_of=as_of)
        assert all(entry.credit >= 0 and entry.kind is EntryKind.CREDIT for entry in more.entries)
        ledger = Ledger("g1", (*ledger.entries, *more.entries), (*ledger.windows, *more.windows))

    assert sorted(e.issue_id for e in ledger.entries) == sorted(e.issue_id for e in whole.entries)
    assert {e.issue_id: e.credit for e in ledger.entries} == credits(issues)


@given(backlogs)
def test_a_team_is_credited_at_most_its_windows_times_its_people(issues: list[Issue]) -> None:
    booking = booked(*issues)

    for window in booking.windows:
        total = sum(e.credit for e in booking.entries if e.window == window.window)
        assert total <= window.people * 2 * window.windows * MICRO
