"""How all lists and sites of an installation fare, each in one line, the worst first."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import ModuleType
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from models.errors import HeadwayError, HeldError, RefusedError, TryLaterError
from models.tables import clean, state
from sync.pipeline.context import name_runs
from sync.settings.installation import Installation
from sync.settings.settings import Settings
from sync.store.clean.freshness import Freshness, read_freshness
from sync.store.clean.readers_file import place_truth
from sync.store.db.engines import build_reader
from sync.store.db.schemas import check_revision
from sync.store.state.runs.failing import find_failing_since
from sync.store.state.runs.runs import Run, find_last_success, read_last_runs
from sync.store.state.site.pauses import Pause, read_pauses

T = TypeVar("T")

WAIT = 3
"""Seconds that a database is waited for."""
LATE = timedelta(minutes=30)
"""So long after it was due a run may begin: workers are busy, and moments are spread."""


class SiteCondition(StrEnum):
    """How a site fares, the worst first; the first that applies."""

    UNREADABLE = "unreadable"
    """A database of its list, or a setting, cannot be read: nothing is known."""
    FAILING = "failing"
    HELD = "held"
    PARTIAL = "partial"
    LATE = "late"
    """A run was due, and none began in time."""
    PAUSED = "paused"
    NEW = "new"
    """No run has ended yet, and none is late: there is nothing to be late for."""
    DUE = "due"
    RUNNING = "running"
    WELL = "well"


WORST = list(SiteCondition)
BY_OUTCOME = {
    "held": SiteCondition.HELD,
    "partial": SiteCondition.PARTIAL,
    "failed": SiteCondition.FAILING,
    "stopped": SiteCondition.FAILING,
}


class SiteOverview(Struct, frozen=True, kw_only=True):
    """One site of one list. `as_of` is when its last good run began, `next_run` when one is due.

    `failing_since` is when the first began of the latest runs that all came to no good end; `why`
    is what the newest said, in its first line; `approve` is its id where it waits for a person.
    """

    list: str
    site: str
    condition: SiteCondition
    last_success: datetime | None = None
    next_run: datetime | None = None
    failing_since: datetime | None = None
    exit_code: int = 0
    why: str = ""
    approve: str = ""
    pause: Pause | None = None


class ListOverview(Struct, frozen=True, kw_only=True):
    """One list: what its readers are told, its sites, and the exit code that says it in short.

    `status` and `is_stale` are those of its readers; None where its databases cannot be read.
    """

    name: str
    status: str | None
    is_stale: bool | None
    as_of: datetime | None
    sites: tuple[SiteOverview, ...]
    exit_code: int


def read_overview(installation: Installation, now: datetime) -> list[ListOverview]:
    """All lists as they stand; one that cannot be read hides nothing of the others."""
    return [_look_at(installation, name, now) for name in installation.names]


def order_sites(sites: Iterable[SiteOverview]) -> list[SiteOverview]:
    """The sites, worst first, and by name those that fare alike."""
    return sorted(sites, key=lambda site: (WORST.index(site.condition), site.list, site.site))


def count_conditions(sites: list[SiteOverview]) -> dict[SiteCondition, int]:
    """How many sites fare how, the worst first."""
    found = [site.condition for site in sites]
    return {each: found.count(each) for each in WORST if each in found}


def _look_at(installation: Installation, name: str, now: datetime) -> ListOverview:
    settings = installation.lists[name]
    try:
        settings = installation.select_list(name)
        head = _read(place_truth(settings.clean_url), clean, read_freshness)
        sites, last = _read(
            settings.state_url,
            state,
            lambda engine: (
                read_sites(engine, settings, now),
                read_last_runs(engine, name_runs(settings)),
            ),
        )
    except HeadwayError as error:
        return _tell_unreadable(settings, error)
    return ListOverview(
        name=name,
        status=head.status,
        is_stale=head.is_stale,
        as_of=head.as_of,
        sites=sites,
        exit_code=choose_exit_code(head, last),
    )


def read_sites(engine: Engine, settings: Settings, now: datetime) -> tuple[SiteOverview, ...]:
    """The sites of a list by its state database, in the order of the settings."""
    pauses = read_pauses(engine)
    return tuple(
        _look_at_site(engine, settings, name, pauses.get(name), now) for name in settings.site_names
    )


def _look_at_site(
    engine: Engine, settings: Settings, name: str, pause: Pause | None, now: datetime
) -> SiteOverview:
    runs = read_last_runs(engine, name, most=2)
    ended = next((run for run in runs if run.finished_at is not None), None)
    success = find_last_success(engine, name)
    firings = settings.schedule.next_firings(settings.timezone, success, 1) if success else []
    due = firings[0] if firings else None
    failed = BY_OUTCOME.get(ended.outcome) if ended else None
    condition = SiteCondition.NEW
    if pause:
        condition, failed = SiteCondition.PAUSED, None
    elif failed:
        condition = failed
    elif runs and runs[0].finished_at is None:
        condition = SiteCondition.RUNNING
    elif due and due <= now:
        condition = SiteCondition.LATE if due + LATE < now else SiteCondition.DUE
    elif ended:
        condition = SiteCondition.WELL
    return SiteOverview(
        list=settings.list_name,
        site=name,
        condition=condition,
        last_success=success,
        next_run=None if pause else due or now,
        failing_since=find_failing_since(engine, name) if failed else None,
        exit_code=(ended.exit_code or 0) if ended and failed else 0,
        why=((ended.message or "").splitlines() or [""])[0] if ended and failed else "",
        approve=ended.run_id if ended and failed and ended.has_emptied else "",
        pause=pause,
    )


def choose_exit_code(head: Freshness, last: Sequence[Run]) -> int:
    """The highest that applies to a list: held, stale, or what its `last` runs ended with.

    Where it is partial, that says whether a Jira refused us, was not reached, or a guard holds a
    site; where it fails, how.
    """
    codes = [0]
    if head.status == "held":
        codes.append(HeldError.exit_code)
    if head.status == "partial":
        partial = (run.exit_code for run in last if run.outcome == "partial" and run.exit_code)
        codes.append(next(partial, RefusedError.exit_code))
    if head.is_stale and head.checked_at is not None:
        codes.append(TryLaterError.exit_code)
    if head.status == "failing":
        codes += [run.exit_code for run in last if run.exit_code][:1]
    return max(codes)


def _tell_unreadable(settings: Settings, error: HeadwayError) -> ListOverview:
    """A list of which nothing is known, and why."""
    sites = tuple(
        SiteOverview(
            list=settings.list_name,
            site=name,
            condition=SiteCondition.UNREADABLE,
            exit_code=error.exit_code,
            why=str(error).splitlines()[0],
        )
        for name in settings.site_names
    )
    return ListOverview(
        name=settings.list_name,
        status=None,
        is_stale=None,
        as_of=None,
        sites=sites,
        exit_code=error.exit_code,
    )


def _read(url: URL, tables: ModuleType, look: Callable[[Engine], T]) -> T:
    engine = build_reader(url, tables.SCHEMA, WAIT)
    try:
        check_revision(engine, tables)
        return look(engine)
    finally:
        engine.dispose()
