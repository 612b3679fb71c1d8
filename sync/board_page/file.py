"""Writes the board where people open it: the whole page, or the one before."""

from pathlib import Path

from models.errors import DatabaseError, Problem, SettingsError
from sync.board_page.render import MARKER
from sync.file_replacement import may_replace, replace_file

READABLE = 0o644


def write_board_file(path: Path, page: bytes, mode: int = READABLE) -> None:
    """Put the page in the place of the board at `path`, in a folder that is made if need be.

    Raises SettingsError where something else stands there, DatabaseError where it cannot be
    written; what stands there is as it was then.
    """
    try:
        if not may_replace(path, MARKER):
            what = "is something else than a board, and stays as it is"
            remedy = "Name another file, or move this one away."
            raise SettingsError(Problem(str(path), what, remedy))
        path.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(path, mode) as fresh:
            fresh.write_bytes(page)
    except OSError as error:
        what = f"cannot be written: {error.strerror or type(error).__name__}"
        remedy = "Make room, or give Headway the right to write there; the list itself is in place."
        raise DatabaseError(Problem(str(path), what, remedy)) from None
