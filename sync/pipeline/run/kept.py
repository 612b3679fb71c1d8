"""Counts what a list keeps as it was since a project cannot be seen."""

from collections.abc import Collection

from models.capability import ContributingEpic
from models.loss import Kept
from sync.pipeline.context import Context
from sync.store.clean.published_state import read_published_state
from sync.store.state.mirror.queries import count_by_project
from translators.plan.several_sites import name_on_site, part_name


def count_kept(context: Context, unseen: Collection[str]) -> tuple[Kept, ...]:
    """For each of these projects, by key: the entries on the list that an epic of it feeds."""
    if not unseen:
        return ()
    rows = read_published_state(context.clean).capabilities.values()
    fed_by = [
        {_name_project(context, feed) for feed in kept.contributing_epics}
        for kept in rows
        if kept.row.is_active
    ]
    issues: dict[str, int] = {}
    for part in context.list_parts():
        site = part.settings.site
        of_site = [key for name in unseen for at, key in [part_name(name)] if at in (None, site)]
        for key, number in count_by_project(part.mirror, of_site).items():
            issues[name_on_site(site, key) if context.is_shared else key] = number
    return tuple(
        Kept(
            project=project,
            entries=sum(project in projects for projects in fed_by),
            issues=issues.get(project, 0),
        )
        for project in unseen
    )


def _name_project(context: Context, feed: ContributingEpic) -> str:
    return name_on_site(feed.site, feed.project) if context.is_shared else feed.project
