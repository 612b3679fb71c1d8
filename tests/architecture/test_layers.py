import json
import subprocess
import sys

import pytest

from tests.architecture.repository import ROOT

REACHING_OUT = set(
    "alembic apscheduler asyncio httpx jinja2 jira logging psycopg pydantic pydantic_settings "
    "requests rich socket sqlalchemy sqlite3 ssl stamina structlog subprocess typer yaml".split()
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


def test_imports_go_one_way() -> None:
    checked = subprocess.run(
        ["lint-imports", "--no-logo", "--no-cache"],
        executable=f"{sys.prefix}/bin/lint-imports",
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert checked.returncode == 0, checked.stdout


def test_the_package_of_models_exports_nothing() -> None:
    """A re-export there would load SQLAlchemy into every translator, unseen by import-linter."""
    assert (ROOT / "models" / "__init__.py").read_text() == ""
