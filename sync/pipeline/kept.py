"""Counts what a list keeps as it was since a project cannot be seen."""

from collections.abc import Collection

from models.loss import Kept
from sync.pipeline.context import Context
from sync.store.clean.published_state import read_published_state
from sync.store.state.mirror_queries import count_by_project


def count_kept(context: Context, unseen: Collection[str]) -> tuple[Kept, ...]:
    """For each of these projects, by key: the entries on the list that an epic of it feeds."""
    if not unseen:
        return ()
    rows = read_published_state(context.clean).capabilities.values()
    fed_by = [
        {feed.project for feed in kept.contributing_epics} for kept in rows if kept.row.is_active
    ]
    issues = count_by_project(context.mirror, unseen)
    return tuple(
        Kept(
            project=project,
            entries=sum(project in projects for projects in fed_by),
            issues=issues.get(project, 0),
        )
        for project in unseen
    )
