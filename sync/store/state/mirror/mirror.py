"""The mirror of a backlog in the state database: written row by changed row, a site at a time."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    Text,
    bindparam,
    func,
    insert,
    select,
    true,
    type_coerce,
    update,
)

from models.backlog import Issue
from models.rollup import number_without_epic, rollup_number
from models.tables import state
from models.tables.types import Json
from sync.store.db.batches import BATCH, split_batches
from sync.store.db.engines import open_reader, open_writer
from sync.store.state import rollups
from sync.store.state.mirror.rows import (
    Seen,
    content_hash,
    dump_issue,
    former_keys,
    load_issue,
    load_seen,
)
from sync.store.state.sites import is_of


class Mirror:
    """The mirror of one site, or of several to read: no two issues of theirs have one id."""

    def __init__(self, engine: Engine, *sites: str) -> None:
        self.engine = engine
        self.sites = sites

    @property
    def site(self) -> str:
        """The one site that is written to, and whose keys name one issue each."""
        (site,) = self.sites
        return site

    def is_ours(self, column: ColumnElement[Any] = state.issue.c.site) -> ColumnElement[bool]:
        """Whether a row is of what this is the mirror of, by its column of the site."""
        return is_of(column, self.sites)

    def list_ids(self) -> set[int]:
        """The ids of all issues ever seen."""
        c = state.issue.c
        with open_reader(self.engine) as connection:
            return set(connection.execute(select(c.id).where(self.is_ours())).scalars())

    def seen_projects(self) -> set[str]:
        """The keys of all projects that an issue was ever seen in."""
        return {key for _, key in self._read_projects(true())}

    def projects_with_issues(self) -> dict[int, str]:
        """The projects with an issue that no census missed, by id their key as last seen."""
        return dict(self._read_projects(state.issue.c.missing_since.is_(None)))

    def _read_projects(self, clause: ColumnElement[bool]) -> list[tuple[int, str]]:
        """Each id with each key that its issues have: two while some were not read anew."""
        c = state.issue.c
        query = select(c.project_id, c.project).where(self.is_ours(), clause).distinct()
        with open_reader(self.engine) as connection:
            return [(row.project_id, row.project) for row in connection.execute(query)]

    def read_seen(self, ids: Iterable[int]) -> dict[int, Seen]:
        """What is known of these issues, by id."""
        c = state.issue.c
        columns = select(
            c.id,
            c.content_hash,
            c.key,
            c.former_keys,
            c.updated_at,
            c.status_category,
            c.done_at,
            c.done_source,
            c.missing_since,
        )
        found: dict[int, Seen] = {}
        with open_reader(self.engine) as connection:
            for some in split_batches(list(ids)):
                rows = connection.execute(columns.where(c.site == self.site, c.id.in_(some)))
                found.update((row.id, load_seen(row)) for row in rows)
        return found

    def present_ids(self, project: int) -> list[int]:
        """The issues of a project that were there at the last census."""
        c = state.issue.c
        query = select(c.id).where(
            c.site == self.site, c.project_id == project, c.missing_since.is_(None)
        )
        with open_reader(self.engine) as connection:
            return list(connection.execute(query).scalars())

    def some_keys(
        self, most: int, projects: Collection[int] | None = None
    ) -> dict[int, tuple[str, ...]]:
        """Every key that some issues ever had, by id, in its order.

        The second half of them are the newest, the first is taken from all over the others. With
        `projects`, issues of these alone, and none that is missing.
        """
        c = state.issue.c
        query = select(c.id).where(c.site == self.site).order_by(c.id)
        if projects is not None:
            query = query.where(c.project_id.in_(projects), c.missing_since.is_(None))
        newest = most // 2
        with open_reader(self.engine) as connection:
            ids = list(connection.execute(query).scalars())
            older = ids[:-newest]
            some = older[:: max(1, -(-len(older) // newest))] + ids[-newest:]
            rows = connection.execute(
                select(c.id, c.key, c.former_keys)
                .where(c.site == self.site, c.id.in_(some))
                .order_by(c.id)
            )
            return {row.id: (row.key, *row.former_keys) for row in rows}

    def missing_ids(self, before: datetime | None = None) -> dict[int, str]:
        """The keys of issues that the last census did not find; those gone `before` then alone."""
        c = state.issue.c
        gone = c.missing_since.is_not(None) if before is None else c.missing_since < before
        with open_reader(self.engine) as connection:
            rows = connection.execute(select(c.id, c.key).where(self.is_ours(), gone))
            return {row.id: row.key for row in rows}

    def count_issues(self) -> int:
        """How many issues were ever seen."""
        query = select(func.count()).select_from(state.issue).where(self.is_ours())
        with open_reader(self.engine) as connection:
            return int(connection.execute(query).scalar_one())

    def is_ahead_of(self, walk: int) -> bool:
        """Whether a walk after this one wrote issues, and did not come through."""
        c = state.issue.c
        newest = select(func.max(c.last_seen_walk)).where(c.site == self.site)
        with open_reader(self.engine) as connection:
            return (connection.execute(newest).scalar() or 0) > walk

    def find_changed(self, issues: Iterable[Issue], seen: Mapping[int, Seen]) -> dict[int, Issue]:
        """How those of these issues are in the mirror that are otherwise now, by id.

        The missing are none of them: they come back.
        """
        changed = [
            issue.id
            for issue in issues
            if (known := seen.get(issue.id))
            and not known.missing
            and known.content_hash != content_hash(issue)
        ]
        return {issue.id: issue for issue in self.read_by_ids(changed)} if changed else {}

    def write_issues(self, issues: Iterable[Issue], seen: dict[int, Seen], walk: int) -> int:
        """Insert and update what changed since `seen` (which is kept current).

        With the same commit it is noted how each was before, if a translation is kept that it could
        bear on. Returns rows written.
        """
        fresh: list[dict[str, Any]] = []
        changed: dict[int, dict[str, Any]] = {}
        unlike: set[int] = set()
        restricted: set[int] = set()
        for issue in issues:
            known = seen.get(issue.id)
            digest = content_hash(issue)
            if known and known.content_hash == digest and not known.missing:
                continue
            former = former_keys(issue, known)
            values = dump_issue(issue, digest, former, walk)
            if known is None:
                fresh.append(values)
            else:
                changed[issue.id] = values
                if known.missing:
                    unlike.add(issue.id)
                if issue.restricted:
                    restricted.add(issue.id)
            seen[issue.id] = Seen(
                digest,
                issue.key,
                former,
                issue.updated_at,
                issue.is_done,
                issue.done_at,
                issue.done_source,
                False,
            )
        if not (fresh or changed):
            return 0
        with open_writer(self.engine) as connection:
            rollups.blank_before(connection, self.site, restricted)
            if rollups.is_cached(connection, self.site):
                self._note_before(connection, fresh, changed, unlike | restricted)
            _insert_rows(connection, fresh)
            _update_rows(connection, list(changed.values()))
        return len(fresh) + len(changed)

    def _note_before(
        self,
        connection: Connection,
        fresh: Iterable[dict[str, Any]],
        changed: Collection[int],
        unlike: Collection[int],
    ) -> None:
        """Note the rows that are written: of those `unlike` what they were, that they were.

        No title of an issue that is restricted now is kept anywhere.
        """
        new = ((row["id"], None, None) for row in fresh)
        rollups.mark_changed(connection, self.site, new)
        edited = (
            (was.id, rollup_number(was), None if was.id in unlike else was)
            for was in self._read_by_ids(connection, changed)
        )
        rollups.mark_changed(connection, self.site, edited)

    def write_epics(self, epics: Mapping[int, int | None]) -> None:
        """Write the epic of issues where it was resolved anew, and note it if they were settled."""
        if not epics:
            return
        table = state.issue
        statement = (
            update(table)
            .where(table.c.site == self.site, table.c.id == bindparam("of"))
            .values(epic_id=bindparam("to"))
        )
        ids = select(table.c.id, table.c.epic_id).where(table.c.site == self.site)
        with open_writer(self.engine) as connection:
            is_settled = rollups.is_cached(connection, self.site)
            for some in split_batches(list(epics.items())):
                if is_settled:
                    were = connection.execute(ids.where(table.c.id.in_([each for each, _ in some])))
                    before = [
                        (row.id, row.epic_id or number_without_epic(row.id), None) for row in were
                    ]
                    rollups.mark_changed(connection, self.site, before)
                moved = [{"of": issue_id, "to": epic_id} for issue_id, epic_id in some]
                connection.execute(statement, moved)

    def read_issues(self) -> Iterator[Issue]:
        """Every issue of the site, the missing ones too, by id.

        One that a single census did not find is not missing yet: searches may be behind.
        """
        with open_reader(self.engine) as connection:
            yield from self._load_rows(connection, self._select_all().order_by(state.issue.c.id))

    def read_by_ids(self, ids: Collection[int]) -> list[Issue]:
        """The issues of these ids, those of them that were ever seen."""
        with open_reader(self.engine) as connection:
            return self._read_by_ids(connection, ids)

    def _read_by_ids(self, connection: Connection, ids: Collection[int]) -> list[Issue]:
        found: list[Issue] = []
        for few in split_batches(sorted(ids)):
            found += self._load_rows(
                connection, self._select_all().where(state.issue.c.id.in_(few))
            )
        return found

    def find_matching(self, clause: ColumnElement[bool]) -> list[Issue]:
        """The issues that meet a condition, by id; read to the end at once.

        Sorted here: asked for them by id, SQLite goes through all issues in that order instead of
        looking for these in the index of the condition.
        """
        with open_reader(self.engine) as connection:
            found = self._load_rows(connection, self._select_all().where(clause))
            return sorted(found, key=attrgetter("id"))

    def read_matching(
        self,
        connection: Connection,
        clause: ColumnElement[bool],
        order_by: ColumnElement[Any] | None = None,
    ) -> Iterator[Issue]:
        """The issues that meet a condition, one after the other.

        Ordered only where it is asked for: to come by ids SQLite would look at all issues.
        """
        return self._load_rows(connection, self._select_all().where(clause).order_by(order_by))

    def _select_all(self) -> Select[Any]:
        """Every column, and whether the issue is missing."""
        columns = [
            as_text(column) if isinstance(column.type, Json) else column for column in state.issue.c
        ]
        is_missing = self.is_missing.label("is_missing")
        return select(*columns, is_missing).where(self.is_ours())

    @property
    def is_missing(self) -> ColumnElement[bool]:
        """Whether the census after the first that lacked an issue did too."""
        site = state.site.c.site
        is_its = site == (self.sites[0] if len(self.sites) == 1 else state.issue.c.site)
        census_at = select(state.site.c.census_at).where(is_its).correlate(state.issue)
        return state.issue.c.missing_since < census_at.scalar_subquery()

    def _load_rows(self, connection: Connection, query: Select[Any]) -> Iterator[Issue]:
        for row in connection.execute(query.execution_options(yield_per=BATCH)):
            yield load_issue(row)


def as_text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A JSON column as it stands there: few of its values are found only once."""
    return type_coerce(column, Text).label(column.key)


def _insert_rows(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    for some in split_batches(rows):
        connection.execute(insert(state.issue), list(some))


def _update_rows(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    table = state.issue
    names = [name for name in rows[0] if name not in ("site", "id", "epic_id")]
    statement = (
        update(table)
        .where(table.c.site == bindparam("of_site"), table.c.id == bindparam("of_id"))
        .values({name: bindparam(f"new_{name}") for name in names})
    )
    parameters = [
        {f"new_{name}": row[name] for name in names} | {"of_site": row["site"], "of_id": row["id"]}
        for row in rows
    ]
    for some in split_batches(parameters):
        connection.execute(statement, list(some))
