"""Reads the files of a rule book folder, and those that come with Headway, as text."""

import codecs
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from models.errors import Problem, RuleBookError, UsageError
from sync.rulebook.mistakes import SHIPPED, Mistake, Position

LARGEST_FILE = 2_000_000
SHIPPED_FOLDER = Path(__file__).parents[2] / "config"
"""Beside our own code: another package called config may be importable in its place."""
SHIPPED_FILES = ("effort.yaml", "guards.yaml", "promises.yaml", "screening.yaml", "wording.yaml")
ENDINGS = (".yaml", ".yml")
NAME_LISTS = ("people.txt", "customers.txt", "code_names.txt", "environments.txt")
"""Lists of names that are never published, one a line, as another program writes them."""
DEEPEST_FOLDER = 4
MOST_LOOKED_AT = 10_000
_MEND = "Mend it, or move it away."
_SAVE = "Save it as UTF-8 in your editor."


def read_shipped_texts() -> dict[str, str]:
    """The shipped default, keyed as RuleBook.texts keeps it; RuleBookError if a file is gone."""
    texts = {}
    for path in (SHIPPED_FOLDER / name for name in SHIPPED_FILES):
        try:
            texts[f"{SHIPPED}{path.name}"] = path.read_text("utf-8")
        except OSError as error:
            what = f"error: comes with Headway and cannot be read: {error.strerror}"
            raise RuleBookError(Problem(str(path), what, "Install Headway again.")) from None
    return texts


def read_folder(folder: Path) -> tuple[dict[str, str], list[Mistake]]:
    """The texts of a folder's files, and what cannot be read; UsageError where there is no folder.

    Files of the folders below are read too, and called by their way there: `billing/rules.yaml`.
    Hidden files and folders are an editor's. In the shipped folder itself, the shipped files are
    no own ones.
    """
    texts: dict[str, str] = {}
    mistakes: list[Mistake] = []
    paths = _list_files(folder)
    is_shipped = folder.resolve() == SHIPPED_FOLDER.resolve()
    for path in _walk(paths, (folder.resolve(),), mistakes):
        name = path.relative_to(folder).as_posix()
        if is_shipped and name in SHIPPED_FILES:
            continue
        text, wrong = _read_file(path, name)
        mistakes += wrong
        if not wrong:
            texts[name] = text
    return texts, mistakes


def lies_outside(folder: Path, name: str) -> bool:
    """Whether a file of a rule book folder is elsewhere in truth, behind a link out of it.

    What stands there is not shown: whoever may put a link into the folder may not read it.
    """
    place = (folder / name).resolve()
    return not place.is_relative_to(folder.resolve())


def _walk(
    paths: Iterable[Path], above: tuple[Path, ...], mistakes: list[Mistake]
) -> Iterator[Path]:
    """The files that would be rules, folder by folder; what cannot be looked into is a mistake.

    `above` are the real places of the folders gone through: a link to one of them leads round.
    """
    for path in paths:
        if path.name.startswith("."):
            continue
        if path.suffix.casefold() in ENDINGS or path.name in NAME_LISTS:
            yield path
        elif path.is_dir() and path.resolve() not in above:
            top, way = path.parents[len(above) - 1], (*above, path.resolve())
            at = Position(_show_name(path.relative_to(top).as_posix()))
            try:
                inner = sorted(path.iterdir())
            except OSError as error:
                mistakes.append(Mistake(at, f"cannot be read: {error.strerror}", _MEND))
                continue
            if len(above) <= DEEPEST_FOLDER:
                yield from _walk(inner, way, mistakes)
            elif _holds_rules(path):
                what = f"is more than {DEEPEST_FOLDER} folders down, and would not be read"
                mistakes.append(Mistake(at, what, "Move its files up, or away."))


def _holds_rules(folder: Path) -> bool:
    """Whether anything in a folder, however far down, would be rules; of a large one, at first."""
    found = (each.relative_to(folder) for each in islice(folder.rglob("*"), MOST_LOOKED_AT))
    hidden = (each for each in found if not any(part.startswith(".") for part in each.parts))
    return any(each.suffix.casefold() in ENDINGS for each in hidden)


def _list_files(folder: Path) -> list[Path]:
    remedy = "Run `headway init` to write a starter rule book, or set HEADWAY_CONFIG_DIR."
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        what = "is not there"
    except NotADirectoryError:
        what = "is no folder"
    except (OSError, ValueError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    raise UsageError(Problem(str(folder), what, remedy))


def _read_file(path: Path, name: str) -> tuple[str, list[Mistake]]:
    at = Position(_show_name(name))
    if path.suffix != ".yaml" and path.name not in NAME_LISTS:
        what = f"ends in {path.suffix} and would not be read"
        return "", [Mistake(at, what, "Rename it to .yaml, or move it away.")]
    is_strange = path.exists() and not (path.is_file() or path.is_dir())
    if is_strange or not name.isprintable():
        what = "is no file, or has a name that cannot be shown"
        return "", [Mistake(at, what, "Rename it, or move it away.")]
    return read_text(path, at)


def read_text(path: Path, at: Position) -> tuple[str, list[Mistake]]:
    """The text of a file, called as `at` says, or why that is none."""
    try:
        return _decode(_read_bounded(path), at)
    except OSError as error:
        return "", [Mistake(at, f"cannot be read: {error.strerror}", _MEND)]


def _read_bounded(path: Path) -> bytes:
    """The content, or a little more than any rule book may hold; nothing is waited for.

    What calls itself a file may have no end, or say nothing until something happens.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        parts, left = [], LARGEST_FILE + 1
        while left > 0 and (part := os.read(handle, left)):
            parts.append(part)
            left -= len(part)
    finally:
        os.close(handle)
    return b"".join(parts)


def _show_name(name: str) -> str:
    return ascii(name)[1:-1]


def _decode(content: bytes, file: Position) -> tuple[str, list[Mistake]]:
    if len(content) > LARGEST_FILE:
        what = f"is larger than {LARGEST_FILE // 1_000_000} MB"
        return "", [Mistake(file, what, "Is it the right file? Split it, or move it away.")]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "", [Mistake(file, "is UTF-16 text", _SAVE)]
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n"), []
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        at = Position(file.file, line, column)
        return "", [Mistake(at, "has a letter that is not UTF-8", _SAVE)]
