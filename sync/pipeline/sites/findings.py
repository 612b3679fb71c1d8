"""What a run tells of its sites themselves: silent, paused, with a token that ends or a loss."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from msgspec.structs import replace

from models.finding import Finding
from models.loss import Loss
from sync.pipeline.context import Context
from sync.pipeline.sites.health import SilentSite
from sync.pipeline.sites.token_end import TOKEN_ENDS, word_token_end
from sync.store.state.runs.runs import find_last_findings
from sync.store.state.site.pauses import read_pauses
from translators.plain_text import format_moment
from translators.plan.several_sites import name_on_site
from translators.rules.gone import explain_gone_site


def tell_paused(context: Context) -> Iterator[Finding]:
    """The sites that a person had paused, and as of when each of them is."""
    for site, pause in read_pauses(context.state).items():
        if site in context.settings.site_names:
            why = f" ({pause.reason})" if pause.reason else ""
            what = f"is paused since {format_moment(pause.since)}{why}; what it feeds stays as read"
            yield Finding("site-paused", f"site {site}", what)


def tell_silent(silent: Sequence[SilentSite]) -> Iterator[Finding]:
    """The sites that brought nothing new, and why."""
    for each in silent:
        if each.has_left:
            what = f"{each.why}; what it feeds stays as it was. {explain_gone_site(each.site)}"
            yield Finding("site-left", f"site {each.site}", what)
        else:
            what = f"could not be read: {each.why}; what it feeds stays as read last"
            yield Finding("site-silent", f"site {each.site}", what)


def tell_readings(context: Context, known: Collection[Finding]) -> Iterator[Finding]:
    """What the last reading of each of several sites noticed, but for what is `known` already."""
    if not context.is_shared:
        return
    for site in context.settings.site_names:
        for each in find_last_findings(context.state, site):
            if each not in known:
                yield replace(each, where=f"site {site}", what=f"{each.where}: {each.what}")


def list_losses(context: Context) -> tuple[Loss, ...]:
    """The losses that are in doubt at each site, of projects called as the list calls them."""
    return tuple(
        replace(each, project=name_on_site(part.settings.site, each.project))
        if context.is_shared
        else each
        for part in context.list_parts()
        for each in part.site_store.list_losses()
    )


def find_token_ends(context: Context) -> Iterator[Finding]:
    """A word of warning before the token of a site ends."""
    for site in context.settings.sites:
        if site.token_expires is None:
            continue
        record = context.narrow(site.name).site_store.find_record()
        if record is not None and record.as_of is not None:
            for each in find_token_end(site.token_expires, record.as_of):
                yield Finding(TOKEN_ENDS, f"site {site.name}", each.what)


def find_token_end(ends: date | None, now: datetime) -> list[Finding]:
    """A word of warning before the token ends."""
    what = word_token_end(ends, now)
    if not what:
        return []
    return [Finding(TOKEN_ENDS, "HEADWAY_JIRA_TOKEN_EXPIRES", f"{what}; make a new one")]
