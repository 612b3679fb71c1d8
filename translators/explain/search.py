"""Finds what a customer asked for, in the customer's own words, among what sales may read."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from models.capability import Capability
from translators.suggestions.stems import find_stems, weigh_rarity
from translators.words import find_forms, space_words

SURE = 0.5
CLOSE = 0.2


class Answer(StrEnum):
    """How sure a result is; an honest nothing is an answer too."""

    THIS_IS_IT = "this is it"
    CLOSE = "close: ask first"
    NOTHING = "nothing on the list"
    NO_LIST = "there is no list yet"


class SearchResult(Struct, frozen=True):
    """The best entry for a question, and how sure we are.

    `instead_of` names the entry that was asked for, where `row` is the one to read instead of it.
    """

    answer: Answer
    row: Capability | None
    score: float
    instead_of: str | None = None


def find_capability(words: str, rows: Iterable[Capability]) -> SearchResult:
    """The active row that answers `words` best.

    A row is scored by how much of the question it covers, rare words counting more than common
    ones, a match in a name or alias more than one in the summary. A name or alias that stands
    in the question word for word is sure at once. A row that was taken off the list answers for
    the one that replaces it, if that is active.
    """
    by_id = {row.capability_id: row for row in rows}
    listed = sorted(by_id.values(), key=lambda row: (not row.is_active, row.capability_id))
    active = {row.capability_id: _find_active(row, by_id) for row in listed}
    weighted = {row.capability_id: _weigh_stems(row) for row in listed if active[row.capability_id]}
    rarity = weigh_rarity(weighted.values())
    asked = find_stems(words)
    best = SearchResult(Answer.NOTHING, None, 0.0)
    for capability_id, weights in weighted.items():
        row, now = by_id[capability_id], active[capability_id]
        score = _score_coverage(asked, weights, rarity)
        if _is_said_word_for_word(words, row):
            score += SURE
        if score > best.score:
            answer = Answer.THIS_IS_IT if score >= SURE else Answer.CLOSE
            best = SearchResult(answer, now, score, None if row is now else row.name)
    return best if best.score >= CLOSE else SearchResult(Answer.NOTHING, None, best.score)


def _find_active(row: Capability, by_id: Mapping[str, Capability]) -> Capability | None:
    """The active row that answers for `row`: itself, or what it was merged into, step by step."""
    passed = set()
    current: Capability | None = row
    while current and not current.is_active and current.capability_id not in passed:
        passed.add(current.capability_id)
        current = by_id.get(current.replaced_by or "")
    return current if current and current.is_active else None


def _score_coverage(
    asked: Collection[str], offered: Mapping[str, float], rarity: Mapping[str, float]
) -> float:
    total = sum(rarity.get(stem, 1.0) for stem in asked)
    hit = sum(rarity.get(stem, 1.0) * offered.get(stem, 0.0) for stem in asked)
    return hit / total if total else 0.0


def _weigh_stems(row: Capability) -> dict[str, float]:
    weights = dict.fromkeys(find_stems(row.summary), 0.6)
    for text in (row.name, *row.aliases):
        weights |= dict.fromkeys(find_stems(text), 1.0)
    return weights


def _is_said_word_for_word(words: str, row: Capability) -> bool:
    asked = space_words(words)
    return any(form in asked for text in (row.name, *row.aliases) for form in find_forms(text))
