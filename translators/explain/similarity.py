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


def likely_capabilities(
    epic: Issue,
    issues: Iterable[Issue],
    decisions: Iterable[Decision],
    rules: Iterable[CapabilityRule],
) -> tuple[LikelyCapability, ...]:
    """The capabilities whose epics and words are most like an epic's, the likest first."""
    texts = [*_mapped(issues, decisions), *_authored(rules)]
    rare = weigh_rarity(text.stems for text in texts)
    asked = find_stems(_words_of(epic))
    likeness: dict[str, list[tuple[float, _Text]]] = defaultdict(list)
    for text in texts:
        alike = _alike(asked, text.stems, rare)
        if alike and text.key != epic.key:
            likeness[text.capability_id].append((alike, text))
    found = [_likely(name, alike, asked, rare) for name, alike in likeness.items()]
    found.sort(key=lambda each: (-each.score, each.capability_id))
    return tuple(each for each in found if each.score >= WORTH_TELLING)[:MOST]


def _likely(
    capability_id: str,
    alike: Sequence[tuple[float, _Text]],
    asked: Mapping[str, str],
    rare: Mapping[str, float],
) -> LikelyCapability:
    votes = sorted(alike, key=lambda pair: (-pair[0], pair[1].key))[:VOTES]
    shared = {stem for _, text in votes for stem in text.stems if stem in asked}
    rarest = sorted(shared, key=lambda stem: (-rare.get(stem, 0.0), stem))[:MOST]
    return LikelyCapability(
        capability_id=capability_id,
        score=round(1 - math.prod(1 - vote for vote, _ in votes), 2),
        words=tuple(asked[stem] for stem in rarest),
        epics=tuple(text.key for _, text in votes if text.key),
    )


def _mapped(issues: Iterable[Issue], decisions: Iterable[Decision]) -> Iterable[_Text]:
    claimed = {each.epic_id: each.claimed_by for each in decisions}
    for issue in issues:
        if name := claimed.get(issue.id):
            yield _Text(name, issue.key, find_stems(_words_of(issue)))


def _authored(rules: Iterable[CapabilityRule]) -> Iterable[_Text]:
    for rule in rules:
        if not (rule.withdrawn or rule.redact):
            yield _Text(rule.id, "", find_stems(" ".join((rule.name, *rule.aliases, rule.summary))))


def _words_of(epic: Issue) -> str:
    return " ".join((epic.summary, *epic.components, *epic.labels))


def _alike(one: Iterable[str], other: Iterable[str], rare: Mapping[str, float]) -> float:
    """The cosine of two texts whose stems weigh as much as they are rare: 0 to 1."""
    first, second = set(one), set(other)
    shared = _weight(first & second, rare)
    return shared / math.sqrt(_weight(first, rare) * _weight(second, rare)) if shared else 0.0


def _weight(found: Iterable[str], rare: Mapping[str, float]) -> float:
    unseen = max(rare.values(), default=1.0)
    return sum(rare.get(stem, unseen) ** 2 for stem in found)
