"""Tells which kinds an epic is like: capabilities by all that tells of it, others by its own words.

The work below epics is called alike everywhere. That it is called like what stands below something
that was left out is no reason to leave an epic out, nor to let it wait.
"""

from collections.abc import Sequence

from translators.suggestions.classifier import CentroidClassifier, Example, Rarity
from translators.suggestions.decided import Kind, KindText, SuggestedOutcome
from translators.suggestions.features import EpicText, Features


class KindClassifier:
    """What was learnt from texts of kinds, in their order, which is to be the same every time."""

    def __init__(self, texts: Sequence[KindText]) -> None:
        self._rarity = Rarity([each.text.whole for each in texts])
        self._vectors = [self.weigh(each.text) for each in texts]
        self._kinds = [each.of for each in texts]
        self._members: dict[bool, list[int]] = {True: [], False: []}
        self._places: list[int] = []
        for number, kind in enumerate(self._kinds):
            members = self._members[_is_shown(kind)]
            self._places.append(len(members))
            members.append(number)
        self._classifiers = {is_shown: self._learn(is_shown) for is_shown in self._members}

    def _learn(self, is_shown: bool) -> CentroidClassifier[Kind]:
        return CentroidClassifier(
            [
                Example(self._kinds[number], _pick(self._vectors[number], is_shown))
                for number in self._members[is_shown]
            ]
        )

    def weigh(self, text: EpicText) -> EpicText:
        """What tells of an epic, as vectors of length one."""
        own = self._rarity.weigh(text.own)
        return EpicText(own, own if text.whole is text.own else self._rarity.weigh(text.whole))

    def score(self, vectors: EpicText) -> dict[Kind, float]:
        """How like each kind an epic is; of kinds that share nothing with it, nothing."""
        return self._score(vectors, True) | self._score(vectors, False)

    def _score(self, vectors: EpicText, is_shown: bool) -> dict[Kind, float]:
        return self._classifiers[is_shown].score(_pick(vectors, is_shown))

    def score_left_out(self, number: int) -> dict[Kind, float]:
        """The same of the text of this number, as if it had not been there."""
        is_shown = _is_shown(self._kinds[number])
        scores = self._classifiers[is_shown].score_left_out(self._places[number])
        return scores | self._score(self._vectors[number], not is_shown)

    def compare_features(
        self, vectors: EpicText, kind: Kind, other: Kind | None
    ) -> dict[str, float]:
        """How much more the features of an epic speak for a kind than for another.

        Features that too many texts have are not worth telling, and left out.
        """
        weights = self._weigh_features(vectors, kind)
        for feature, weight in self._weigh_features(vectors, other).items() if other else ():
            weights[feature] = weights.get(feature, 0.0) - weight
        return weights

    def _weigh_features(self, vectors: EpicText, kind: Kind) -> dict[str, float]:
        classifier = self._classifiers[_is_shown(kind)]
        return {
            feature: weight * classifier.weigh_feature(feature, kind)
            for feature, weight in _pick(vectors, _is_shown(kind)).items()
            if self._rarity.is_telling(feature)
        }

    def find_nearest(self, vectors: EpicText, kind: Kind) -> list[int]:
        """The numbers of the texts of a kind that share anything with an epic, likest first."""
        is_shown = _is_shown(kind)
        near = self._classifiers[is_shown].find_nearest(_pick(vectors, is_shown), kind)
        return [self._members[is_shown][place] for place in near]


def _is_shown(kind: Kind) -> bool:
    return kind.outcome is SuggestedOutcome.SHOW


def _pick(vectors: EpicText, is_shown: bool) -> Features:
    """What is read of an epic to tell whether it is of a kind that is shown, or of another."""
    return vectors.whole if is_shown else vectors.own
