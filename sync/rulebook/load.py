"""Reads a rule book folder, lays it over the shipped default, and checks that the parts fit."""

import codecs
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from models.errors import Problem, RuleBookError, UsageError
from models.rulebook import Comparison, Condition, RuleBook
from sync.rulebook.build import build_rulebook
from sync.rulebook.diagnostics import Diagnostics, sort_problems
from sync.rulebook.sections import SectionStore
from sync.rulebook.validate import read_parts
from translators.rules.conditions import find_comparisons
from translators.rules.fields import BUILT_IN

SHIPPED = "headway:"
LARGEST_FILE = 2_000_000


def read_rulebook(folder: Path) -> RuleBook:
    """The rule book of a folder, laid over the shipped default.

    Raises RuleBookError with every mistake of every file, UsageError where there is no folder.
    """
    own, problems = _own(folder)
    texts = shipped_texts()
    if _is_shipped_folder(folder):
        own = {name: text for name, text in own.items() if f"{SHIPPED}{name}" not in texts}
    return _compiled(texts | own, str(folder), problems)


def usable_rulebook(folder: Path) -> RuleBook:
    """The rule book of a folder, with at least one capability in it; UsageError if not."""
    rulebook = read_rulebook(folder)
    if not rulebook.capabilities:
        what = "has no capability yet, so there is nothing to publish"
        raise UsageError(Problem(str(folder), what, "Run `headway init`."))
    return rulebook


def rulebook_from_texts(texts: Mapping[str, str], folder: str = "") -> RuleBook:
    """The same from texts alone, keyed as RuleBook.texts keeps them; `folder` is for messages."""
    return _compiled(texts, folder, ())


def _compiled(texts: Mapping[str, str], folder: str, unread: Sequence[Problem]) -> RuleBook:
    desks = {name: Diagnostics(name, text, folder) for name, text in sorted(texts.items())}
    sections = SectionStore()
    for name, diagnostics in desks.items():
        for part in read_parts(texts[name], diagnostics):
            sections.add(part, shipped=name.startswith(SHIPPED))
    complete = not unread and all(diagnostics.readable for diagnostics in desks.values())
    book = build_rulebook(sections, digest_of(texts), dict(texts), complete=complete)
    problems = [
        *unread,
        *(problem for diagnostics in desks.values() for problem in diagnostics.problems),
    ]
    if problems:
        raise RuleBookError(sort_problems(problems))
    return book


def named_fields(book: RuleBook) -> frozenset[str]:
    """The custom fields that rules name, to be looked up in Jira's own list."""
    conditions: list[Condition | None] = []
    for rule in book.screening:
        conditions += [rule.when, rule.unless]
    conditions += [rule.when for rule in book.capabilities]
    compared: Iterable[Comparison] = (
        line for condition in conditions if condition for line in find_comparisons(condition)
    )
    names = {line.field for line in compared if line.field not in BUILT_IN}
    if book.effort.team.kind == "field":
        names |= {name.casefold() for name in book.effort.team.names} - BUILT_IN.keys()
    return frozenset(names)


def digest_of(texts: Mapping[str, str]) -> str:
    """One name for exactly these texts."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        for part in (name, texts[name]):
            digest.update(f"{len(part)}:".encode())
            digest.update(part.encode())
    return digest.hexdigest()


def shipped_texts() -> dict[str, str]:
    """The shipped default rule book, keyed as RuleBook.texts keeps it."""
    return {
        f"{SHIPPED}{found.name}": found.read_text("utf-8")
        for found in files("config").iterdir()
        if found.name.endswith(".yaml")
    }


def _is_shipped_folder(folder: Path) -> bool:
    shipped: Any = files("config")
    return folder.resolve() == Path(str(shipped)).resolve()


def _own(folder: Path) -> tuple[dict[str, str], list[Problem]]:
    """The texts of a folder's files, and what cannot be read. Hidden files are an editor's."""
    texts: dict[str, str] = {}
    problems = []
    for path in _files(folder):
        ending = path.suffix.casefold()
        if path.name.startswith(".") or ending not in (".yaml", ".yml"):
            continue
        if path.suffix != ".yaml":
            what = f"error: ends in {path.suffix} and would not be read"
            problems.append(Problem(str(path), what, "Rename it to .yaml, or move it away."))
            continue
        is_strange = path.exists() and not (path.is_file() or path.is_dir())
        if is_strange or not path.name.isprintable():
            what = "error: is no file, or has a name that cannot be shown"
            problems.append(Problem(ascii(str(path)), what, "Rename it, or move it away."))
            continue
        try:
            texts[path.name] = _text(path.read_bytes())
        except OSError as error:
            what = f"error: cannot be read: {error.strerror}"
            problems.append(Problem(str(path), what, "Mend it, or move it away."))
        except _NoTextError as error:
            problems.append(Problem(f"{path}{error.place}", f"error: {error.what}", error.remedy))
    return texts, problems


def _files(folder: Path) -> list[Path]:
    remedy = "Run `headway init` to write a starter rule book, or set HEADWAY_CONFIG_DIR."
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        raise UsageError(Problem(str(folder), "is not there", remedy)) from None
    except NotADirectoryError:
        raise UsageError(Problem(str(folder), "is no folder", remedy)) from None
    except (OSError, ValueError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise UsageError(Problem(str(folder), what, remedy)) from None


class _NoTextError(Exception):
    """A file is no text that can be read."""

    def __init__(self, what: str, remedy: str, place: str = "") -> None:
        super().__init__(what)
        self.what, self.remedy, self.place = what, remedy, place


def _text(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        what = f"is larger than {LARGEST_FILE // 1_000_000} MB"
        raise _NoTextError(what, "Is it a rule book? Split it, or move it away.")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _NoTextError("is UTF-16 text", _SAVE)
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        what = "has a letter that is not UTF-8"
        raise _NoTextError(what, _SAVE, f":{line}:{column}") from None


_SAVE = "Save it as UTF-8 in your editor."
