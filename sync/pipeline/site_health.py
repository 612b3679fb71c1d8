"""Which of several sites brings nothing new: it failed, was never read, or left the settings."""

from msgspec import Struct

from models.rulebook import RuleBook
from sync.pipeline.context import Context
from sync.store.state.pauses import read_pauses
from sync.store.state.runs import Run, read_last_runs

WELL = ("read", "published", "unchanged")


class SilentSite(Struct, frozen=True, kw_only=True):
    """A site of which what was read last stands, and why: the exit code and words of its last run.

    A site `has_left` that feeds the list and is in the settings no more.
    """

    site: str
    exit_code: int
    why: str
    has_left: bool = False


LEFT = "is not among the sites of the settings any more"


def find_silent_sites(context: Context, book: RuleBook | None) -> tuple[SilentSite, ...]:
    """Those of several sites; the only one of a list has runs of its own that say it."""
    if not context.is_shared:
        return ()
    gone = book.gone_sites if book else frozenset()
    silent = [
        SilentSite(site=site, exit_code=77, why=LEFT, has_left=True)
        for site in context.left
        if site not in gone
    ]
    paused = read_pauses(context.state)
    for site in context.settings.site_names:
        if site in paused:
            continue
        last = find_last_reading(context, site)
        if last is not None and last.outcome not in WELL and not last.losses:
            why = (last.message or "its last run came to no end").splitlines()[0]
            silent.append(SilentSite(site=site, exit_code=last.exit_code or 0, why=why))
    return tuple(silent)


def find_last_reading(context: Context, site: str) -> Run | None:
    """The newest run of a site that ended; None where it was never tried."""
    runs = read_last_runs(context.state, site, most=2)
    return next((run for run in runs if run.finished_at is not None), None)
