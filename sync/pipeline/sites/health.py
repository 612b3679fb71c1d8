"""Which of several sites brings nothing new: it failed, was never read, or left the settings."""

from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy import Engine

from models.rulebook import RuleBook
from sync.pipeline.context import Context
from sync.store.state.runs.runs import Run, read_last_runs
from sync.store.state.site.pauses import read_pauses

WELL = ("read", "published", "unchanged")


class SilentSite(Struct, frozen=True, kw_only=True):
    """A site of which what was read last stands, and why: the exit code and words of its last run.

    `remedy` is what that run said there is to do. A site `has_left` that feeds the list and is in
    the settings no more.
    """

    site: str
    exit_code: int
    why: str
    remedy: str = ""
    has_left: bool = False


LEFT = "is not among the sites of the settings any more"


def find_silent_sites(context: Context, book: RuleBook | None) -> tuple[SilentSite, ...]:
    """Those of several sites; the only one of a list has runs of its own that say it."""
    if not context.is_shared:
        return ()
    return list_silent_sites(context.state, context.settings.site_names, context.left, book)


def list_silent_sites(
    state: Engine, names: Iterable[str], left: Iterable[str], book: RuleBook | None
) -> tuple[SilentSite, ...]:
    """Those of the sites of the settings, and of those that `left` them."""
    gone = book.gone_sites if book else frozenset()
    silent = [
        SilentSite(site=site, exit_code=77, why=LEFT, has_left=True)
        for site in left
        if site not in gone
    ]
    paused = read_pauses(state)
    for site in names:
        if site in paused:
            continue
        last = find_last_reading(state, site)
        if last is not None and last.outcome not in WELL and not last.losses:
            why, *remedy = (last.message or "its last run came to no end").splitlines()
            silent.append(
                SilentSite(
                    site=site,
                    exit_code=last.exit_code or 0,
                    why=why.removesuffix("."),
                    remedy=" ".join(line.strip() for line in remedy),
                )
            )
    return tuple(silent)


def find_last_reading(state: Engine, site: str) -> Run | None:
    """The newest run of a site that ended; None where it was never tried."""
    runs = read_last_runs(state, site, most=2)
    return next((run for run in runs if run.finished_at is not None), None)
