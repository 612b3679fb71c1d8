"""Guesses which capability an undecided epic belongs to: a vote of like epics, by rare words."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from heapq import nsmallest

from msgspec import Struct

from models.backlog import Issue
from models.decision import Decision
from models.rulebook import CapabilityRule
from translators.rules.conditions import find_asserted
from translators.suggestions.stems import weigh_rarity
from translators.suggestions.telling_words import find_telling_stems

VOTES = 3
"""So many of a capability's likest texts have a vote; more would favour whatever is large."""

NAMING = ("component", "labels", "summary")
"""Fields whose values name a thing; a project's key does not."""
WORTH_TELLING = 0.2
MOST = 3


class LikelyCapability(Struct, frozen=True, kw_only=True):
    """A capability that an epic resembles, from 0 to 1, and why.

    `words` are the epic's own; `epics` those mapped to the capability that share them, none where
    only what its authors wrote does.
    """

    capability_id: str
    score: float
    words: tuple[str, ...]
    epics: tuple[str, ...]


class _Text(Struct, frozen=True):
    """What speaks for a capability: a mapped epic, or (without a key) what its authors wrote."""

    capability_id: str
    key: str
    stems: Mapping[str, str]
    weight: float


class Resemblance:
    """All that speaks for any capability, read once, to be asked about any number of epics."""

    def __init__(
        self,
        epics: Iterable[Issue],
        decisions: Iterable[Decision],
        rules: Iterable[CapabilityRule],
    ) -> None:
        claimed = {each.epic_id: each.claimed_by for each in decisions if each.claimed_by}
        listed = [rule for rule in rules if not rule.is_taken_off and not rule.draft]
        ids = {rule.id for rule in listed}
        stems = [
            *(
                (claimed[e.id], e.key, read_epic_stems(e))
                for e in epics
                if claimed.get(e.id) in ids
            ),
            *((rule.id, "", read_authored_stems(rule)) for rule in listed),
        ]
        rarity = weigh_rarity(found for _, _, found in stems)
        self._weights = {stem: weight**2 for stem, weight in rarity.items()}
        self._unseen = max(self._weights.values(), default=1.0)
        self._texts = [_Text(of, key, found, self._weigh(found)) for of, key, found in stems]
        self._having: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(self._texts):
            for stem in text.stems:
                self._having[stem].append(number)

    def find_likely(self, epic: Issue) -> tuple[LikelyCapability, ...]:
        """The capabilities whose epics and words are most like an epic's, the likest first."""
        asked = read_epic_stems(epic)
        shared: dict[int, float] = defaultdict(float)
        for stem in asked:
            weight = self._weights.get(stem, 0.0)
            for number in self._having.get(stem, ()):
                shared[number] += weight
        similar: dict[str, list[tuple[float, _Text]]] = defaultdict(list)
        size = self._weigh(asked)
        for number, weight in shared.items():
            text = self._texts[number]
            if text.key != epic.key:
                similarity = weight / math.sqrt(size * text.weight)
                similar[text.capability_id].append((similarity, text))
        votes = [
            (name, nsmallest(VOTES, found, key=lambda pair: (-pair[0], pair[1].key)))
            for name, found in similar.items()
        ]
        scored = [(-_sum_votes(cast), name, cast) for name, cast in votes]
        scored = [each for each in sorted(scored)[:MOST] if -each[0] >= WORTH_TELLING]
        return tuple(self._tell(name, -score, cast, asked) for score, name, cast in scored)

    def _weigh(self, stems: Iterable[str]) -> float:
        return math.fsum(self._weights.get(stem, self._unseen) for stem in stems)

    def _tell(
        self,
        capability_id: str,
        score: float,
        votes: Iterable[tuple[float, _Text]],
        asked: Mapping[str, str],
    ) -> LikelyCapability:
        shared = {stem for _, text in votes for stem in text.stems if stem in asked}
        rarest = sorted(shared, key=lambda stem: (-self._weights.get(stem, 0.0), stem))[:MOST]
        return LikelyCapability(
            capability_id=capability_id,
            score=score,
            words=tuple(asked[stem] for stem in rarest),
            epics=tuple(text.key for _, text in votes if text.key),
        )


def _sum_votes(votes: Iterable[tuple[float, _Text]]) -> float:
    return round(1 - math.prod(1 - min(vote, 1.0) for vote, _ in votes), 2)


def read_epic_stems(epic: Issue) -> dict[str, str]:
    """What tells of an epic: its title, components and labels."""
    return find_telling_stems(" | ".join((epic.summary, *epic.components, *epic.labels)))


def read_authored_stems(rule: CapabilityRule) -> dict[str, str]:
    """What tells of a capability: all its words, and those that its rule asks for."""
    return {**find_telling_stems(rule.summary), **read_named_stems(rule)}


def read_named_stems(rule: CapabilityRule) -> dict[str, str]:
    """The same without its summary: what it is called, and what its rule asks for."""
    lines = find_asserted(rule.when) if rule.when else ()
    asked = [value for line in lines if line.field in NAMING for value in line.values]
    return find_telling_stems(" | ".join((rule.name, *rule.aliases, *asked)))
