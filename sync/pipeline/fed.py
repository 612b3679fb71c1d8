"""Holds what fed the last publication against the mirror: what moved, is gone, or got lost."""

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue, Project
from models.capability import ContributingEpic, PublishedState
from sync.store.state.mirror import Mirror


class Fed(Struct, frozen=True):
    """The published state with its epics where they are now; what is no epic any more fed nothing.

    `gone` are epics that are missing, `unseen` the keys of projects that cannot be seen: of those
    that feed what is on the list with an epic which is not gone, and of those in the settings.
    """

    published_state: PublishedState
    gone: tuple[Issue, ...]
    unseen: tuple[str, ...]

    def list_projects(self) -> set[str]:
        """The keys of the projects that feed anything."""
        capabilities = self.published_state.capabilities.values()
        return {epic.project for kept in capabilities for epic in kept.contributing_epics}


def load_fed(
    mirror: Mirror,
    published_state: PublishedState,
    visible: Iterable[Project],
    *,
    named: Collection[str],
    given_up: Collection[str],
    decided: Mapping[int, str],
) -> Fed:
    """What fed a publication, as the mirror has it; projects are known by their ids.

    `named` are the keys in the settings, `given_up` those in capitals of projects that the rule
    book says are gone for good. `decided` are epics that are there, by id the key of their
    project: only others are looked for.
    """
    feeds = [f for kept in published_state.capabilities.values() for f in kept.contributing_epics]
    ids = {feed.epic_id for feed in feeds if feed.site == mirror.site}
    others = ids - decided.keys()
    issues = {issue.id: issue for issue in mirror.read_by_ids(others)} if others else {}

    def update(feed: ContributingEpic) -> ContributingEpic | None:
        if feed.site == mirror.site and feed.epic_id in decided:
            return replace(feed, project=decided[feed.epic_id])
        issue = issues.get(feed.epic_id) if feed.site == mirror.site else None
        if issue is None:
            return feed
        return replace(feed, project=issue.project) if _still_feeds(feed, issue) else None

    feeding = {f.epic_id for f in feeds if (i := issues.get(f.epic_id)) and _still_feeds(f, i)}
    published_state = replace(
        published_state,
        capabilities={
            key: replace(
                kept, contributing_epics=tuple(filter(None, map(update, kept.contributing_epics)))
            )
            for key, kept in published_state.capabilities.items()
        },
    )
    seen = {project.id: project.key for project in visible}

    def is_awaited(feed: ContributingEpic) -> bool:
        issue = issues.get(feed.epic_id) if feed.site == mirror.site else None
        if issue is None:
            return feed.project not in seen.values()
        return issue.project_id not in seen and issue.missing_since is None

    lost = {key for i, key in mirror.projects_with_issues().items() if i not in seen}
    unseen = {key.upper() for key in named} & lost
    for kept in published_state.capabilities.values():
        if kept.row.is_active:
            unseen |= {feed.project for feed in kept.contributing_epics if is_awaited(feed)}
    gone = (i for i in issues.values() if i.missing_since)
    return Fed(
        published_state,
        tuple(i for i in gone if i.id in feeding),
        tuple(sorted(key for key in unseen if key.upper() not in given_up)),
    )


def _still_feeds(feed: ContributingEpic, issue: Issue) -> bool:
    """Whether what fed as an epic is one, and what fed as an item without an epic is such."""
    if feed.is_item:
        return issue.is_item_without_epic
    return issue.hierarchy_level is HierarchyLevel.EPIC
