"""Reads a rule book folder, lays it over the shipped default, and checks that the parts fit."""

import hashlib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from models.errors import Problem, RuleBookError, UsageError
from models.rulebook import Comparison, Condition, RuleBook
from sync.rulebook.assembling import Shelf, assemble, inspect
from sync.rulebook.desk import Desk, in_order
from sync.rulebook.validating import Part, read_parts
from translators.conditions import BUILT_IN, fields_of

SHIPPED = "headway:"
LARGEST_FILE = 2_000_000


def read_rulebook(folder: Path) -> RuleBook:
    """The rule book of a folder. Raises RuleBookError with every mistake of every file."""
    texts = shipped_texts()
    if not _is_shipped_folder(folder):
        texts |= _own(folder)
    else:
        texts |= {n: t for n, t in _own(folder).items() if f"{SHIPPED}{n}" not in texts}
    return rulebook_from_texts(texts, str(folder))


def rulebook_from_texts(texts: Mapping[str, str], folder: str = "") -> RuleBook:
    """The same from texts alone, keyed as RuleBook.texts keeps them; `folder` is for messages."""
    desks = {name: Desk(name, text, folder) for name, text in sorted(texts.items())}
    shelf = Shelf()
    for name, desk in desks.items():
        parts: Iterable[Part] = read_parts(texts[name], desk)
        for part in parts:
            shelf.add(part, shipped=name.startswith(SHIPPED))
    broken = any(desk.problems for desk in desks.values())
    book = None
    if broken:
        inspect(shelf)
    else:
        book = assemble(shelf, digest_of(texts), dict(texts))
    problems = [problem for desk in desks.values() for problem in desk.problems]
    if problems or book is None:
        raise RuleBookError(in_order(problems))
    return book


def named_fields(book: RuleBook) -> frozenset[str]:
    """The custom fields that rules name, to be looked up in Jira's own list."""
    conditions: list[Condition | None] = []
    for rule in book.screening:
        conditions += [rule.when, rule.unless]
    conditions += [rule.when for rule in book.capabilities]
    compared: Iterable[Comparison] = (
        line for condition in conditions if condition for line in fields_of(condition)
    )
    names = {line.field for line in compared if line.field not in BUILT_IN}
    if book.effort.team.kind == "field":
        names |= {name.casefold() for name in book.effort.team.names}
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


def _own(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        what = "is no folder"
        remedy = "Run `headway init` to write a starter rule book, or set HEADWAY_CONFIG_DIR."
        raise UsageError(Problem(str(folder), what, remedy))
    texts: dict[str, str] = {}
    problems = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".yml":
            remedy = "Rename it to .yaml, or move it away."
            problems.append(Problem(str(path), "error: ends in .yml and would not be read", remedy))
        if path.suffix != ".yaml":
            continue
        try:
            texts[path.name] = _text(path)
        except (OSError, UnicodeDecodeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text of a sensible size"
            problems.append(Problem(str(path), f"error: cannot be read: {reason}"))
    if problems:
        raise RuleBookError(problems)
    return texts


def _text(path: Path) -> str:
    content = path.read_bytes()
    if len(content) > LARGEST_FILE:
        raise ValueError(path)
    return content.decode("utf-8-sig").replace("\r\n", "\n")
