"""Tells a field that Jira stopped showing from one that people emptied.

A field configuration that hides a field, or a permission that was taken, makes it come empty or
not at all. That is no edit, yet every rule that reads the field would judge by it. Configurations
are given to a project and an issue type, so that is where a field is looked at.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import Issue
from models.emptied import Emptied
from models.rulebook import Guards
from translators.plurals import count_noun

SECURITY = "security level"
DESCRIPTION = "description"
"""Of epics alone it is read."""
POINTS = "story points"
BY_HAND = 90
_HIDING = {"restricted": True, "summary": "", "description": None}


class _Watched(Struct, frozen=True):
    """A field: its words, whether an issue has it filled, and which of our values come of it."""

    name: str
    is_filled: Callable[[Issue], Any]
    values: tuple[str, ...]
    of_done: bool = False


WATCHED = (
    _Watched("labels", lambda issue: issue.labels, ("labels",)),
    _Watched("components", lambda issue: issue.components, ("components",)),
    _Watched("fix versions", lambda issue: issue.fix_versions, ("fix_versions",)),
    _Watched(POINTS, lambda issue: issue.points is not None, ("points", "points_field")),
    _Watched("parent", lambda issue: issue.parent or issue.epic_link, ("parent", "epic_link")),
    _Watched(SECURITY, lambda issue: issue.restricted, tuple(_HIDING)),
    _Watched(
        DESCRIPTION,
        lambda issue: issue.description and not issue.restricted,
        ("description",),
    ),
    _Watched("assignee", lambda issue: issue.contributor, ("contributor",), of_done=True),
    _Watched("resolution", lambda issue: issue.resolution, ("resolution",), of_done=True),
    _Watched("resolution date", lambda issue: issue.resolved_at, ("resolved_at",), of_done=True),
    _Watched(
        "day of the status",
        lambda issue: issue.category_changed_at,
        ("category_changed_at",),
        of_done=True,
    ),
)
"""Those `of_done` a reopened issue may well lose."""
_Cell = tuple[str, str, str]


class FieldWatch:
    """Holds the issues that a walk reads against how they were.

    `extra` are the fields of their own that rules name. Story points are not watched where they are
    `read_otherwise` than before. `accepted` is what a person said is true.
    """

    def __init__(
        self,
        extra: Collection[str],
        *,
        read_otherwise: bool = False,
        accepted: Iterable[Emptied] = (),
    ) -> None:
        self._watched = tuple(
            each for each in WATCHED if not (read_otherwise and each.name == POINTS)
        )
        self._extra = tuple(sorted(extra))
        self._accepted = {(each.field, each.project, each.type) for each in accepted}
        self._filled: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
        self._lost: Counter[_Cell] = Counter()
        self._unedited: Counter[_Cell] = Counter()
        self.read: set[int] = set()
        self.emptied: dict[int, Issue] = {}
        """The issues that lost a value as they are now, by id."""

    def keep_values(self, was: Issue, now: Issue) -> Issue:
        """The issue with the values that it lost, as far as they are watched: until it is known."""
        kept = now
        for each in self._find_lost(was, now):
            kept = _restore(each, was, kept)
        return kept

    def count_issue(self, was: Issue, now: Issue) -> None:
        """Count an issue that was read, beside what it `was`: itself, if it is as it was."""
        lost = [] if now is was else self._find_lost(was, now)
        if lost:
            self.emptied[now.id] = now
        if now.id in self.read:
            return
        self.read.add(now.id)
        self._filled[was.project, was.type, tuple(self._find_filled(was))] += 1
        is_unedited = now.updated_at == was.updated_at
        for name in lost:
            cell = (name, was.project, was.type)
            self._lost[cell] += 1
            self._unedited[cell] += is_unedited

    def find_collapsed(self, limits: Guards) -> tuple[Emptied, ...]:
        """Where fields came empty in so many issues that Jira, and nobody's hand, did it."""
        had = self._count_filled()
        by_field: dict[str, list[Emptied]] = defaultdict(list)
        for cell, lost in sorted(self._lost.items()):
            name, project, type_name = cell
            if lost and lost * 100 >= had[cell] * _share(name, self._unedited[cell], limits):
                by_field[name].append(
                    Emptied(
                        field=name,
                        project=project,
                        type=type_name,
                        lost=lost,
                        unedited=self._unedited[cell],
                        had=had[cell],
                    )
                )
        return tuple(
            each
            for name, found in by_field.items()
            if _are_too_many(name, found, limits)
            for each in found
        )

    def _find_lost(self, was: Issue, now: Issue) -> list[str]:
        left = set(self._find_filled(now))
        is_reopened = was.is_done and not now.is_done
        is_no_epic = now.hierarchy_level is not was.hierarchy_level
        return [
            name
            for name in self._find_filled(was)
            if name not in left
            and not (is_reopened and name in _OF_DONE)
            and not (name == DESCRIPTION and (now.restricted or is_no_epic))
            and (name, was.project, was.type) not in self._accepted
        ]

    def _find_filled(self, issue: Issue) -> list[str]:
        is_done = issue.is_done
        names = [
            each.name
            for each in self._watched
            if (is_done or not each.of_done) and each.is_filled(issue)
        ]
        names += [_word_extra(name) for name in self._extra if issue.extra.get(name)]
        return names

    def _count_filled(self) -> Counter[_Cell]:
        had: Counter[_Cell] = Counter()
        for (project, type_name, names), number in self._filled.items():
            for name in names:
                had[name, project, type_name] += number
        return had


def tell_emptied(emptied: Iterable[Emptied]) -> list[str]:
    """A sentence a field: `labels came empty in 18 of 22 issues that had them (PAY: Epic)`."""
    by_field: dict[str, list[Emptied]] = defaultdict(list)
    for each in emptied:
        by_field[each.field].append(each)
    sentences = []
    for name, found in by_field.items():
        types: dict[str, list[str]] = defaultdict(list)
        for each in found:
            types[each.project].append(each.type)
        where = "; ".join(f"{project}: {', '.join(names)}" for project, names in types.items())
        had = count_noun(sum(each.had for each in found), "issue")
        unedited = sum(each.unedited for each in found)
        by_nobody = f"; {unedited} of them nobody edited" if unedited else ""
        lost = sum(each.lost for each in found)
        sentences.append(f"{name} came empty in {lost} of {had} with a value ({where}){by_nobody}")
    return sentences


_OF_DONE = frozenset(each.name for each in WATCHED if each.of_done)
_VALUES = {each.name: each.values for each in WATCHED}


def _word_extra(name: str) -> str:
    return f"field {name!r}"


def _restore(name: str, was: Issue, now: Issue) -> Issue:
    if name == SECURITY:
        return replace(now, **_HIDING)
    if name in _VALUES:
        return replace(now, **{value: getattr(was, value) for value in _VALUES[name]})
    missing = {each: was.extra[each] for each in was.extra if _word_extra(each) == name}
    return replace(now, extra={**now.extra, **missing})


def _share(name: str, unedited: int, limits: Guards) -> int:
    """The share of issues from which on a field is in doubt; any, if it guards what may be read.

    What people edit they may empty: then hardly any issue must be left that has the field still.
    """
    if name == SECURITY:
        return 0
    return limits.emptied_percent if unedited else max(limits.emptied_percent, BY_HAND)


def _are_too_many(name: str, found: Iterable[Emptied], limits: Guards) -> bool:
    """A security level that goes without an edit is one too many."""
    lost = sum(each.lost for each in found)
    unedited = sum(each.unedited for each in found)
    if name == SECURITY:
        return bool(unedited) or lost >= limits.emptied_unedited
    return unedited >= limits.emptied_unedited or lost >= limits.emptied_values
