"""Finds the rollups that changes bear on, and every issue of them.

An issue that changed may be a parent: what is below it may have another epic now. So what is below
is looked for and resolved anew, and then every rollup is read whole that any of them is in, or was.
"""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import Issue
from models.rollup import rollup_number
from sync.pipeline.incremental.family import load_family
from sync.pipeline.inputs.changes import Changes
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.mirror.queries import find_children, find_members
from translators.backlog.hierarchy import resolve_epics


class Affected(Struct, frozen=True):
    """Rollups by their numbers, every issue of them, and which of those are orphaned, by code."""

    numbers: frozenset[int]
    issues: tuple[Issue, ...]
    orphaned: Mapping[int, str]


def find_affected(mirror: Mirror, changes: Changes) -> Affected:
    """The rollups that changed; issues whose epic is another by now are written so."""
    below = _find_all_below(mirror, changes)
    epics = resolve_epics(below.values(), load_family(mirror, below.values())).epics
    moved = {each: epics[each] for each in below if below[each].epic_id != epics[each]}
    numbers = set(changes.rollups) | {rollup_number(below[each]) for each in moved}
    for issue_id, epic_id in moved.items():
        below[issue_id] = replace(below[issue_id], epic_id=epic_id)
    changed = changes.issues | moved.keys()
    now_in = {issue_id: rollup_number(issue) for issue_id, issue in below.items()}
    # What is below and has no epic may be orphaned now for another reason than before.
    numbers |= {number for each, number in now_in.items() if each in changed or number < 0}
    mirror.write_epics(moved)
    issues = tuple(find_members(mirror, numbers))
    without_epic = [issue for issue in issues if rollup_number(issue) < 0]
    orphaned = resolve_epics(without_epic, load_family(mirror, without_epic)).orphaned
    return Affected(frozenset(numbers), issues, orphaned)


def _find_all_below(mirror: Mirror, changes: Changes) -> dict[int, Issue]:
    """The issues that changed, and all below them."""
    newest = mirror.read_by_ids(changes.issues)
    below = {issue.id: issue for issue in newest}
    while newest:
        newest = [child for child in find_children(mirror, newest) if child.id not in below]
        below.update((child.id, child) for child in newest)
    return below
