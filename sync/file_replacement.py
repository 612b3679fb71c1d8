"""Puts a file in the place of another, whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_BEGINNING = 256
"""Bytes in which a file says of what kind it is."""


@contextmanager
def replace_file(path: Path, mode: int, fresh: Path | None = None) -> Iterator[Path]:
    """A file beside `path`, to be written in this block, that then takes its place with this mode.

    Where the block or the replacement fails, `path` is as it was and nothing is left beside it. A
    link at `path` is replaced itself. `fresh` is the file beside it where its name matters. Raises
    OSError.
    """
    fresh = fresh or _make_beside(path)
    try:
        yield fresh
        fresh.chmod(mode)
        _flush(fresh)
        fresh.replace(path)
        # The new file stands there already: a folder that cannot be read is no failure of it.
        with suppress(PermissionError):
            _flush(path.parent)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def may_replace(path: Path, mark: str) -> bool:
    """Whether nothing is lost by a new file there: none is, or an empty one, or one with `mark`.

    It stands in the first bytes of every file of that kind. Raises OSError.
    """
    if not path.exists():
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        beginning = file.read(_BEGINNING)
    return not beginning or mark.encode() in beginning


def _make_beside(path: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix=".headway-", dir=path.parent)
    os.close(handle)
    return Path(name)


def _flush(path: Path) -> None:
    """Have the disk keep what was written to a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
