"""Ranks rows by how much they mean what an ask means: for offers to look at, never an answer."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from translators.find.meanings import follow_phrases, index_meanings
from translators.find.reading import Reading
from translators.find.stems import stem_roughly, stem_word
from translators.find.word_index import Places, WordIndex

SAME, MEANT, PART, LIKE = 1.0, 0.8, 0.6, 0.5
"""What a word counts by how it is met: the word, its meaning, a part of it, or a word like it."""
_LEAST_LIKE = 0.65
_SHORTEST_COMPOUND, _SHORTEST_IN_COMPOUND, _SHORTEST_PART = 7, 5, 4


class Closeness(Struct, frozen=True):
    """A row by its number, and how much of an ask it meets, 0 to 1."""

    row: int
    score: float


class Ranking:
    """Rows made ready to be ranked any number of times; `unknown` is what other words weigh."""

    def __init__(self, index: WordIndex, total: int) -> None:
        self._index = index
        self._total = total
        self._rows: dict[str, Places] = {}
        self.unknown = math.log(1 + total)

    def rank(self, ask: Reading) -> list[Closeness]:
        """The rows that mean anything of an ask, the closest first."""
        met: dict[int, float] = defaultdict(float)
        total = 0.0
        for features in _read_features(ask):
            here, weight = self._meet(features)
            total += weight if here or ask.telling else 0.0
            for row, score in here.items():
                met[row] += score
        found = [Closeness(row, score / total) for row, score in met.items()]
        return sorted(found, key=lambda each: (-round(each.score, 6), each.row))

    def meet_word(self, word: str) -> tuple[dict[int, float], float]:
        """What each row meets of a word of the list or of its meanings alone, and its weight."""
        features = _find_features(stem_roughly(word), word)
        if not any(map(self._find_rows, features)):
            return {}, self.unknown
        return self._meet(features)

    def _meet(self, features: Mapping[str, float]) -> tuple[dict[int, float], float]:
        """What each row meets of one word, and what the word weighs."""
        here: dict[int, float] = {}
        known = [feature for feature in features if self._find_rows(feature)]
        usual = max(map(self._weigh, known), default=self.unknown)
        if not known:
            features = self._find_like(features)
            known = list(features)
        for feature in known:
            worth = features[feature] * self._weigh(feature)
            for row, weight in self._find_rows(feature).items():
                here[row] = max(here.get(row, 0.0), weight * worth)
        return here, usual

    def _weigh(self, feature: str) -> float:
        """How rare a stem or meaning is among the rows."""
        return math.log(1 + self._total / len(self._find_rows(feature)))

    def _find_rows(self, feature: str) -> Places:
        """The rows that a stem or meaning stands in, and what it counts in each."""
        if feature in self._rows:
            return self._rows[feature]
        found = self._index.find_rows(feature) if feature.startswith("#") else {}
        for word, how in self._by_feature.get(feature, {}).items():
            for row, weight in self._index.find_rows(word).items():
                found[row] = max(found.get(row, 0.0), weight * how)
        if found:
            self._rows[feature] = found
        return found

    @cached_property
    def _by_feature(self) -> dict[str, dict[str, float]]:
        """The words of the rows by their stems and meanings."""
        found: dict[str, dict[str, float]] = defaultdict(dict)
        for word in self._index.words:
            for feature, how in _find_features(stem_roughly(word), word).items():
                found[feature][word] = how if how < MEANT else SAME
        return dict(found)

    @cached_property
    def _by_pair(self) -> dict[str, list[str]]:
        """The stems by the pairs of letters in them."""
        found: dict[str, list[str]] = defaultdict(list)
        for stem in self._by_feature:
            if len(stem) >= _SHORTEST_PART and not stem.startswith("#"):
                for pair in _pair_letters(stem):
                    found[pair].append(stem)
        return dict(found)

    def _find_like(self, features: Mapping[str, float]) -> dict[str, float]:
        """The stems of the list that share most pairs of letters with a word that it lacks."""
        found: dict[str, float] = {}
        for feature in features:
            if feature.startswith("#") or len(feature) < _SHORTEST_PART:
                continue
            pairs = _pair_letters(feature)
            both = Counter(stem for pair in pairs for stem in self._by_pair.get(pair, ()))
            for stem, number in both.items():
                share = 2 * number / (len(pairs) + len(stem) + 1)
                if share >= _LEAST_LIKE:
                    found[stem] = max(found.get(stem, 0.0), LIKE * share)
        return found


def _read_features(reading: Reading) -> Iterator[dict[str, float]]:
    """Each telling word, or phrase with a meaning of its own, as stem and meanings."""
    by_stems = index_meanings().by_stems
    stems = [stem_word(each.word) for each in reading.words]
    taken: dict[int, set[str]] = defaultdict(set)
    for at, length, run in follow_phrases(stems):
        if length > 1 and run in by_stems:
            for place in range(at, at + length):
                taken[place] |= by_stems[run]
    is_told = any(not each.is_small for each in reading.words)
    for at, each in enumerate(reading.words):
        is_small = each.is_small and is_told
        if is_small and at not in taken:
            continue
        features = {} if is_small else _find_features(stems[at], each.word.text)
        features |= dict.fromkeys(taken.get(at, ()), MEANT)
        if features:
            yield features


def _find_features(stem: str, word: str) -> dict[str, float]:
    by_stems = index_meanings().by_stems
    features = {stem: SAME} | dict.fromkeys(by_stems.get(stem, ()), MEANT)
    if len(word) >= _SHORTEST_COMPOUND and len(features) == 1:
        for part in _find_parts(word):
            features |= {part: PART} | dict.fromkeys(by_stems.get(part, ()), PART)
    return features


def _find_parts(word: str) -> Iterator[str]:
    """The longest known words that a compound begins and ends with, as stems."""
    ends = range(len(word) - 3, _SHORTEST_IN_COMPOUND - 1, -1)
    starts = range(3, len(word) - _SHORTEST_IN_COMPOUND + 1)
    for parts in ((word[:end] for end in ends), (word[start:] for start in starts)):
        found = next((part for part in parts if _is_written(part)), None)
        if found:
            yield stem_roughly(found)


def _is_written(word: str) -> bool:
    """Whether a part of a compound is a word with a meaning, or that word with its link."""
    written = index_meanings().written
    return any(word.removesuffix(link) in written for link in ("", "s", "n", "en", "es"))


def _pair_letters(word: str) -> list[str]:
    """The pairs of letters of a word, its ends too; one that is there twice is numbered."""
    padded = f" {word} "
    seen: Counter[str] = Counter()
    pairs = []
    for at in range(len(padded) - 1):
        pair = padded[at : at + 2]
        pairs.append(f"{pair}{seen[pair]}")
        seen[pair] += 1
    return pairs
