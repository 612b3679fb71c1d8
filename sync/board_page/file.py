"""Writes the board where people open it: the whole page, or the one before."""

from pathlib import Path

from models.errors import DatabaseError, Problem, SettingsError
from sync.board_page.render import MARKER
from sync.file_replacement import replace_file

READABLE = 0o644
_BEGINNING = 256
"""Bytes in which a board says that it is one."""


def write_board_file(path: Path, page: bytes, mode: int = READABLE) -> None:
    """Put the page in the place of the board at `path`, in a folder that is made if need be.

    Raises SettingsError where something else stands there, DatabaseError where it cannot be
    written; what stands there is as it was then.
    """
    try:
        _check_place(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(path, mode) as fresh:
            fresh.write_bytes(page)
    except OSError as error:
        what = f"cannot be written: {error.strerror or type(error).__name__}"
        remedy = "Make room, or give Headway the right to write there; the list itself is in place."
        raise DatabaseError(Problem(str(path), what, remedy)) from None


def _check_place(path: Path) -> None:
    if not path.exists():
        return
    if path.is_file():
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
        if not beginning or MARKER.encode() in beginning:
            return
    what = "is something else than a board, and stays as it is"
    raise SettingsError(Problem(str(path), what, "Name another file, or move this one away."))
