"""The mirror of one site's backlog in the state database: written row by changed row."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, bindparam, insert, select, update

from models.backlog import (
    DoneSource,
    Issue,
    Project,
    SiteProfile,
    StatusCategory,
)
from models.tables import state
from sync.store.engines import reading, writing
from sync.store.mirror_rows import (
    Seen,
    SiteRecord,
    content_hash,
    former_keys,
    issue_of,
    record_of,
    row_of,
)

BATCH = 1_000

T = TypeVar("T")


class Mirror:
    """The mirror of one site."""

    def __init__(self, engine: Engine, site: str) -> None:
        self.engine = engine
        self.site = site

    def record(self) -> SiteRecord:
        """The site's own record, made (with a fresh hashing key) at first sight."""
        table = state.site
        with writing(self.engine) as connection:
            row = connection.execute(select(table).where(table.c.site == self.site)).one_or_none()
            if row is None:
                hash_key = secrets.token_hex(32)
                connection.execute(insert(table).values(site=self.site, hash_key=hash_key, walk=0))
                return SiteRecord(hash_key=hash_key)
        return record_of(row)

    def find_record(self) -> SiteRecord | None:
        """The site's record if there is one; nothing is written."""
        table = state.site
        with reading(self.engine) as connection:
            row = connection.execute(select(table).where(table.c.site == self.site)).one_or_none()
        return None if row is None else record_of(row)

    def seen(self) -> dict[int, Seen]:
        """What is known of every issue, by id."""
        c = state.issue.c
        with reading(self.engine) as connection:
            rows = connection.execute(
                select(
                    c.id,
                    c.content_hash,
                    c.key,
                    c.former_keys,
                    c.status_category,
                    c.done_at,
                    c.done_source,
                    c.missing_since,
                ).where(c.site == self.site)
            )
            return {
                row.id: Seen(
                    row.content_hash,
                    row.key,
                    tuple(row.former_keys),
                    row.status_category == StatusCategory.DONE,
                    row.done_at,
                    DoneSource(row.done_source) if row.done_source else None,
                    row.missing_since is not None,
                )
                for row in rows
            }

    def write(self, issues: Iterable[Issue], seen: dict[int, Seen], walk: int) -> int:
        """Insert and update what changed since `seen` (which is kept current); rows written."""
        fresh: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for issue in issues:
            known = seen.get(issue.id)
            digest = content_hash(issue)
            if known and known.content_hash == digest and not known.missing:
                continue
            former = former_keys(issue, known)
            values = row_of(issue, digest, former, walk)
            (changed if known else fresh).append(values)
            seen[issue.id] = Seen(
                digest, issue.key, former, issue.is_done, issue.done_at, issue.done_source, False
            )
        if fresh or changed:
            with writing(self.engine) as connection:
                _insert(connection, fresh)
                _update(connection, changed)
        return len(fresh) + len(changed)

    def finish_walk(
        self, profile: SiteProfile, points_fields: Sequence[str], present: set[int], walk: int
    ) -> int:
        """Commit a walk that came through whole: what is missing, cursors, and as_of.

        Issues of the walked projects that did not come are marked missing, never removed.
        Returns how many turned missing.
        """
        table = state.issue
        projects = [project.id for project in profile.projects]
        with writing(self.engine) as connection:
            known = connection.execute(
                select(table.c.id).where(
                    table.c.site == self.site,
                    table.c.project_id.in_(projects),
                    table.c.missing_since.is_(None),
                )
            ).scalars()
            gone = [issue_id for issue_id in known if issue_id not in present]
            for some in _batches(gone):
                connection.execute(
                    update(table)
                    .where(table.c.site == self.site, table.c.id.in_(some))
                    .values(missing_since=profile.server_time)
                )
            self._commit_cursors(connection, profile, walk)
            connection.execute(
                update(state.site)
                .where(state.site.c.site == self.site)
                .values(
                    profile=msgspec.to_builtins(profile),
                    points_fields=list(points_fields),
                    as_of=profile.server_time,
                    walk=walk,
                )
            )
        return len(gone)

    def write_epics(self, epics: dict[int, int | None]) -> int:
        """Write the resolved epic of each issue where it differs; rows written."""
        table = state.issue
        with writing(self.engine) as connection:
            rows = connection.execute(
                select(table.c.id, table.c.epic_id).where(table.c.site == self.site)
            ).all()
            moved = [
                {"of": row.id, "to": epics.get(row.id)}
                for row in rows
                if row.epic_id != epics.get(row.id)
            ]
            if moved:
                connection.execute(
                    update(table)
                    .where(table.c.site == self.site, table.c.id == bindparam("of"))
                    .values(epic_id=bindparam("to")),
                    moved,
                )
        return len(moved)

    def issues(self) -> Iterator[Issue]:
        """Every issue of the site, the missing ones too, by id."""
        table = state.issue
        with reading(self.engine) as connection:
            rows = connection.execution_options(yield_per=BATCH).execute(
                select(table).where(table.c.site == self.site).order_by(table.c.id)
            )
            for row in rows:
                yield issue_of(row)

    def projects(self) -> list[Project]:
        """The projects of the last whole walk."""
        table = state.project
        with reading(self.engine) as connection:
            rows = connection.execute(select(table).where(table.c.site == self.site))
            return [
                Project(
                    id=row.project_id, key=row.key, name=row.name, team_managed=row.team_managed
                )
                for row in rows
            ]

    def _commit_cursors(self, connection: Connection, profile: SiteProfile, walk: int) -> None:
        """One cursor a project, moved only here: with the walk, or not at all."""
        project, cursor = state.project, state.cursor
        connection.execute(project.delete().where(project.c.site == self.site))
        listed = {found.id for found in profile.projects}
        connection.execute(
            cursor.delete().where(cursor.c.site == self.site, cursor.c.project_id.in_(listed))
        )
        if not profile.projects:
            return
        connection.execute(
            insert(project),
            [
                {
                    "site": self.site,
                    "project_id": found.id,
                    "key": found.key,
                    "name": found.name,
                    "team_managed": found.team_managed,
                }
                for found in profile.projects
            ],
        )
        connection.execute(
            insert(cursor),
            [
                {
                    "site": self.site,
                    "project_id": found.id,
                    "walk": walk,
                    "watermark": profile.server_time,
                }
                for found in profile.projects
            ],
        )


def _insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    for some in _batches(rows):
        connection.execute(insert(state.issue), list(some))


def _update(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
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
    for some in _batches(parameters):
        connection.execute(statement, list(some))


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
