"""The page of what was tried says the numbers that the tests have, and names tests that try it."""

import re

import pytest

from tests import losing_workers
from tests.architecture.repository import ROOT
from tests.docs.pages import code_spans, find_section, read_page, table_rows
from tests.migrations import test_upgrade_under_readers as upgrades
from tests.mutation.__main__ import LEAST, read_survivors
from tests.mutation.mutants import name_mutants
from tests.mutation.targets import TARGETS
from tests.runs import test_canaries as canaries
from tests.runs import test_crash_points as crashes
from tests.runs import test_faults as faults
from tests.runs import test_many_lists as many
from tests.runs import test_receiver_down as down
from tests.runs import test_replicas as replicas
from tests.runs import test_soak as soak
from tests.runs import test_state_machine as machine
from tests.runs.crashing import NAMES
from tests.sync.store.clean import test_guarantees as guarantees
from tests.sync.store.clean import test_old_tokens as old_tokens

PAGE = read_page("docs/proofs.md")
ROWS = list(table_rows(find_section(PAGE, "What was tried against it")))
MISTAKES = find_section(PAGE, "Mistakes that a test notices")
COUNTS = {
    "test_crash_points.py": [len(NAMES), len(crashes.CASES)],
    "test_state_machine.py": [machine.STEPS],
    "test_replicas.py": [round(replicas.TAKEN_OVER), round(replicas.FROZEN_OVER)],
    "test_receiver_down.py": [down.PUBLICATIONS],
    "test_canaries.py": [len(canaries.WAYS)],
    "test_old_tokens.py": [2 * old_tokens.ROUNDS],
    "test_guarantees.py": [guarantees.MANY],
    "test_upgrade_under_readers.py": [upgrades.ROUNDS],
    "test_faults.py": [len(faults.FAULTS)],
    "test_many_lists.py": [many.LISTS, round(losing_workers.FROZEN_SECONDS)],
    "test_soak.py": [round(100 * soak.MOST_GROWTH), soak.SETTLED_RUNS],
}


@pytest.mark.parametrize("file", COUNTS)
def test_a_number_is_the_one_that_the_test_has(file: str) -> None:
    (row,) = (row for row in ROWS if any(span.endswith(f"/{file}") for span in code_spans(row[3])))

    assert set(COUNTS[file]) <= {int(found) for found in re.findall(r"\d+", " ".join(row[:3]))}


def test_every_row_says_what_comes_of_it_and_which_tests_try_it() -> None:
    assert len(ROWS) > len(COUNTS)
    assert [row[0] for row in ROWS if len(row) != 4 or not all(row)] == []
    named = [span for row in ROWS for span in code_spans(row[3])]
    assert [span for span in named if not span.startswith("tests/")] == []


def test_of_a_module_it_is_told_how_many_mistakes_are_made_noticed_and_explained() -> None:
    rows, survivors = list(table_rows(MISTAKES)), read_survivors()
    counted = []
    for area, targets in TARGETS.items():
        for target in targets:
            made = len(name_mutants(ROOT / target.module, target.only))
            explained = len(survivors.get(target.module, {}))
            counted.append((area, f"`{target.module}`", made, made - explained, explained))
    told = [row for row in counted if row[1] in {cells[1] for cells in rows}]
    made, noticed = sum(row[2] for row in told), sum(row[3] for row in told)
    explained = made - noticed

    assert rows == [[str(cell) for cell in row] for row in told]
    sentence = f"Of {made} mistakes {noticed} are noticed: {100 * noticed / made:.1f} %. The other "
    assert f"{sentence}{explained} " in " ".join(MISTAKES.split())
    assert [row for row in told if row[3] * 100 < row[2] * LEAST] == []
