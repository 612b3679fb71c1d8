"""The tables of a board that stands there: taken where they are the same list's, and our own."""

import ast
import os
from pathlib import Path

import pytest

from sync.board_page import kept
from sync.board_page.file import write_board_file
from sync.board_page.kept import read_kept_lookup
from sync.board_page.render import render_board
from tests.architecture.repository import ROOT
from tests.board.lists import a_board, hostile_rows, sample_rows
from translators.board.content import BoardContent, digest_rows


@pytest.fixture(scope="module")
def board() -> BoardContent:
    return a_board(hostile_rows())


@pytest.fixture(scope="module")
def page(board: BoardContent) -> bytes:
    return render_board(board)


@pytest.fixture
def path(page: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "board.html"
    write_board_file(path, page)
    return path


def test_what_a_page_has_is_what_it_was_made_of(board: BoardContent, path: Path) -> None:
    assert read_kept_lookup(path, board.rows_digest) == board.lookup


def test_another_list_or_another_version_of_find_has_none(
    board: BoardContent, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_kept_lookup(path, digest_rows(sample_rows())) is None

    monkeypatch.setattr(kept, "_digest_rules", lambda: "another version")
    assert read_kept_lookup(path, board.rows_digest) is None


def test_a_page_that_is_not_whole_or_was_changed_has_none(
    board: BoardContent, page: bytes, path: Path
) -> None:
    at = page.index(b'"names": {') + 12
    copies = {
        "empty": b"",
        "no page": b"\x00" * 5000,
        "cut": page[:at],
        "without an end": page[: page.index(b"</script>", at)],
        "another letter": page[:at] + b"zz" + page[at + 2 :],
        "no tables": page.replace(b'id="tables"', b'id="others"'),
        "other shape": page.replace(b'"names"', b'"nomes"'),
    }
    for what, copy in copies.items():
        path.write_bytes(copy)
        assert read_kept_lookup(path, board.rows_digest) is None, what


def test_what_others_may_have_written_is_not_taken(
    board: BoardContent, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = path.with_name("link.html")
    link.symlink_to(path)
    pipe = path.with_name("pipe.html")
    os.mkfifo(pipe)
    for other in (link, pipe, path.parent, path.with_name("none.html")):
        assert read_kept_lookup(other, board.rows_digest) is None
    for mode in (0o664, 0o646, 0o000 if os.geteuid() else 0o666):
        path.chmod(mode)
        assert read_kept_lookup(path, board.rows_digest) is None
    path.chmod(0o644)
    assert read_kept_lookup(path, board.rows_digest) is not None

    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    assert read_kept_lookup(path, board.rows_digest) is None


def test_a_page_that_is_too_large_is_not_read(
    board: BoardContent, page: bytes, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_BYTES", len(page) - 1)

    assert read_kept_lookup(path, board.rows_digest) is None


def test_all_that_find_goes_by_is_in_the_digest_of_its_version() -> None:
    places = [ROOT / "translators" / name for name in kept._SOURCES]
    sources = [
        each for place in places for each in ([place] if place.is_file() else place.rglob("*.py"))
    ]
    imported = {
        node.module or ""
        for source in sources
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
    }

    names = tuple(f"translators.{name.removesuffix('.py')}" for name in kept._SOURCES)
    own = [name for name in imported if name.startswith("translators.")]
    assert [name for name in own if not name.startswith(names)] == []
    assert len(sources) > 10
