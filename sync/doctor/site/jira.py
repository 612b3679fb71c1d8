"""Jira itself: what answers, what time it has, who it takes us for, how long the token lasts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from models.errors import HeldError
from sync.doctor.checks import Check, note, ok, wrong
from sync.doctor.context import DoctorContext
from sync.jira.client.blocking import BlockingJiraClient
from sync.jira.client.proxy import describe_proxy, find_ignored_proxy
from sync.jira.client.site import Site
from sync.jira.describe.site_info import SiteInfo, fetch_site_info
from sync.pipeline.consistency.clocks import judge_clocks, read_clocks, read_last_clocks
from sync.pipeline.pull.site_identity import Candidate, verify_site
from sync.pipeline.sites.token_end import WARN_DAYS

KINDS = {"cloud": "Cloud", "datacenter": "Data Center"}
CLOSE_SECONDS = 60


def look_at_jira(context: DoctorContext) -> Iterator[Check]:
    """Two questions to it; their errors say what is wrong."""
    if context.site is None:
        yield note("Jira", "not asked: settings are missing")
        return
    with BlockingJiraClient(context.site, context.retry_policy) as jira:
        context.site_info = site_info = fetch_site_info(jira)
    now = datetime.now(UTC)
    kind = KINDS[site_info.deployment]
    yield ok("address", f"{context.site.base} is Jira {kind} {site_info.version}")
    yield from _check_proxy(context.site)
    yield from _check_site(context, context.site, site_info)
    yield _check_clock(context, site_info.server_time)
    account = site_info.identity
    who = f"we are {account.name or 'nameless'} ({account.account})"
    known = context.record.profile if context.record else None
    if known and known.identity.account != account.account:
        yield note("account", f"{who}, another than in the last run", "It reads all again.")
    else:
        yield ok("account", who)
    yield _check_token(context.settings.jira_token_expires, now.date())


def _check_proxy(site: Site) -> Iterator[Check]:
    """The proxy that is used, or one that is set for other programs and is not."""
    if site.proxy:
        yield ok("proxy", f"everything is asked through {describe_proxy(site.proxy)}")
    elif name := find_ignored_proxy():
        yield note("proxy", f"{name} is set and not looked at: Jira is asked directly")


def _check_site(context: DoctorContext, site: Site, site_info: SiteInfo) -> Iterator[Check]:
    """Whether it is the Jira that the mirror was read from."""
    if context.mirror is None or context.site_store is None:
        return
    moved = verify_site(
        Candidate(site, site_info, context.retry_policy), context.mirror, context.site_store
    )
    if moved:
        yield note("site", moved.what, "Nothing to do: the next run remembers it.")
    elif context.record and context.record.profile:
        yield ok("site", "the one that the mirror was read from")


def _check_clock(context: DoctorContext, jira: datetime) -> Check:
    """Whether the next run would be held because of a clock."""
    clocks, last = read_clocks(context.clean, jira), None
    if context.state is not None:
        last = read_last_clocks(context.state, context.settings.site)
    tolerance = context.settings.clock_tolerance
    fault = judge_clocks(clocks, last, tolerance) if tolerance else None
    if fault is not None:
        return wrong(HeldError, fault.as_problem()._replace(where="clock", what=fault.what))
    ahead = (jira - clocks.ours).total_seconds()
    if abs(ahead) <= CLOSE_SECONDS:
        return ok("clock", f"within {abs(ahead):.0f} s of ours")
    minutes = abs(ahead) / 60
    side = "ahead of" if ahead > 0 else "behind"
    return note("clock", f"{minutes:,.0f} minutes {side} ours; Headway goes by Jira's")


def _check_token(ends: date | None, today: date) -> Check:
    if ends is None:
        remedy = "Set HEADWAY_JIRA_TOKEN_EXPIRES to be warned in time; Jira does not tell."
        return note("token", "accepted; nobody said when it ends", remedy)
    days = (ends - today).days
    if days < 0:
        remedy = "Was it renewed? Then set HEADWAY_JIRA_TOKEN_EXPIRES anew."
        return note("token", f"accepted, though it should have ended {ends}", remedy)
    what = f"accepted; ends {ends}, in {days} days"
    return ok("token", what) if days > WARN_DAYS else note("token", what, "Make a new one in time.")
