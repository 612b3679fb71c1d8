"""Finds issues of the mirror by how they hang together: through indexes, never by reading all."""

from collections.abc import Collection, Iterable
from operator import attrgetter

from sqlalchemy import and_, func, not_, or_, select

from models.backlog import HierarchyLevel, Issue
from models.rollup import ids_without_epic, rollup_number
from models.tables import state
from sync.store.db.batches import split_batches
from sync.store.db.engines import open_reader
from sync.store.state.mirror.mirror import Mirror

_by_id = attrgetter("id")


def count_by_project(mirror: Mirror, projects: Collection[str]) -> dict[str, int]:
    """How many issues the mirror has of each of these projects, by key, the missing ones aside."""
    c = state.issue.c
    query = (
        select(c.project, func.count())
        .where(mirror.is_ours(), c.project.in_(projects), c.missing_since.is_(None))
        .group_by(c.project)
    )
    with open_reader(mirror.engine) as connection:
        return dict(connection.execute(query).all())


def find_children(mirror: Mirror, issues: Iterable[Issue]) -> list[Issue]:
    """The issues that name one of these as their parent or epic, by any key that it had."""
    c = state.issue.c
    ids, keys = [], []
    for issue in issues:
        ids.append(issue.id)
        keys += [issue.key, *issue.former_keys]
    found: dict[int, Issue] = {}
    for some in split_batches(ids):
        found.update((each.id, each) for each in mirror.find_matching(c.parent_id.in_(some)))
    for named in split_batches(keys):
        by_key = and_(c.parent_id.is_(None), c.parent_key.in_(named))
        found.update((each.id, each) for each in mirror.find_matching(by_key))
        found.update((each.id, each) for each in mirror.find_matching(c.epic_link.in_(named)))
    return list(found.values())


def find_with_parents(mirror: Mirror, ids: Collection[int]) -> list[Issue]:
    """Those of these issues that named a parent or an epic when they were last read."""
    c = state.issue.c
    names = or_(c.parent_id.is_not(None), c.parent_key.is_not(None), c.epic_link.is_not(None))
    found = (
        mirror.find_matching(and_(c.id.in_(some), names)) for some in split_batches(sorted(ids))
    )
    return [issue for some in found for issue in some]


def find_by_keys(mirror: Mirror, keys: Collection[str]) -> list[Issue]:
    """The issues that have one of these keys, or had it, by id.

    A key may stand behind its site, in any case. Every issue that ever had another key is looked
    at: they are few, and an index has them.
    """
    c = state.issue.c
    sites: dict[str, set[str]] = {}
    for name in keys:
        site, _, key = name.rpartition("/")
        sites.setdefault(key, set()).add(site.casefold())
    keys = sites.keys()
    with open_reader(mirror.engine) as connection:
        former = connection.execute(
            select(c.id, c.former_keys).where(mirror.is_ours(), state.was_called_otherwise)
        )
        ids = {row.id for row in former if not set(keys).isdisjoint(row.former_keys)}
    found = {issue.id: issue for issue in mirror.read_by_ids(ids)}
    for some in split_batches(sorted(keys)):
        found.update((each.id, each) for each in mirror.find_matching(c.key.in_(some)))

    def is_named(issue: Issue) -> bool:
        named = (sites.get(key, ()) for key in (issue.key, *issue.former_keys))
        return any("" in of_key or issue.site in of_key for of_key in named)

    return sorted(filter(is_named, found.values()), key=_by_id)


def find_members(mirror: Mirror, groups: Collection[int]) -> list[Issue]:
    """Every issue of these groups, by id."""
    c = state.issue.c
    found: dict[int, Issue] = {}
    for some in split_batches(sorted(number for number in groups if number > 0)):
        found.update((each.id, each) for each in mirror.find_matching(c.id.in_(some)))
        found.update((each.id, each) for each in mirror.find_matching(c.epic_id.in_(some)))
    for number in groups:
        if number < 0:
            within = and_(c.epic_id.is_(None), c.id.between(*ids_without_epic(number)))
            found.update((each.id, each) for each in mirror.find_matching(within))
    members = (issue for issue in found.values() if rollup_number(issue) in groups)
    return sorted(members, key=_by_id)


def find_titles_below(
    mirror: Mirror, epics: Iterable[int], number: int
) -> dict[int, tuple[str, ...]]:
    """The titles of the first issues below each epic, by id, so many at most.

    Those that are missing or have a security level are passed over, and epics without any.
    """
    epic, child = state.issue.alias().c, state.issue.alias().c
    is_read = and_(
        child.hierarchy_level == int(HierarchyLevel.BASE),
        not_(child.restricted),
        child.missing_since.is_(None),
    )
    first = (
        select(child.summary)
        .where(child.site == epic.site, child.epic_id == epic.id, is_read)
        .order_by(child.id)
        .limit(number)
        .correlate(epic.id.table)
        .subquery()
    )
    titles = select(func.aggregate_strings(first.c.summary, "\n")).scalar_subquery()
    found: dict[int, tuple[str, ...]] = {}
    with open_reader(mirror.engine) as connection:
        for some in split_batches(sorted(epics)):
            query = select(epic.id, titles.label("titles"))
            of_some = query.where(mirror.is_ours(epic.site), epic.id.in_(some))
            for row in connection.execute(of_some):
                if row.titles:
                    found[row.id] = tuple(row.titles.split("\n"))
    return found
