"""Drafts capabilities from what undecided epics have in common, most past work first.

A draft asks for a component, for what stands above the epics, a label, or a telling phrase of their
titles; for more than one of these where they are called the same. What two drafts could claim goes
to the one with more work behind it, and the other one says so, so that every epic is drafted once.
Where nothing else is left to say, a component that names what customers run the product on will do.
Nothing of a draft is published until a person names it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from unicodedata import normalize

from msgspec import Struct

from models.backlog import Issue
from models.conditions import Comparison
from translators.plain_text import show_plainly
from translators.promises.linter import Linter, compile_linter
from translators.rules.condition_trace import format_yaml
from translators.rules.conditions import compile_condition
from translators.rules.fields import IssueView
from translators.suggestions.draft_candidates import (
    Above,
    Candidate,
    Weigh,
    cover_epics,
    read_edits,
    read_parents,
    read_systems,
)
from translators.suggestions.likeness import NEW_FROM
from translators.suggestions.rule_edits import Undecided
from translators.suggestions.telling_words import find_telling_stems
from translators.words import fold_value

MOST_DRAFTS = 40
"""More would be read by nobody at one sitting."""
TITLES = 3
LONGEST_NAME, LONGEST_ID = 60, 40


class Draft(Struct, frozen=True, kw_only=True):
    """A capability to be named: its lines, of which one must hold, and the epics that it takes.

    The epics come most work first. `spares` are lines of other drafts that take some of what its
    own lines match: of these none may hold. `work` is micro-person-weeks; `titles` are of the first
    epics whose titles may be read.
    """

    capability_id: str
    name: str
    lines: tuple[Comparison, ...]
    epics: tuple[str, ...]
    titles: tuple[tuple[str, str], ...]
    work: int
    spares: tuple[Comparison, ...]


class _Claim(Struct, frozen=True):
    """What becomes a draft: as `Draft` has it, epics by their ids in any order."""

    title: str
    lines: tuple[Comparison, ...]
    epics: tuple[int, ...]
    spares: tuple[Comparison, ...]


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
    refused = {_read_subject(line.partition(": ")[2]) for line in declined}
    found = [
        each
        for each in (*read_edits(undecided), *read_parents(undecided, above))
        if word_condition(each.line) not in declined and _read_subject(each.title) not in refused
    ]
    systems = [
        each for each in read_systems(undecided) if word_condition(each.line) not in declined
    ]
    chosen = cover_epics(found, systems, weigh, MOST_DRAFTS)
    claims = _settle_claims(_join_namesakes(chosen), undecided)
    ids = _name_ids([each.title for each in claims], undecided)
    drafts = []
    for number, (capability_id, claim) in enumerate(zip(ids, claims, strict=True), 1):
        ranked = sorted(claim.epics, key=lambda e: (-weigh([e]), undecided.decisions[e].key))
        drafts.append(
            Draft(
                capability_id=capability_id,
                name=_word_name(claim.title, number, compile_linter(undecided.compiled.book)),
                lines=claim.lines,
                epics=tuple(undecided.decisions[each].key for each in ranked),
                titles=tuple(_read_titles(undecided, ranked, private)),
                work=weigh(ranked),
                spares=claim.spares,
            )
        )
    return tuple(sorted(drafts, key=lambda each: -each.work))


def word_condition(line: Comparison) -> str:
    """A line as a rule book has it, in which nothing ends a comment."""
    return show_plainly(format_yaml(line))


def count_half(works: Iterable[int]) -> int:
    """How many of these, the largest first, come to half of them all at least."""
    ranked = sorted(works, reverse=True)
    whole = sum(ranked)
    sums = accumulate(ranked)
    return 1 + next(n for n, each in enumerate(sums) if 2 * each >= whole) if whole else 0


def _join_namesakes(chosen: Iterable[Candidate]) -> list[tuple[str, tuple[Comparison, ...]]]:
    """Title and lines of each draft: what is called the same is one, where it came first."""
    joined: dict[frozenset[str], tuple[str, tuple[Comparison, ...]]] = {}
    for candidate in chosen:
        subject = _read_subject(candidate.title)
        title, lines = joined.get(subject, (candidate.title, ()))
        joined[subject] = title, (*lines, candidate.line)
    return list(joined.values())


def _settle_claims(
    joined: Iterable[tuple[str, tuple[Comparison, ...]]], undecided: Undecided
) -> list[_Claim]:
    """What each takes where the earlier ones take first; not what is left with too little."""
    waiting = {each: undecided.views[each] for each in sorted(undecided.lacking)}
    earlier: list[tuple[Comparison, frozenset[int]]] = []
    claims = []
    for title, lines in joined:
        held = [(line, frozenset(_find_matching(line, waiting))) for line in lines]
        could = frozenset[int]().union(*(epics for _, epics in held))
        spares = [(line, epics) for line, epics in earlier if epics & could]
        takes = could.difference(*(epics for _, epics in spares))
        if len(takes) >= NEW_FROM:
            claims.append(_Claim(title, lines, tuple(takes), tuple(line for line, _ in spares)))
            earlier += held
    return claims


def _find_matching(line: Comparison, views: Mapping[int, IssueView]) -> Iterator[int]:
    matches = compile_condition(line)
    return (each for each, view in views.items() if matches(view))


def _read_subject(title: str) -> frozenset[str]:
    """What a title is about, however it is put: the same for what is called the same."""
    return frozenset(find_telling_stems(title)) or frozenset([fold_value(title)])


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


def _word_name(title: str, number: int, linter: Linter) -> str:
    """What the draft is called until a person names it; nothing that no row may be called."""
    words = " ".join(title.replace("_", " ").split())[:LONGEST_NAME].strip()
    name = words[:1].upper() + words[1:]
    is_shown = name and name.isprintable() and not linter.lint_text(name)
    return name if is_shown else f"Draft {number}"


def _name_ids(titles: Sequence[str], undecided: Undecided) -> list[str]:
    """An id for each title that neither a rule nor another draft has."""
    taken = {rule.id for rule in undecided.compiled.book.capabilities}
    ids = []
    for title in titles:
        base = _word_id(title, compile_linter(undecided.compiled.book))
        free, number = base, 2
        while free in taken:
            free, number = f"{base}-{number}", number + 1
        taken.add(free)
        ids.append(free)
    return ids


def _word_id(title: str, linter: Linter) -> str:
    """Plain letters of a title, or a plain word where they would not do."""
    plain = normalize("NFKD", title.casefold())
    spelled = "".join(each if each.isascii() and each.isalnum() else " " for each in plain)
    words = "-".join(spelled.split())[:LONGEST_ID].strip("-")
    is_id = len(words) > 1 and words[0].isalpha() and not linter.lint_code(words)
    return words if is_id else "draft"
