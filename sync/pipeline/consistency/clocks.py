"""Compares the clocks of this machine, the clean database and Jira: no run goes by a wrong one.

Fortnights are closed by Jira's clock, freshness ends by the database's, and runs are due by ours.
Where one of them is out, nothing is read, booked or published until it is right again.
"""

from datetime import UTC, datetime, timedelta

from msgspec import Struct
from sqlalchemy import Engine, select

from models.errors import HeldError, Problem
from models.tables.types import database_now
from sync.pipeline.context import Context
from sync.store.db.engines import open_reader
from sync.store.state.runs import runs
from translators.plain_text import format_moment
from translators.plurals import count_noun

OURS, DATABASE, JIRA = "this machine's", "the database's", "Jira's"

_REMEDIES = {
    OURS: "Set the clock of this machine right (NTP).",
    DATABASE: "Set the clock of the clean database's server right (NTP).",
    JIRA: "Have the clock of the Jira server set right (NTP).",
    None: "Set the one right that is wrong (NTP).",
}


class Clocks(Struct, frozen=True, kw_only=True):
    """What each clock said at one moment; None for a database that goes by this machine's."""

    ours: datetime
    jira: datetime
    database: datetime | None = None

    def by_name(self) -> dict[str, datetime]:
        """The clocks that there are."""
        every = {OURS: self.ours, DATABASE: self.database, JIRA: self.jira}
        return {name: moment for name, moment in every.items() if moment is not None}


class ClockFault(Struct, frozen=True, kw_only=True):
    """Clocks that differ. `wrong` names the one that is out; None where that cannot be told."""

    wrong: str | None
    what: str

    def as_problem(self) -> Problem:
        """What to tell, and what to do about it."""
        remedy = (
            f"{_REMEDIES[self.wrong]} The next run after that goes on as if nothing had been. "
            "Nothing was read, booked or published under it: sales reads the list as it was. "
            "Clocks that differ for good are let through by HEADWAY_CLOCK_TOLERANCE."
        )
        return Problem("guard clocks", f"holds the publication back: {self.what}", remedy)


def check_clocks(context: Context, jira: datetime) -> None:
    """HeldError if the clocks differ by more than the settings allow."""
    tolerance = context.settings.clock_tolerance
    if tolerance is None:
        return
    last = read_last_clocks(context.state, context.settings.site)
    fault = judge_clocks(read_clocks(context.clean, jira), last, tolerance)
    if fault is not None:
        raise HeldError(fault.as_problem())


def read_last_clocks(state: Engine, site: str) -> Clocks | None:
    """What the clocks said when the last run began that came to a plan."""
    last = runs.find_last_reading(state, site)
    return Clocks(ours=last[0], jira=last[1]) if last else None


def read_clocks(clean: Engine | None, jira: datetime) -> Clocks:
    """What time it is by each clock. SQLite has none of its own."""
    database = None
    if clean is not None and clean.dialect.name != "sqlite":
        with open_reader(clean) as connection:
            database = connection.execute(select(database_now())).scalar_one()
    return Clocks(ours=datetime.now(UTC), jira=jira, database=database)


def judge_clocks(clocks: Clocks, last: Clocks | None, tolerance: timedelta) -> ClockFault | None:
    """The clock that is wrong, if they differ; `last` is what they said when a run came through.

    Two that agree are right. Where there are two alone, the one is wrong that went back since, or
    that went on for longer. A Jira that is behind does no harm by that: what it closes, it closes
    later.
    """
    named = clocks.by_name()
    if max(named.values()) - min(named.values()) <= tolerance:
        return None
    if _is_jira_behind(clocks, tolerance) and not _has_ours_jumped(clocks, last, tolerance):
        return None
    outvoted = [
        name
        for name in named
        if len(named) > 2 and _agree([t for other, t in named.items() if other != name], tolerance)
    ]
    if len(outvoted) == 1:
        (wrong,) = outvoted
        others = {name: moment for name, moment in named.items() if name != wrong}
        return ClockFault(wrong=wrong, what=_tell_difference(wrong, named[wrong], others))
    return _judge_by_last(clocks, last, tolerance)


def _is_jira_behind(clocks: Clocks, tolerance: timedelta) -> bool:
    """Whether Jira's clock alone is out, and behind."""
    others = [moment for name, moment in clocks.by_name().items() if name != JIRA]
    return _agree(others, tolerance) and clocks.jira < min(others)


def _has_ours_jumped(clocks: Clocks, last: Clocks | None, tolerance: timedelta) -> bool:
    """Whether ours, with none beside it but Jira's, went on for longer than that since."""
    if last is None or clocks.database is not None:
        return False
    ours, jira = clocks.ours - last.ours, clocks.jira - last.jira
    return jira >= -tolerance and ours - jira > tolerance


def _judge_by_last(clocks: Clocks, last: Clocks | None, tolerance: timedelta) -> ClockFault:
    """Tell by how far each clock went since the last run, if there was one."""
    named = clocks.by_name()
    told = ", ".join(f"{name} says {format_moment(moment)}" for name, moment in named.items())
    span = _format_span(max(named.values()) - min(named.values()))
    unknown = ClockFault(
        wrong=None,
        what=f"the clocks differ by {span} ({told}), and which of them is wrong cannot be told.",
    )
    if last is None or clocks.database is not None:
        return unknown
    went = {OURS: clocks.ours - last.ours, JIRA: clocks.jira - last.jira}
    if _agree([clocks.ours - went[JIRA], last.ours], tolerance):
        return unknown
    back = [name for name, span in went.items() if span < -tolerance]
    if len(back) == 2:
        return unknown
    wrong = back[0] if back else max(went, key=lambda name: went[name])
    other = JIRA if wrong == OURS else OURS
    since = (
        f"since the last run it went {_format_step(went[wrong])}, and {other} clock "
        f"{_format_step(went[other])}."
    )
    difference = _tell_difference(wrong, named[wrong], {other: named[other]})
    return ClockFault(wrong=wrong, what=f"{difference.removesuffix('.')}; {since}")


def _tell_difference(wrong: str, moment: datetime, others: dict[str, datetime]) -> str:
    nearest = next(iter(others.values()))
    side = "ahead of" if moment > nearest else "behind"
    return (
        f"{wrong} clock is wrong: it says {format_moment(moment)}, "
        f"{_format_span(abs(moment - nearest))} {side} {' and '.join(others)} "
        f"({format_moment(nearest)})."
    )


def _agree(moments: list[datetime], tolerance: timedelta) -> bool:
    return max(moments) - min(moments) <= tolerance


def _format_step(span: timedelta) -> str:
    return f"back {_format_span(-span)}" if span < timedelta(0) else f"on {_format_span(span)}"


def _format_span(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    if minutes < 120:
        return count_noun(minutes, "minute")
    hours = round(minutes / 60)
    return count_noun(hours, "hour") if hours < 48 else count_noun(round(minutes / 1440), "day")
