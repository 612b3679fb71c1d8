"""Reads the mirror in the order in which it is translated, part by part and never all at once."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)

from models.backlog import FinishedIssue, HierarchyLevel, Issue, IssuePlace, StatusCategory
from models.effort import EntryKind
from models.rollup import number_without_epic
from models.tables import state
from sync.store.db.batches import BATCH, split_batches
from sync.store.db.engines import open_reader
from sync.store.state.mirror.mirror import Mirror, as_text
from sync.store.state.mirror.rows import load_finished, load_place

PART = 10_000
"""So many issues are worked on at once: memory for them is some ten megabytes."""

_c = state.issue.c
_BASE, _EPIC = int(HierarchyLevel.BASE), int(HierarchyLevel.EPIC)
_is_done = _c.status_category == StatusCategory.DONE


def read_places_above(mirror: Mirror) -> list[IssuePlace]:
    """Where epics, and all that is above them, stand."""
    return [place for part in _read_places(mirror, _c.hierarchy_level >= _EPIC) for place in part]


def read_places_below(mirror: Mirror) -> Iterator[list[IssuePlace]]:
    """Where all other issues stand, by id, part by part."""
    yield from _read_places(mirror, _c.hierarchy_level < _EPIC)


def read_parents(mirror: Mirror) -> frozenset[int]:
    """The epics that have a base-level issue below them."""
    query = select(_c.epic_id).distinct()
    is_child = and_(_c.epic_id.is_not(None), _c.hierarchy_level == _BASE)
    with open_reader(mirror.engine) as connection:
        return frozenset(connection.execute(query.where(mirror.is_ours(), is_child)).scalars())


def read_gone(mirror: Mirror) -> frozenset[int]:
    """The missing issues that no ledger ever had a credit of."""
    missing = select(_c.id).where(mirror.is_ours(), mirror.is_missing)
    with open_reader(mirror.engine) as connection:
        ids = set(connection.execute(missing).scalars())
    return find_uncredited(mirror, ids)


def find_uncredited(mirror: Mirror, ids: Collection[int]) -> frozenset[int]:
    """Those of these issues that no ledger, of whichever generation, ever had a credit of."""
    if not ids:
        return frozenset()
    entry, window = state.ledger.c, state.team_window.c
    generations = select(window.generation).where(mirror.is_ours(window.site)).distinct()
    uncredited = set(ids)
    with open_reader(mirror.engine) as connection:
        # With its generation an entry is found by the index.
        known = list(connection.execute(generations).scalars())
        of_ours = and_(entry.generation.in_(known), mirror.is_ours(entry.site))
        for some in split_batches(sorted(ids)):
            credited = select(entry.issue_id).where(of_ours, entry.issue_id.in_(some))
            uncredited.difference_update(connection.execute(credited).scalars())
    return frozenset(uncredited)


def read_finished(
    connection: Connection, mirror: Mirror, generation: str, since: datetime | None = None
) -> Iterator[FinishedIssue]:
    """Issues that are done, on a day we know, in the order of completion.

    Those done before `since` only if no credit of theirs stands in the ledger of `generation`.
    Through that very connection credits of what was read already may be written meanwhile.
    """
    credits = _count_entries(mirror, generation, EntryKind.CREDIT)
    reversals = _count_entries(mirror, generation, EntryKind.REVERSAL)
    query = _select_finished(mirror, _sum_subtask_points(mirror), credits, reversals)
    if since is not None:
        query = query.where(or_(_c.done_at >= since, credits == reversals))
    yield from _read_finished(connection, mirror, query.order_by(_c.done_at, _c.id))


def read_finished_unordered(connection: Connection, mirror: Mirror) -> Iterator[FinishedIssue]:
    """The same without what sub-tasks and the ledger have of them: enough to count them."""
    nothing = literal(None, Text), literal(0, Integer), literal(0, Integer)
    yield from _read_finished(connection, mirror, _select_finished(mirror, *nothing))


def read_epics(connection: Connection, mirror: Mirror) -> Iterator[Issue]:
    """Every epic, by id."""
    return mirror.read_matching(connection, _c.hierarchy_level == _EPIC, _c.id)


def read_epics_and_withheld(mirror: Mirror) -> list[Issue]:
    """Every epic and whatever is above one, and every issue that has a security level, by id."""
    return mirror.find_matching(or_(_c.hierarchy_level >= _EPIC, _c.restricted))


def read_above_and_withheld(mirror: Mirror) -> list[Issue]:
    """The same without the epics, by id."""
    is_withheld = and_(_c.restricted, _c.hierarchy_level < _EPIC)
    return mirror.find_matching(or_(_c.hierarchy_level > _EPIC, is_withheld))


def read_by_rollup(
    connection: Connection, mirror: Mirror, generation: str
) -> Iterator[list[Issue]]:
    """Whatever bears on rollups, every rollup whole: all issues without an epic, and those below
    epics that are done or have been booked in `generation`.

    Through that very connection rollups and reversals of what was read already may be written.
    """
    is_wanted = and_(_c.epic_id.is_not(None), is_needed(mirror, generation))
    below = mirror.read_matching(connection, is_wanted, order_by=_c.epic_id)
    beside = mirror.read_matching(connection, _c.epic_id.is_(None), _c.id)
    part: list[Issue] = []
    for group in _merge_rollups(beside, below):
        part += group
        if len(part) >= PART:
            yield part
            part = []
    if part:
        yield part


def is_needed(mirror: Mirror, generation: str) -> ColumnElement[bool]:
    """Whether an issue is done or has been booked in `generation`."""
    entry = state.ledger.c
    is_booked = (
        select(entry.entry_id)
        .where(
            entry.generation == generation,
            mirror.is_ours(entry.site),
            entry.issue_id == _c.id,
        )
        .exists()
    )
    return or_(_is_done, is_booked)


def _merge_rollups(beside: Iterable[Issue], below: Iterable[Issue]) -> Iterator[list[Issue]]:
    """Every rollup's issues: of epics with what is `below` them, both in the order of epics' ids,
    and of the others that stand `beside` each other by their ids."""
    children = _Ahead(below)
    others: list[Issue] = []
    for issue in beside:
        if issue.hierarchy_level == HierarchyLevel.EPIC:
            yield from children.groups_before(issue.id)
            yield [issue, *children.group(issue.id)]
            continue
        if others and number_without_epic(others[0].id) != number_without_epic(issue.id):
            yield others
            others = []
        others.append(issue)
    if others:
        yield others
    yield from children.groups_before(None)


class _Ahead:
    """Issues in the order of their epics, looked at one ahead."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self._issues = iter(issues)
        self._next = next(self._issues, None)

    def group(self, epic_id: int | None) -> list[Issue]:
        """The issues of an epic that come next."""
        group = []
        while self._next is not None and self._next.epic_id == epic_id:
            group.append(self._next)
            self._next = next(self._issues, None)
        return group

    def groups_before(self, epic_id: int | None) -> Iterator[list[Issue]]:
        """The groups before that epic's (None: all that are left)."""
        while self._next is not None and (epic_id is None or (self._next.epic_id or 0) < epic_id):
            yield self.group(self._next.epic_id)


def _read_places(mirror: Mirror, clause: ColumnElement[bool]) -> Iterator[list[IssuePlace]]:
    """Part by part, each in a transaction of its own: whoever reads them writes between."""
    columns = (
        *(_c.id, _c.key, as_text(_c.former_keys), _c.hierarchy_level),
        *(_c.parent_id, _c.parent_key, _c.epic_link, _c.epic_id),
    )
    query = select(*columns).where(mirror.is_ours(), clause).order_by(_c.id).limit(PART)
    last = -1
    while True:
        with open_reader(mirror.engine) as connection:
            part = [load_place(row) for row in connection.execute(query.where(_c.id > last))]
        if not part:
            return
        yield part
        last = part[-1].id


def _read_finished(
    connection: Connection, mirror: Mirror, query: Select[Any]
) -> Iterator[FinishedIssue]:
    site = mirror.site
    for row in connection.execute(query.execution_options(yield_per=BATCH)):
        yield load_finished(row, site)


def _select_finished(mirror: Mirror, points: Any, credits: Any, reversals: Any) -> Select[Any]:
    return select(
        *(_c.id, _c.key, as_text(_c.former_keys), _c.hierarchy_level, _c.project, _c.type),
        *(_c.status, _c.resolution, _c.done_at, _c.points, _c.contributor),
        *(as_text(_c.components), as_text(_c.extra)),
        points.label("subtask_points"),
        credits.label("credits"),
        reversals.label("reversals"),
    ).where(mirror.is_ours(), _is_done, _c.done_at.is_not(None), _c.hierarchy_level <= _EPIC)


def _sum_subtask_points(mirror: Mirror) -> Any:
    """The points of the sub-tasks of what has none of its own, in one text, parted by spaces."""
    part = state.issue.alias("part")
    points = (
        select(func.aggregate_strings(part.c.points, " "))
        .where(
            part.c.site == mirror.site,
            part.c.parent_id == _c.id,
            part.c.hierarchy_level == int(HierarchyLevel.SUBTASK),
            part.c.points.is_not(None),
        )
        .scalar_subquery()
    )
    return case((and_(_c.points.is_(None), _c.hierarchy_level >= _BASE), points))


def _count_entries(mirror: Mirror, generation: str, kind: EntryKind) -> Any:
    entry = state.ledger.c
    return (
        select(func.count())
        .select_from(state.ledger)
        .where(
            entry.generation == generation,
            mirror.is_ours(entry.site),
            entry.issue_id == _c.id,
            entry.kind == str(kind),
        )
        .scalar_subquery()
    )
