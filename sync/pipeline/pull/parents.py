"""Keeps the parents of what Jira names none of any more because they are gone.

Where an epic is deleted, Jira says of what was below it that it has no parent, as it does where a
person took it out. Which of both it is only the parent tells: if that is not there, the work stays
where it was last seen.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue, Project
from sync.pipeline.pull.reading import PullRun, Walked
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.mirror.queries import find_by_keys, find_children, find_with_parents
from translators.backlog.hierarchy import Family


async def keep_lost_parents(run: PullRun, page: list[Issue], walked: Walked) -> list[Issue]:
    """The issues of a page, those that lost a parent which Jira does not show with that parent."""
    bare = {issue.id for issue in page if _is_bare(issue)}
    if not bare:
        return page
    before, above = await asyncio.to_thread(_find_above, run.mirror, bare)
    asked = set(above.values()) - walked.gone.keys()
    if walked.present is not None:
        walked.gone |= dict.fromkeys(asked & walked.present, False)
        asked -= walked.present
    if asked:
        shown = await walked.walk.find_shown(asked)
        walked.gone |= {each: each not in shown for each in asked}
    return [
        replace(issue, parent=before[issue.id].parent, epic_link=before[issue.id].epic_link)
        if issue.id in above and walked.gone[above[issue.id]]
        else issue
        for issue in page
    ]


def find_ids_below(mirror: Mirror, back: Collection[int], projects: Iterable[Project]) -> set[int]:
    """The ids directly below what is back, be it issues or projects with all of theirs.

    What was kept for them while nobody saw them is to be read anew.
    """
    ids = set(back).union(*(mirror.present_ids(project.id) for project in projects))
    return {child.id for child in find_children(mirror, mirror.read_by_ids(ids))} if ids else set()


def find_newly_gone(
    mirror: Mirror, gone: Mapping[int, bool], projects: Iterable[Project]
) -> set[int]:
    """The parents that Jira showed no more, in projects that can be seen: the next census decides.

    If that lists one again, it is read anew with whatever is below it.
    """
    asked = [issue_id for issue_id, is_gone in gone.items() if is_gone]
    if not asked:
        return set()
    visible = {project.id for project in projects}
    found = {issue.id for issue in mirror.read_by_ids(asked) if issue.project_id in visible}
    return found - mirror.missing_ids().keys()


def _is_bare(issue: Issue) -> bool:
    is_below = issue.hierarchy_level < HierarchyLevel.EPIC
    return is_below and issue.parent is None and issue.epic_link is None


def _find_above(mirror: Mirror, bare: Iterable[int]) -> tuple[dict[int, Issue], dict[int, int]]:
    """Those that had a parent when they were last read, and the id of that parent, both by id."""
    before = {issue.id: issue for issue in find_with_parents(mirror, set(bare))}
    if not before:
        return {}, {}
    named = [issue.parent for issue in before.values() if issue.parent]
    ids = {parent.id for parent in named if parent.id is not None}
    keys = {parent.key for parent in named if parent.id is None and parent.key}
    keys |= {issue.epic_link for issue in before.values() if issue.epic_link}
    family = Family([*mirror.read_by_ids(ids), *find_by_keys(mirror, keys)])
    above = {issue.id: family.parent_of(issue) for issue in before.values()}
    return before, {issue_id: parent.id for issue_id, parent in above.items() if parent}
