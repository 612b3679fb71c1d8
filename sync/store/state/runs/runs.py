"""The record of runs: the schedule's memory, and what `status` tells."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, case, delete, insert, select, update

from models.emptied import Emptied
from models.errors import StoppedError
from models.finding import Finding
from models.loss import Kept, Loss
from models.plan import Plan, Proposal, canonical_json
from models.tables import state
from sync.store.db.engines import open_reader, open_writer
from sync.store.state.runs.totals import NOTHING, RunCost, add_to_totals

GOOD = ("published", "unchanged", "partial", "read")
UNREAD = ("approved", "rules")
SITE_READ = ("read", "partial")
"""Outcomes of runs that read one of several sites, and came to no plan by themselves."""
"""Outcomes of runs that read nothing of Jira: a person's word, or changed rules, published."""
PROPOSALS_KEPT = 10
RUNS_KEPT = 500
"""Of a site, with what they noticed: enough to look back on for months of daily runs."""

LOST_MESSAGE = "it was killed: its lease was gone before it had ended"


class Run(Struct, frozen=True, kw_only=True):
    """One run as recorded. `outcome` is running, published, unchanged, partial, held, ...

    `is_proposed` says that what it held back is kept and can be published, `has_emptied` that it
    is fields that came empty, which the next run takes if they are approved.
    """

    run_id: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    exit_code: int | None
    message: str | None
    as_of: datetime | None
    revision: int | None
    counts: dict[str, Any]
    is_proposed: bool
    has_emptied: bool = False

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What it did not believe to be gone, of projects that are not shown whole."""
        return msgspec.convert(self.counts.get("losses", ()), tuple[Loss, ...])

    @property
    def kept(self) -> tuple[Kept, ...]:
        """What the list keeps as it was, of projects that cannot be seen."""
        return msgspec.convert(self.counts.get("kept", ()), tuple[Kept, ...])


class Ending(Struct, frozen=True, kw_only=True):
    """How a run ended."""

    outcome: str
    exit_code: int
    message: str | None = None
    as_of: datetime | None = None
    revision: int | None = None
    counts: dict[str, Any] = {}
    plan: Plan | None = None
    proposal: Proposal | None = None
    emptied: Sequence[Emptied] = ()
    findings: Sequence[Finding] = ()


def new_run_id(now: datetime) -> str:
    """Sorts by time and never repeats: 20261123-060000-3f9a."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def start_run(engine: Engine, site: str) -> tuple[str, int]:
    """Record that a run begins; returns its id, and how many runs had to be dated back.

    It has the lease, so whatever is recorded as still running was killed, and ends here as stopped.
    What is recorded in a time still to come was made under a clock that was ahead, and would count
    as the newest until then: it is dated to just before now.
    """
    now = datetime.now(UTC)
    run_id = new_run_id(now)
    c = state.run.c
    before = now - timedelta(seconds=1)
    ended = case((c.finished_at.is_not(None), before))
    with open_writer(engine) as connection:
        dated = connection.execute(
            update(state.run)
            .where(c.site == site, c.started_at > now)
            .values(started_at=before, finished_at=ended)
        )
        killed = connection.execute(
            update(state.run)
            .where(c.site == site, c.outcome == "running")
            .values(
                finished_at=now,
                outcome="stopped",
                exit_code=StoppedError.exit_code,
                message=LOST_MESSAGE,
            )
        )
        how = ("stopped", StoppedError.exit_code)
        add_to_totals(connection, site, how, NOTHING, runs=killed.rowcount)
        connection.execute(
            insert(state.run).values(run_id=run_id, site=site, started_at=now, outcome="running")
        )
    return run_id, dated.rowcount


def finish_run(engine: Engine, run_id: str, ending: Ending, cost: RunCost = NOTHING) -> None:
    """Record how a run ended, and what it took; a held plan is kept whole, to be approved as it is.

    Only the newest proposals are kept: an old one could not be published any more anyhow. Of the
    site's runs, too, only the newest are.
    """
    proposal = ending.proposal
    with open_writer(engine) as connection:
        connection.execute(
            update(state.run)
            .where(state.run.c.run_id == run_id)
            .values(
                finished_at=datetime.now(UTC),
                outcome=ending.outcome,
                exit_code=ending.exit_code,
                message=ending.message,
                as_of=ending.as_of,
                revision=ending.revision,
                counts=ending.counts | {"cost": msgspec.to_builtins(cost)},
                base_revision=ending.plan.base_revision if ending.plan else None,
                plan_digest=ending.plan.digest if ending.plan else None,
                proposal=canonical_json(proposal).decode() if proposal else None,
                emptied=msgspec.to_builtins(ending.emptied) if ending.emptied else None,
            )
        )
        if proposal:
            _forget_old_proposals(connection)
        if ending.findings:
            connection.execute(
                insert(state.finding),
                [
                    {"run_id": run_id, "position": position} | msgspec.to_builtins(finding)
                    for position, finding in enumerate(ending.findings)
                ],
            )
        site = connection.execute(
            select(state.run.c.site).where(state.run.c.run_id == run_id)
        ).scalar_one()
        issues = ending.counts.get("issues", 0)
        add_to_totals(connection, site, (ending.outcome, ending.exit_code), cost, issues=issues)
        _forget_old_runs(connection, site)


def read_last_runs(engine: Engine, site: str, most: int = 5) -> list[Run]:
    """The newest runs first."""
    table = state.run
    with open_reader(engine) as connection:
        rows = connection.execute(
            select(
                *(column for column in table.c if column.name not in ("proposal", "emptied")),
                table.c.proposal.is_not(None).label("is_proposed"),
                table.c.emptied.is_not(None).label("has_emptied"),
            )
            .where(table.c.site == site)
            .order_by(table.c.started_at.desc(), table.c.run_id.desc())
            .limit(most)
        ).all()
    return [
        Run(
            run_id=row.run_id,
            started_at=row.started_at,
            finished_at=row.finished_at,
            outcome=row.outcome,
            exit_code=row.exit_code,
            message=row.message,
            as_of=row.as_of,
            revision=row.revision,
            counts=row.counts or {},
            is_proposed=bool(row.is_proposed),
            has_emptied=bool(row.has_emptied),
        )
        for row in rows
    ]


def find_last_success(engine: Engine, site: str) -> datetime | None:
    """When the last good run began, by our clock."""
    table = state.run
    with open_reader(engine) as connection:
        return connection.execute(
            select(table.c.started_at)
            .where(table.c.site == site, table.c.outcome.in_(GOOD))
            .order_by(table.c.started_at.desc())
            .limit(1)
        ).scalar()


def find_last_reading(engine: Engine, site: str) -> tuple[datetime, datetime] | None:
    """What our clock and Jira's said when the last run began that came to a plan."""
    c = state.run.c
    with open_reader(engine) as connection:
        row = connection.execute(
            select(c.started_at, c.as_of)
            .where(c.site == site, c.as_of.is_not(None), c.outcome.not_in(UNREAD))
            .order_by(c.started_at.desc(), c.run_id.desc())
            .limit(1)
        ).one_or_none()
    return (row.started_at, row.as_of) if row else None


def find_last_findings(engine: Engine, site: str) -> list[Finding]:
    """What the newest run that came to a plan of its own noticed, in its own order.

    A run that failed, that is going on, or that published without reading Jira, noticed nothing:
    what was noticed before still stands.
    """
    table, run = state.finding, state.run
    is_plan = run.c.plan_digest.is_not(None) & run.c.outcome.not_in(UNREAD)
    judged = is_plan | run.c.outcome.in_(SITE_READ)
    newest = (
        select(run.c.run_id)
        .where(run.c.site == site, judged)
        .order_by(run.c.started_at.desc(), run.c.run_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    with open_reader(engine) as connection:
        rows = connection.execute(
            select(table).where(table.c.run_id == newest).order_by(table.c.position)
        ).all()
    return [Finding(row.code, row.where, row.what) for row in rows]


def _forget_old_proposals(connection: Connection) -> None:
    c = state.run.c
    kept = (
        select(c.run_id)
        .where(c.proposal.is_not(None))
        .order_by(c.started_at.desc(), c.run_id.desc())
        .limit(PROPOSALS_KEPT)
    )
    newest = list(connection.execute(kept).scalars())
    old = c.proposal.is_not(None) & c.run_id.not_in(newest)
    connection.execute(update(state.run).where(old).values(proposal=None))


def _forget_old_runs(connection: Connection, site: str) -> None:
    """Delete all but the newest runs of a site, and what they noticed."""
    c = state.run.c
    old = list(
        connection.execute(
            select(c.run_id)
            .where(c.site == site)
            .order_by(c.started_at.desc(), c.run_id.desc())
            .offset(RUNS_KEPT)
        ).scalars()
    )
    for table in (state.finding, state.run) if old else ():
        connection.execute(delete(table).where(table.c.run_id.in_(old)))
