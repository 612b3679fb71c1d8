"""A file takes the place of another whole, or that one stays as it was."""

from pathlib import Path

import pytest

from sync.file_replacement import replace_file


def test_a_file_is_replaced_with_the_mode_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("before")

    with replace_file(path, 0o600) as fresh:
        fresh.write_text("after")

    assert path.read_text() == "after"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_breaks_off_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("before")

    def break_off() -> None:
        with replace_file(path, 0o600) as fresh:
            fresh.write_text("aft")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()

    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_itself_and_what_it_points_at_is_left_alone(tmp_path: Path) -> None:
    aim, path = tmp_path / "aim", tmp_path / "link"
    aim.write_text("before")
    path.symlink_to(aim)

    with replace_file(path, 0o600) as fresh:
        fresh.write_text("after")

    assert (path.is_symlink(), path.read_text(), aim.read_text()) == (False, "after", "before")
