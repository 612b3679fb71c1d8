"""The record of runs: the schedule's memory, and what `status` tells."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Engine, insert, select, update

from models.finding import Finding
from models.plan import Plan, canonical_json
from models.tables import state
from sync.store.engines import reading, writing

GOOD = ("published", "unchanged", "partial")


class Run(Struct, frozen=True, kw_only=True):
    """One run as recorded. `outcome` is running, published, unchanged, partial, held, ..."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    exit_code: int | None
    message: str | None
    as_of: datetime | None
    revision: int | None
    counts: dict[str, Any]


class Ending(Struct, frozen=True, kw_only=True):
    """How a run ended."""

    outcome: str
    exit_code: int
    message: str | None = None
    as_of: datetime | None = None
    revision: int | None = None
    counts: dict[str, int] = {}
    plan: Plan | None = None
    findings: Sequence[Finding] = ()


def new_run_id(now: datetime) -> str:
    """Sorts by time and never repeats: 20261123-060000-3f9a."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def start_run(engine: Engine, site: str) -> str:
    """Record that a run begins; returns its id."""
    now = datetime.now(UTC)
    run_id = new_run_id(now)
    with writing(engine) as connection:
        connection.execute(
            insert(state.run).values(run_id=run_id, site=site, started_at=now, outcome="running")
        )
    return run_id


def finish_run(engine: Engine, run_id: str, ending: Ending) -> None:
    """Record how a run ended; a held plan is kept whole, so that it can be approved as it is."""
    held = ending.plan if ending.outcome == "held" else None
    with writing(engine) as connection:
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
                counts=ending.counts,
                base_revision=held.base_revision if held else None,
                plan_digest=ending.plan.digest if ending.plan else None,
                plan=canonical_json(held).decode() if held else None,
            )
        )
        if ending.findings:
            connection.execute(
                insert(state.finding),
                [
                    {"run_id": run_id, "position": position} | msgspec.to_builtins(finding)
                    for position, finding in enumerate(ending.findings)
                ],
            )


def last_runs(engine: Engine, site: str, most: int = 5) -> list[Run]:
    """The newest runs first."""
    table = state.run
    with reading(engine) as connection:
        rows = connection.execute(
            select(table)
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
        )
        for row in rows
    ]


def last_success(engine: Engine, site: str) -> datetime | None:
    """When the last good run began, by our clock."""
    table = state.run
    with reading(engine) as connection:
        return connection.execute(
            select(table.c.started_at)
            .where(table.c.site == site, table.c.outcome.in_(GOOD))
            .order_by(table.c.started_at.desc())
            .limit(1)
        ).scalar()


def findings_of(engine: Engine, run_id: str) -> list[Finding]:
    """What a run noticed, in its own order."""
    table = state.finding
    with reading(engine) as connection:
        rows = connection.execute(
            select(table).where(table.c.run_id == run_id).order_by(table.c.position)
        ).all()
    return [Finding(row.code, row.where, row.what) for row in rows]


def held_plan(engine: Engine, run_id: str) -> Plan | None:
    """The plan of a held run, exactly as it was stored."""
    table = state.run
    with reading(engine) as connection:
        text = connection.execute(select(table.c.plan).where(table.c.run_id == run_id)).scalar()
    return msgspec.json.decode(text, type=Plan) if text else None
