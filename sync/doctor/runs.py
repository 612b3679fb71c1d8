"""How the service fares: runs that fail, a list that grows old, and who holds the lease."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from sqlalchemy import Engine

from models.errors import (
    DatabaseError,
    HeadwayError,
    HeldError,
    Problem,
    RefusedError,
    TryLaterError,
    UsageError,
)
from sync.doctor.checks import Check, note, ok, wrong
from sync.doctor.context import DoctorContext
from sync.pipeline.context import name_runs
from sync.pipeline.sites.health import list_silent_sites
from sync.store.clean.freshness import Freshness, read_freshness
from sync.store.clean.lease import read_lease
from sync.store.state.runs.runs import GOOD, UNREAD, Run, read_last_runs
from sync.store.state.site.pauses import read_pauses
from translators.plain_text import drop_excerpts, format_moment
from translators.rules.gone import explain_gone_site

LOOKED_BACK = 200
"""So many runs are looked at for the last good one."""
KINDS: dict[int, type[HeadwayError]] = {
    kind.exit_code: kind
    for kind in (UsageError, HeldError, HeadwayError, DatabaseError, TryLaterError, RefusedError)
}


def look_at_runs(context: DoctorContext) -> Iterator[Check]:
    """The runs so far, how fresh the list is, and who holds the lease."""
    if context.clean is None or context.state is None:
        yield note("runs", "not looked at: a database cannot be read")
        return
    runs = read_last_runs(context.state, name_runs(context.settings), LOOKED_BACK)
    freshness = read_freshness(context.clean)
    yield _check_runs(runs)
    yield from _check_sites(context, context.state)
    yield from _check_pauses(context.state, context.settings.site_names)
    yield from _check_freshness(freshness)
    yield from _check_lease(context.clean)


def _check_runs(runs: Sequence[Run]) -> Check:
    ended = [run for run in runs if run.outcome not in ("running", *UNREAD)]
    failed = list(takewhile(lambda run: run.outcome not in (*GOOD, "stopped"), ended))
    if not ended:
        return note("runs", "none has ended yet", "Run `headway sync`.")
    last = ended[0]
    if not failed:
        return ok(
            "runs", f"the last one began {format_moment(last.started_at)} and ended {last.outcome}"
        )
    many = len(failed)
    number = "the last run" if many == 1 else f"the last {many} runs"
    since = f", since {format_moment(failed[-1].started_at)}" if many > 1 else ""
    first, *rest = drop_excerpts(last.message or "it says nothing of why").splitlines()
    verb = "was held back" if last.outcome == "held" else "failed"
    what = f"{number} {verb}{since}, the newest with exit {last.exit_code}: {first}"
    kind = KINDS.get(last.exit_code or 0, HeadwayError)
    remedy = " ".join(line.strip() for line in rest) or "Run `headway sync` and read what it says."
    return wrong(kind, Problem("runs", what, remedy))


def _check_sites(context: DoctorContext, state: Engine) -> Iterator[Check]:
    """The sites of several that bring nothing new, and why."""
    names = context.settings.site_names
    known = context.published_state
    left = sorted(known.list_sites() - set(names)) if known else []
    if len(names) == 1 and not left:
        return
    for each in list_silent_sites(state, names, left, context.book):
        kind = KINDS.get(each.exit_code, HeadwayError)
        what = each.why if each.has_left else f"was not read by its last run: {each.why}"
        remedy = explain_gone_site(each.site) if each.has_left else each.remedy
        yield wrong(kind, Problem(f"site {each.site}", what, remedy))


def _check_pauses(engine: Engine, sites: Sequence[str]) -> Iterator[Check]:
    for site, pause in read_pauses(engine).items():
        if site in sites:
            why = f": {pause.reason}" if pause.reason else ""
            what = f"is paused since {format_moment(pause.since)}{why}"
            yield note(f"site {site}", what, f"`headway resume {site}` has it read again.")


def _check_freshness(freshness: Freshness) -> Iterator[Check]:
    if freshness.checked_at is None:
        yield note("freshness", "nothing was published yet")
        return
    checked = format_moment(freshness.checked_at)
    if freshness.is_stale:
        what = f"the list is stale: no run has confirmed it since {checked}"
        remedy = "See why runs fail, above; or whether `headway serve` still runs."
        yield wrong(TryLaterError, Problem("freshness", what, remedy))
    else:
        yield ok("freshness", f"the list is {freshness.status}, confirmed {checked}")


def _check_lease(engine: Engine) -> Iterator[Check]:
    """Who holds it; of one that is stuck, the look at clocks speaks."""
    lease = read_lease(engine)
    if lease is None:
        yield ok("lease", "nobody holds it: no run is going on")
        return
    until = format_moment(lease.until)
    if lease.state == "left":
        what = f"{lease.holder} left it without a word ({until}); the next run takes it"
        yield ok("lease", what)
    elif lease.state == "held":
        yield ok("lease", f"a run is going on: {lease.holder} holds it until {until}")
