"""What is offered on a real backlog does what it says."""

import os
from pathlib import Path

import pytest

from models.backlog import HierarchyLevel
from models.decision import Cause
from models.rulebook import RuleBook
from tests.benchmarks.portfolio import read_archive
from tests.benchmarks.suggestions import BOOK, book_of, queue_of
from tests.benchmarks.suggestions_learning import leave_tenths_out, list_cases
from tests.translators.suggestions.applying import apply_edit
from translators.plan.decided import decide_epics
from translators.rules.decide import compile_rules
from translators.suggestions.decided import SuggestedOutcome

pytestmark = pytest.mark.all

EMPTY = """
capabilities:
  - {id: nothing, name: Nothing, area: Some area, summary: Some words., when: {key: NONE-1}}
"""


FEWEST_TOLD = {"sample company": 0.33, "tidev by components": 0.33}
"""Of so many epics at least, as a share, the whole answer is told."""


@pytest.mark.parametrize("name", FEWEST_TOLD)
def test_what_is_likely_is_told_of_a_third_and_right_nine_times_in_ten(name: str) -> None:
    case = next((each for each in list_cases(None) if each.name == name), None)
    if case is None:
        pytest.skip("HEADWAY_TEST_DATA is not set: it names the folder that holds tidev/")

    score = leave_tenths_out(case)

    assert score.told >= FEWEST_TOLD[name] * score.all
    assert score.told_right >= 0.9 * score.told


def test_what_the_sample_company_sells_and_nobody_claims_yet_is_never_likely_left_out() -> None:
    case = next(iter(list_cases(None)))
    learnt = case.learn(())

    unclaimed = [
        epic for epic, each in case.decisions.items() if each.reasons[0].cause is Cause.NO_RULE
    ]
    told = [suggested for epic in unclaimed if (suggested := learnt.suggest(epic))]

    assert len(unclaimed) >= 8
    assert all(suggested.outcome is SuggestedOutcome.SHOW for suggested in told)


@pytest.mark.parametrize("shape", ["v2", "v3"])
@pytest.mark.parametrize(("text", "fewest"), [(BOOK, 2), (EMPTY, 7)])
def test_every_edit_decides_what_it_says(text: str, fewest: int, shape: str) -> None:
    data = os.environ.get("HEADWAY_TEST_DATA")
    if not data:
        pytest.skip("HEADWAY_TEST_DATA is not set: it names the folder that holds tidev/")
    issues = read_archive(Path(data) / "tidev", shape)
    on = max(issue.updated_at for issue in issues).date()
    book = book_of(text)

    def claims(rules: RuleBook) -> dict[str, str | None]:
        epics = [each for each in issues if each.hierarchy_level is HierarchyLevel.EPIC]
        decisions = decide_epics(epics, compile_rules(rules), on)
        return {each.key: each.claimed_by for each in decisions}

    queue, _ = queue_of(issues, book)
    edits = [group.edit for group in queue.groups if group.edit]
    before = claims(book)

    for edit in edits:
        after = claims(apply_edit(book, edit))
        moved = {key for key in after if after[key] != before[key]}
        assert moved == set(edit.decides), edit
        assert {after[key] for key in moved} == {edit.capability_id}, edit
    assert len(edits) >= fewest
