"""Libraries are used as they are documented, and loaded by those alone who need them."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "sync" / "jira"
MODULES = sorted(FOLDER.rglob("*.py"))


def private_names(source: str) -> Iterator[str]:
    """What is reached into: attributes and imports with one underscore that are not our own."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            is_own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            if is_private(node.attr) and not is_own:
                yield ast.unparse(node)
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names if is_private(alias.name))


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_nothing_private_of_another_is_touched(module: Path) -> None:
    assert list(private_names(module.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "planted",
    [
        "client._session.close()",
        "self.client._get_json('field')",
        "reply._content = b''",
        "from jira.client import _private",
    ],
)
def test_a_private_name_that_is_planted_is_found(planted: str) -> None:
    assert list(private_names(planted))


def test_a_run_that_describes_nothing_loads_neither_jira_nor_requests() -> None:
    code = "import sync.pipeline.run.run, sys; print({'jira', 'requests'} & sys.modules.keys())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "set()"
