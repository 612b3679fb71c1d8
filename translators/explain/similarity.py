"""Guesses which capability an undecided epic belongs to: a vote of like epics, by rare words."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from models.backlog import Issue
from models.decision import Decision
from models.rulebook import CapabilityRule
from translators.explain.search import find_stems, weigh_rarity

VOTES = 3
"""So many of a capability's likest texts have a vote; more would favour whatever is large."""

WORTH_TELLING = 0.2
MOST = 3


class LikelyCapability(Struct, frozen=True, kw_only=True):
    """A capability that an epic resembles, from 0 to 1, and why.

    `words` are the epic's own; `epics` those mapped to the capability that share them, none where
    only the capability's name, aliases and summary do.
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


def find_likely_capabilities(
    epic: Issue,
    issues: Iterable[Issue],
    decisions: Iterable[Decision],
    rules: Iterable[CapabilityRule],
) -> tuple[LikelyCapability, ...]:
    """The capabilities whose epics and words are most like an epic's, the likest first."""
    texts = [*_read_mapped_epics(issues, decisions), *_read_rules(rules)]
    rarity = weigh_rarity(text.stems for text in texts)
    asked = find_stems(_join_words(epic))
    similar: dict[str, list[tuple[float, _Text]]] = defaultdict(list)
    for text in texts:
        similarity = _measure_similarity(asked, text.stems, rarity)
        if similarity and text.key != epic.key:
            similar[text.capability_id].append((similarity, text))
    likely = [_count_votes(name, scored, asked, rarity) for name, scored in similar.items()]
    likely.sort(key=lambda capability: (-capability.score, capability.capability_id))
    return tuple(capability for capability in likely if capability.score >= WORTH_TELLING)[:MOST]


def _count_votes(
    capability_id: str,
    scored: Sequence[tuple[float, _Text]],
    asked: Mapping[str, str],
    rarity: Mapping[str, float],
) -> LikelyCapability:
    votes = sorted(scored, key=lambda pair: (-pair[0], pair[1].key))[:VOTES]
    shared = {stem for _, text in votes for stem in text.stems if stem in asked}
    rarest = sorted(shared, key=lambda stem: (-rarity.get(stem, 0.0), stem))[:MOST]
    return LikelyCapability(
        capability_id=capability_id,
        score=round(1 - math.prod(1 - vote for vote, _ in votes), 2),
        words=tuple(asked[stem] for stem in rarest),
        epics=tuple(text.key for _, text in votes if text.key),
    )


def _read_mapped_epics(issues: Iterable[Issue], decisions: Iterable[Decision]) -> Iterable[_Text]:
    claimed = {decision.epic_id: decision.claimed_by for decision in decisions}
    for issue in issues:
        if capability_id := claimed.get(issue.id):
            yield _Text(capability_id, issue.key, find_stems(_join_words(issue)))


def _read_rules(rules: Iterable[CapabilityRule]) -> Iterable[_Text]:
    for rule in rules:
        if not rule.is_taken_off:
            yield _Text(rule.id, "", find_stems(" ".join((rule.name, *rule.aliases, rule.summary))))


def _join_words(epic: Issue) -> str:
    return " ".join((epic.summary, *epic.components, *epic.labels))


def _measure_similarity(
    one: Iterable[str], other: Iterable[str], rarity: Mapping[str, float]
) -> float:
    """The cosine of two texts whose stems weigh as much as they are rare: 0 to 1."""
    first, second = set(one), set(other)
    shared = _sum_weights(first & second, rarity)
    if not shared:
        return 0.0
    return shared / math.sqrt(_sum_weights(first, rarity) * _sum_weights(second, rarity))


def _sum_weights(stems: Iterable[str], rarity: Mapping[str, float]) -> float:
    unseen = max(rarity.values(), default=1.0)
    return sum(rarity.get(stem, unseen) ** 2 for stem in stems)
