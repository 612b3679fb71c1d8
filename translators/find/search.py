"""Finds what a customer asked for among what sales may read, and never claims more than a name.

The same rule for the command, for the board and for assistants: tables and comparisons of words,
with nothing that another language of programs lacks.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from models.capability import Capability
from models.rulebook import WithdrawnReason
from translators.find.closeness import WRITTEN, Closeness, Ranking, find_written
from translators.find.naming import (
    Cover,
    Matches,
    Name,
    Vocabulary,
    cover_name,
    list_units,
    make_name,
)
from translators.find.ordinary import ORDINARY
from translators.find.reading import Reading, Way, read_ask

MOST_OFFERED = 3
LEAST_CLOSE = 0.25
"""How much of an ask a row must meet to be offered."""
BESIDE_BEST = 0.5
"""How close another must be beside the closest, as a part of it."""


class Answer(StrEnum):
    """How sure a result is; an honest nothing is an answer too."""

    THIS_IS_IT = "this is it"
    CLOSE = "close: ask first"
    NOTHING = "nothing is recorded under these words"
    NO_LIST = "there is no list yet"


class SearchResult(Struct, frozen=True):
    """One row that is it, or up to three to ask about, the closest first, or none."""

    answer: Answer
    rows: tuple[Capability, ...] = ()

    @property
    def row(self) -> Capability | None:
        """The row that was asked for by its name, if one was."""
        return self.rows[0] if self.answer is Answer.THIS_IS_IT else None


class Scored(Struct, frozen=True):
    """A row, and how much of an ask it meets, 0 to 1."""

    row: Capability
    score: float


class _Named(Struct, frozen=True, order=True):
    """How well an ask is made of a row's names: the least first."""

    slips: int
    cost: int
    is_alias: bool
    row: int


def find_capability(words: str, rows: Iterable[Capability]) -> SearchResult:
    """What answers `words`."""
    return CompiledSearch(rows).find(words)


class CompiledSearch:
    """Rows made ready to be searched any number of times.

    A row is it where the ask is made of its name or aliases and of nothing else that tells
    anything. All else is close at most. What is off the list is not there; the name of an entry
    that was merged into another brings that one close. `rows` are those on the list, by id.
    """

    def __init__(self, rows: Iterable[Capability]) -> None:
        by_id = {row.capability_id: row for row in rows}
        self.rows = [by_id[each] for each in sorted(by_id) if by_id[each].is_active]
        own = list(_read_names(self.rows))
        merged = (
            make_name(row, text, is_title=False)
            for row, texts in _find_merged(by_id, self.rows)
            for text in texts
        )
        self._own = len(own)
        self._names = [*own, *filter(None, merged)]
        self.words = find_written(self.rows)
        self._known = ORDINARY | WRITTEN | self.words
        self.ranking = Ranking(self.rows)
        self._vocabulary = Vocabulary(self._names)

    def find(self, words: str) -> SearchResult:
        """The row that is it, or those that are close, or an honest nothing."""
        ask = read_ask(words)
        if not ask.words:
            return SearchResult(Answer.NOTHING)
        matches = self._vocabulary.match(list_units(ask), ask.languages, self._known)
        there = sorted(self._vocabulary.find_names(matches))
        own = (self._names[number] for number in there if number < self._own)
        named = sorted(_find_named(ask, own, matches))
        if named and not ask.is_cut and not ask.is_loose:
            first = [each for each in named if _is_level(each, named[0])]
            if len(first) == 1:
                return SearchResult(Answer.THIS_IS_IT, (self.rows[first[0].row],))
        gone = (self._names[number] for number in there if number >= self._own)
        merged = [each.row for each in sorted(_find_named(ask, gone, matches))]
        ranked = self.ranking.rank(ask)
        best = ranked[0].score if ranked else 0.0
        close = [each.row for each in ranked if each.score >= max(LEAST_CLOSE, BESIDE_BEST * best)]
        numbers = list(dict.fromkeys([*(each.row for each in named), *merged, *close]))
        rows = tuple(self.rows[number] for number in numbers[:MOST_OFFERED])
        return SearchResult(Answer.CLOSE if rows else Answer.NOTHING, rows)

    def find_mentioned(self, text: str) -> Capability | None:
        """The row that a sentence names among other words: of several, the longest name's.

        Nothing to answer a customer by: what else it says may be the very opposite.
        """
        said = read_ask(text)
        straight = replace(said, words=tuple(replace(each, way=Way.PLAIN) for each in said.words))
        matches = self._vocabulary.match(list_units(said), said.languages, self._known)
        best: tuple[int, int] | None = None
        for number in sorted(self._vocabulary.find_names(matches)):
            name = self._names[number]
            cover = cover_name(said, name, matches) or cover_name(straight, name, matches)
            if cover and not cover.slips and _is_together(cover):
                length = sum(len(part.word.text) for part in name.reading.telling)
                best = max(best or (length, number), (length, number), key=lambda each: each[0])
        return self.rows[self._names[best[1]].row] if best else None

    def rank(self, words: str) -> list[Scored]:
        """How much each row meets, the closest first."""
        ranked: list[Closeness] = self.ranking.rank(read_ask(words))
        return [Scored(self.rows[each.row], each.score) for each in ranked]


def _read_names(rows: Sequence[Capability]) -> Iterable[Name]:
    for number, row in enumerate(rows):
        for text in (row.name, *row.aliases):
            if name := make_name(number, text, is_title=text is row.name):
                yield name


def _find_merged(
    by_id: dict[str, Capability], active: Sequence[Capability]
) -> list[tuple[int, tuple[str, ...]]]:
    """The names of entries that were merged, with the number of the active row to read instead."""
    numbers = {row.capability_id: number for number, row in enumerate(active)}
    found = []
    for row in by_id.values():
        passed: set[str] = set()
        current: Capability | None = row
        while current and not current.is_active and current.capability_id not in passed:
            passed.add(current.capability_id)
            is_merged = current.withdrawn_reason is WithdrawnReason.MERGED
            current = by_id.get(current.replaced_by or "") if is_merged else None
        if current and current.is_active and current is not row:
            found.append((numbers[current.capability_id], (row.name, *row.aliases)))
    return found


def _find_named(ask: Reading, names: Iterable[Name], matches: Matches) -> Iterable[_Named]:
    """The rows whose names, together, are all that an ask tells."""
    covers: dict[int, list[tuple[Name, Cover]]] = defaultdict(list)
    for name in names:
        if (cover := cover_name(ask, name, matches)) is not None:
            covers[name.row].append((name, cover))
    wanted = {each.at for each in ask.telling or ask.words}
    for row, found in covers.items():
        if (ranked := _rank_named(row, found, wanted)) is not None:
            yield ranked


def _rank_named(row: int, found: Sequence[tuple[Name, Cover]], wanted: set[int]) -> _Named | None:
    """How well one of a row's names, or else all together, are an ask; None if they are not."""
    whole = [
        _Named(cover.slips, cover.cost, not name.is_title, row)
        for name, cover in found
        if wanted <= cover.places
    ]
    if not whole and wanted and wanted <= frozenset().union(*(c.places for _, c in found)):
        slips = sum(cover.slips for _, cover in found)
        whole = [_Named(slips, sum(cover.cost for _, cover in found), True, row)]
    best = min(whole, default=None)
    return best if best and best.slips <= 1 else None


def _is_together(cover: Cover) -> bool:
    """Whether the words of a name stand beside each other, but for a small one."""
    return max(cover.places) - min(cover.places) <= len(cover.places)


def _is_level(one: _Named, other: _Named) -> bool:
    return (one.slips, one.cost, one.is_alias) == (other.slips, other.cost, other.is_alias)
