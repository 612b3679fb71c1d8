"""Until the release the first migration is amended in place; yesterday's database is told apart."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT
from tests.variants import on_sqlite_first

HEADWAY = "import sys; from sync.cli import run; print([run([c]) for c in sys.argv[1:]])"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the product's own code, to amend a migration in."""
    for package in ("sync", "translators", "models", "migrations", "config"):
        half_written = shutil.ignore_patterns("*.pyc.*")
        shutil.copytree(ROOT / package, tmp_path / "house" / package, ignore=half_written)
    return tmp_path / "house"


def headway(house: Path, urls: tuple[str, str], *commands: str) -> tuple[list[int], str]:
    """How commands of that copy end on these databases, and what they say on stderr."""
    settings = dict(zip(("HEADWAY_CLEAN_URL", "HEADWAY_STATE_URL"), urls, strict=True))
    done = subprocess.run(
        [sys.executable, "-c", HEADWAY, *commands],
        cwd=house,
        env=os.environ | settings,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


@on_sqlite_first
def test_a_database_made_before_an_amendment_is_told_what_to_do(
    house: Path, database_url: str, other_database_url: str
) -> None:
    urls = (database_url, other_database_url)
    assert headway(house, urls, "migrate", "status")[0] == [0, 0]
    script = house / "migrations" / "state" / "versions" / "0001_first_tables.py"
    before = 'sa.Column("noticed", JSON),'
    assert before in script.read_text()

    amended = script.read_text().replace(before, f'{before} sa.Column("amended", JSON),')
    script.write_text(amended)

    codes, said = headway(house, urls, "status", "migrate")
    assert codes == [74, 74], said
    assert said.count("(0001, made before it was amended)") == 2
    assert said.count("Move both databases away") == 2
