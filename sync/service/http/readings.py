"""Reads at once all that is told of the service from outside; what cannot be read is left out."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from models.errors import DatabaseError
from models.notification import OutboxState
from models.tables import clean, state
from sync.pipeline.context import name_runs
from sync.pipeline.sites.overview import SiteOverview, read_sites
from sync.settings.settings import Settings
from sync.store.clean.entry_counts import count_entries
from sync.store.clean.freshness import Freshness, read_freshness
from sync.store.clean.lease import TakenLease, read_lease
from sync.store.clean.readers_file import place_truth
from sync.store.db.engines import build_reader
from sync.store.db.schemas import check_revision
from sync.store.state.decisions.epic_counts import count_epics
from sync.store.state.outbox import read_outbox
from sync.store.state.runs.runs import Run, find_last_findings, find_last_success, read_last_runs
from sync.store.state.runs.totals import RunTotal, read_run_totals

T = TypeVar("T")

WAIT = 3
"""Seconds that a database is waited for: who scrapes has ten in all."""
RUNS = 5
"""The newest runs, among which the last that ended is looked for."""


class CleanReading(Struct, frozen=True, kw_only=True):
    """The list: how fresh it is, how many `entries` are in which state, and who has the lease."""

    freshness: Freshness
    epoch: str
    entries: dict[str, int]
    lease: TakenLease | None


class StateReading(Struct, frozen=True, kw_only=True):
    """The record of runs: the last that ended, all of them by how they ended, what the last one
    that came to a plan noticed, by code; how many epics came to which decision; the outbox."""

    last_run: Run | None
    last_success: datetime | None
    totals: list[RunTotal]
    findings: dict[str, int]
    epics: dict[str, int]
    outbox: OutboxState
    sites: tuple[SiteOverview, ...]


class Reading(Struct, frozen=True, kw_only=True):
    """All of it; None of a database that cannot be read, and then its `faults` say why.

    `logs` are the bytes of SQLite's write-ahead logs.
    """

    settings: Settings
    clean: CleanReading | None
    state: StateReading | None
    faults: dict[str, str]
    logs: dict[str, int]


def read_service(settings: Settings) -> Reading:
    """Read both databases, each for itself: one that is away hides nothing of the other."""
    truth = place_truth(settings.clean_url)
    faults: dict[str, str] = {}
    logs: dict[str, int] = {}

    def read(tables: ModuleType, url: URL, look: Callable[[Engine], T]) -> T | None:
        name = tables.__name__.rpartition(".")[2]
        engine = build_reader(url, tables.SCHEMA, WAIT)
        if engine.dialect.name == "sqlite":
            logs[name] = _measure_log(Path(str(url.database)))
        try:
            check_revision(engine, tables)
            return look(engine)
        except DatabaseError as error:
            faults[name] = str(error)
            return None
        finally:
            engine.dispose()

    return Reading(
        settings=settings,
        clean=read(clean, truth, _read_clean),
        state=read(state, settings.state_url, partial(_read_state, settings=settings)),
        faults=faults,
        logs=logs,
    )


def _read_clean(engine: Engine) -> CleanReading:
    epoch, entries = count_entries(engine)
    return CleanReading(
        freshness=read_freshness(engine), epoch=epoch, entries=entries, lease=read_lease(engine)
    )


def _read_state(engine: Engine, settings: Settings) -> StateReading:
    site = name_runs(settings)
    runs = read_last_runs(engine, site, RUNS)
    return StateReading(
        last_run=next((run for run in runs if run.finished_at), None),
        last_success=find_last_success(engine, site),
        totals=read_run_totals(engine, site),
        findings=dict(Counter(each.code for each in find_last_findings(engine, site))),
        epics=count_epics(engine, *settings.site_names),
        outbox=read_outbox(engine),
        sites=read_sites(engine, settings, datetime.now(UTC)),
    )


def _measure_log(path: Path) -> int:
    """The bytes of the write-ahead log beside a file of SQLite; 0 where there is none."""
    try:
        return Path(f"{path}-wal").stat().st_size
    except OSError:
        return 0
