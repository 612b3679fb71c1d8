"""`headway pause` and `headway resume`: whether anything is asked of a site."""

from collections.abc import Callable

from sqlalchemy import Engine

from models.errors import Problem, UsageError
from sync.cli.marks import Meaning, mark
from sync.cli.output import print_json, print_page
from sync.pipeline.context import open_context
from sync.settings.installation import Installation
from sync.store.state.site import pauses
from sync.store.state.site.pauses import LONGEST_REASON, Pause
from translators.plain_text import format_moment, show_plainly


def pause_site(lists: Installation, site: str, reason: str | None, as_json: bool) -> int:
    """Pause a site in each list that it feeds, and say what that means."""
    told = _check_reason(reason)
    found = _change_each(lists, site, lambda engine: pauses.pause_site(engine, site, told))
    if as_json:
        print_json({"site": site, "paused": True, "lists": found})
    else:
        lines = [word_pause(site, pause) for pause in dict.fromkeys(found.values()) if pause]
        ends = f"headway resume {site}"
        print_page([*lines, mark(f"{ends} ends that", Meaning.COMMAND, ends)])
    return 0


def word_pause(site: str, pause: Pause) -> str:
    """That a site is paused, since when and why."""
    why = f": {show_plainly(pause.reason)}" if pause.reason else ""
    return f"{site} is paused since {format_moment(pause.since)}{why}"


def resume_site(lists: Installation, site: str, as_json: bool) -> int:
    """Resume a site in each list that it feeds; one that is not paused is left as it is."""
    found = _change_each(lists, site, lambda engine: pauses.resume_site(engine, site))
    ended = [pause for pause in found.values() if pause]
    if as_json:
        print_json({"site": site, "paused": False, "lists": found})
    elif ended:
        since = format_moment(min(pause.since for pause in ended))
        print_page([f"{site} was paused since {since}: the next run reads it again"])
    else:
        print_page([f"{site} is not paused"])
    return 0


def _change_each(
    lists: Installation, site: str, change: Callable[[Engine], Pause | None]
) -> dict[str, Pause | None]:
    """What came of it in each list that the site feeds; UsageError where it feeds none."""
    found = {}
    for name in lists.find_fed_by(site):
        with open_context(lists.select_list(name)) as context:
            found[name] = change(context.state)
    return found


def _check_reason(reason: str | None) -> str | None:
    if reason is not None and len(reason) > LONGEST_REASON:
        what = f"is longer than {LONGEST_REASON} characters"
        raise UsageError(Problem("--reason", what))
    return (reason or "").strip() or None
