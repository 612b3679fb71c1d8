"""Where the texts of settings come from: names of the environment, files that they name, a folder.

What stands in a file is read anew whenever the settings are, so that a secret may be exchanged
there while Headway goes on.
"""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from models.errors import Problem
from translators.spelling import suggest_spelling

PREFIX = "HEADWAY_"
FOLDER = "secrets_dir"
"""The setting that names a folder with a file for each setting that is given there."""
LONGEST_FILE = 64 * 1024
"""Bytes of a file that holds one setting."""


class Sources(NamedTuple):
    """The texts of settings, by setting, and for those that stand in a file which one it is."""

    texts: dict[str, str]
    files: dict[str, Path]


def find_setting(name: str, known: Collection[str]) -> str | None:
    """The setting that a name gives, itself or by a file; None if there is no such setting."""
    key = name.removeprefix(PREFIX).lower()
    return next((k for k in (key, key.removesuffix("_file")) if k in known), None)


def read_sources(
    entries: Mapping[str, str], known: Collection[str], overruled: Collection[str | None]
) -> tuple[Sources, list[Problem]]:
    """The texts that entries give, and the folder that they name; all that is wrong with them.

    What is `overruled` counts for nothing where the folder has it.
    """
    sources, problems = Sources({}, {}), []
    for name, value in sorted(entries.items()):
        setting = find_setting(name, known)
        if setting is None:
            problems.append(_refuse_name(name, name, known))
        elif setting in sources.texts:
            problems.append(Problem(name, "is set beside the same setting without _FILE"))
        elif name == PREFIX + setting.upper():
            sources.texts[setting] = value.strip()
        else:
            problems += _take_file(sources, setting, name, Path(value))
    if folder := sources.texts.get(FOLDER):
        problems += _read_folder(sources, Path(folder), known, overruled)
    return sources, problems


def _read_folder(
    sources: Sources, folder: Path, known: Collection[str], overruled: Collection[str | None]
) -> Iterator[Problem]:
    """Take each file of a folder that is called as a setting is, in letters of either size.

    What is called otherwise is another program's; what is hidden, the mechanism's that puts the
    files there.
    """
    where = f"{PREFIX}{FOLDER.upper()}"
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        yield Problem(where, f"cannot read {folder}: {error.strerror}")
        return
    for path in paths:
        name = path.name.upper()
        if not name.startswith(PREFIX):
            continue
        setting = name.removeprefix(PREFIX).lower()
        if setting not in known or setting == FOLDER:
            yield _refuse_name(f"{where}: {path.name}", name, known)
        elif setting in overruled:
            continue
        elif setting in sources.texts:
            what = f"is given twice: here, and in {path}"
            yield Problem(name, what, "Leave one of the two.")
        else:
            yield from _take_file(sources, setting, where, path)


def _refuse_name(where: str, name: str, known: Collection[str]) -> Problem:
    hint = suggest_spelling(name, (PREFIX + each.upper() for each in known), 80)
    what = f"is not a setting of Headway{hint}"
    return Problem(where, what, "" if hint else "The README lists them all.")


def _take_file(sources: Sources, setting: str, where: str, path: Path) -> Iterator[Problem]:
    try:
        sources.texts[setting] = read_file(path)
        sources.files[setting] = path
    except ValueError as error:
        yield Problem(where, str(error))


def read_file(path: Path) -> str:
    """What a file says, or ValueError saying why that is nothing."""
    try:
        if path.exists() and not path.is_file():
            raise ValueError(f"cannot read {path}: it is no file")
        with path.open("rb") as file:
            raw = file.read(LONGEST_FILE + 1)
        content = raw.decode("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ValueError(f"cannot read {path}: {reason}") from None
    if len(raw) > LONGEST_FILE:
        raise ValueError(f"names {path}, which is longer than any setting can be")
    if not content:
        raise ValueError(f"names {path}, which is empty")
    return content


class FileReader:
    """The value that stands in a file now; read again only when the file is another.

    While what stands there is no value, a file that is just being written, it is the last one.
    """

    def __init__(self, path: Path, parse: Callable[[str], str], value: str) -> None:
        self._path, self._parse, self._value = path, parse, value
        self._read_from: tuple[int, int, int] | None = None

    def __call__(self) -> str:
        """The value of now."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 - before each request
            read_from = (found.st_mtime_ns, found.st_ino, found.st_size)
            if read_from != self._read_from:
                self._value = self._parse(read_file(self._path))
                self._read_from = read_from
        except (OSError, ValueError):
            return self._value
        return self._value
