"""What some tests need and the project does not hold: found by the environment, or said to lack."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

DATA, CONTRACTS = "HEADWAY_TEST_DATA", "HEADWAY_TEST_CONTRACTS"


def data_folder(name: str) -> Path:
    """A folder of real Jira data; the test is skipped, saying so, where there is none."""
    root = os.environ.get(DATA)
    if not root:
        pytest.skip(f"{DATA} is not set: name the folder that holds {name}/")
    folder = Path(root) / name
    if not folder.is_dir():
        pytest.skip(f"{DATA} is {root}, which holds no {name}/")
    return folder


def contract_file(name: str) -> Path:
    """One of Atlassian's contracts, in the folder named for them or beside the data."""
    root = os.environ.get(CONTRACTS)
    if not root and not os.environ.get(DATA):
        pytest.skip(f"{CONTRACTS} is not set: name the folder that holds {name}")
    folder = Path(root) if root else Path(os.environ[DATA]).parent / "jira"
    if not (folder / name).is_file():
        pytest.skip(f"{folder} holds no {name}: name the folder that does in {CONTRACTS}")
    return folder / name


def json_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a compressed file that holds one a line."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
