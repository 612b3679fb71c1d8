"""What is kept of a site itself: what it is, and how far each of its projects was read."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection, Engine, func, insert, select, update

from models.backlog import Issue, Project, SiteProfile
from models.emptied import Emptied
from models.finding import Finding
from models.loss import Loss
from models.rollup import rollup_number
from models.tables import state
from sync.crash_points import pass_crash_point
from sync.store.db.batches import split_batches
from sync.store.db.engines import open_reader, open_writer
from sync.store.state.mirror.rows import SiteRecord, load_record
from sync.store.state.rollups import (
    check_fence,
    invalidate_cached_translation,
    is_cached,
    mark_changed,
)
from sync.store.state.site.renames import rename_projects


class Fields(Protocol):
    """The fields that issues were read with: all of them, and story points in their order."""

    @property
    def requested(self) -> tuple[str, ...]: ...
    @property
    def points(self) -> tuple[str, ...]: ...


class SiteStore:
    """The book kept of one site."""

    def __init__(self, engine: Engine, site: str) -> None:
        self.engine = engine
        self.site = site

    def ensure_record(self) -> SiteRecord:
        """The site's own record, made (with a fresh hashing key) at first sight."""
        table = state.site
        with open_writer(self.engine) as connection:
            row = connection.execute(select(table).where(table.c.site == self.site)).one_or_none()
            if row is None:
                highest = connection.execute(select(func.max(table.c.number))).scalar()
                number = 0 if highest is None else highest + 1
                hash_key = secrets.token_hex(32)
                connection.execute(
                    insert(table).values(
                        site=self.site, number=number, hash_key=hash_key, walk=0, fence=0
                    )
                )
                return SiteRecord(hash_key=hash_key, number=number)
        return load_record(row)

    def find_record(self) -> SiteRecord | None:
        """The site's record if there is one; nothing is written."""
        table = state.site
        with open_reader(self.engine) as connection:
            row = connection.execute(select(table).where(table.c.site == self.site)).one_or_none()
        return None if row is None else load_record(row)

    def list_projects(self) -> list[Project]:
        """The projects of the last whole walk."""
        table = state.project
        with open_reader(self.engine) as connection:
            rows = connection.execute(select(table).where(table.c.site == self.site))
            return [
                Project(
                    id=row.project_id, key=row.key, name=row.name, team_managed=row.team_managed
                )
                for row in rows
            ]

    def read_watermarks(self) -> dict[int, datetime]:
        """Since when, by Jira's clock, the changes of each project are still to be read."""
        table = state.cursor
        with open_reader(self.engine) as connection:
            rows = connection.execute(select(table).where(table.c.site == self.site))
            return {row.project_id: row.watermark for row in rows}

    def list_other_sites(self) -> list[str]:
        """The other sites of this database that were read to the end."""
        table = state.site
        query = select(table.c.site).where(table.c.site != self.site, table.c.as_of.is_not(None))
        with open_reader(self.engine) as connection:
            return list(connection.execute(query.order_by(table.c.site)).scalars())

    def begin_walk(
        self,
        profile: SiteProfile,
        reads: Sequence[str],
        walk: int,
        *,
        token: int,
        is_translation_kept: bool = True,
    ) -> None:
        """Note when the first walk over a project began, so that a later one may finish it.

        `reads` are the fields that every row was read with, whatever becomes of this walk. Unless
        the last translation is kept, what is written is not held against what it was. The site
        is fenced by the lease's `token` from here on: only who holds it commits a walk.
        """
        table, cursor = state.site, state.cursor
        with open_writer(self.engine) as connection:
            known = connection.execute(
                select(cursor.c.project_id).where(cursor.c.site == self.site)
            ).scalars()
            if not is_translation_kept:
                invalidate_cached_translation(connection, self.site)
            new = {found.id for found in profile.projects} - set(known)
            self._set_watermarks(connection, new, profile.server_time, walk)
            fields = connection.execute(
                select(table.c.fields).where(table.c.site == self.site)
            ).scalar()
            connection.execute(
                update(table)
                .where(table.c.site == self.site)
                .values(fields=(fields or {}) | {"requested": list(reads)}, fence=token)
            )

    def take_fence(self, token: int) -> None:
        """Have nobody but who holds the lease with this token commit a walk, or translate."""
        table = state.site
        with open_writer(self.engine) as connection:
            connection.execute(update(table).where(table.c.site == self.site).values(fence=token))

    def note_odd(self, ids: Collection[int]) -> None:
        """Have the next run read these again, if this walk does not come through."""
        table = state.site
        with open_writer(self.engine) as connection:
            connection.execute(
                update(table).where(table.c.site == self.site).values(unread=sorted(ids))
            )

    def finish_walk(
        self,
        profile: SiteProfile,
        fields: Fields,
        walk: int,
        *,
        token: int,
        gone: Sequence[int] = (),
        unread: Collection[int] = (),
        missing: Collection[Issue] = (),
        is_translation_kept: bool = False,
        census: bool = False,
        reread: bool = False,
        noticed: Sequence[Finding] | None = None,
        accepted: Sequence[Loss] = (),
    ) -> None:
        """Commit a walk that came through whole: what is gone, the watermarks, and as_of.

        `gone` are issues that a census did not find: marked missing, never removed. `noticed` is
        given where all issues were read, be it in several runs; `reread` says that it was this one
        alone. `missing` are issues that it confirmed to be missing. The
        last translation cannot be kept where more than issues changed. `accepted` are losses to
        remember. StoppedError where another
        worker began a walk since, under another `token`.
        """
        now = profile.server_time
        values: dict[str, Any] = {
            "profile": msgspec.to_builtins(profile),
            "fields": {"requested": list(fields.requested), "points": list(fields.points)},
            "as_of": now,
            "walk": walk,
            "unread": sorted(unread),
            "accepted": msgspec.to_builtins(accepted) or None,
        }
        values |= {"census_at": now} if census else {}
        values |= {"reread_at": now} if reread else {}
        values |= {} if noticed is None else {"noticed": msgspec.to_builtins(noticed)}
        with open_writer(self.engine) as connection:
            check_fence(connection, self.site, token)
            if not is_translation_kept:
                invalidate_cached_translation(connection, self.site)
            elif is_cached(connection, self.site):
                mark_changed(
                    connection,
                    self.site,
                    ((each.id, rollup_number(each), None) for each in missing),
                )
            self._mark_missing(connection, gone, now)
            self._commit_projects(connection, profile)
            walked = {found.id for found in profile.projects}
            self._set_watermarks(connection, walked, now, walk)
            connection.execute(
                update(state.site).where(state.site.c.site == self.site).values(**values)
            )
            pass_crash_point("walk.committing")

    def accept_emptied(self, emptied: Collection[Emptied]) -> None:
        """Have the next walk take it for true that these fields are empty."""
        self._accept(emptied)

    def accept_losses(self, losses: Collection[Loss]) -> None:
        """Have the next census take it for true that these issues are gone."""
        self._accept(losses)

    def list_losses(self) -> tuple[Loss, ...]:
        """What the last walk did not believe to be gone, of projects that are not shown whole."""
        record = self.find_record()
        return record.profile.losses if record and record.profile else ()

    def _accept(self, said: Collection[Emptied] | Collection[Loss]) -> None:
        """Note it beside what was accepted before, which the next walk has not looked at yet."""
        c = state.site.c
        with open_writer(self.engine) as connection:
            row = select(c.accepted).where(c.site == self.site)
            known = connection.execute(row).scalar() or []
            connection.execute(
                update(state.site)
                .where(c.site == self.site)
                .values(accepted=[*known, *msgspec.to_builtins(list(said))])
            )

    def read_cached_translation(self) -> dict[str, Any] | None:
        """What the last translation came to, if that still counts."""
        table = state.site
        with open_reader(self.engine) as connection:
            found: dict[str, Any] | None = connection.execute(
                select(table.c.cached_translation).where(table.c.site == self.site)
            ).scalar()
            return found

    def read_kept(self) -> tuple[dict[str, Any] | None, bool]:
        """What the last translation came to, if that still counts; and whether a person has paused
        the site."""
        c = state.site.c
        query = select(c.cached_translation, c.paused_since).where(c.site == self.site)
        with open_reader(self.engine) as connection:
            row = connection.execute(query).one_or_none()
        return (row.cached_translation, row.paused_since is not None) if row else (None, False)

    def invalidate_translation(self) -> None:
        """Forget what the last translation came to: the next one is of everything."""
        with open_writer(self.engine) as connection:
            invalidate_cached_translation(connection, self.site)

    def _mark_missing(self, connection: Connection, gone: Sequence[int], now: datetime) -> None:
        table = state.issue
        for some in split_batches(gone):
            connection.execute(
                update(table)
                .where(table.c.site == self.site, table.c.id.in_(some))
                .values(missing_since=now)
            )

    def _commit_projects(self, connection: Connection, profile: SiteProfile) -> None:
        project = state.project
        known = connection.execute(
            select(project.c.project_id, project.c.key).where(project.c.site == self.site)
        )
        keys = {row.project_id: row.key for row in known}
        if any(keys.get(found.id) != found.key for found in profile.projects):
            rename_projects(connection, self.site, {p.id: p.key for p in profile.projects})
        connection.execute(project.delete().where(project.c.site == self.site))
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

    def _set_watermarks(
        self, connection: Connection, projects: Collection[int], moment: datetime, walk: int
    ) -> None:
        """One watermark a project, moved with a walk that came through whole, or not at all."""
        cursor = state.cursor
        connection.execute(
            cursor.delete().where(cursor.c.site == self.site, cursor.c.project_id.in_(projects))
        )
        rows = [
            {"site": self.site, "project_id": each, "walk": walk, "watermark": moment}
            for each in sorted(projects)
        ]
        if rows:
            connection.execute(insert(cursor), rows)
