"""Tells whether an edit of an issue can bear on the list: if none can, nothing is translated.

Most edits cannot. A title reads otherwise and the rules come to the same; an open issue goes from
one column of a board to the next; work that is booked, or will be when its fortnight closes, is
given other points. What is compared is all that a rollup and a decision read of an issue, no
less. When a fortnight closes everything is read anyway.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue
from translators.backlog.completion import compile_is_finished
from translators.effort.teams import compile_team_of
from translators.rules.decide import CompiledRules


def compile_relevance(compiled: CompiledRules, on: date) -> Callable[[Issue, Issue], bool]:
    """A test for edits of that day: whether an issue as it was and as it is now differ in it.

    The first is the row as it was, the second what Jira says now: what we derive ourselves, its
    epic and its former keys, is taken from the row, and follows from what is compared.
    """
    is_finished, team_for = (
        compile_is_finished(compiled.book.effort),
        compile_team_of(compiled.book.effort),
    )

    def gist(issue: Issue) -> tuple[Any, ...]:
        is_epic = issue.hierarchy_level is HierarchyLevel.EPIC
        is_dated = not issue.is_done or issue.done_at is not None
        place = issue.hierarchy_level, issue.key, issue.parent, issue.epic_link, is_dated
        where = issue.project if is_epic else None
        if not is_finished(issue):
            return (*place, where)
        is_released = any(version.released for version in issue.fix_versions)
        return (*place, issue.project, team_for(issue), issue.done_at, is_released)

    def bears(before: Issue, after: Issue) -> bool:
        after = replace(
            after,
            epic_id=before.epic_id,
            former_keys=before.former_keys,
            missing_since=before.missing_since,
        )
        if gist(before) != gist(after):
            return True
        if before.hierarchy_level is HierarchyLevel.EPIC:
            return compiled.decide(before, on) != compiled.decide(after, on)
        if compiled.claims_items and before.epic_id is None:
            return compiled.decide_item(before) != compiled.decide_item(after)
        return compiled.hides(before) != compiled.hides(after)

    return bears
