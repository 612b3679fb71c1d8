"""Lists the documents below what was named: files as they are, folders by what they hold."""

import os
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from sync.documents.limits import UnreadableError
from sync.documents.read import KINDS, OTHERS

STDIN = Path("-")
MOST_FILES = 100_000


class DocumentWalk:
    """What a walk finds, and what it passed over, by the endings of the names."""

    def __init__(self, exclude: Sequence[str]) -> None:
        self._exclude = exclude
        self.passed_over: dict[str, int] = {}
        self.unreadable: list[tuple[Path, UnreadableError]] = []

    def list_documents(self, named: Iterable[Path]) -> Iterator[Path]:
        """The files themselves, and those of folders that are documents, in order, each once."""
        seen: set[Path] = set()
        for path in named:
            is_folder = path != STDIN and path.is_dir()
            for each in self._walk(path) if is_folder else (path,):
                known = each if each == STDIN else Path(os.path.realpath(each))
                if known not in seen:
                    seen.add(known)
                    yield each

    def _walk(self, folder: Path) -> Iterator[Path]:
        """Hidden files are a program's own; links are not followed, so that no way leads round."""

        def note(error: OSError) -> None:
            what = f"cannot be read: {error.strerror}"
            at = Path(str(error.filename or folder))
            self.unreadable.append((at, UnreadableError(what, "Let this account read it.")))

        number = 0
        for here, folders, files in os.walk(folder, onerror=note):
            folders[:] = sorted(each for each in folders if self._is_wanted(folder, here, each))
            for name in sorted(files):
                path = Path(here, name)
                if not self._is_wanted(folder, here, name) or path.is_symlink():
                    continue
                number += 1
                if number > MOST_FILES:
                    what = f"has more than {MOST_FILES:,} files; the others were not looked at"
                    self.unreadable.append((folder, UnreadableError(what, "Name parts of it.")))
                    return
                if path.suffix.casefold() in KINDS | OTHERS:
                    yield path
                else:
                    ending = path.suffix.casefold() or "no ending"
                    self.passed_over[ending] = self.passed_over.get(ending, 0) + 1

    def _is_wanted(self, folder: Path, here: str, name: str) -> bool:
        way = Path(here, name).relative_to(folder).as_posix()
        hidden = name.startswith((".", "~$"))
        return not hidden and not any(fnmatch(way, p) or fnmatch(name, p) for p in self._exclude)
