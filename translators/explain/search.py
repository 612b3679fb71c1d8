"""Finds what a customer asked for, in the customer's own words, among what sales may read."""

from collections.abc import Collection, Iterable, Iterator, Mapping
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
    """The active row that answers `words` best."""
    return CompiledSearch(rows).find(words)


class CompiledSearch:
    """Rows made ready to be searched any number of times.

    A row is scored by how much of the question it covers, rare words counting more than common
    ones, a match in a name or alias more than one in the summary. A name or alias that stands
    in the question word for word is sure at once. A row that was taken off the list answers for
    the one that replaces it, if that is active.
    """

    def __init__(self, rows: Iterable[Capability]) -> None:
        by_id = {row.capability_id: row for row in rows}
        listed = sorted(by_id.values(), key=lambda row: (not row.is_active, row.capability_id))
        self._active = {
            row.capability_id: now for row in listed if (now := _find_active(row, by_id))
        }
        self._rows = [row for row in listed if row.capability_id in self._active]
        self._weighted = [_weigh_stems(row) for row in self._rows]
        self._forms = [_list_forms(row) for row in self._rows]
        self._rarity = weigh_rarity(self._weighted)

    @property
    def stems(self) -> Collection[str]:
        """Those of every word of the rows."""
        return self._rarity.keys()

    def find(self, words: str) -> SearchResult:
        """The active row that answers best, or an honest nothing."""
        best = SearchResult(Answer.NOTHING, None, 0.0)
        for result in self.rank(words):
            if result.score > best.score:
                best = result
        return best if best.score >= CLOSE else SearchResult(Answer.NOTHING, None, best.score)

    def rank(self, words: str) -> Iterator[SearchResult]:
        """How well each row answers, in no order."""
        spaced = space_words(words)
        asked = {stem: self._rarity.get(stem, 1.0) for stem in find_stems(words)}
        total = sum(asked.values())
        rows = zip(self._rows, self._weighted, self._forms, strict=True)
        for row, weights, forms in rows:
            hit = sum(asked[stem] * weights[stem] for stem in asked if stem in weights)
            score = hit / total if total else 0.0
            if any(form in spaced for form in forms):
                score += SURE
            now = self._active[row.capability_id]
            answer = Answer.THIS_IS_IT if score >= SURE else Answer.CLOSE
            yield SearchResult(answer, now, score, None if row is now else row.name)


def _find_active(row: Capability, by_id: Mapping[str, Capability]) -> Capability | None:
    """The active row that answers for `row`: itself, or what it was merged into, step by step."""
    passed = set()
    current: Capability | None = row
    while current and not current.is_active and current.capability_id not in passed:
        passed.add(current.capability_id)
        current = by_id.get(current.replaced_by or "")
    return current if current and current.is_active else None


def _weigh_stems(row: Capability) -> dict[str, float]:
    weights = dict.fromkeys(find_stems(row.summary), 0.6)
    for text in (row.name, *row.aliases):
        weights |= dict.fromkeys(find_stems(text), 1.0)
    return weights


def _list_forms(row: Capability) -> tuple[str, ...]:
    """What stands in spaced words where they name a row word for word."""
    return tuple(form for text in (row.name, *row.aliases) for form in find_forms(text))
