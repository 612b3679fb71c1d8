"""The file in which `headway export` keeps how far a view was read."""

from pathlib import Path

import msgspec
from msgspec import Struct

from models.errors import DatabaseError, Problem, UsageError
from sync.file_replacement import replace_file
from sync.store.clean.exported_rows import Cursor

READABLE = 0o644
_LARGEST = 10_000
"""Bytes of such a file at most; a cursor takes a hundred."""


class KeptCursor(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the file."""

    view: str
    epoch: str
    change_seq: int


def read_cursor_file(path: Path, view: str) -> Cursor | None:
    """The cursor that is kept there, None where there is no file yet; else UsageError."""
    try:
        if path.exists() and not path.is_file():
            raise UsageError(Problem(str(path), "is no file", "Name another one."))
        with path.open("rb") as file:
            content = file.read(_LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise UsageError(Problem(str(path), what, "Name another file.")) from None
    try:
        kept = msgspec.json.decode(content, type=KeptCursor)
    except (msgspec.DecodeError, UnicodeDecodeError):
        what = "is no cursor that `headway export` has kept"
        remedy = "Name another file, or remove this one: the whole view is exported then."
        raise UsageError(Problem(str(path), what, remedy)) from None
    if kept.view != view:
        what = f"is how far {kept.view} was read, and not {view}"
        raise UsageError(Problem(str(path), what, "Keep a file for each view."))
    return Cursor(kept.epoch, kept.change_seq)


def write_cursor_file(path: Path, view: str, cursor: Cursor) -> None:
    """Keep the cursor, whole or not at all."""
    kept = KeptCursor(view, cursor.epoch, cursor.change_seq)
    try:
        with replace_file(path, READABLE) as fresh:
            fresh.write_bytes(msgspec.json.encode(kept) + b"\n")
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        remedy = "The rows were exported, the cursor stays where it was. Name another file."
        raise DatabaseError(Problem(str(path), what, remedy)) from None
