"""Reads the sections that define how effort is measured and what the published words mean."""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from models.capability import State
from models.effort import Level
from models.rulebook import (
    EffortRules,
    Line,
    Release,
    Rescale,
    Ruling,
    TeamAlias,
    TeamRule,
    Term,
)
from sync.rulebook.diagnostics import did_you_mean
from sync.rulebook.schema import Word, Wording
from sync.rulebook.schema_effort import Effort, TeamByComponent, TeamByField
from sync.rulebook.sections import SectionStore, part_with
from sync.rulebook.validate import Part
from sync.rulebook.yaml_tree import find, find_key


def build_effort_rules(sections: SectionStore) -> EffortRules:
    """How effort is measured, the team's own keys over the shipped ones."""
    shape, parts = sections.merged("effort", Effort)
    return EffortRules(
        team=_team(shape.team),
        scheme=shape.scheme,
        edges=tuple(shape.edges),
        cancelled_resolutions=tuple(shape.cancelled.resolutions),
        cancelled_statuses=tuple(shape.cancelled.statuses),
        points_fields=tuple(shape.points_fields),
        aliases=tuple(_alias(each) for each in shape.team_aliases),
        rescaled=tuple(
            Rescale(each.team, date.fromisoformat(each.since), Fraction(each.times))
            for each in shape.rescaled
        ),
        points_from_percent=shape.points_from_percent,
        minimum_people=shape.minimum_people,
        minimum_people_of=shape.minimum_people_of,
        void=tuple(
            Ruling(each.issue, each.reason, each.by, at)
            for each, at in _listed("void", shape.void, parts)
        ),
        release=tuple(_release(each, at) for each, at in _listed("release", shape.release, parts)),
    )


def build_terms(sections: SectionStore) -> tuple[Term, ...]:
    """The published vocabulary; a code that is unknown or lacks its words is a mistake."""
    wording, parts = sections.merged("wording", Wording)
    if not parts:
        return ()
    return (
        *_words("state", "states", wording.states, parts),
        *_words("effort", "effort", wording.effort, parts),
        *_guide(wording, parts),
        *_asked_when(wording, parts),
    )


def _team(team: str | TeamByComponent | TeamByField) -> TeamRule:
    match team:
        case TeamByComponent(component=names):
            return TeamRule("component", tuple(names))
        case TeamByField(field=name):
            return TeamRule("field", (name,))
        case _:
            return TeamRule("project")


def _alias(shape: Any) -> TeamAlias:
    since, until = (date.fromisoformat(day) if day else None for day in (shape.since, shape.until))
    return TeamAlias(shape.team, shape.is_, since, until)


def _release(shape: Any, at: Line) -> Ruling | Release:
    if shape.issue is not None:
        return Ruling(shape.issue, shape.reason, shape.by, at)
    return Release(shape.team, date.fromisoformat(shape.day), shape.reason, shape.by, at)


def _listed(key: str, found: list[Any], parts: list[Part]) -> Iterator[tuple[Any, Line]]:
    """The items of a list, each with where it stands."""
    for number, item in enumerate(found):
        part = part_with(parts, (key,))
        yield item, part.diagnostics.line(find(part.node, (key, number)))


def _words(kind: str, key: str, words: dict[str, Word], parts: list[Part]) -> Iterable[Term]:
    codes = [str(code) for code in (State if kind == "state" else Level)]
    for unknown in sorted(set(words) - set(codes)):
        part = part_with(parts, (key, unknown))
        hint = did_you_mean(unknown, codes) or f"; known are {', '.join(codes)}"
        what = f"unknown {kind} {unknown!r}{hint}"
        part.diagnostics.add_error(find_key(part.node, (key, unknown)), what)
    for rank, code in enumerate(codes, start=1):
        if code not in words:
            parts[-1].diagnostics.add_error(parts[-1].node.at, f"wording lacks {kind} {code!r}")
            continue
        yield _term(kind, code, words[code], rank, _line(parts, (key, code)))


def _guide(wording: Any, parts: list[Part]) -> Iterator[Term]:
    for number, paragraph in enumerate(wording.guide):
        part = part_with(parts, ("guide",))
        at = part.diagnostics.line(find(part.node, ("guide", number)))
        yield _term("guide", paragraph.code, paragraph, number + 1, at)


def _asked_when(wording: Any, parts: list[Part]) -> Iterator[Term]:
    if wording.asked_when is not None:
        at = _line(parts, ("asked_when",))
        yield _term("asked_when", "asked_when", wording.asked_when, 1, at)


def _term(kind: str, code: str, word: Word, rank: int, at: Any) -> Term:
    return Term(kind=kind, code=code, label=word.label, meaning=word.meaning, rank=rank, at=at)


def _line(parts: list[Part], path: tuple[str, ...]) -> Any:
    part = part_with(parts, path)
    return part.diagnostics.line(find_key(part.node, path))
