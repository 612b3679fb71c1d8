"""What groups come to adds up: some can be rolled up anew without the rest."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.backlog import HierarchyLevel, Issue, IssueRef
from models.effort import Ledger
from models.rollup import (
    NO_EFFORT,
    EffortTotals,
    EpicRollup,
    TeamThroughput,
    ids_without_epic,
    number_without_epic,
    rollup_number,
    sum_totals,
)
from tests.builders import AS_OF, a_subtask, an_epic, an_issue, finished
from tests.rules import a_book
from translators.backlog.items import find_parents
from translators.effort.booking import book_finished_items
from translators.effort.bulk_closes import Quarantine
from translators.plan.rollup import RollupRules, roll_up
from translators.rules.decide import compile_rules

BOOK = a_book()
PROJECTS = frozenset({"PAY"})
NOBODY = Quarantine({}, frozenset())


def backlog() -> list[Issue]:
    epics = [an_epic(id=each) for each in (1, 2, 3)]
    work = [finished(id=10 + n, epic_id=(None, 1, 2)[n % 3]) for n in range(12)]
    return [*epics, *work, an_issue(id=900, epic_id=3), an_issue(id=901)]


@given(st.sets(st.sampled_from([1, 2, 3, number_without_epic(10), number_without_epic(901)])))
def test_rolling_up_some_is_rolling_up_all_and_looking_at_these(anew: set[int]) -> None:
    issues = backlog()
    entries = book_finished_items(issues, Ledger("g"), BOOK.effort, AS_OF, PROJECTS).entries
    measures = RollupRules(compile_rules(BOOK), NOBODY, frozenset({"PAY"}), find_parents(issues))
    everything = roll_up(issues, entries, measures, {901: "dangling-parent"})

    some = [issue for issue in issues if rollup_number(issue) in anew]
    found = roll_up(some, entries, measures, {901: "dangling-parent"})

    assert found == {number: everything[number] for number in anew}


def teams_of(groups: Mapping[int, EpicRollup]) -> TeamThroughput:
    return TeamThroughput().apply_changes([group.teams for group in groups.values()])


numbers = st.dictionaries(
    st.sampled_from(["PAY", "INT"]),
    st.dictionaries(
        st.dates(date(2026, 1, 1), date(2026, 1, 3)), st.integers(1, 5), min_size=1, max_size=3
    ),
    max_size=2,
)
places = st.dictionaries(
    st.sampled_from(["PAY", "INT"]),
    st.dictionaries(st.sampled_from(["PAY", "OPS"]), st.integers(1, 5), min_size=1, max_size=2),
    max_size=2,
)
teams = st.builds(TeamThroughput, numbers, places)


@given(st.lists(teams, max_size=5), teams, teams)
def test_what_is_taken_away_and_put_back_otherwise_is_summed_anew(
    others: list[TeamThroughput], before: TeamThroughput, after: TeamThroughput
) -> None:
    whole = TeamThroughput().apply_changes([*others, before])

    assert whole.apply_changes([after], [before]) == TeamThroughput().apply_changes(
        [*others, after]
    )


def test_the_people_of_a_sum_are_those_of_the_newest_window() -> None:
    old = EffortTotals(entries=1, people={"PAY": (5, Fraction(3)), "INT": (9, Fraction(1))})
    new = EffortTotals(entries=2, people={"PAY": (7, Fraction(2))})

    assert sum_totals([old, NO_EFFORT, new]).people == {
        "PAY": (7, Fraction(2)),
        "INT": (9, Fraction(1)),
    }
    assert sum_totals([new, old]) == sum_totals([old, new])
    assert sum_totals([]) == NO_EFFORT


@pytest.mark.parametrize("issue_id", [1, 255, 256, 10_000, 2**53])
def test_an_issue_without_an_epic_is_among_the_ids_of_its_number(issue_id: int) -> None:
    issue = an_issue(id=issue_id, parent=IssueRef(id=4))

    first, last = ids_without_epic(rollup_number(issue))

    assert first <= issue_id <= last
    assert number_without_epic(first) == number_without_epic(last) == rollup_number(issue) < 0
    assert number_without_epic(last + 1) != rollup_number(issue)


def test_an_epic_is_its_own_group_and_a_sub_task_that_of_its_story() -> None:
    epic = an_epic(id=7)
    story = an_issue(epic_id=7)

    assert rollup_number(epic) == 7
    assert rollup_number(an_epic(id=7, epic_id=9)) == 7
    assert rollup_number(a_subtask(story, epic_id=7)) == 7
    assert rollup_number(
        an_issue(id=5, hierarchy_level=HierarchyLevel.ABOVE)
    ) == number_without_epic(5)
