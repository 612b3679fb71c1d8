"""The file beside the requests file, in which words wait that assistants found nothing by.

A process that may write nothing but that folder leaves them there; who may write the database
counts them. Its first line has a name that is drawn anew whenever the file begins anew: by it and
by how many bytes of it were counted, none counts twice.
"""

import errno
import os
import re
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from models.asked_words import WaitingWords
from models.errors import Problem, UsageError
from sync.requests_file.locking import TRIES, lock_file

LARGEST = 200_000
"""Bytes: more than two thousand of the longest words."""

_HEAD = "Words that wait to be counted by Headway: {}\n"
_HEADED = re.compile(re.escape(_HEAD.encode()).replace(rb"\{\}", rb"([0-9a-f]{32})"))
_MODE = 0o660
_FEW_TRIES = 10
"""For who is waited for by somebody that asked: the words are tried again with the next ones."""
_FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""A link, or what has no end, is never taken for the file, whoever put it there."""
_ODD = (errno.ELOOP, errno.EISDIR, errno.ENXIO)


def place_asked_file(requests: Path) -> Path:
    """Where words wait beside a requests file, by whatever link that is named."""
    path = Path(os.path.realpath(requests))
    return path.with_name(f"{path.name}.asks")


def append_words(path: Path, words: Sequence[str]) -> None:
    """Leave words at the end of the file, which is made where there is none: all or none of them.

    Each is on one line. UsageError where they cannot be added, or the file is full.
    """
    with _open(path, os.O_RDWR | os.O_CREAT, _FEW_TRIES) as file:
        _, kept = _read_whole(file, path)
        new = "".join(f"{each}\n" for each in words).encode()
        if kept == 0:
            new = _HEAD.format(secrets.token_hex(16)).encode() + new
        if kept + len(new) > LARGEST:
            raise UsageError(Problem(str(path), "is full", "Run `headway queue`, which counts it."))
        try:
            _write(file, kept, new)
        except OSError as error:
            raise _word(path, "added to", error) from None


@dataclass(frozen=True)
class OpenedWords:
    """What waits, and the file that it is in; nobody adds to it meanwhile."""

    waiting: WaitingWords
    _file: BinaryIO

    def empty(self) -> None:
        """Have nothing wait any more; where that is not allowed, it is known to be counted."""
        with suppress(OSError):
            self._file.truncate(0)


@contextmanager
def open_waiting(path: Path) -> Iterator[OpenedWords | None]:
    """What waits in the file; None where nothing does. UsageError where it cannot be read."""
    if not os.path.lexists(path):
        yield None
        return
    access = os.O_RDWR if os.access(path, os.W_OK) else os.O_RDONLY
    with _open(path, access, TRIES) as file:
        content, end = _read_whole(file, path)
        found = _HEADED.match(content)
        yield OpenedWords(_read_lines(content[:end], found), file) if found else None


@contextmanager
def _open(path: Path, access: int, tries: int) -> Iterator[BinaryIO]:
    """The file, locked; UsageError where it is none."""
    try:
        handle = os.open(path, access | _FLAGS, _MODE)
    except OSError as error:
        raise _word(path, "opened", error) from None
    with os.fdopen(handle, "rb" if access == os.O_RDONLY else "r+b", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise _refuse(path)
        lock_file(file, path, tries)
        yield file


def _read_whole(file: BinaryIO, path: Path) -> tuple[bytes, int]:
    """What stands there, and where its last whole line ends: a torn one was never written."""
    try:
        content = file.read(LARGEST)
    except OSError as error:
        raise _word(path, "read", error) from None
    if content and not _HEADED.match(content):
        raise _refuse(path)
    return content, content.rfind(b"\n") + 1


def _write(file: BinaryIO, at: int, new: bytes) -> None:
    file.seek(at)
    written = file.write(new)
    file.truncate(at + len(new) if written == len(new) else at)
    if written != len(new):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _read_lines(content: bytes, head: re.Match[bytes]) -> WaitingWords:
    at, lines = head.end(), []
    for line in content[at:].splitlines(keepends=True):
        at += len(line)
        lines.append((at, _decode(line.rstrip(b"\n"))))
    return WaitingWords(head[1].decode(), tuple(lines))


def _decode(line: bytes) -> str:
    """The text of a line; none where it is not one."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return ""


def _word(path: Path, what: str, error: OSError) -> UsageError:
    if error.errno in _ODD:
        return _refuse(path)
    told = f"cannot be {what}: {error.strerror or error}"
    return UsageError(Problem(str(path), told, "Let this account write it, and its folder."))


def _refuse(path: Path) -> UsageError:
    what = "is not the file that words to be counted wait in"
    return UsageError(Problem(str(path), what, "Move it away; it is made by itself."))
