"""Tells which class a text is like: the nearest centroid of its decided texts, by rare words.

Words count by their rarity (TF-IDF), and a class's centroid is shrunk towards nothing, the more the
fewer texts it has: one text says less of a class than ten. It is linear, so that what speaks for a
class can be told feature by feature, and a text can be left out of its own class exactly.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from heapq import nlargest
from typing import Any, Generic, TypeVar

from msgspec import Struct

from translators.suggestions.features import MASKED, Features

SHRINKAGE = 1.5
"""Added to the length of a class's sum: what speaks for a class of one counts for little."""

MOST_FEATURES = 30
"""So many features of a text are read; more would say the same, more slowly."""
RARE = math.log(10)
"""What is masked counts like what a tenth of all texts have."""
TELLING = math.log(4)
"""What more than a quarter of all texts have says nothing that is worth telling."""

Class = TypeVar("Class")


class Example(Struct, Generic[Class], frozen=True):
    """A text of a class."""

    of: Class
    features: Features


class CentroidClassifier(Generic[Class]):
    """What was learnt from examples, in their order, which is to be the same every time."""

    def __init__(self, examples: Sequence[Example[Class]]) -> None:
        number = len(examples)
        counts = Counter(feature for each in examples for feature in each.features)
        self._rarity = {f: math.log((1 + number) / count) for f, count in counts.items()}
        self._rarity[MASKED] = RARE
        self._unseen = math.log(1 + number)
        self.vectors = [self.weigh(example.features) for example in examples]
        self._classes = [example.of for example in examples]
        self._sums: dict[str, dict[Class, float]] = defaultdict(dict)
        for vector, of in zip(self.vectors, self._classes, strict=True):
            for feature, weight in vector.items():
                if feature == MASKED:
                    continue
                sums = self._sums[feature]
                sums[of] = sums.get(of, 0.0) + weight
        squares: dict[Class, float] = defaultdict(float)
        for sums in self._sums.values():
            for of, weight in sums.items():
                squares[of] += weight * weight
        self._squares = dict(squares)

    def weigh(self, features: Features) -> Features:
        """A text's features by their rarity, the heaviest alone, as a vector of length one."""
        weighed = ((w * self._rarity.get(f, self._unseen), f) for f, w in features.items())
        vector = {f: weight for weight, f in nlargest(MOST_FEATURES, weighed)}
        length = math.sqrt(math.fsum(weight * weight for weight in vector.values()))
        return {f: weight / length for f, weight in vector.items()} if length else {}

    def score(self, vector: Features) -> dict[Class, float]:
        """How like each class a text is; of classes that share nothing with it, nothing."""
        return {
            of: product / (math.sqrt(self._squares[of]) + SHRINKAGE)
            for of, product in self._multiply(vector).items()
        }

    def score_left_out(self, number: int) -> dict[Class, float]:
        """The same of one of the examples, as if it had not been one."""
        vector, own = self.vectors[number], self._classes[number]
        products = self._multiply(vector)
        scores = {
            of: product / (math.sqrt(self._squares[of]) + SHRINKAGE)
            for of, product in products.items()
            if of != own
        }
        if not vector:
            return scores
        share = 1.0 - vector.get(MASKED, 0.0) ** 2
        product = products[own] - share
        square = self._squares[own] - 2 * products[own] + share
        if product > _NOTHING:
            scores[own] = product / (math.sqrt(max(square, 0.0)) + SHRINKAGE)
        return scores

    def is_telling(self, feature: str) -> bool:
        """Whether a feature is worth telling: not too many texts have it."""
        return self._rarity.get(feature, self._unseen) >= TELLING

    def compare_feature(self, feature: str, of: Class, other: Class | None) -> float:
        """How much more a feature counts for a class than for another, to its full weight."""
        sums = self._sums.get(feature, _NO_SUMS)
        return sum(
            sign * sums[each] / (math.sqrt(self._squares[each]) + SHRINKAGE)
            for each, sign in ((of, 1), (other, -1))
            if each is not None and each in sums
        )

    def find_nearest(self, vector: Features, of: Class) -> list[int]:
        """The numbers of the examples of a class that share anything with a text, likest first."""
        near = [
            (-multiply(vector, self.vectors[number]), number)
            for number, each in enumerate(self._classes)
            if each == of
        ]
        return [number for likeness, number in sorted(near) if likeness < 0]

    def _multiply(self, vector: Features) -> dict[Class, float]:
        products: dict[Class, float] = defaultdict(float)
        for feature, weight in vector.items():
            for of, other in self._sums.get(feature, _NO_SUMS).items():
                products[of] += weight * other
        return products


_NOTHING = 1e-9
_NO_SUMS: Mapping[Any, float] = {}


def multiply(one: Features, other: Features) -> float:
    """How much two texts share: from 0, nothing, to 1."""
    fewer, more = (one, other) if len(one) < len(other) else (other, one)
    return sum(weight * more[f] for f, weight in fewer.items() if f in more)
