"""Until the release the first migration is amended in place; yesterday's database is told apart."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT
from tests.variants import on_sqlite_first

HEADWAY = "from sync.cli import main; main()"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the product's own code, to amend a migration in."""
    for package in ("sync", "translators", "models", "migrations", "config"):
        half_written = shutil.ignore_patterns("*.pyc.*")
        shutil.copytree(ROOT / package, tmp_path / "house" / package, ignore=half_written)
    return tmp_path / "house"


def headway(house: Path, urls: tuple[str, str], command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of that copy on these databases."""
    settings = dict(zip(("HEADWAY_CLEAN_URL", "HEADWAY_STATE_URL"), urls, strict=True))
    return subprocess.run(
        [sys.executable, "-c", HEADWAY, command],
        cwd=house,
        env=os.environ | settings,
        check=False,
        capture_output=True,
        text=True,
    )


@on_sqlite_first
def test_a_database_made_before_an_amendment_is_told_what_to_do(
    house: Path, database_url: str, other_database_url: str
) -> None:
    urls = (database_url, other_database_url)
    assert headway(house, urls, "migrate").returncode == 0
    assert headway(house, urls, "status").returncode == 0
    script = house / "migrations" / "state" / "versions" / "0001_first_tables.py"
    before = 'sa.Column("noticed", JSON),'
    assert before in script.read_text()

    amended = script.read_text().replace(before, f'{before} sa.Column("amended", JSON),')
    script.write_text(amended)

    for command in ("status", "migrate"):
        said = headway(house, urls, command)
        assert said.returncode == 74, said.stderr
        assert "(0001, made before it was amended)" in said.stderr
        assert "Move both databases away" in said.stderr
