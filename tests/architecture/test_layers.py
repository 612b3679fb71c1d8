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


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product's own code, to plant violations in."""
    copy = tmp_path_factory.mktemp("house")
    for top in ("sync", "translators", "models", "migrations", "config"):
        shutil.copytree(ROOT / top, copy / top, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


@pytest.mark.parametrize(
    ("planted", "contract"),
    [
        ({"translators/backlog/items.py": "translators.plan.translate"}, "Inside the translation"),
        ({"sync/jira/read/walk.py": "sync.pipeline.pull.due"}, "Inside the worker"),
        ({"sync/store/state/runs.py": "sync.rulebook.load"}, "Inside the worker"),
        ({"sync/jira/client/site.py": "sync.jira.read.texts"}, "Reading issues"),
        ({"sync/store/db/batches.py": "sync.store.state.runs"}, "Both databases"),
        ({"models/backlog.py": "translators.plurals"}, "Imports go one way"),
        (
            {
                "translators/rules/fields.py": "translators.rules.stale_references",
                "translators/rules/stale_references.py": "translators.rules.fields",
            },
            "No circle",
        ),
        (
            {
                "sync/store/state/runs.py": "sync.store.state.ledger",
                "sync/store/state/ledger.py": "sync.store.state.runs",
            },
            "No circle",
        ),
        ({"sync/helpers/__init__.py": "models.errors"}, "Inside the worker"),
        (
            {"migrations/clean/versions/0001_first_tables.py": "models.capability"},
            "A migration is written out",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_planted_violation_is_found(
    house: Path, planted: Mapping[str, str], contract: str
) -> None:
    """An import upwards, sideways or in a circle, or a folder that no layer names."""
    before = {name: (house / name).read_text() for name in planted if (house / name).exists()}
    for name, imported in planted.items():
        (house / name).parent.mkdir(exist_ok=True)
        (house / name).write_text(f"{before.get(name, '')}\nimport {imported}\n")

    checked = lint_imports(house)

    for name in planted:
        if name in before:
            (house / name).write_text(before[name])
        else:
            shutil.rmtree((house / name).parent)
    text = " ".join(checked.stdout.split())
    broken = [found for found in re.findall(r"([A-Z][^.]*?) BROKEN", text) if contract in found]
    assert checked.returncode != 0
    assert broken, checked.stdout


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
        "sync/pipeline/rule_warnings.py",
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
