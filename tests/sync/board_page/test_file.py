import os
from pathlib import Path

import pytest

from models.errors import DatabaseError, SettingsError
from sync.board_page.file import write_board_file
from sync.board_page.render import MARKER

PAGE = f"<!doctype html>\n{MARKER}\nnew".encode()


@pytest.mark.parametrize("before", [None, b"", PAGE.replace(b"new", b"old")])
def test_a_board_takes_the_place_of_a_board_or_of_nothing(
    tmp_path: Path, before: bytes | None
) -> None:
    path = tmp_path / "made" / "for it" / "board.html"
    if before is not None:
        path.parent.mkdir(parents=True)
        path.write_bytes(before)

    write_board_file(path, PAGE)

    assert path.read_bytes() == PAGE
    assert path.stat().st_mode & 0o777 == 0o644
    assert [each.name for each in path.parent.iterdir()] == ["board.html"]


def test_what_is_no_board_stays_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "clean.db"
    other.write_bytes(b"SQLite format 3\0 and much more")

    for path in (other, tmp_path):
        with pytest.raises(SettingsError, match="is something else than a board"):
            write_board_file(path, PAGE)

    assert other.read_bytes() == b"SQLite format 3\0 and much more"


def test_a_folder_that_cannot_be_had_is_told_and_nothing_is_left_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(DatabaseError, match="cannot be written: File exists"):
        write_board_file(tmp_path / "file" / "board.html", PAGE)


def test_where_the_disk_is_full_the_page_of_before_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "board.html"
    path.write_bytes(PAGE)

    def refuse(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(DatabaseError, match="No space left on device"):
        write_board_file(path, PAGE + b"er")

    assert path.read_bytes() == PAGE
    assert [each.name for each in tmp_path.iterdir()] == ["board.html"]
