"""What groups come to adds up: some can be folded anew without the rest."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.backlog import Issue, IssueRef, Rung
from models.effort import Ledger
from models.rollup import NO_WORK, Group, Teams, Work, group_of, ids_of, strays_of, total
from tests.builders import AS_OF, a_subtask, an_epic, an_issue, finished
from tests.rules import a_book
from translators.effort.booking import book
from translators.effort.bulk_closes import Quarantine
from translators.plan.rollup import Measures, fold
from translators.rules.decide import compile_rules

BOOK = a_book()
PROJECTS = frozenset({"PAY"})
NOBODY = Quarantine({}, frozenset())


def backlog() -> list[Issue]:
    epics = [an_epic(id=each) for each in (1, 2, 3)]
    work = [finished(id=10 + n, epic_id=(None, 1, 2)[n % 3]) for n in range(12)]
    return [*epics, *work, an_issue(id=900, epic_id=3), an_issue(id=901)]


@given(st.sets(st.sampled_from([1, 2, 3, strays_of(10), strays_of(901)])))
def test_folding_some_groups_is_folding_all_and_looking_at_these(anew: set[int]) -> None:
    issues = backlog()
    entries = book(issues, Ledger("g"), BOOK.effort, AS_OF, PROJECTS).entries
    measures = Measures(compile_rules(BOOK), NOBODY, frozenset({"PAY"}))
    everything = fold(issues, entries, measures, {901: "dangling-parent"})

    some = [issue for issue in issues if group_of(issue) in anew]
    found = fold(some, entries, measures, {901: "dangling-parent"})

    assert found == {number: everything[number] for number in anew}


def teams_of(groups: Mapping[int, Group]) -> Teams:
    return Teams().changed([group.teams for group in groups.values()])


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
teams = st.builds(Teams, numbers, places)


@given(st.lists(teams, max_size=5), teams, teams)
def test_what_is_taken_away_and_put_back_otherwise_is_summed_anew(
    others: list[Teams], before: Teams, after: Teams
) -> None:
    whole = Teams().changed([*others, before])

    assert whole.changed([after], [before]) == Teams().changed([*others, after])


def test_the_people_of_a_sum_are_those_of_the_newest_window() -> None:
    old = Work(entries=1, people={"PAY": (5, Fraction(3)), "INT": (9, Fraction(1))})
    new = Work(entries=2, people={"PAY": (7, Fraction(2))})

    assert total([old, NO_WORK, new]).people == {"PAY": (7, Fraction(2)), "INT": (9, Fraction(1))}
    assert total([new, old]) == total([old, new])
    assert total([]) == NO_WORK


@pytest.mark.parametrize("issue_id", [1, 255, 256, 10_000, 2**53])
def test_a_stray_is_among_the_ids_of_its_group(issue_id: int) -> None:
    stray = an_issue(id=issue_id, parent=IssueRef(id=4))

    first, last = ids_of(group_of(stray))

    assert first <= issue_id <= last
    assert strays_of(first) == strays_of(last) == group_of(stray) < 0
    assert strays_of(last + 1) != group_of(stray)


def test_an_epic_is_its_own_group_and_a_sub_task_that_of_its_story() -> None:
    epic = an_epic(id=7)
    story = an_issue(epic_id=7)

    assert group_of(epic) == 7
    assert group_of(an_epic(id=7, epic_id=9)) == 7
    assert group_of(a_subtask(story, epic_id=7)) == 7
    assert group_of(an_issue(id=5, rung=Rung.ABOVE)) == strays_of(5)
