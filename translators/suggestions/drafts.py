"""Drafts capabilities from what undecided epics have in common, most past work first.

A draft asks for a component, for what stands above the epics, a label, or a telling phrase of their
titles; for more than one of these where they are called the same. What two drafts could claim goes
to the one with more work behind it, and the other one says so, so that every epic is drafted once.
Nothing of a draft is published until a person names it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from unicodedata import normalize

from msgspec import Struct

from models.backlog import Issue
from models.rulebook import Comparison, Line, Operator
from translators.plain_text import show_plainly
from translators.promises.linter import lint_text
from translators.rules.condition_trace import format_yaml
from translators.rules.conditions import compile_condition
from translators.suggestions.likeness import NEW_FROM
from translators.suggestions.rule_edits import BROADEST, FEW, EditKind, Undecided
from translators.suggestions.telling_words import find_telling_stems

MOST_DRAFTS = 40
"""More would be read by nobody at one sitting."""
TITLES = 3
LONGEST_NAME, LONGEST_ID = 60, 40

_SUREST = ("component", "parent", "labels", "summary")
"""The fields a draft's line may ask for, the surest first."""


class Above(Struct, frozen=True):
    """What stands above epics: its key, and its title where anybody may read it."""

    key: str
    title: str


class Draft(Struct, frozen=True, kw_only=True):
    """A capability to be named: its lines, of which one must hold, and the epics that it takes.

    The epics come most work first. `spares` are lines of drafts before it that could claim some of
    them too: of these none may hold. `work` is micro-person-weeks; `titles` are of the first epics
    whose titles may be read.
    """

    capability_id: str
    name: str
    lines: tuple[Comparison, ...]
    epics: tuple[str, ...]
    titles: tuple[tuple[str, str], ...]
    work: int
    spares: tuple[Comparison, ...]


class _Candidate(Struct, frozen=True):
    """A value of a field, the epics that wait and have it, and what to call it."""

    field: str
    value: str
    epics: tuple[int, ...]
    title: str

    @property
    def line(self) -> Comparison:
        operator = Operator.HAS if self.field == "summary" else Operator.EQUALS
        return Comparison(self.field, operator, (self.value,), Line("", 0))


Weigh = Callable[[Iterable[int]], int]


def draft_capabilities(
    undecided: Undecided,
    weigh: Weigh,
    *,
    above: Mapping[int, Above] = {},
    declined: Collection[str] = (),
    private: Collection[int] = (),
) -> tuple[Draft, ...]:
    """The drafts, most past work first.

    `weigh` says how much past work stands behind some epics. `above` is what stands above an epic,
    by the epic; `declined` are lines, as a rule book has them, that were drafted once and taken
    out by hand; titles of `private` epics are in no draft.
    """
    refused = {_read_subject(line.partition(": ")[2]) for line in declined} - {frozenset()}
    found = [
        each
        for each in (*_read_edits(undecided), *_read_parents(undecided, above))
        if word_condition(each.line) not in declined and _read_subject(each.title) not in refused
    ]
    chosen = _join_namesakes(_cover(found, weigh))
    ids = _name_ids([title for title, _, _ in chosen], undecided)
    matchers = [[compile_condition(line) for line in lines] for _, lines, _ in chosen]
    waiting = [undecided.views[each] for each in sorted(undecided.lacking)]
    drafts = []
    for number, (title, lines, epics) in enumerate(chosen):
        could = [view for view in waiting if any(matches(view) for matches in matchers[number])]
        earlier = [
            (line, matches)
            for other in range(number)
            for line, matches in zip(chosen[other][1], matchers[other], strict=True)
        ]
        ranked = sorted(epics, key=lambda e: (-weigh([e]), undecided.decisions[e].key))
        drafts.append(
            Draft(
                capability_id=ids[number],
                name=_word_name(title, number + 1),
                lines=lines,
                epics=tuple(undecided.decisions[each].key for each in ranked),
                titles=tuple(_read_titles(undecided, ranked, private)),
                work=weigh(epics),
                spares=tuple(line for line, matches in earlier if any(map(matches, could))),
            )
        )
    return tuple(drafts)


def word_condition(line: Comparison) -> str:
    """A line as a rule book has it, in which nothing ends a comment."""
    return show_plainly(format_yaml(line))


def count_half(works: Iterable[int]) -> int:
    """How many of these, the largest first, come to half of them all at least."""
    ranked = sorted(works, reverse=True)
    whole = sum(ranked)
    sums = accumulate(ranked)
    return 1 + next(n for n, each in enumerate(sums) if 2 * each >= whole) if whole else 0


def _read_edits(undecided: Undecided) -> Iterator[_Candidate]:
    """The new capabilities that the queue would offer."""
    by_key = {each.key: each.epic_id for each in undecided.decisions.values()}
    for edit in undecided.find_edits():
        if edit.kind is EditKind.NEW:
            epics = tuple(by_key[key] for key in edit.decides)
            titles = [undecided.epics[each].summary for each in epics]
            title = _find_spelling(edit.value, titles) if edit.field == "summary" else edit.value
            yield _Candidate(edit.field, edit.value, epics, title)


def _find_spelling(phrase: str, titles: Iterable[str]) -> str:
    """A phrase as a title writes it, else as it is."""
    pattern = re.compile(r"[^\w]+".join(map(re.escape, phrase.split())), re.IGNORECASE)
    return next((match[0] for title in titles if (match := pattern.search(title))), phrase)


def _read_parents(undecided: Undecided, above: Mapping[int, Above]) -> Iterator[_Candidate]:
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
            yield _Candidate("parent", key, waiting, titles[key])


def _cover(found: Sequence[_Candidate], weigh: Weigh) -> list[tuple[_Candidate, tuple[int, ...]]]:
    """The candidate with most work behind what is left, again and again, and what it takes."""
    left = {each for candidate in found for each in candidate.epics}
    chosen: list[tuple[_Candidate, tuple[int, ...]]] = []
    while found and len(chosen) < MOST_DRAFTS:
        remaining = [(each, tuple(e for e in each.epics if e in left)) for each in found]
        remaining = [(each, epics) for each, epics in remaining if len(epics) >= NEW_FROM]
        if not remaining:
            break
        best = min(remaining, key=lambda pair: _rank(pair[0], pair[1], weigh))
        chosen.append(best)
        left.difference_update(best[1])
        found = [each for each, _ in remaining if each is not best[0]]
    return chosen


def _join_namesakes(
    chosen: Iterable[tuple[_Candidate, tuple[int, ...]]],
) -> list[tuple[str, tuple[Comparison, ...], tuple[int, ...]]]:
    """Title, lines and epics of each draft: what is called the same is one, where it came first."""
    joined: dict[frozenset[str], tuple[str, tuple[Comparison, ...], tuple[int, ...]]] = {}
    for candidate, epics in chosen:
        stems = _read_subject(candidate.title)
        title, lines, others = joined.get(stems, (candidate.title, (), ()))
        joined[stems] = title, (*lines, candidate.line), (*others, *epics)
    return list(joined.values())


def _read_subject(title: str) -> frozenset[str]:
    """What a title is about, however it is put: the same for what is called the same."""
    return frozenset(find_telling_stems(title))


def _rank(candidate: _Candidate, epics: Collection[int], weigh: Weigh) -> tuple[int | str, ...]:
    return (
        -weigh(epics),
        -len(epics),
        _SUREST.index(candidate.field),
        len(candidate.epics),
        candidate.value,
    )


def _read_titles(
    undecided: Undecided, ranked: Iterable[int], private: Collection[int]
) -> Iterator[tuple[str, str]]:
    epics: list[Issue] = [
        undecided.epics[each]
        for each in ranked
        if each not in private and not undecided.epics[each].restricted
    ]
    for epic in epics[:TITLES]:
        yield epic.key, epic.summary


def _word_name(title: str, number: int) -> str:
    """What the draft is called until a person names it; nothing that no row may be called."""
    words = " ".join(title.replace("_", " ").split())[:LONGEST_NAME].strip()
    name = words[:1].upper() + words[1:]
    is_shown = name and name.isprintable() and not lint_text(name)
    return name if is_shown else f"Draft {number}"


def _name_ids(titles: Sequence[str], undecided: Undecided) -> list[str]:
    """An id for each title that neither a rule nor another draft has."""
    taken = {rule.id for rule in undecided.compiled.book.capabilities}
    ids = []
    for title in titles:
        base = _word_id(title)
        free, number = base, 2
        while free in taken:
            free, number = f"{base}-{number}", number + 1
        taken.add(free)
        ids.append(free)
    return ids


def _word_id(title: str) -> str:
    """Plain letters of a title, or a plain word where they would not do."""
    plain = normalize("NFKD", title.casefold())
    spelled = "".join(each if each.isascii() and each.isalnum() else " " for each in plain)
    words = "-".join(spelled.split())[:LONGEST_ID].strip("-")
    is_id = len(words) > 1 and words[0].isalpha() and not lint_text(words.replace("-", " "))
    return words if is_id else "draft"
