"""Lays out how the sites of all lists fare: how many how, then one line each, the worst first."""

from collections.abc import Sequence

from models.errors import Problem
from sync.cli.marks import Meaning, find_widest, mark, pad
from sync.cli.pages.phrases import fold_lines
from sync.pipeline.sites.overview import (
    ListOverview,
    SiteCondition,
    SiteOverview,
    count_conditions,
    order_sites,
)
from translators.plain_text import format_moment, show_plainly
from translators.plurals import count_noun

MOST_STALE = 5
MOST_SITES = 40
"""Lines that are shown unless all are asked for."""
MEANINGS = {
    SiteCondition.UNREADABLE: Meaning.BAD,
    SiteCondition.FAILING: Meaning.BAD,
    SiteCondition.HELD: Meaning.DOUBT,
    SiteCondition.PARTIAL: Meaning.DOUBT,
    SiteCondition.LATE: Meaning.DOUBT,
    SiteCondition.PAUSED: Meaning.DOUBT,
    SiteCondition.WELL: Meaning.GOOD,
    SiteCondition.RUNNING: Meaning.GOOD,
}


def format_overview(
    lists: Sequence[ListOverview],
    sites: Sequence[SiteOverview],
    warnings: Sequence[Problem] = (),
    *,
    show_all: bool = False,
) -> list[str]:
    """The verdict, then a line a site; `sites` are those of the lists, worst first."""
    counted = count_conditions([*sites])
    told = ", ".join(f"{number} {condition}" for condition, number in counted.items())
    numbers = f"{count_noun(len(lists), 'list')}, {count_noun(len(sites), 'site')}"
    verdict = f"status      {numbers}: {told}"
    if meaning := MEANINGS.get(next(iter(counted), SiteCondition.DUE)):
        verdict = mark(verdict, meaning, told)
    stale = _tell_stale([each.name for each in lists if each.is_stale and each.as_of])
    noted = [f"noted       {line}" for each in warnings for line in str(each).splitlines()]
    lines = format_sites(sites, show_all=show_all, with_list=len(lists) > 1)
    return [verdict, *stale, *lines, *noted]


def _tell_stale(names: Sequence[str]) -> list[str]:
    """The lists that no run has confirmed for too long, the first few by name."""
    if not names:
        return []
    more = f" and {len(names) - MOST_STALE} more" if len(names) > MOST_STALE else ""
    told = f"{count_noun(len(names), 'list')}: {', '.join(names[:MOST_STALE])}{more}"
    return [mark(f"stale       {told}", Meaning.DOUBT, "stale")]


def format_sites(
    sites: Sequence[SiteOverview], *, show_all: bool = False, with_list: bool = False
) -> list[str]:
    """One line a site: how it fares, since when, as of when it is known, what is next."""
    names = [f"{each.list}/{each.site}" if with_list else each.site for each in sites]
    width = find_widest(names)
    lines = [_format_site(pad(name, width), site) for name, site in zip(names, sites, strict=True)]
    return fold_lines(lines, MOST_SITES, show_all=show_all)


def _format_site(name: str, site: SiteOverview) -> str:
    parts = []
    if site.pause:
        why = f": {show_plainly(site.pause.reason)}" if site.pause.reason else ""
        parts.append(f"paused since {format_moment(site.pause.since)}{why}")
    if site.failing_since:
        parts.append(f"since {format_moment(site.failing_since)}")
    if site.exit_code:
        parts.append(f"exit {site.exit_code}")
    known = format_moment(site.last_success) if site.last_success else "never"
    if site.condition is not SiteCondition.UNREADABLE:
        parts.append(f"read {known}")
    if site.next_run:
        parts.append(f"next {format_moment(site.next_run)}")
    if site.why:
        parts.append(show_plainly(site.why))
    if site.approve:
        parts.append(f"headway approve {site.approve} lets the next run take it")
    line = f"  {site.condition:<10}  {name}  {'; '.join(parts)}"
    meaning = MEANINGS.get(site.condition)
    return mark(line, meaning, str(site.condition)) if meaning else line


def format_own_sites(sites: Sequence[SiteOverview]) -> list[str]:
    """The sites of one list; nothing of a single one that is not paused, of which all is said."""
    if len(sites) == 1 and sites[0].pause is None:
        return []
    return [mark("sites", Meaning.HEADING), *format_sites(order_sites(sites))]


def format_lacking(lacking: Sequence[str]) -> list[str]:
    """What no worker has that the list needs."""
    words = (f"workers     none has what the list needs: {show_plainly(each)}" for each in lacking)
    return [mark(each, Meaning.BAD, "workers") for each in words]


def format_jobs_fault(fault: str) -> list[str]:
    """Why the jobs database cannot be asked."""
    return [f"jobs        {line.strip()}" for line in fault.splitlines()]
