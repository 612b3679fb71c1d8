"""Reads a rule book in stages, each of which gives back a value and what is wrong with it.

    files       the folder's texts, and those that come with Headway
    yaml        each text as a tree in which every value knows its place
    layers      the trees joined, the team's own laid over the shipped
    schema      the one tree held against what may stand in it; values made
    checks      ids that are named, circles, comparisons that are not allowed

Here their mistakes come together: all of all files are told at once, or there is a rule book.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from models.errors import Problem, RuleBookError, UsageError
from models.promises import NONE_PASSED, PassedTexts, Wordlists
from models.rulebook import RuleBook
from sync.rulebook.checks.references import check_references
from sync.rulebook.checks.wording import check_codes, check_phrases
from sync.rulebook.files import lies_outside, read_folder, read_shipped_texts
from sync.rulebook.layers.layers import (
    BOOK,
    find_idle_changes,
    find_missing_sections,
    join_files,
    lay_over,
    read_shipped_tree,
)
from sync.rulebook.mistakes import SHIPPED, Mistake, word_mistakes
from sync.rulebook.schema.build import SWITCHED_OFF, build_wordlists
from sync.rulebook.schema.schema import SECTIONS
from sync.rulebook.values.kinds import read_keys
from sync.rulebook.yaml.reading import read_tree
from sync.rulebook.yaml.tree import Mapping as Tree
from sync.rulebook.yaml.tree import Node
from translators.rules.conditions import list_comparisons
from translators.rules.fields import BUILT_IN


def read_rulebook(folder: Path, passed: PassedTexts = NONE_PASSED) -> RuleBook:
    """The rule book of a folder, laid over the shipped default.

    Ids that have `passed` are not searched for promises again: the promise linter takes long to be
    ready. The book itself says nothing of what passed.
    Raises RuleBookError with every mistake of every file, UsageError where there is no folder.
    """
    own, mistakes = read_folder(folder)
    return _compile_rulebook(read_shipped_texts() | own, str(folder), mistakes, passed)


def usable_rulebook(folder: Path, passed: PassedTexts = NONE_PASSED) -> RuleBook:
    """The rule book of a folder, with at least one capability in it; UsageError if not."""
    rulebook = read_rulebook(folder, passed)
    if not rulebook.capabilities:
        what = "has no capability yet, so there is nothing to publish"
        raise UsageError(Problem(str(folder), what, "Run `headway init`."))
    return rulebook


def rulebook_from_texts(
    texts: Mapping[str, str], folder: str = "", passed: PassedTexts = NONE_PASSED
) -> RuleBook:
    """The same from texts alone, keyed as RuleBook.texts keeps them; `folder` is for messages.

    What the shipped texts of an older Headway lack is taken from those of today.
    """
    return _compile_rulebook(texts, folder, [], passed)


def stamp_folder(folder: Path) -> str:
    """Another text for each other content of a folder, be it readable or not."""
    try:
        texts, mistakes = read_folder(folder)
    except UsageError as error:
        return str(error)
    return f"{digest_of(texts)} {mistakes}"


def named_fields(book: RuleBook) -> frozenset[str]:
    """The custom fields that rules name, to be looked up in Jira's own list."""
    return frozenset(locate_fields(book))


def locate_fields(book: RuleBook) -> dict[str, str]:
    """The same, each with the place where it is named first."""
    lines = sorted(list_comparisons(book), key=lambda line: line.at)
    places = {line.field: str(line.at) for line in lines[::-1]}
    if book.effort.team.kind == "field":
        places |= {name.casefold(): "effort: team" for name in book.effort.team.names}
    return {name: places[name] for name in sorted(places.keys() - BUILT_IN.keys())}


def digest_of(texts: Mapping[str, str]) -> str:
    """One name for exactly these texts."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        for part in (name, texts[name]):
            digest.update(f"{len(part)}:".encode())
            digest.update(part.encode())
    return digest.hexdigest()


@dataclass(frozen=True)
class _Texts:
    """The texts of a rule book by name; two are alike whatever is known to have passed."""

    named: tuple[tuple[str, str], ...]
    passed: PassedTexts = field(compare=False)


def _compile_rulebook(
    texts: Mapping[str, str],
    folder: str,
    unread: Sequence[Mistake],
    passed: PassedTexts,
) -> RuleBook:
    if unread:
        _, mistakes = _read_values(texts, is_whole=False)
        raise _refuse([*unread, *mistakes], texts, folder)
    compiled = _compile_texts(_Texts(tuple(sorted(texts.items())), passed))
    if not isinstance(compiled, RuleBook):
        raise _refuse(compiled, texts, folder)
    return compiled


def _refuse(mistakes: Sequence[Mistake], texts: Mapping[str, str], folder: str) -> RuleBookError:
    is_outside = partial(lies_outside, Path(folder)) if folder else lambda _: False
    return RuleBookError(word_mistakes(mistakes, texts, folder, is_outside))


@lru_cache(maxsize=8)
def _compile_texts(given: _Texts) -> RuleBook | list[Mistake]:
    """Compiled once for the same texts, or their mistakes: a worker reads its book in every run,
    and seldom another."""
    texts = dict(given.named)
    values, mistakes = _read_values(texts, is_whole=True, passed=given.passed)
    if mistakes:
        return mistakes
    return RuleBook(
        digest=digest_of(texts),
        texts=texts,
        screening=tuple(rule for rule in values["screening"] if rule is not SWITCHED_OFF),
        capabilities=values.get("capabilities", ()),
        pins=values.get("pins", ()),
        gone=values.get("gone", ()),
        assertions=values.get("assertions", ()),
        effort=values["effort"],
        terms=values["wording"],
        guards=values["guards"],
        linting=build_wordlists(values),
    )


def _read_values(
    texts: Mapping[str, str], *, is_whole: bool, passed: PassedTexts = NONE_PASSED
) -> tuple[dict[str, Any], list[Mistake]]:
    """The value of every section. `is_whole` says that no file is left out."""
    trees = {name: read_tree(name, text) for name, text in sorted(texts.items())}
    unread = [mistake for _, wrong in trees.values() for mistake in wrong]
    shipped, wrong_in_shipped = join_files(
        tree for name, (tree, _) in trees.items() if tree and name.startswith(SHIPPED)
    )
    own, wrong_in_own = join_files(
        tree for name, (tree, _) in trees.items() if tree and not name.startswith(SHIPPED)
    )
    book, wrong_in_patches = lay_over(_complete_shipped(shipped, texts), own)
    values, wrong = read_keys(SECTIONS.values(), book)
    mistakes = [
        *wrong_in_shipped,
        *wrong_in_own,
        *wrong_in_patches,
        *wrong,
        *find_missing_sections(shipped, texts.keys()),
        *find_idle_changes(shipped, own),
        *check_references(book, is_whole=is_whole and all(tree for tree, _ in trees.values())),
    ]
    lists = _read_shipped_lists() if mistakes or unread else build_wordlists(values)
    mistakes += check_phrases(lists, texts)
    mistakes += check_codes(own, _read_shipped_lists() if mistakes else lists, passed)
    # What is wrong where YAML is wrong already may come of that alone.
    places = {mistake.at for mistake in unread}
    return values, [*unread, *(mistake for mistake in mistakes if mistake.at not in places)]


@lru_cache(maxsize=1)
def _read_shipped_lists() -> Wordlists:
    """What the promise linter goes by where the team's own book cannot be read."""
    return build_wordlists(read_keys(SECTIONS.values(), read_shipped_tree())[0])


def _complete_shipped(shipped: Tree, texts: Mapping[str, str]) -> Tree:
    """The shipped layer; one of an older Headway with the keys that only today's has."""
    if read_shipped_texts().items() <= texts.items():
        return shipped
    blocks: dict[str, Node] = {
        name: n
        for name, n in read_shipped_tree().items.items()
        if isinstance(n, Tree) or name not in shipped.items
    }
    return lay_over(Tree(BOOK, BOOK, blocks), shipped)[0]
