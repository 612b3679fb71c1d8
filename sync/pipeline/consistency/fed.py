"""Holds what fed the last publication against the mirror: what moved, is gone, or got lost."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue, Project
from models.capability import ContributingEpic, PublishedState
from models.rulebook import RuleBook
from sync.store.state.mirror.mirror import Mirror
from translators.plan.several_sites import name_on_site


class Sight(Struct, frozen=True):
    """What of a site can be seen: its projects; `named` are the keys in the settings, in capitals,
    `doubted` those that are shown, but not whole.

    Nobody looks at what `has_left`: all of it is as it was seen last.
    """

    site: str
    visible: Sequence[Project]
    named: frozenset[str] = frozenset()
    doubted: frozenset[str] = frozenset()
    has_left: bool = False


class Fed(Struct, frozen=True):
    """The published state with its epics where they are now; what is no epic any more fed nothing.

    `gone` are epics that are missing, `unseen` the projects that cannot be seen: those that feed
    what is on the list with an epic which is not gone, and those in the settings.
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
    sights: Sequence[Sight],
    *,
    book: RuleBook | None,
    decided: Mapping[int, str],
) -> Fed:
    """What fed a publication, as the mirror has it; projects are known by their ids.

    Nobody waits for those that the rule book says are gone for good. `decided` are epics that are
    there, by id the key of their project: only others are looked for.
    """
    sites = {sight.site: sight for sight in sights}
    feeds = [f for kept in published_state.capabilities.values() for f in kept.contributing_epics]
    ids = {feed.epic_id for feed in feeds if feed.site in sites}
    others = ids - decided.keys()
    issues = {issue.id: issue for issue in mirror.read_by_ids(others)} if others else {}

    def update(feed: ContributingEpic) -> ContributingEpic | None:
        if feed.site in sites and feed.epic_id in decided:
            return replace(feed, project=decided[feed.epic_id])
        issue = issues.get(feed.epic_id) if feed.site in sites else None
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
    unseen: set[str] = set()
    for sight in sights:
        fed_by = (
            feed
            for kept in published_state.capabilities.values()
            if kept.row.is_active
            for feed in kept.contributing_epics
            if feed.site == sight.site or len(sights) == 1
        )
        lost = _find_unseen(Mirror(mirror.engine, sight.site), sight, fed_by, issues)
        if book is not None:
            lost = {key for key in lost if not _is_given_up(book, sight.site, key)}
        unseen |= {name_on_site(sight.site, key) if len(sights) > 1 else key for key in lost}
    gone = (i for i in issues.values() if i.missing_since)
    return Fed(
        published_state,
        tuple(i for i in gone if i.id in feeding),
        tuple(sorted(unseen)),
    )


def _find_unseen(
    mirror: Mirror, sight: Sight, feeds: Iterable[ContributingEpic], issues: Mapping[int, Issue]
) -> set[str]:
    """The projects of one site that feed the list or are in the settings, and cannot be seen."""
    if sight.has_left:
        return set()
    seen = {project.id: project.key for project in sight.visible}

    def is_awaited(feed: ContributingEpic) -> bool:
        issue = issues.get(feed.epic_id)
        if issue is None:
            return feed.project not in seen.values()
        return issue.project_id not in seen and issue.missing_since is None

    lost = {key for i, key in mirror.projects_with_issues().items() if i not in seen}
    named = {key.upper() for key in sight.named | sight.doubted} & lost
    return named | {feed.project for feed in feeds if is_awaited(feed)}


def _is_given_up(book: RuleBook, site: str, project: str) -> bool:
    """Whether nobody waits for a project: it is gone, or all of its site is."""
    return site in book.gone_sites or project.upper() in book.list_gone_projects(site)


def _still_feeds(feed: ContributingEpic, issue: Issue) -> bool:
    """Whether what fed as an epic is one, and what fed as an item without an epic is such."""
    if feed.is_item:
        return issue.is_item_without_epic
    return issue.hierarchy_level is HierarchyLevel.EPIC
