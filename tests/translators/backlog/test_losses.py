"""Where so much is not shown any more that people cannot have deleted it, and where not."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from msgspec.structs import replace

from models.backlog import HierarchyLevel
from models.loss import Cell, Kept, Loss
from tests.builders import AS_OF
from tests.rules import a_book
from translators.backlog.losses import (
    EPICS,
    ISSUES,
    find_floors,
    find_losses,
    keep_accepted,
    leave_accepted,
    tell_losses,
    word_kept,
)

LIMITS = a_book().guards
DAY = timedelta(days=1)
MONTH = 30 * DAY


def stories(number: int, project: str = "PAY") -> dict[Cell, int]:
    return {Cell(project, "Story", HierarchyLevel.BASE): number}


def bugs(number: int, project: str = "PAY") -> dict[Cell, int]:
    return {Cell(project, "Bug", HierarchyLevel.BASE): number}


def epics(number: int, project: str = "PAY") -> dict[Cell, int]:
    return {Cell(project, "Epic", HierarchyLevel.EPIC): number}


def a_loss(lost: int = 10, kind: str = ISSUES, project: str = "PAY", **changes: object) -> Loss:
    return Loss(project=project, kind=kind, lost=lost, had=100, **changes)  # type: ignore[arg-type]


def doubtful(had: Mapping[Cell, int], lost: Mapping[Cell, int]) -> list[tuple[str, str, int, int]]:
    found = find_losses(had, lost, LIMITS)
    return [(each.project, each.kind, each.lost, each.had) for each in found]


@pytest.mark.parametrize(
    ("had", "lost", "is_doubtful"),
    [
        (40, 10, True),
        (40, 9, False),  # too few, whatever their share
        (50, 10, False),  # a fifth is not more than a fifth
        (49, 10, True),
        (5, 5, True),  # all of five
        (4, 4, False),  # four may go one by one
        (6, 5, False),
    ],
)
def test_a_share_of_a_project_is_in_doubt_by_count_and_share(
    had: int, lost: int, is_doubtful: bool
) -> None:
    kinds = [("PAY", ISSUES, lost, had), ("PAY", "Story", lost, had)]

    assert doubtful(stories(had), stories(lost)) == (kinds if is_doubtful else [])


@pytest.mark.parametrize(
    ("had", "lost", "is_doubtful"),
    [(14, 3, True), (15, 3, False), (14, 2, False), (8, 2, False)],
)
def test_epics_have_limits_of_their_own(had: int, lost: int, is_doubtful: bool) -> None:
    found = doubtful(stories(900) | epics(had), epics(lost))

    assert found == ([("PAY", EPICS, lost, had)] if is_doubtful else [])


def test_each_kind_is_judged_by_its_own_share() -> None:
    had, lost = stories(100) | epics(10), stories(30) | epics(3)
    issues = replace(LIMITS, lost_epics_percent=30)
    of_epics = replace(LIMITS, lost_issues_percent=30)

    assert {loss.kind for loss in find_losses(had, lost, issues)} == {ISSUES, "Story"}
    assert {loss.kind for loss in find_losses(had, lost, of_epics)} == {EPICS}


def test_all_issues_of_a_type_are_in_doubt_though_they_are_few_of_the_project() -> None:
    assert doubtful(stories(900) | bugs(5), bugs(5)) == [("PAY", "Bug", 5, 5)]


def test_the_widest_loss_of_a_project_is_told_first() -> None:
    found = doubtful(stories(30) | bugs(20) | epics(9), stories(15) | bugs(10) | epics(8))

    assert [kind for _, kind, _, _ in found] == [ISSUES, EPICS, "Bug", "Story"]


def test_what_is_lost_over_many_projects_is_in_doubt_in_each_that_lost_of_it() -> None:
    had = stories(10, "PAY") | stories(10, "RPT") | stories(10, "INT")
    lost = stories(6, "PAY") | stories(4, "RPT")

    found = doubtful(had, lost)

    assert {(project, lost) for project, kind, lost, _ in found if kind == ISSUES} == {
        ("PAY", 6),
        ("RPT", 4),
    }


def test_where_no_epic_at_all_is_left_a_guard_judges_the_list_as_a_whole() -> None:
    had = stories(40) | epics(6)

    assert doubtful(had, stories(30) | epics(6)) == []
    assert doubtful(stories(40) | epics(1), stories(30) | epics(1)) == []
    assert doubtful(stories(40), stories(30)) != []
    assert doubtful(had, stories(30) | epics(5)) != []


def test_what_a_person_accepted_is_in_doubt_again_once_it_has_grown_as_much_as_a_loss() -> None:
    said = [a_loss(20)]

    assert leave_accepted([a_loss(29)], said, LIMITS) == ()
    assert leave_accepted([a_loss(30)], said, LIMITS) == (a_loss(30),)
    grown = a_loss(23, EPICS)
    assert leave_accepted([grown], [a_loss(20, EPICS)], LIMITS) == (grown,)
    assert leave_accepted([a_loss(22, EPICS)], [a_loss(20, EPICS)], LIMITS) == ()


def test_what_was_accepted_of_one_kind_or_project_says_nothing_of_another() -> None:
    other = [a_loss(12, "Bug"), a_loss(12, project="RPT")]

    assert leave_accepted(other, [a_loss(12)], LIMITS) == tuple(other)


def test_what_was_taken_for_true_at_an_earlier_census_excuses_no_new_loss() -> None:
    assert leave_accepted([a_loss(20)], [a_loss(20, taken_at=AS_OF)], LIMITS) == (a_loss(20),)


def test_what_went_before_a_loss_was_taken_for_true_counts_along_no_more() -> None:
    taken = [
        a_loss(taken_at=AS_OF - 2 * DAY),
        a_loss(kind=EPICS, taken_at=AS_OF - 3 * DAY),
        a_loss(project="RPT", taken_at=AS_OF - 99 * DAY),
        a_loss(project="INT"),
    ]

    assert find_floors(taken, AS_OF) == {"PAY": AS_OF - 2 * DAY, "RPT": AS_OF - MONTH}


def test_what_is_accepted_is_dated_by_the_census_that_takes_it_and_forgotten_in_a_month() -> None:
    new, recent = a_loss(), a_loss(project="RPT", taken_at=AS_OF - MONTH + DAY)
    forgotten = [
        a_loss(project="INT", taken_at=AS_OF - MONTH),
        a_loss(project="ID", taken_at=AS_OF + DAY),
    ]

    kept = keep_accepted([new, recent, *forgotten], (), AS_OF)

    assert kept == (a_loss(taken_at=AS_OF), recent)


def test_what_is_accepted_of_a_project_still_in_doubt_is_not_taken() -> None:
    doubted = [a_loss(project="PAY", kind="Bug")]
    dated = a_loss(taken_at=AS_OF - DAY)

    kept = keep_accepted([a_loss(), a_loss(project="RPT"), dated], doubted, AS_OF)

    assert kept == (a_loss(project="RPT", taken_at=AS_OF), dated)


def test_a_loss_is_told_in_a_sentence_a_project() -> None:
    many = [a_loss(number, f"Type {number}", "RPT") for number in range(1, 8)]

    told = tell_losses([a_loss(30), a_loss(3, EPICS), *many])

    assert told["PAY"] == "30 of 100 issues, 3 of 100 epics are not shown any more"
    assert told["RPT"] == (
        "1 of 100 Type 1, 2 of 100 Type 2, 3 of 100 Type 3, 4 of 100 Type 4, 5 of 100 Type 5 "
        "and 2 more are not shown any more"
    )


NONE_SHOWN = "the account may not browse it any more, or it was archived or deleted"
AGAIN = "Restore the permission, then run headway sync"


@pytest.mark.parametrize(
    ("entries", "active", "kept"),
    [
        (6, 38, "6 entries that it feeds; the other 32 are current"),
        (1, 3, "1 entry that it feeds; the other 2 are current"),
        (2, 3, "2 entries that it feeds; the other 1 is current"),
        (2, 2, "2 entries that it feeds"),  # there is no other
        (0, 1, "0 entries that it feeds; the other 1 is current"),
    ],
)
def test_of_one_project_it_is_told_how_much_was_kept_and_how_much_is_current(
    entries: int, active: int, kept: str
) -> None:
    told = word_kept([Kept(project="PAY", entries=entries, issues=812)], active, {})

    assert told == {
        "PAY": f"Jira shows none of its 812 issues: {NONE_SHOWN}. "
        f"Kept the last good text of {kept}. {AGAIN}"
    }


def test_of_several_projects_nobody_is_told_which_entries_are_current() -> None:
    kept = [Kept(project="PAY", entries=6, issues=1), Kept(project="RPT", entries=1, issues=20)]

    told = word_kept(kept, 38, {"RPT": "9 of 20 issues are not shown any more"})

    assert told == {
        "PAY": f"Jira shows none of its 1 issue: {NONE_SHOWN}. "
        f"Kept the last good text of 6 entries that it feeds. {AGAIN}",
        "RPT": "9 of 20 issues are not shown any more. "
        f"Kept the last good text of 1 entry that it feeds. {AGAIN}",
    }


def test_where_nothing_was_kept_nothing_is_told_of_it() -> None:
    assert word_kept([], 38, {"PAY": "9 of 20 issues are not shown any more"}) == {}
