"""The shipped default is read from beside our own code, and what it lacks is said."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import SHIPPED_FILES, read_shipped_texts
from tests.architecture.repository import ROOT
from tests.rules import INVOICING

READ = """
from pathlib import Path
from models.errors import HeadwayError
from sync.rulebook import read_rulebook
try:
    book = read_rulebook(Path("rules"))
    print(len(book.screening), "rules,", book.effort.edges)
except HeadwayError as error:
    print(error)
"""
WHOLE = "9 rules, (6, 24, 72, 240)\n"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A copy of what reads rule books, and a rule book beside it."""
    ours = ("models", "translators", "config", "sync/rulebook")
    for top in ours:
        # With what was compiled: 13 processes would compile it all anew.
        shutil.copytree(
            ROOT / top, tmp_path / top, ignore=shutil.ignore_patterns("tables", "*.pyc.*")
        )
    (tmp_path / "sync" / "__init__.py").touch()
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.yaml").write_text(f"capabilities:\n{INVOICING}")
    return tmp_path


def read_there(folder: Path, *before: Path) -> str:
    """What a new interpreter says that reads the rule book, with these folders on its path."""
    path = os.pathsep.join(map(str, [*before, folder]))
    done = subprocess.run(
        [sys.executable, "-c", READ],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.replace(f"{folder}/", "")


def test_another_package_called_config_does_not_stand_in_for_ours(installed: Path) -> None:
    foreign = installed / "foreign"
    (foreign / "config").mkdir(parents=True)
    (foreign / "config" / "__init__.py").touch()
    (foreign / "config" / "screening.yaml").write_text("screening: []\n")

    assert read_there(installed, foreign) == WHOLE


def test_files_of_others_beside_the_shipped_ones_are_not_read(installed: Path) -> None:
    (installed / "config" / "theirs.yaml").write_text("services: [db]\n")

    assert read_there(installed) == WHOLE


@pytest.mark.parametrize("name", SHIPPED_FILES)
def test_a_shipped_file_that_is_gone_is_refused(installed: Path, name: str) -> None:
    (installed / "config" / name).unlink()

    assert read_there(installed) == (
        f"config/{name}: error: comes with Headway and cannot be read: No such file or directory\n"
        "  Install Headway again.\n"
    )


@pytest.mark.parametrize(
    ("name", "cut_at", "expected"),
    [
        ("effort", "  scheme: 1", "'scheme' is missing"),
        ("effort", "    statuses:", "'statuses' is missing"),
        ("guards", "  level_jumps: 3", "'level_jumps' is missing"),
        ("wording", "    earlier:", "'earlier' is missing"),
        ("screening", "screening:", "lacks the section screening"),
    ],
)
def test_a_shipped_file_that_was_cut_off_is_refused(
    installed: Path, name: str, cut_at: str, expected: str
) -> None:
    path = installed / "config" / f"{name}.yaml"
    kept, found, _ = path.read_text("utf-8").partition(cut_at)
    path.write_text(kept, "utf-8")

    told = read_there(installed)

    assert found
    assert re.search(rf"(?m)^headway:{name}\.yaml:.* error: {expected}$", told)
    assert "Install Headway again." in told


def test_the_copy_that_these_tests_take_apart_is_whole(installed: Path) -> None:
    assert read_there(installed) == WHOLE


def test_a_stored_book_of_an_older_headway_gets_what_only_the_newer_one_has() -> None:
    texts = read_shipped_texts()
    older = texts["headway:effort.yaml"].replace("  points_fields: []\n", "")
    mine = {"mine.yaml": "effort: {edges: [1, 2, 3, 4]}\n"}

    book = rulebook_from_texts(texts | {"headway:effort.yaml": older} | mine)

    assert (book.effort.points_fields, book.effort.edges) == ((), (1, 2, 3, 4))
    assert book.texts["headway:effort.yaml"] == older


def test_a_shipped_rule_that_a_stored_book_does_not_have_is_not_added_to_it() -> None:
    texts = read_shipped_texts()
    older = texts["headway:screening.yaml"].partition("  - id: regulatory")[0]

    book = rulebook_from_texts(texts | {"headway:screening.yaml": older})

    assert [rule.id for rule in book.screening] == ["tech-debt"]


def test_a_stored_book_of_a_headway_that_shipped_fewer_files_gets_those_of_today() -> None:
    whole = read_shipped_texts()
    older = {name: text for name, text in whole.items() if name != "headway:promises.yaml"}

    book = rulebook_from_texts(older | {"mine.yaml": f"capabilities:\n{INVOICING}"})

    assert book.linting == rulebook_from_texts(whole).linting
    assert "headway:promises.yaml" not in book.texts
