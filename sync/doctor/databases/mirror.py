"""The mirror: when it was last read, and what in it is known to be missing or unread."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sync.doctor.checks import Check, note, ok
from sync.doctor.context import DoctorContext
from sync.doctor.databases.times import look_at_times
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.mirror.undated import count_backlog
from sync.store.state.runs.runs import GOOD, UNREAD, read_last_runs
from translators.backlog.untold import judge_backlog
from translators.plain_text import format_moment

CENSUS_LATE = timedelta(days=2)


def look_at_mirror(context: DoctorContext) -> Iterator[Check]:
    """How far each project was read, by Jira's clock, and how the last run ended."""
    if context.state is None or context.mirror is None or context.site_store is None:
        yield note("mirror", "not looked at: the state database cannot be read")
        return
    context.record = context.site_store.find_record()
    for run in read_last_runs(context.state, context.settings.site, most=1):
        what = f"{format_moment(run.started_at)}: {run.outcome}"
        good = run.outcome in (*GOOD, *UNREAD, "running")
        yield ok("last run", what) if good else note("last run", what, "`headway status` says why.")
    yield from look_at_times(context)
    record = context.record
    if record is None or record.as_of is None:
        yield note("mirror", "no reading came through yet", "Run `headway sync`.")
        return
    missing = context.mirror.missing_ids()
    issues = len(context.mirror.list_ids())
    gone = f", {len(missing)} of them not in Jira any more" if missing else ""
    yield ok("mirror", f"{issues} issues{gone}, as of {format_moment(record.as_of)} in Jira")
    yield from _check_what_is_told(context.mirror)
    yield _check_watermarks(context)
    yield _check_census(record.census_at)
    if record.unread:
        shown = ", ".join(map(str, record.unread[:5]))
        what = f"{len(record.unread)} issues cannot be read, and stay as they were: id {shown}"
        yield note("unread", what, "Open one in Jira; every run tries again.")


def _check_what_is_told(mirror: Mirror) -> Iterator[Check]:
    """What this Jira cannot tell, for what share of the work, and what that costs."""
    limitations = list(judge_backlog(count_backlog(mirror)))
    if not limitations:
        yield ok("told", "Jira tells when work was finished, by whom, its points and its epics")
    for limitation in limitations:
        what, _, remedy = limitation.what.partition(" Remedy: ")
        yield note(limitation.where, what, f"{remedy[:1].upper()}{remedy[1:]}")


def _check_watermarks(context: DoctorContext) -> Check:
    marks = context.site_store.read_watermarks() if context.site_store else {}
    if not marks:
        return note("watermarks", "no project was read yet", "Run `headway sync`.")
    oldest = min(marks.values())
    what = f"{len(marks)} projects, the oldest read {_format_age(oldest)}"
    if datetime.now(UTC) - oldest > context.settings.freshness:
        return note("watermarks", what, "Does the schedule run? Is a project lost?")
    return ok("watermarks", what)


def _check_census(census_at: datetime | None) -> Check:
    if census_at is None:
        return note("census", "all ids were never listed", "Run `headway sync`.")
    what = f"all ids were last listed {_format_age(census_at)}"
    is_late = datetime.now(UTC) - census_at > CENSUS_LATE
    return note("census", what, "Does the schedule run?") if is_late else ok("census", what)


def _format_age(moment: datetime) -> str:
    minutes = (datetime.now(UTC) - moment).total_seconds() / 60
    if minutes < 0:
        return f"{format_moment(moment)}, which is ahead of our clock"
    if minutes < 120:
        return f"{minutes:.0f} minutes ago"
    return f"{minutes / 60:.0f} hours ago" if minutes < 2880 else f"{minutes / 1440:.0f} days ago"
