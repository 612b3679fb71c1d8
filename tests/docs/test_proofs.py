"""The page of what was tried says the numbers that the tests have, and names tests that try it."""

import re

import pytest

from tests import losing_workers
from tests.docs.pages import code_spans, read_page, table_rows
from tests.migrations import test_upgrade_under_readers as upgrades
from tests.runs import test_crash_points as crashes
from tests.runs import test_faults as faults
from tests.runs import test_many_lists as many
from tests.runs import test_soak as soak
from tests.runs import test_state_machine as machine
from tests.runs.crashing import NAMES
from tests.sync.store.clean import test_guarantees as guarantees
from tests.sync.store.clean import test_old_tokens as old_tokens

ROWS = list(table_rows(read_page("docs/proofs.md")))
COUNTS = {
    "test_crash_points.py": [len(NAMES), len(crashes.CASES)],
    "test_state_machine.py": [machine.STEPS],
    "test_old_tokens.py": [2 * old_tokens.ROUNDS],
    "test_guarantees.py": [guarantees.MANY],
    "test_upgrade_under_readers.py": [upgrades.ROUNDS],
    "test_faults.py": [len(faults.FAULTS)],
    "test_many_lists.py": [many.LISTS, round(losing_workers.FROZEN_SECONDS)],
    "test_soak.py": [round(100 * soak.MOST_GROWTH)],
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
