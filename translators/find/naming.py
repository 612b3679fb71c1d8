"""Says which name or alias of a row an ask is made of, if it is made of nothing else."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import permutations

from msgspec import Struct

from translators.find.inflection import INFLECTED, SLIP, find_irregular, list_deletions, match_words
from translators.find.letters import Word, split_words
from translators.find.name_index import COMPOUND_LINKS, START
from translators.find.reading import COMES, GOES, Reading, Telling, Way, read_name

_SHORTEST_COMPOUND = 5
_SHORTEST_PART = 1
LONGEST_WORD = 40
_MOST_WAYS = 3
"""Places of an ask at which one word of a name is looked for."""
_MOST_PARTS = 8
"""No name with more words is looked at part by part in any order."""


class Name(Struct, frozen=True):
    """A name or alias of a row, read. `is_title`: the row's name itself.

    `words`: all of them, as they follow each other. `forms`: those that tell, and those that its
    parts make together, with the places of the parts.
    """

    row: int
    words: tuple[Word, ...]
    reading: Reading
    is_title: bool
    forms: tuple[tuple[str, tuple[int, ...]], ...]


class Unit(Struct, frozen=True):
    """One word of an ask, or two or three that stand together; `places`: which."""

    word: Word
    places: tuple[int, ...]


_OPPOSITE = frozenset((Way.AWAY, Way.TOWARD))

Matches = dict[str, list[tuple[Unit, int]]]
"""Words of the list, each with the units of an ask that are it, and how far they are from it."""


class Cover(Struct, frozen=True):
    """A name found in an ask: where, and how far its words are from the ask's (0, 1 or 2 each)."""

    places: frozenset[int]
    cost: int
    slips: int


def make_name(row: int, text: str, *, is_title: bool) -> Name | None:
    """A name made ready; nothing where no letter is in it."""
    reading = read_name(text)
    if not reading.telling or reading.is_loose:
        return None
    return Name(row, tuple(split_words(text)), reading, is_title, tuple(_list_forms(reading)))


def _list_forms(reading: Reading) -> Iterator[tuple[str, tuple[int, ...]]]:
    parts = reading.telling
    texts = [part.word.text for part in parts]
    yield from ((text, (number,)) for number, text in enumerate(texts))
    if len(parts) > _MOST_PARTS:
        return
    plain = [number for number, part in enumerate(parts) if not part.way]
    for one, other in permutations(plain, 2):
        yield _pair(texts[one], texts[other]), (one, other)
    for at in plain[:-1]:
        if at + 1 in plain and parts[at + 1].word.is_hyphenated:
            yield "".join(texts[at : at + 2]), (at, at + 1)
    for at in range(len(parts) - 2):
        yield "".join(texts[at : at + 3]), (at, at + 1, at + 2)


def _pair(one: str, other: str) -> str:
    """What stands for a compound of two words of a name, however they are joined."""
    return f"{one}+{other}"


def list_units(ask: Reading) -> list[Unit]:
    """The words of an ask, alone and put together with those behind them."""
    units = [Unit(each.word, (each.at,)) for each in ask.words]
    for length in (2, 3):
        for at in range(len(ask.words) - length + 1):
            some = ask.words[at : at + length]
            joined = "".join(each.word.text for each in some)
            stands = some[-1].at - some[0].at == length - 1
            if stands and (len(joined) >= _SHORTEST_COMPOUND or not joined.isalpha()):
                units.append(Unit(Word(joined), tuple(each.at for each in some)))
    return units


class Vocabulary:
    """The words of names, ready to be looked up by an ask's: as they are, bent, slipped, joined."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._by_start: dict[str, dict[str, Word]] = defaultdict(dict)
        self._by_deletion: dict[str, set[str]] = defaultdict(set)
        self._words: dict[str, Word] = {}
        self._having: dict[str, set[int]] = defaultdict(set)
        for number, name in enumerate(names):
            for part in name.reading.telling:
                self._add(part.word)
            for form, _ in name.forms:
                self._having[form].add(number)

    def _add(self, word: Word) -> None:
        if word.text not in self._words:
            self._words[word.text] = word
            self._by_start[word.text[:START]][word.text] = word
            for rest in list_deletions(word.text):
                self._by_deletion[rest].add(word.text)

    def match(
        self, units: Iterable[Unit], languages: Collection[str], known: Collection[str]
    ) -> Matches:
        """The units that are a word of the list, by that word, and how far they are from it."""
        found: Matches = defaultdict(list)
        for unit in units:
            if len(unit.word.text) > LONGEST_WORD:
                continue
            for word in self._find_candidates(unit.word.text):
                distance = match_words(unit.word, word, languages, known)
                if distance is not None and (distance < SLIP or len(unit.places) == 1):
                    found[word.text].append((unit, distance))
            if len(unit.places) == 1:
                for form in self._find_joined(unit.word, languages):
                    found[form].append((unit, INFLECTED))
        return found

    def _find_candidates(self, text: str) -> Iterable[Word]:
        found = dict(self._by_start.get(text[:START], {}))
        others = {*find_irregular(text)}
        for rest in list_deletions(text):
            others |= self._by_deletion.get(rest, set())
        found |= {other: self._words[other] for other in others if other in self._words}
        return found.values()

    def _find_joined(self, word: Word, languages: Collection[str]) -> Iterator[str]:
        """The pairs and threes of a name's words that a compound is made of."""
        if word.text in self._having and word.text not in self._words:
            yield word.text
        if len(word.text) < _SHORTEST_COMPOUND:
            return
        for at in range(_SHORTEST_PART, len(word.text)):
            rest = Word(word.text[at:])
            for link in COMPOUND_LINKS:
                first = word.text[:at].removesuffix(link)
                if first not in self._words or f"{first}{link}" != word.text[:at]:
                    continue
                for last in self._by_start.get(rest.text[:START], {}).values():
                    form = _pair(first, last.text)
                    if form in self._having and _is_form(rest, last, languages):
                        yield form


def _is_form(one: Word, other: Word, languages: Collection[str]) -> bool:
    return match_words(one, other, languages, (one.text,)) is not None


def cover_name(ask: Reading, name: Name, matches: Matches) -> Cover | None:
    """Where a name stands in an ask with all of its words, as near as can be."""
    parts = name.reading.telling
    ways = {each.at: each for each in ask.words}
    candidates: dict[int, list[tuple[tuple[int, ...], Unit, int]]] = {}
    for form, places in name.forms:
        for unit, distance in matches.get(form, ()):
            if len(places) > 1 and len(unit.places) > 1:
                continue
            if _points_alike([parts[place] for place in places], [ways[at] for at in unit.places],
                             parts, ask):  # fmt: skip
                cost = distance + (len(places) > 1 or len(unit.places) > 1)
                candidates.setdefault(places[0], []).append((places, unit, cost))
                for place in places[1:]:
                    candidates.setdefault(place, []).append((places, unit, cost))
    best = _cover(frozenset(range(len(parts))), frozenset(), candidates)
    if best is None:
        return None
    covered, cost, slips = best
    if name.reading.is_literal and not _is_word_for_word(ask, name, covered):
        return None
    return Cover(covered, cost, slips)


def _is_word_for_word(ask: Reading, name: Name, covered: Collection[int]) -> bool:
    there = [each.word.text for each in ask.words if each.at in covered]
    return there == [each.word.text for each in name.reading.telling]


def _cover(
    missing: frozenset[int],
    used: frozenset[int],
    candidates: Mapping[int, Sequence[tuple[tuple[int, ...], Unit, int]]],
) -> tuple[frozenset[int], int, int] | None:
    if not missing:
        return used, 0, 0
    best = None
    for places, unit, cost in candidates.get(min(missing), ())[:_MOST_WAYS]:
        if not missing.issuperset(places) or not used.isdisjoint(unit.places):
            continue
        rest = _cover(missing - set(places), used | set(unit.places), candidates)
        if rest is not None and (best is None or rest[1] + cost < best[1]):
            best = (rest[0], rest[1] + cost, rest[2] + (cost >= SLIP))
    return best


def _points_alike(
    name: Sequence[Telling], asked: Sequence[Telling], parts: Sequence[Telling], ask: Reading
) -> bool:
    """Whether the words point the same way; what is imported comes from there, unsaid."""
    here, there = {each.lean for each in name}, {each.lean for each in asked}
    if here != there and here | there >= _OPPOSITE:
        return False
    mine, yours = {each.way for each in name}, {each.way for each in asked}
    mine, yours = mine - {Way.PLAIN}, yours - {Way.PLAIN}
    if mine == yours:
        return True
    if len(mine | yours) != 1:
        return False
    (way,) = mine | yours
    moved = {Way.AWAY: COMES, Way.TOWARD: GOES}.get(way, frozenset())
    said = {each.word.text for each in parts}
    return not said.isdisjoint(moved) and any(each.word.text in moved for each in ask.words)
