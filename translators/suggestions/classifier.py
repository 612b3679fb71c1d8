"""Tells which class a text is like: the nearest centroid of its decided texts, by rare words.

Words count by their rarity (TF-IDF), and a class's centroid is shrunk towards nothing, the more the
fewer texts it has: one text says less of a class than ten. It is linear, so that what speaks for a
class can be told feature by feature, and a text can be left out of its own class exactly.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from heapq import nlargest
from typing import Generic, TypeVar

from msgspec import Struct

from translators.suggestions.features import MASKED, Features

SHRINKAGE = 3.0
"""Added to the length of a class's sum: what speaks for a class of one counts for little."""
LIKELIER = 0.005
"""Added for each time that a class's number of texts has multiplied by e: many are likelier."""

MOST_FEATURES = 30
"""So many features of a text are read; more would say the same, more slowly."""
RARE = math.log(10)
"""What is masked counts like what a tenth of all texts have."""
COMMON = math.log(2)
"""What half of all texts have is not read: it tells them from nothing."""
TELLING = math.log(4)
"""What more than a quarter of all texts have says nothing that is worth telling."""

Class = TypeVar("Class")


class Example(Struct, Generic[Class], frozen=True):
    """A text of a class, as a vector of length one."""

    of: Class
    vector: Features


class Rarity:
    """How rare each feature is among some texts."""

    def __init__(self, texts: Collection[Features]) -> None:
        number = len(texts)
        counts = Counter(feature for each in texts for feature in each)
        self._rarity = {f: math.log((1 + number) / count) for f, count in counts.items()}
        self._rarity[MASKED] = RARE
        self._unseen = math.log(1 + number)

    def weigh(self, features: Features) -> Features:
        """A text's features by their rarity, the heaviest alone, as a vector of length one."""
        rare = ((f, w, self._rarity.get(f, self._unseen)) for f, w in features.items())
        weighed = ((w * rarity, f) for f, w, rarity in rare if rarity >= COMMON)
        vector = {f: weight for weight, f in nlargest(MOST_FEATURES, weighed)}
        length = math.sqrt(math.fsum(weight * weight for weight in vector.values()))
        return {f: weight / length for f, weight in vector.items()} if length else {}

    def is_telling(self, feature: str) -> bool:
        """Whether a feature is worth telling: not too many texts have it."""
        return self._rarity.get(feature, self._unseen) >= TELLING


class CentroidClassifier(Generic[Class]):
    """What was learnt from examples, in their order, which is to be the same every time."""

    def __init__(self, examples: Sequence[Example[Class]]) -> None:
        self._vectors = [example.vector for example in examples]
        self._classes = list(dict.fromkeys(example.of for example in examples))
        self._numbers = {of: number for number, of in enumerate(self._classes)}
        self._owners = [self._numbers[example.of] for example in examples]
        self._texts = Counter(self._owners)
        self._sums: dict[str, dict[int, float]] = defaultdict(dict)
        for vector, owner in zip(self._vectors, self._owners, strict=True):
            for feature, weight in vector.items():
                if feature != MASKED:
                    sums = self._sums[feature]
                    sums[owner] = sums.get(owner, 0.0) + weight
        self._squares = [0.0] * len(self._classes)
        for sums in self._sums.values():
            for owner, weight in sums.items():
                self._squares[owner] += weight * weight
        self._lengths = [math.sqrt(square) + SHRINKAGE for square in self._squares]

    def score(self, vector: Features) -> dict[Class, float]:
        """How like each class a text is; of classes that share nothing with it, nothing."""
        return self._rate(self._multiply(vector))

    def score_left_out(self, number: int) -> dict[Class, float]:
        """The same of one of the examples, as if it had not been one."""
        vector, own = self._vectors[number], self._owners[number]
        share = 1.0 - vector.get(MASKED, 0.0) ** 2
        products = self._multiply(vector)
        with_it = products.pop(own, 0.0)
        scores = self._rate(products)
        if with_it - share > _NOTHING:
            square = self._squares[own] - 2 * with_it + share
            length = math.sqrt(max(square, 0.0)) + SHRINKAGE
            favour = LIKELIER * math.log(self._texts[own] - 1)
            scores[self._classes[own]] = (with_it - share) / length + favour
        return scores

    def _rate(self, products: Mapping[int, float]) -> dict[Class, float]:
        return {
            self._classes[of]: product / self._lengths[of] + LIKELIER * math.log(self._texts[of])
            for of, product in products.items()
        }

    def weigh_feature(self, feature: str, of: Class) -> float:
        """How much a feature counts for a class, to its full weight."""
        number = self._numbers[of]
        return self._sums.get(feature, _NO_SUMS).get(number, 0.0) / self._lengths[number]

    def find_nearest(self, vector: Features, of: Class) -> list[int]:
        """The numbers of the examples of a class that share anything with a text, likest first."""
        near = [
            (-multiply(vector, self._vectors[number]), number)
            for number, owner in enumerate(self._owners)
            if owner == self._numbers[of]
        ]
        return [number for likeness, number in sorted(near) if likeness < 0]

    def _multiply(self, vector: Features) -> dict[int, float]:
        products: dict[int, float] = {}
        for feature, weight in vector.items():
            for owner, other in self._sums.get(feature, _NO_SUMS).items():
                products[owner] = products.get(owner, 0.0) + weight * other
        return products


_NOTHING = 1e-9
_NO_SUMS: Mapping[int, float] = {}


def multiply(one: Features, other: Features) -> float:
    """How much two texts share: from 0, nothing, to 1."""
    fewer, more = (one, other) if len(one) < len(other) else (other, one)
    return sum(weight * more[f] for f, weight in fewer.items() if f in more)
