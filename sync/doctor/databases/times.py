"""What is noted of moments: none may lie further ahead than it can mean."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from models.errors import LeaseHeldError, Problem
from models.tables import clean
from models.tables.types import database_now
from sync.doctor.checks import Check, note, ok, wrong
from sync.doctor.context import DoctorContext
from sync.store.db.engines import open_reader
from sync.store.state.runs.runs import read_last_runs
from translators.plain_text import format_moment

AHEAD = timedelta(hours=1)


def look_at_times(context: DoctorContext) -> Iterator[Check]:
    """The lease, the last check of the list, the last run and the next one."""
    if context.clean is None or context.state is None:
        return
    with open_reader(context.clean) as connection:
        now = connection.execute(select(database_now())).scalar_one()
        lease = connection.execute(select(clean.lease)).one()
        checked_at = connection.execute(select(clean.head.c.checked_at)).scalar_one()
    found = []
    if lease.holder and lease.expires_at > now + AHEAD:
        what = f"{lease.holder} has it until {format_moment(lease.expires_at)}: a clock was ahead"
        remedy = "`headway sync` cuts it to a minute; run it again after that."
        found.append(wrong(LeaseHeldError, Problem("lease", what, remedy)))
    if checked_at and checked_at > now + AHEAD:
        checked = format_moment(checked_at)
        what = f"was last checked {checked}, which is still to come: it counts as stale"
        found.append(note("list", what, "`headway sync` mends it."))
    settings, today = context.settings, datetime.now(UTC)
    last = [run.started_at for run in read_last_runs(context.state, settings.site, most=1)]
    if last and last[0] > today + AHEAD:
        what = f"began {format_moment(last[0])}, which is still to come: a clock was ahead"
        found.append(note("last run", what, "`headway sync` dates it to now."))
    yield from found
    if not found:
        runs = settings.schedule.next_runs(settings.timezone, last[0] if last else None, today)
        due = ", ".join(map(format_moment, runs)) or "none"
        yield ok("times", f"none lies ahead of its clock; the schedule's next runs: {due}")
