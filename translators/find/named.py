"""Says which rows an ask calls by their names, and whether it is one and no other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from translators.find.inflection import SAME, match_words
from translators.find.letters import Word, split_words
from translators.find.naming import Cover, Matches, Name, cover_name
from translators.find.reading import Reading, read_ask

Covers = dict[int, list[tuple[Name, Cover]]]
"""The names of rows that are in an ask with all their words, and where; by row."""


class Named(Struct, frozen=True, order=True):
    """How well an ask is made of a row's names: the least first."""

    slips: int
    cost: int
    is_alias: bool
    row: int


def cover_all(ask: Reading, names: Iterable[Name], matches: Matches) -> Covers:
    """The names that are in an ask with all of their words."""
    covers: Covers = defaultdict(list)
    for name in names:
        if (cover := cover_name(ask, name, matches)) is not None:
            covers[name.row].append((name, cover))
    return covers


def pick_one(ask: Reading, named: Sequence[Named], covers: Covers) -> int | None:
    """The row that an ask is, if it is one: `named` has those that it may be, the best first."""
    if not named or ask.is_cut or ask.is_loose:
        return None
    first = {each.row for each in named if _is_level(each, named[0])}
    (row, *others) = first
    return None if others or _is_beside_talk(row, covers) else row


def find_named(ask: Reading, covers: Covers) -> Iterator[Named]:
    """The rows whose names, together, are all that an ask tells."""
    for row, found in covers.items():
        wanted = _find_wanted(ask, [cover for _, cover in found])
        if (ranked := _rank_named(row, found, wanted)) is not None:
            yield ranked


def find_spelt(text: str, ask: Reading, names: Iterable[Name]) -> Iterator[Named]:
    """The rows whose name stands in an ask word for word, with nothing telling around it.

    Its small words may be of another language than what is said around: gibt es Move from Zendesk.
    """
    words = [] if ask.is_cut else split_words(text)
    for name in names:
        length = len(name.words)
        for at in range(len(words) - length + 1):
            rest = (*words[:at], *words[at + length :])
            bounds = (*words[at : at + 1], *words[at + length : at + length + 1])
            is_apart = not any(word.is_hyphenated for word in bounds)
            is_there = is_apart and _is_spelt(words[at : at + length], name.words)
            if is_there and _tells_nothing(" ".join(map(_write, rest))):
                yield Named(0, 0, not name.is_title, name.row)


@lru_cache(1_000)
def _tells_nothing(around: str) -> bool:
    """Remembered, as what people say around a name is ever the same: do you have."""
    said = read_ask(around)
    return not said.telling and not said.is_loose


def _write(word: Word) -> str:
    return word.text.upper() if word.is_capitals else word.text


def _is_spelt(asked: Sequence[Word], name: Sequence[Word]) -> bool:
    pairs = zip(asked, name, strict=True)
    return all(match_words(one, other, (), ()) == SAME for one, other in pairs)


def _find_wanted(ask: Reading, covers: Iterable[Cover]) -> set[int]:
    """Where the words stand that a row must be called by: all that tell, said twice or once."""
    telling = ask.telling or ask.words
    there = frozenset[int]().union(*(cover.places for cover in covers))
    said = {(each.word.text, each.way) for each in telling if each.at in there}
    return {
        each.at
        for each in telling
        if each.at in there
        or (each.word.text, each.way) not in said
        or not each.word.text.isalpha()
    }


def _rank_named(row: int, found: Sequence[tuple[Name, Cover]], wanted: set[int]) -> Named | None:
    """How well one of a row's names, or else all together, are an ask; None if they are not."""
    whole = [
        Named(cover.slips, cover.cost, not name.is_title, row)
        for name, cover in found
        if wanted <= cover.places
    ]
    if not whole and wanted and wanted <= frozenset().union(*(c.places for _, c in found)):
        slips = sum(cover.slips for _, cover in found)
        whole = [Named(slips, sum(cover.cost for _, cover in found), True, row)]
    best = min(whole, default=None)
    return best if best and best.slips <= 1 else None


def _is_beside_talk(row: int, covers: Covers) -> bool:
    """Whether another row stands there by a name that is small words alone: `who did what`."""
    return any(
        name.reading.is_literal
        for other, found in covers.items()
        if other != row
        for name, _ in found
    )


def _is_level(one: Named, other: Named) -> bool:
    return (one.slips, one.cost, one.is_alias) == (other.slips, other.cost, other.is_alias)
