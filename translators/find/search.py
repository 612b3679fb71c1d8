"""Finds what a customer asked for among what sales may read, and never claims more than a name.

The same rule for the command, for the board and for assistants: tables and comparisons of words,
with nothing that another language of programs lacks.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from models.capability import Capability
from models.rulebook import WithdrawnReason
from translators.find.closeness import Closeness, Ranking
from translators.find.meanings import index_meanings
from translators.find.name_index import NameIndex
from translators.find.named import cover_all, find_named, find_spelt, pick_one
from translators.find.naming import (
    LONGEST_WORD,
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
from translators.find.word_index import WordIndex

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


class _Title(Struct, frozen=True):
    """A name or alias of a row, not read yet."""

    row: int
    text: str
    is_name: bool


class _Found(Struct, frozen=True):
    """Names that may be in an ask, of rows and of what was merged into them; and its words."""

    own: list[Name]
    merged: list[Name]
    matches: Matches


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
        self._titles = list(_list_titles(self.rows))
        self._own = len(self._titles)
        for row, texts in _find_merged(by_id, self.rows):
            self._titles += [_Title(row, text, is_name=False) for text in texts]
        self._names: dict[int, Name | None] = {}

    @property
    def words(self) -> frozenset[str]:
        """Every word that stands in a row: none of them is a slip of another."""
        return frozenset(self._word_index.written)

    def find(self, words: str) -> SearchResult:
        """The row that is it, or those that are close, or an honest nothing."""
        ask = read_ask(words)
        if not ask.words:
            return SearchResult(Answer.NOTHING)
        found = self._match(ask)
        covers = cover_all(ask, found.own, found.matches)
        named = sorted((*find_spelt(words, ask, found.own), *find_named(ask, covers)))
        if (row := pick_one(ask, named, covers)) is not None:
            return SearchResult(Answer.THIS_IS_IT, (self.rows[row],))
        gone = cover_all(ask, found.merged, found.matches)
        merged = [each.row for each in sorted(find_named(ask, gone))]
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
        found = self._match(said)
        longest, row = 0, None
        for name in (*found.own, *found.merged):
            cover = cover_name(said, name, found.matches)
            cover = cover or cover_name(straight, name, found.matches)
            if cover and not cover.slips and _is_together(cover):
                length = sum(len(part.word.text) for part in name.reading.telling)
                if length > longest:
                    longest, row = length, self.rows[name.row]
        return row

    def rank(self, words: str) -> list[Scored]:
        """How much each row meets, the closest first."""
        ranked: list[Closeness] = self.ranking.rank(read_ask(words))
        return [Scored(self.rows[each.row], each.score) for each in ranked]

    def _match(self, ask: Reading) -> _Found:
        """The names that may be in an ask, and its words that are theirs."""
        units = [unit for unit in list_units(ask) if len(unit.word.text) <= LONGEST_WORD]
        alone = {unit.word.text for unit in units if len(unit.places) == 1}
        together = {unit.word.text for unit in units if len(unit.places) > 1}
        numbers = self._name_index.find_names(alone, together, ask.languages)
        own = [name for number in numbers if number < self._own and (name := self._read(number))]
        merged = [n for number in numbers if number >= self._own and (n := self._read(number))]
        matches = Vocabulary([*own, *merged]).match(units, ask.languages, self._known)
        return _Found(own, merged, matches)

    def _read(self, number: int) -> Name | None:
        if number not in self._names:
            title = self._titles[number]
            self._names[number] = make_name(title.row, title.text, is_title=title.is_name)
        return self._names[number]

    @cached_property
    def _name_index(self) -> NameIndex:
        return NameIndex([title.text for title in self._titles])

    @cached_property
    def _word_index(self) -> WordIndex:
        return WordIndex(self.rows)

    @cached_property
    def ranking(self) -> Ranking:
        """The rows ready to be ranked by what they mean."""
        return Ranking(self._word_index, len(self.rows))

    @cached_property
    def _known(self) -> frozenset[str]:
        return ORDINARY | index_meanings().written | self.words


def _list_titles(rows: Sequence[Capability]) -> Iterable[_Title]:
    for number, row in enumerate(rows):
        yield _Title(number, row.name, is_name=True)
        for alias in row.aliases:
            yield _Title(number, alias, is_name=False)


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


def _is_together(cover: Cover) -> bool:
    """Whether the words of a name stand beside each other, but for a small one."""
    return max(cover.places) - min(cover.places) <= len(cover.places)
