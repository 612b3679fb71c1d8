"""Ranks rows by how much they mean what an ask means: for offers to look at, never an answer."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from models.capability import Capability
from translators.find.letters import Word, plain_words
from translators.find.meanings import GROUPS
from translators.find.reading import Reading, follow_phrases, read_ask

NAME, SUMMARY, TODAY, AREA = 1.0, 0.7, 0.5, 0.4
"""What a word counts by where it stands in a row."""
SAME, MEANT, PART, LIKE = 1.0, 0.8, 0.6, 0.5
"""What it counts by how it is met: the word, its meaning, a part of it, or a word like it."""
_LEAST_LIKE = 0.65
_SHORTEST_COMPOUND, _SHORTEST_IN_COMPOUND, _SHORTEST_PART = 7, 5, 4
_ENDINGS = frozenset(
    (
        "ungen ung ations ation aciones acion ieren iert iere ements ement mente ings ing ers er "
        "eurs eur ies ied es ed en em ern s e y a o ar ir as os an n te ten t ez ons ent al aux ly "
        "ment ments ion ions ador adora able"
    ).split()
)
_LONGEST_ENDING = max(map(len, _ENDINGS))
_SHORTEST_STEM = 4
_STRIPPED = 2
"""How many endings a word may lose."""


class Closeness(Struct, frozen=True):
    """A row by its number, and how much of an ask it meets, 0 to 1."""

    row: int
    score: float


@lru_cache(50_000)
def stem_roughly(word: str) -> str:
    """A word without what four languages hang on it: enough to compare, never to name."""
    for number in range(_STRIPPED):
        most = min(_LONGEST_ENDING, len(word) - _SHORTEST_STEM - number)
        length = next((n for n in range(most, 0, -1) if word[-n:] in _ENDINGS), 0)
        if not length:
            return word
        word = word[:-length]
    return word


def _index_meanings() -> tuple[dict[str, set[str]], set[str]]:
    """The meanings by word or phrase, each word stemmed; and the words alone, as written."""
    found: dict[str, set[str]] = defaultdict(set)
    written: set[str] = set()
    for number, group in enumerate(GROUPS):
        for entry in group.split():
            words = plain_words(entry.replace("_", " "))
            written.update(words)
            found[" ".join(map(stem_roughly, words))].add(f"#{number}")
    return dict(found), written


BY_WORD, WRITTEN = _index_meanings()


class Ranking:
    """Rows made ready to be ranked any number of times; `unknown` is what other words weigh."""

    def __init__(self, rows: Sequence[Capability]) -> None:
        self._by_feature: dict[str, dict[int, float]] = defaultdict(dict)
        for number, row in enumerate(rows):
            for feature, weight in _weigh_row(row).items():
                self._by_feature[feature][number] = weight
        total = len(rows)
        self._rarity = {
            feature: math.log(1 + total / len(having))
            for feature, having in self._by_feature.items()
        }
        self.unknown = math.log(1 + total)
        self._pairs = {
            stem: _pair_letters(stem) for stem in self._by_feature if not stem.startswith("#")
        }

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
        if self._by_feature.keys().isdisjoint(features):
            return {}, self.unknown
        return self._meet(features)

    def _meet(self, features: Mapping[str, float]) -> tuple[dict[int, float], float]:
        """What each row meets of one word, and what the word weighs."""
        here: dict[int, float] = {}
        known = [feature for feature in features if feature in self._by_feature]
        usual = max((self._rarity[feature] for feature in known), default=self.unknown)
        if not known:
            features = self._find_like(features)
            known = list(features)
        for feature in known:
            worth = features[feature] * self._rarity[feature]
            for row, weight in self._by_feature[feature].items():
                here[row] = max(here.get(row, 0.0), weight * worth)
        return here, usual

    def _find_like(self, features: Mapping[str, float]) -> dict[str, float]:
        """The stems of the list that share most pairs of letters with a word that it lacks."""
        found: dict[str, float] = {}
        for feature in features:
            if feature.startswith("#") or len(feature) < _SHORTEST_PART:
                continue
            mine = _pair_letters(feature)
            for stem, yours in self._pairs.items():
                if len(stem) >= _SHORTEST_PART and (share := _share(mine, yours)) >= _LEAST_LIKE:
                    found[stem] = max(found.get(stem, 0.0), LIKE * share)
        return found


def _weigh_row(row: Capability) -> dict[str, float]:
    """What a row is about: stems and meanings, each with what it counts."""
    weights: dict[str, float] = {}
    texts = [(row.name, NAME), *((alias, NAME) for alias in row.aliases)]
    texts += [(row.summary, SUMMARY), (row.today_text or "", TODAY), (row.product_area, AREA)]
    for text, weight in texts:
        for features in _read_features(read_ask(text)):
            for feature, how in features.items():
                kind = weight * (how if how < MEANT else 1.0)
                weights[feature] = max(weights.get(feature, 0.0), kind)
    return weights


def _read_features(reading: Reading) -> Iterator[dict[str, float]]:
    """Each telling word, or phrase with a meaning of its own, as stem and meanings."""
    stems = [_stem_word(each.word) for each in reading.words]
    taken: dict[int, set[str]] = defaultdict(set)
    for at, length, run in follow_phrases(stems):
        if length > 1 and run in BY_WORD:
            for place in range(at, at + length):
                taken[place] |= BY_WORD[run]
    is_told = any(not each.is_small for each in reading.words)
    for at, each in enumerate(reading.words):
        is_small = each.is_small and is_told
        if is_small and at not in taken:
            continue
        features = {} if is_small else _find_features(stems[at], each.word.text)
        features |= dict.fromkeys(taken.get(at, ()), MEANT)
        if features:
            yield features


def _stem_word(word: Word) -> str:
    return stem_roughly(word.text[:-1] if word.is_marked_plural else word.text)


def _find_features(stem: str, word: str) -> dict[str, float]:
    features = {stem: SAME} | dict.fromkeys(BY_WORD.get(stem, ()), MEANT)
    if len(word) >= _SHORTEST_COMPOUND and len(features) == 1:
        for part in _find_parts(word):
            features |= {part: PART} | dict.fromkeys(BY_WORD.get(part, ()), PART)
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
    return any(word.removesuffix(link) in WRITTEN for link in ("", "s", "n", "en", "es"))


def _pair_letters(word: str) -> Counter[str]:
    padded = f" {word} "
    return Counter(padded[at : at + 2] for at in range(len(padded) - 1))


def _share(one: Counter[str], other: Counter[str]) -> float:
    both = sum((one & other).values())
    return 2 * both / (one.total() + other.total())


def find_written(rows: Iterable[Capability]) -> frozenset[str]:
    """The words that stand in rows: none of them is a slip of another."""
    found: set[str] = set()
    for row in rows:
        for text in (row.name, row.summary, row.today_text or "", row.product_area, *row.aliases):
            found.update(plain_words(text))
    return frozenset(found)
