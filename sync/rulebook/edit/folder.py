"""The files of a rule book that is edited: read whole, and written whole or not at all."""

import codecs
import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from models.errors import Problem, RuleBookError, UsageError
from models.rulebook import RuleBook
from sync.file_replacement import replace_file
from sync.rulebook.files import read_folder, read_shipped_texts
from sync.rulebook.load import read_rulebook, rulebook_from_texts


@dataclass(frozen=True)
class OpenedFolder:
    """A rule book, and the letters of its own files as they were when it was read.

    `contents` are the files' bytes by name, `texts` the same as text, line ends and all.
    """

    folder: Path
    book: RuleBook
    contents: Mapping[str, bytes]

    @property
    def texts(self) -> dict[str, str]:
        """The files as text, without the mark of an encoding before them."""
        return {name: content.decode("utf-8-sig") for name, content in self.contents.items()}

    def compile_with(self, texts: Mapping[str, str]) -> RuleBook:
        """The rule book that these texts would make; RuleBookError if they make none."""
        own = {name: text.replace("\r\n", "\n") for name, text in texts.items()}
        return rulebook_from_texts(read_shipped_texts() | own, str(self.folder))

    def with_texts(self, texts: Mapping[str, str], book: RuleBook | None = None) -> "OpenedFolder":
        """The folder as an edit would leave it, for the next one; it is never written from here.

        `book` is its rule book where that is known.
        """
        contents = {name: text.encode("utf-8") for name, text in texts.items()}
        return replace(self, contents=contents, book=book or self.compile_with(texts))

    def write(self, texts: Mapping[str, str]) -> list[str]:
        """Write what differs, file by file, and name it; UsageError if any changed meanwhile."""
        changed = {name: text for name, text in texts.items() if self.texts.get(name) != text}
        with _lock_folder(self.folder):
            if _read_contents(self.folder) != self.contents:
                what = "was changed by somebody else since it was read; nothing was written"
                raise UsageError(Problem(str(self.folder), what, "Run the command again."))
            self._replace_files(changed)
        return sorted(changed)

    def _replace_files(self, changed: Mapping[str, str]) -> None:
        """All of them, or, where one cannot be written, none."""
        written: list[str] = []
        try:
            for name, text in changed.items():
                mark = self.contents.get(name, b"").startswith(codecs.BOM_UTF8)
                _write_file(self.folder / name, codecs.BOM_UTF8 * mark + text.encode("utf-8"))
                written.append(name)
        except UsageError:
            for name in written:
                if name in self.contents:
                    _write_file(self.folder / name, self.contents[name])
                else:
                    (self.folder / name).unlink()
            raise


def open_folder(folder: Path) -> OpenedFolder:
    """The rule book of a folder, to be edited; RuleBookError with its mistakes if it has any."""
    contents = _read_contents(folder)
    book = read_rulebook(folder)
    opened = OpenedFolder(folder, book, contents)
    if opened.compile_with(opened.texts).digest != book.digest:
        what = "is being changed by somebody else right now"
        raise UsageError(Problem(str(folder), what, "Run the command again."))
    return opened


def choose_file(texts: Mapping[str, str], section: str) -> str:
    """The file with most items of a section, else one called after it."""
    from sync.rulebook.edit.spans import read_spans  # noqa: PLC0415

    counts = {}
    for name, text in sorted(texts.items()):
        if section in text and (pair := read_spans(text).find_pair(section)):
            counts[name] = len(pair.value.items)
    return max(counts, key=lambda name: counts[name]) if counts else f"{section}.yaml"


def _write_file(path: Path, content: bytes) -> None:
    """Put this content in the place of a file, whole or not at all; its mode and links stay."""
    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_read_umask()
        with replace_file(target, mode) as fresh:
            fresh.write_bytes(content)
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise UsageError(Problem(str(path), what, "Nothing was changed.")) from None


def _read_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def _lock_folder(folder: Path) -> Iterator[None]:
    """One writer at a time, on this machine: the folder itself is locked, no file is left in it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read_contents(folder: Path) -> dict[str, bytes]:
    """The bytes of the files that are the rule book's."""
    texts, mistakes = read_folder(folder)
    if mistakes:
        read_rulebook(folder)
        raise RuleBookError(Problem(str(folder), "cannot be read"))
    try:
        return {name: (folder / name).read_bytes() for name in texts}
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise UsageError(Problem(str(folder), what, "Run the command again.")) from None
