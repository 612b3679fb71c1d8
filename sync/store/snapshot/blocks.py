"""The file of a snapshot: a line that says what it is, blocks of rows, and a hash over them.

    headway snapshot 1\\n            magic and format
    kind, plain size, packed size   9 bytes a block, and its rows: MessagePack, deflated
    ...
    255, SHA-256                    over all that stands before it

The file is hashed before anything in it is believed, and no block is unpacked beyond the size that
it names, which is limited too.
"""

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from struct import Struct
from typing import BinaryIO

from models.errors import Problem, UsageError

MAGIC = b"headway snapshot "
FORMAT = b"1"
END = 255
LARGEST_BLOCK = 64_000_000
"""Bytes of a block when unpacked; a row of a backlog is far smaller."""

_FIRST_LINE = MAGIC + FORMAT + b"\n"
_LONGEST_LINE = 64
_HEADER = Struct(">BII")
_DIGEST_SIZE = hashlib.sha256().digest_size
_PART = 1 << 20
_LEVEL = 6
ANEW = "Write it anew: `headway snapshot FILE`, where the databases are."


class BlockWriter:
    """Writes blocks to an open file. The same blocks make the same bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._write(_FIRST_LINE)

    def add(self, kind: int, plain: bytes) -> None:
        """One block; a ValueError where it is larger than a reader takes."""
        if len(plain) > LARGEST_BLOCK:
            raise ValueError("a block is larger than any reader takes")
        packed = zlib.compress(plain, _LEVEL)
        self._write(_HEADER.pack(kind, len(plain), len(packed)))
        self._write(packed)

    def finish(self) -> str:
        """Write the end; the hash of all before it, in hexadecimal."""
        self._file.write(bytes([END]) + self._hash.digest())
        return self._hash.hexdigest()

    def _write(self, content: bytes) -> None:
        self._hash.update(content)
        self._file.write(content)


def read_blocks(path: Path) -> Iterator[tuple[int, bytes]]:
    """The kind and the plain content of every block, in order.

    Raises UsageError where the file is none of ours, of another version, cut short or changed.
    """
    try:
        if path.exists() and not path.is_file():
            raise refuse_file(path, "is no file")
        with path.open("rb") as file:
            _check_whole(path, file)
            yield from _read_blocks(path, file)
    except OSError as error:
        raise refuse_file(path, f"cannot be read: {error.strerror or error}") from None


def refuse_file(path: Path, what: str, remedy: str = ANEW) -> UsageError:
    """The error of a file that is no snapshot to be used."""
    return UsageError(Problem(str(path), what, remedy))


def is_snapshot(path: Path) -> bool:
    """Whether a file begins as ours do, of whatever version."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _check_whole(path: Path, file: BinaryIO) -> None:
    """UsageError unless it is a snapshot of this version, as it was written; read on from there."""
    first = file.readline(_LONGEST_LINE)
    if not first.startswith(MAGIC):
        raise refuse_file(path, "is no snapshot of Headway's" if first else "is empty")
    if first == _FIRST_LINE.replace(b"\n", b"\r\n"):
        what = "had its line ends changed on its way, as if it were text"
        remedy = "Copy it as it is (git: `*.snap binary` in .gitattributes), or write it anew."
        raise refuse_file(path, what, remedy)
    if first != _FIRST_LINE:
        version = first.removeprefix(MAGIC).strip()[:20].decode("ascii", "replace")
        what = f"is a snapshot of format {version!r}; this Headway reads {FORMAT.decode()!r}"
        raise refuse_file(path, what, "Let the same version of Headway write and read it.")
    start, size = file.tell(), file.seek(0, 2)
    left = size - _DIGEST_SIZE - 1
    file.seek(max(left, 0))
    end = file.read()
    if left < start or end[0] != END:
        raise refuse_file(path, "was cut short")
    file.seek(0)
    digest = hashlib.sha256()
    while left and (part := file.read(min(_PART, left))):
        digest.update(part)
        left -= len(part)
    if digest.digest() != end[1:]:
        raise refuse_file(path, "was changed or damaged since it was written")
    file.seek(start)


def _read_blocks(path: Path, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    while True:
        header = file.read(_HEADER.size)
        if header[:1] == bytes([END]):
            return
        if len(header) < _HEADER.size:
            raise refuse_file(path, "was cut short")
        kind, plain_size, packed_size = _HEADER.unpack(header)
        if max(plain_size, packed_size) > LARGEST_BLOCK:
            raise refuse_file(path, "holds a block that is larger than any that Headway writes")
        yield kind, _unpack(path, file.read(packed_size), plain_size)


def _unpack(path: Path, packed: bytes, size: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(packed, size + 1)
    except zlib.error:
        plain = b""
    if len(plain) != size or not unpacker.eof:
        raise refuse_file(path, "holds a block that does not unpack to what it says")
    return plain
