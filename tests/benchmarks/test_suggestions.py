"""What is offered on a real backlog does what it says."""

import os
from pathlib import Path

import pytest

from models.backlog import HierarchyLevel
from models.rulebook import RuleBook
from tests.benchmarks.portfolio import read_archive
from tests.benchmarks.suggestions import BOOK, book_of, queue_of
from tests.translators.suggestions.applying import apply_edit
from translators.plan.rollup import decide_epics
from translators.rules.decide import compile_rules

pytestmark = pytest.mark.all

EMPTY = """
capabilities:
  - {id: nothing, name: Nothing, area: Some area, summary: Some words., when: {key: NONE-1}}
"""


@pytest.mark.parametrize("shape", ["v2", "v3"])
@pytest.mark.parametrize(("text", "fewest"), [(BOOK, 7), (EMPTY, 12)])
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
