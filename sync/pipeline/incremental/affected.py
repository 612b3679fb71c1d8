"""Finds the groups of issues that a change bears on, and all that belongs to them.

An issue that changed may be a parent: what is below it may have another epic now. So its kin is
looked for downwards and resolved anew, and then every group is read whole that any of them is in,
or was.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import Issue
from models.rollup import rollup_number
from sync.store.state.mirror import Mirror
from sync.store.state.mirror_queries import find_by_keys, find_children, find_members
from sync.store.state.rollups import ChangedIssues
from translators.backlog.hierarchy import Family, resolve_epics


class Affected(Struct, frozen=True):
    """Groups by their numbers, every issue of them, and which of those hang in the air."""

    groups: frozenset[int]
    issues: tuple[Issue, ...]
    orphaned: Mapping[int, str]


def find_affected(mirror: Mirror, touched: ChangedIssues) -> Affected:
    """The groups that changed; issues whose epic is another by now are written so."""
    below = _all_below(mirror, touched)
    epics = resolve_epics(below.values(), _family(mirror, below.values())).epics
    moved = {each: epics[each] for each in below if below[each].epic_id != epics[each]}
    groups = set(touched.groups) | {rollup_number(below[each]) for each in moved}
    for each, epic in moved.items():
        below[each] = replace(below[each], epic_id=epic)
    changed = touched.issues | moved.keys()
    numbers = {each: rollup_number(issue) for each, issue in below.items()}
    # What is below and has no epic may hang in the air now for another reason than before.
    groups |= {number for each, number in numbers.items() if each in changed or number < 0}
    mirror.write_epics(moved)
    issues = tuple(find_members(mirror, groups))
    strays = [issue for issue in issues if rollup_number(issue) < 0]
    orphaned = resolve_epics(strays, _family(mirror, strays)).orphaned
    return Affected(frozenset(groups), issues, orphaned)


def _all_below(mirror: Mirror, touched: ChangedIssues) -> dict[int, Issue]:
    """The issues that changed, and all below them."""
    newest = mirror.some(touched.issues)
    found = {issue.id: issue for issue in newest}
    while newest:
        newest = [child for child in find_children(mirror, newest) if child.id not in found]
        found.update((child.id, child) for child in newest)
    return found


def _family(mirror: Mirror, issues: Iterable[Issue]) -> Family:
    """These issues and all above them, and whatever has a key by which a parent is named."""
    family = {issue.id: issue for issue in issues}
    newest = list(family.values())
    asked: set[str] = set()
    while newest:
        parents = [issue.parent for issue in newest if issue.parent]
        ids = {parent.id for parent in parents if parent.id is not None}
        keys = {parent.key for parent in parents if parent.id is None and parent.key}
        keys |= {issue.epic_link for issue in newest if issue.epic_link}
        above = mirror.some(ids - family.keys())
        above += find_by_keys(mirror, keys - asked) if keys - asked else []
        asked |= keys
        newest = [issue for issue in above if issue.id not in family]
        family.update((issue.id, issue) for issue in newest)
    return Family(family[each] for each in sorted(family))
