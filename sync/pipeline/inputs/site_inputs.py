"""What each site that feeds a list brings to the inputs of a translation."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from models.backlog import Issue
from models.rollup import EpicRollup
from models.rulebook import RuleBook
from models.snapshot import Snapshot
from sync.pipeline.consistency.fed import Sight
from sync.pipeline.context import Context
from sync.pipeline.inputs.standing import find_standing_groups
from sync.pipeline.rules.in_force import RulesInForce
from sync.pipeline.sites.walked import WalkedSite
from sync.store.state.ledger import count_closed_windows, read_ledger
from sync.store.state.mirror.streams import read_gone
from translators.effort.booking import book_finished_items
from translators.effort.rating import count_teams_of_a_year
from translators.plan.decided import decide_epics_twice, decide_items, list_fed_items
from translators.plan.rollup import Rollup
from translators.plan.several_sites import (
    SiteRollup,
    join_rollups,
    name_generation,
    name_on_site,
)
from translators.rules.decide import CompiledRules

Groups = Mapping[int, EpicRollup]


def find_groups(
    sites: Sequence[WalkedSite], compiled: CompiledRules, in_force: RulesInForce
) -> list[Groups] | None:
    """The rollups of each site under these rules; None where one has to be rolled up anew."""
    found: list[Groups] = []
    fed = list_fed_items(in_force.published_state)
    for each in sites:
        groups = find_standing_groups(
            each.context,
            compiled,
            in_force.rulebook,
            each.name_generation(compiled.book),
            each.as_of,
            fed=fed,
        )
        if groups is None:
            return None
        found.append(groups)
    return found


def roll_up_standing(
    context: Context,
    sites: Sequence[WalkedSite],
    groups: Sequence[Groups],
    *,
    compiled: CompiledRules,
    in_force: RulesInForce,
    kept: Sequence[Issue],
) -> Rollup:
    """All sites with these rollups, their epics, of those `kept`, decided anew."""
    return join_rollups(
        [
            SiteRollup(each.site, _roll_up_site(each, its, compiled, in_force, kept))
            for each, its in zip(sites, groups, strict=True)
        ],
        is_shared=context.is_shared,
    )


def _roll_up_site(
    walked: WalkedSite,
    groups: Groups,
    compiled: CompiledRules,
    in_force: RulesInForce,
    kept: Sequence[Issue],
) -> Rollup:
    mirror, fed = walked.context.mirror, list_fed_items(in_force.published_state)
    other = in_force.compile_other(compiled.book)
    standing = sorted(number for number, group in groups.items() if group.is_item)
    by_themselves = sorted(mirror.read_by_ids(standing), key=attrgetter("id"))
    items = decide_items(by_themselves, groups, compiled, fed, other)
    of_site = (issue for issue in kept if issue.site == walked.site)
    now, before = decide_epics_twice(of_site, compiled, other, walked.as_of.date())
    closed = count_closed_windows(
        walked.context.state, walked.site, walked.name_generation(compiled.book)
    )
    return Rollup(
        decisions=(*now, *items.decisions),
        groups=groups,
        released=items.released,
        decisions_before=None if before is None else (*before, *items.before),
        teams_of_a_year=count_teams_of_a_year(closed),
    )


def book_site(
    walked: WalkedSite, book: RuleBook, issues: Sequence[Issue], in_force: RulesInForce
) -> Snapshot:
    """All issues of a site, of those given, with its ledger, and what is not booked in it yet."""
    context, site = walked.context, walked.site
    of_site = tuple(issue for issue in issues if issue.site == site)
    visible = frozenset(project.key for project in context.site_store.list_projects())
    complete = visible | book.list_gone_projects(site)
    generation = walked.name_generation(book)
    ledger = read_ledger(context.state, site, generation)
    gone = read_gone(context.mirror)
    booking = book_finished_items(of_site, ledger, book.effort, walked.as_of, complete, gone=gone)
    ledger = ledger.extend(booking.entries, booking.windows)
    return Snapshot(
        as_of=walked.as_of,
        generation=generation,
        issues=of_site,
        entries=tuple(ledger.entries),
        windows=tuple(ledger.windows),
        published_state=in_force.published_state,
    )


def name_ledgers(
    context: Context, sites: Sequence[WalkedSite], book: RuleBook, in_force: RulesInForce
) -> str:
    """What the ledgers of all sites are called together."""
    if not context.is_shared:
        return sites[0].name_generation(book)
    known = {each.site: (each.record.generation, each.name_generation(book)) for each in sites}
    return name_generation(in_force.published_state.generation, known)


def find_sights(context: Context) -> tuple[Sight, ...]:
    """What can be seen of each site, and is waited for."""
    return tuple(
        Sight(
            part.settings.site,
            part.site_store.list_projects(),
            named=frozenset(key.upper() for key in part.settings.jira_projects),
            doubted=frozenset(loss.project for loss in part.site_store.list_losses()),
            has_left=part.settings.site in context.left,
        )
        for part in context.list_parts()
    )


def name_projects(context: Context, keys: Iterable[tuple[str, Iterable[str]]]) -> frozenset[str]:
    """Projects by their sites, called as the list calls them."""
    named = ((site, key) for site, of_site in keys for key in of_site)
    return frozenset(name_on_site(*each) if context.is_shared else each[1] for each in named)
