import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT

REACHING_OUT = set(
    "alembic apscheduler asyncio httpx jinja2 jira logging psycopg pydantic pydantic_settings "
    "requests rich socket sqlalchemy sqlite3 ssl stamina structlog subprocess yaml".split()
)
"""What no translator may load, not even through others.

Without what a new interpreter or the harmless part of the standard library loads by itself (os,
pathlib, time, random, ...): that translators do not import those is for import-linter to say.
"""

IMPORT_ALL = """
import importlib, json, pkgutil, sys
before = set(sys.modules)
package = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not found.name.startswith("models.tables"):
        importlib.import_module(found.name)
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


@pytest.mark.parametrize("package", ["translators", "models"])
def test_importing_every_module_loads_nothing_that_reaches_out(package: str) -> None:
    fresh = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, package],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )

    assert set(json.loads(fresh.stdout)) & REACHING_OUT == set()


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [f"{sys.prefix}/bin/lint-imports", "--no-logo", "--no-cache"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )


def test_imports_go_one_way() -> None:
    checked = lint_imports(ROOT)

    assert checked.returncode == 0, checked.stdout


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the product's own code, to plant violations in."""
    copy = tmp_path / "house"
    for top in ("sync", "translators", "models", "migrations", "config"):
        shutil.copytree(ROOT / top, copy / top, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


UPWARDS_OR_SIDEWAYS = {
    "translators/backlog/items.py": ("translators.plan.translate", "Inside the translation"),
    "sync/jira/read/walk.py": ("sync.pipeline.pull.due", "Inside the worker"),
    "sync/store/state/runs/runs.py": ("sync.rulebook.load", "Inside the worker"),
    "sync/pipeline/inputs/changes.py": ("sync.pipeline.run.run", "Inside a run"),
    "sync/pipeline/sales/board.py": ("sync.pipeline.sites.overview", "Inside a run"),
    "sync/jira/client/site.py": ("sync.jira.read.texts", "Reading issues"),
    "sync/store/db/batches.py": ("sync.store.state.runs.runs", "Both databases"),
    "sync/store/state/ledger.py": ("sync.store.state.mirror.mirror", "Inside the state database"),
    "sync/rulebook/values/kinds.py": ("sync.rulebook.schema.schema", "Reading rules"),
    "models/backlog.py": ("translators.plurals", "Imports go one way"),
    "migrations/clean/versions/0001_first_tables.py": (
        "models.capability",
        "A migration is written out",
    ),
}
"""Where an import is planted, of what, and the contract that it breaks."""

IN_A_CIRCLE = {
    "translators/rules/fields.py": "translators.rules.stale_references",
    "translators/rules/stale_references.py": "translators.rules.fields",
    "sync/store/state/runs/totals.py": "sync.store.state.runs.runs",
}


def plant(house: Path, imports: Mapping[str, str]) -> None:
    """Add an import at the end of each file, which is made where it is not there."""
    for name, imported in imports.items():
        path = house / name
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as file:
            file.write(f"\nimport {imported}\n")


def sections(words: str) -> dict[str, str]:
    """What is said of each broken contract, by its name."""
    told = words.partition("Broken contracts\n")[2]
    parts = re.split(r"\n\n\n?((?:[^\n]+\n){1,2})-{8,}\n(?:-+\n)?", told)
    names = (" ".join(name.split()) for name in parts[1::2])
    return {name: " ".join(text.split()) for name, text in zip(names, parts[2::2], strict=True)}


def section(found: Mapping[str, str], contract: str) -> str:
    """What is said of the contract whose name begins so, or nothing where it is kept."""
    return next((text for name, text in found.items() if name.startswith(contract)), "")


def test_every_planted_import_upwards_or_sideways_is_found(house: Path) -> None:
    plant(house, {name: imported for name, (imported, _) in UPWARDS_OR_SIDEWAYS.items()})

    checked = lint_imports(house)

    found = sections(checked.stdout)
    assert checked.returncode != 0
    for name, (imported, contract) in UPWARDS_OR_SIDEWAYS.items():
        importer = name.removesuffix(".py").replace("/", ".")
        assert f"{importer} -> {imported} (l." in section(found, contract), checked.stdout


def test_every_planted_circle_and_a_folder_of_no_layer_is_found(house: Path) -> None:
    plant(house, IN_A_CIRCLE | {"sync/helpers/__init__.py": "models.errors"})

    checked = lint_imports(house)

    found = sections(checked.stdout)
    assert checked.returncode != 0
    assert "not listed as layers: - sync.helpers" in section(found, "Inside the worker")
    assert "No cycles are allowed in sync.store.state.runs." in section(found, "No circle")
    assert "No cycles are allowed in translators.rules." in section(found, "No circle")
    assert len(found) == 2


def test_the_package_of_models_exports_nothing() -> None:
    """A re-export there would load SQLAlchemy into every translator, unseen by import-linter."""
    assert (ROOT / "models" / "__init__.py").read_text() == ""


JUDGES = {
    "CompiledRules(": {"translators/rules/decide.py"},
    "compile_condition(": {
        *(f"translators/rules/{name}.py" for name in "conditions examples mapping matches".split()),
        *(f"translators/suggestions/{name}.py" for name in "drafts rule_edits settling".split()),
        "translators/plan/renames.py",
        "translators/rules/screening.py",
        "sync/pipeline/rule_check/rule_warnings.py",
    },
}
"""Who makes a function of a condition; all of them by the same compiler, and call what it made."""


@pytest.mark.parametrize("call", JUDGES)
def test_conditions_are_compiled_and_decided_by_in_one_place(call: str) -> None:
    """A run, check, plan, explain and queue decide by one tree; a second would differ one day."""
    found = {
        file.relative_to(ROOT).as_posix()
        for folder in ("sync", "translators")
        for file in (ROOT / folder).rglob("*.py")
        if re.search(rf"(?<!def )\b{re.escape(call)}", file.read_text("utf-8"))
    }

    assert found <= JUDGES[call]
    assert found & {"translators/rules/decide.py", "translators/rules/mapping.py"}
