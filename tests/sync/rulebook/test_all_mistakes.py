"""A book with 25 mistakes is told all of them at once, each with its line, its caret, a remedy.

`python -m tests.sync.rulebook.test_all_mistakes` writes what is told anew.
"""

import contextlib
import io
import re
import time
from pathlib import Path

import pytest

from sync.cli import run
from tests.architecture.repository import ROOT

BOOK = "tests/rulebooks/mistakes"
GOLDEN = ROOT / "tests/rulebooks/mistakes.txt"
NUMBER = 25


def check() -> tuple[int, str]:
    """What `headway check` says of the book, without what it was held against."""
    told = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(told):
        code = run(["check", "--config", BOOK])
    return code, told.getvalue().rpartition("Held against")[0]


def test_all_mistakes_are_told_at_once_in_these_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HEADWAY_STATE_URL", f"sqlite:///{tmp_path}/nowhere.db")

    started = time.perf_counter()
    code, told = check()
    taken = time.perf_counter() - started

    assert code == 2
    assert told == GOLDEN.read_text("utf-8")
    assert told.startswith(f"{NUMBER} errors, 0 warnings.")
    assert taken < 2


def test_each_is_told_with_its_line_and_a_caret_below_the_place() -> None:
    places = re.findall(
        rf"(?m)^{BOOK}/(\w+\.yaml):(\d+):(\d+): error: .+\n    (.+)\n    ( *)\^$",
        GOLDEN.read_text("utf-8"),
    )

    assert len(places) == NUMBER
    for file, line, column, shown, margin in places:
        text = (ROOT / BOOK / file).read_text("utf-8").splitlines()[int(line) - 1]
        assert shown == text
        assert len(margin) == int(column) - 1


if __name__ == "__main__":
    GOLDEN.write_text(check()[1], "utf-8")
