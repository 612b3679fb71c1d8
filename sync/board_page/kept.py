"""Takes the tables of a board that stands there into the next one, where its list is the same.

To fill them takes a second of a processor, and most runs publish nothing.
"""

import hashlib
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from translators.find.lookup import AskLookup

TABLES_TAG = '<script type="application/json" id="tables" data-list="{name}" data-sum="{digest}">'
"""How the tables begin in a page; no text of others can look so, since it is escaped."""
_TABLES = re.compile(
    re.escape(TABLES_TAG.encode())
    .replace(rb"\{name\}", rb"([0-9a-f]{64})")
    .replace(rb"\{digest\}", rb"([0-9a-f]{64})")
    + b"([^<]*)</script>"
)
MOST_BYTES = 32_000_000
"""A page that is larger than that is not read: ten times that of 2,000 rows."""
_SOURCES = ("find", "words.py")
"""What in `translators` the tables are made by."""


def read_kept_lookup(path: Path, rows_digest: str) -> AskLookup | None:
    """The tables of the board at `path`, if they are those of the list with this digest.

    None where they are another list's or another version's, where they are not whole, and where
    anybody but this user may have written them: they say what "this is it" is.
    """
    page = _read_own(path)
    found = _TABLES.search(page) if page else None
    if found is None:
        return None
    name, digest, text = found.groups()
    if name.decode() != name_tables(rows_digest) or digest.decode() != digest_tables(text):
        return None
    with suppress(msgspec.MsgspecError):
        return msgspec.json.decode(text, type=AskLookup)
    return None


def name_tables(rows_digest: str) -> str:
    """What tables are of: these rows, by the rules of this version of `find`."""
    return hashlib.sha256(f"{_digest_rules()} {rows_digest}".encode()).hexdigest()


def digest_tables(text: bytes) -> str:
    """The digest of tables as a page has them."""
    return hashlib.sha256(text).hexdigest()


def _read_own(path: Path) -> bytes | None:
    """A file that nobody but this user can have written, if there is one."""
    # What is there may go or be replaced at any time: all is asked of the file that is open.
    with suppress(OSError), open(path, "rb", opener=_open_plainly) as file:
        about = os.fstat(file.fileno())
        is_own = about.st_uid == os.geteuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if stat.S_ISREG(about.st_mode) and is_own and about.st_size <= MOST_BYTES:
            return file.read(MOST_BYTES)
    return None


def _open_plainly(path: str, flags: int) -> int:
    """Follow no link, and wait for nobody who would write into a pipe."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


@cache
def _digest_rules() -> str:
    """A digest of the program text that fills the tables, and of what it goes by in Python."""
    digest = hashlib.sha256(f"{sys.version} {unicodedata.unidata_version}".encode())
    for name in _SOURCES:
        for source in _list_sources(files("translators") / name):
            digest.update(hashlib.sha256(source.read_bytes()).digest())
    return digest.hexdigest()


def _list_sources(place: Traversable) -> Iterator[Traversable]:
    if place.is_file():
        if place.name.endswith(".py"):
            yield place
        return
    for each in sorted(place.iterdir(), key=lambda each: each.name):
        yield from _list_sources(each)
