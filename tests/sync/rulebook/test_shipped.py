"""The shipped default is read from beside our own code, and what it lacks is said."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import SHIPPED_FILES, read_shipped_texts
from tests.architecture.repository import ROOT
from tests.rules import INVOICING

READ = """
import json, sys
from pathlib import Path
from models.errors import HeadwayError
from sync.rulebook import read_rulebook

def tell():
    try:
        book = read_rulebook(Path("rules"))
        return f"{len(book.screening)} rules, {book.effort.edges}"
    except HeadwayError as error:
        return str(error)

told = []
for name, text in json.load(sys.stdin):
    path = Path("config", name)
    before = path.read_text("utf-8") if path.exists() else None
    if text is None:
        path.unlink()
    else:
        path.write_text(text, "utf-8")
    told.append(tell())
    if before is None:
        path.unlink()
    else:
        path.write_text(before, "utf-8")
print(json.dumps([*told, tell()]))
"""
"""One process takes each harm in turn, mends it, and says at the end what it reads of the whole."""
WHOLE = "9 rules, (6, 24, 72, 240)"
CUT = {
    ("effort", "  scheme: 1"): "'scheme' is missing",
    ("effort", "    statuses:"): "'statuses' is missing",
    ("guards", "  level_jumps: 3"): "'level_jumps' is missing",
    ("wording", "    earlier:"): "'earlier' is missing",
    ("screening", "screening:"): "lacks the section screening",
}
"""Where a file ends, and what it lacks then."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what reads rule books, and a rule book beside it."""
    folder = tmp_path_factory.mktemp("installed")
    for top in ("models", "translators", "config", "sync/rulebook"):
        # With what was compiled: each process would compile it all anew.
        shutil.copytree(
            ROOT / top, folder / top, ignore=shutil.ignore_patterns("tables", "*.pyc.*")
        )
    (folder / "sync" / "__init__.py").touch()
    (folder / "rules").mkdir()
    (folder / "rules" / "mine.yaml").write_text(f"capabilities:\n{INVOICING}")
    return folder


Harm = tuple[str, str | None]
"""A file of the shipped ones, and what it says instead; None where it is gone."""


def read_there(folder: Path, *before: Path, harms: Iterable[Harm] = ()) -> list[str]:
    """What a new interpreter says that reads the rule book, with these folders on its path.

    It says so after each harm, and at last of the book as it is.
    """
    path = os.pathsep.join(map(str, [*before, folder]))
    done = subprocess.run(
        [sys.executable, "-c", READ],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
        input=json.dumps(list(harms)),
        check=True,
        capture_output=True,
        text=True,
    )
    return [told.replace(f"{folder}/", "") for told in json.loads(done.stdout)]


def cut_off(folder: Path, name: str, cut_at: str) -> Harm:
    """A file that ends before these words."""
    kept, found, _ = (folder / "config" / f"{name}.yaml").read_text("utf-8").partition(cut_at)
    assert found
    return f"{name}.yaml", kept


@pytest.fixture(scope="module")
def told_of(installed: Path) -> dict[object, str]:
    """What is said of each harm by its name, and as "whole" of the book without any."""
    harms: dict[object, Harm] = {
        **{name: (name, None) for name in SHIPPED_FILES},
        **{cut: cut_off(installed, *cut) for cut in CUT},
        "theirs": ("theirs.yaml", "services: [db]\n"),
    }
    told = read_there(installed, harms=harms.values())
    return dict(zip([*harms, "whole"], told, strict=True))


def test_another_package_called_config_does_not_stand_in_for_ours(installed: Path) -> None:
    foreign = installed / "foreign"
    (foreign / "config").mkdir(parents=True)
    (foreign / "config" / "__init__.py").touch()
    (foreign / "config" / "screening.yaml").write_text("screening: []\n")

    assert read_there(installed, foreign) == [WHOLE]


def test_files_of_others_beside_the_shipped_ones_are_not_read(told_of: dict[object, str]) -> None:
    assert told_of["theirs"] == WHOLE


@pytest.mark.parametrize("name", SHIPPED_FILES)
def test_a_shipped_file_that_is_gone_is_refused(told_of: dict[object, str], name: str) -> None:
    assert told_of[name] == (
        f"config/{name}: error: comes with Headway and cannot be read: No such file or directory\n"
        "  Install Headway again."
    )


@pytest.mark.parametrize("cut", CUT)
def test_a_shipped_file_that_was_cut_off_is_refused(
    told_of: dict[object, str], cut: tuple[str, str]
) -> None:
    told = told_of[cut]

    assert re.search(rf"(?m)^headway:{cut[0]}\.yaml:.* error: {CUT[cut]}$", told)
    assert "Install Headway again." in told


def test_the_copy_that_these_tests_take_apart_is_whole(told_of: dict[object, str]) -> None:
    assert told_of["whole"] == WHOLE


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
