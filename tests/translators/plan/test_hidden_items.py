"""Hiding other items comes to the same as rolling everything up again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.backlog import Issue
from models.effort import Ledger
from models.rollup import EpicRollup
from models.rulebook import RuleBook
from tests.builders import AS_OF, WINDOW, a_subtask, an_epic, an_issue, finished
from tests.examples import examples
from tests.rules import a_book
from translators.backlog.items import find_parents
from translators.effort.booking import book_finished_items
from translators.effort.bulk_closes import Quarantine
from translators.plan.hidden_items import hide_otherwise
from translators.plan.rollup import RollupRules, roll_up
from translators.rules.decide import compile_rules

IDS = range(10, 22)
EFFORT = {
    "a team": "effort: {void: [{issue: PAY-12, reason: a test, by: anna}]}\n",
    "a capability": "effort: {minimum_people_of: capability}\n",
}


def book(hidden: set[int], effort: str) -> RuleBook:
    keys = ", ".join(f"PAY-{each}" for each in sorted(hidden)) or "PAY-0"
    rule = f"screening:\n- {{id: some, reason: some, when: {{key: [{keys}]}}}}\n"
    return a_book(rest=rule + effort)


def backlog() -> list[Issue]:
    done = [
        finished(WINDOW - n % 4, id=each, epic_id=1 + n % 2, contributor=f"person-{n % 5}")
        for n, each in enumerate(IDS)
    ]
    open_below = [an_issue(id=30, epic_id=1), a_subtask(done[0], id=31, epic_id=1)]
    return [an_epic(id=1), an_epic(id=2), *done, *open_below]


def rolled_up(rulebook: RuleBook, issues: list[Issue]) -> tuple[dict[int, EpicRollup], RollupRules]:
    rules = RollupRules(
        compile_rules(rulebook), Quarantine({}, frozenset()), frozenset(), find_parents(issues)
    )
    entries = book_finished_items(
        issues, Ledger("g"), rulebook.effort, AS_OF, frozenset({"PAY"})
    ).entries
    return roll_up(issues, entries, rules, {}), rules


@pytest.mark.parametrize("effort", EFFORT.values(), ids=EFFORT)
@given(before=st.sets(st.sampled_from([*IDS, 30, 31])), now=st.sets(st.sampled_from([*IDS, 30])))
@examples(quick=15, long=300)
def test_what_is_hidden_otherwise_is_what_rolling_up_anew_comes_to(
    effort: str, before: set[int], now: set[int]
) -> None:
    issues = backlog()
    was, _ = rolled_up(book(before, effort), issues)
    expected, rules = rolled_up(book(now, effort), issues)
    entries = book_finished_items(
        issues, Ledger("g"), rules.compiled.book.effort, AS_OF, frozenset({"PAY"})
    ).entries

    moved = [issue for issue in issues if issue.id in before ^ now]
    booked = [entry for entry in entries if entry.issue_id in before ^ now]
    found, anew = hide_otherwise(was, moved, booked, rules)

    assert {number: group.work for number, group in found.items()} == {
        number: expected[number].work for number in found
    }
    assert all(was[n] == expected[n] for n in was.keys() - found.keys() - anew)


def test_what_becomes_visible_is_rolled_up_without_what_is_beside_it() -> None:
    issues = backlog()
    was, _ = rolled_up(book({13, 15}, EFFORT["a team"]), issues)
    _, rules = rolled_up(book(set(), EFFORT["a team"]), issues)

    found, anew = hide_otherwise(was, [i for i in issues if i.id in (13, 15)], [], rules)

    assert set(found) == {2}
    assert not anew
    assert found[2].work.finished == was[2].work.finished + 2
