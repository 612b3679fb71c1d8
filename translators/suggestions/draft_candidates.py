"""Finds what undecided epics have in common, of which capabilities can be drafted.

A value of a component, label or title is a candidate where the queue would offer it. What stands
above epics is one too; and a component that is called after what customers run the product on,
where nothing says more.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from models.conditions import Comparison, Line, Operator
from translators.suggestions.likeness import NEW_FROM
from translators.suggestions.rule_edit import EditKind
from translators.suggestions.rule_edits import BROADEST, FEW, Undecided
from translators.suggestions.telling_words import find_telling_stems, is_customer_system
from translators.words import fold_value

_SUREST = ("component", "parent", "labels", "summary")
"""The fields a draft's line may ask for, the surest first."""

Weigh = Callable[[Iterable[int]], int]


class Above(Struct, frozen=True):
    """What stands above epics: its key, and its title where anybody may read it."""

    key: str
    title: str


class Candidate(Struct, frozen=True):
    """A value of a field, the epics that wait and have it, and what to call it."""

    field: str
    value: str
    epics: tuple[int, ...]
    title: str

    @property
    def line(self) -> Comparison:
        operator = Operator.HAS if self.field == "summary" else Operator.EQUALS
        return Comparison(self.field, operator, (self.value,), Line("", 0))


def read_edits(undecided: Undecided) -> Iterator[Candidate]:
    """The new capabilities that the queue would offer."""
    by_key = {each.key: each.epic_id for each in undecided.decisions.values()}
    for edit in undecided.find_edits():
        if edit.kind is EditKind.NEW:
            epics = tuple(by_key[key] for key in edit.decides)
            titles = [undecided.epics[each].summary for each in epics]
            title = _find_spelling(edit.value, titles) if edit.field == "summary" else edit.value
            yield Candidate(edit.field, edit.value, epics, title)


def _find_spelling(phrase: str, titles: Iterable[str]) -> str:
    """A phrase as a title writes it, else as it is."""
    pattern = re.compile(r"[^\w]+".join(map(re.escape, phrase.split())), re.IGNORECASE)
    return next((match[0] for title in titles if (match := pattern.search(title))), phrase)


def read_parents(undecided: Undecided, above: Mapping[int, Above]) -> Iterator[Candidate]:
    """What stands above epics that wait, and above none that is decided otherwise."""
    below: dict[str, list[int]] = {}
    for epic_id, place in above.items():
        below.setdefault(place.key, []).append(epic_id)
    titles = {place.key: place.title for place in above.values()}
    most = max(BROADEST["component"] * len(undecided.epics), FEW)
    for key, members in sorted(below.items()):
        waiting = tuple(sorted(each for each in members if each in undecided.lacking))
        is_told = bool(find_telling_stems(titles[key]))
        is_free = not any(map(undecided.is_taken, members))
        if len(waiting) >= NEW_FROM and len(members) <= most and is_told and is_free:
            yield Candidate("parent", key, waiting, titles[key])


def read_systems(undecided: Undecided) -> Iterator[Candidate]:
    """Components called after what customers run the product on."""
    having: dict[str, list[int]] = {}
    written: dict[str, str] = {}
    for epic_id, epic in undecided.epics.items():
        for value in dict.fromkeys(filter(is_customer_system, epic.components)):
            having.setdefault(fold_value(value), []).append(epic_id)
            written[fold_value(value)] = min(value, written.get(fold_value(value), value))
    for folded, members in sorted(having.items()):
        waiting = tuple(sorted(each for each in members if each in undecided.lacking))
        if not any(map(undecided.is_taken, members)):
            yield Candidate("component", written[folded], waiting, written[folded])


def cover_epics(
    found: Sequence[Candidate], last: Sequence[Candidate], weigh: Weigh, most: int
) -> list[Candidate]:
    """The candidate with most work behind what is left, again and again, so many at most.

    The `last` are asked for what all others leave.
    """
    left = {each for candidate in (*found, *last) for each in candidate.epics}
    chosen: list[Candidate] = []
    for pool in (found, last):
        remaining = list(pool)
        while len(chosen) < most:
            ranked = [(each, [e for e in each.epics if e in left]) for each in remaining]
            ranked = [(each, epics) for each, epics in ranked if len(epics) >= NEW_FROM]
            if not ranked:
                break
            best, taken = min(ranked, key=lambda pair: _rank(pair[0], pair[1], weigh))
            chosen.append(best)
            left.difference_update(taken)
            remaining = [each for each, _ in ranked if each is not best]
    return chosen


def _rank(candidate: Candidate, epics: Collection[int], weigh: Weigh) -> tuple[int | str, ...]:
    return (
        -weigh(epics),
        -len(epics),
        _SUREST.index(candidate.field),
        len(candidate.epics),
        candidate.value,
    )
