"""Guesses which capability an undecided epic belongs to: a vote of like epics, by rare words."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

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
        self._rarity = weigh_rarity(found for _, _, found in stems)
        self._unseen = max(self._rarity.values(), default=1.0)
        self._texts = [_Text(of, key, found, self._weigh(found)) for of, key, found in stems]
        self._having: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(self._texts):
            for stem in text.stems:
                self._having[stem].append(number)

    def find_likely(self, epic: Issue) -> tuple[LikelyCapability, ...]:
        """The capabilities whose epics and words are most like an epic's, the likest first."""
        asked = read_epic_stems(epic)
        similar: dict[str, list[tuple[float, _Text]]] = defaultdict(list)
        for number in sorted({n for stem in asked for n in self._having.get(stem, ())}):
            text = self._texts[number]
            if not text.key or text.key != epic.key:
                similar[text.capability_id].append((self._compare(asked, text), text))
        likely = [self._count_votes(name, scored, asked) for name, scored in similar.items()]
        likely.sort(key=lambda capability: (-capability.score, capability.capability_id))
        return tuple(each for each in likely if each.score >= WORTH_TELLING)[:MOST]

    def _compare(self, asked: Mapping[str, str], text: _Text) -> float:
        """The cosine of two texts whose stems weigh as much as they are rare: 0 to 1."""
        shared = self._weigh(asked.keys() & text.stems.keys())
        return shared / math.sqrt(self._weigh(asked) * text.weight) if shared else 0.0

    def _weigh(self, stems: Collection[str]) -> float:
        return math.fsum(self._rarity.get(stem, self._unseen) ** 2 for stem in stems)

    def _count_votes(
        self, capability_id: str, scored: Sequence[tuple[float, _Text]], asked: Mapping[str, str]
    ) -> LikelyCapability:
        votes = sorted(scored, key=lambda pair: (-pair[0], pair[1].key))[:VOTES]
        shared = {stem for _, text in votes for stem in text.stems if stem in asked}
        rarest = sorted(shared, key=lambda stem: (-self._rarity.get(stem, 0.0), stem))[:MOST]
        return LikelyCapability(
            capability_id=capability_id,
            score=round(1 - math.prod(1 - vote for vote, _ in votes), 2),
            words=tuple(asked[stem] for stem in rarest),
            epics=tuple(text.key for _, text in votes if text.key),
        )


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
