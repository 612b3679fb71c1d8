"""Reads what the account of one capability or issue tells, beside what a translation reads."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from models.backlog import Issue
from models.decision import Decision
from models.effort import Entry
from models.snapshot import Snapshot
from sync.pipeline.context import Context
from sync.pipeline.inputs.inputs import TranslationInputs
from sync.pipeline.sites.walked import list_walked
from sync.store.db.engines import open_reader
from sync.store.state import ledger
from sync.store.state.mirror.queries import find_by_keys, find_members, find_titles_below
from translators.explain.ledger_statement import Fortnights, sum_sizes_by_fortnight
from translators.plan.several_sites import name_on_site
from translators.suggestions.features import FIRST_BELOW


@dataclass(frozen=True)
class Account:
    """A snapshot with the issues asked about and their entries, and what `fortnights` these are
    shares of; None where the snapshot has every entry."""

    snapshot: Snapshot
    fortnights: Fortnights | None = None


def load_account_of_epics(
    context: Context, inputs: TranslationInputs, epics: Collection[int]
) -> Account:
    """The snapshot of `inputs` with all below some epics, and what the ledger has of it.

    Items without an epic may be among them.
    """
    if inputs.is_whole:
        return Account(inputs.snapshot)
    groups = inputs.rollup.groups
    items = [number for number in epics if number in groups and groups[number].is_item]
    found = (*find_members(context.mirror, epics), *context.mirror.read_by_ids(items))
    return _extend(context, inputs, found)


def load_account_of_issues(
    context: Context, inputs: TranslationInputs, keys: Collection[str]
) -> Account:
    """The snapshot of `inputs` with the issues that have or had one of these keys."""
    if inputs.is_whole:
        return Account(inputs.snapshot)
    return _extend(context, inputs, find_by_keys(context.mirror, {key.upper() for key in keys}))


def load_titles_below(
    context: Context, decisions: Iterable[Decision]
) -> dict[int, tuple[str, ...]]:
    """The first titles below each epic that is decided or waits, for who asks what is likely."""
    epics = (each.epic_id for each in decisions if not each.is_item)
    return find_titles_below(context.mirror, epics, FIRST_BELOW)


def _extend(context: Context, inputs: TranslationInputs, issues: Collection[Issue]) -> Account:
    snapshot = inputs.snapshot
    context = context.with_left(inputs.in_force.published_state)
    by_id = {issue.id: issue for issue in (*snapshot.issues, *issues)}
    entries: list[Entry] = []
    fortnights: Fortnights = {}
    for site, generation in _list_ledgers(context, inputs):
        with open_reader(context.state) as connection:
            ids = [issue.id for issue in issues if issue.site == site]
            booked = ledger.read_entries(connection, site, generation, ids)
            asked = {(entry.team, entry.window) for entry in booked}
            sizes = ledger.count_sizes(connection, site, generation, asked)
            summed = sum_sizes_by_fortnight(sizes)
        if context.is_shared:
            booked = tuple(replace(e, team=name_on_site(site, e.team)) for e in booked)
            summed = {(name_on_site(site, team), n): each for (team, n), each in summed.items()}
        entries += booked
        fortnights = {**fortnights, **summed}
    ordered = tuple(by_id[issue_id] for issue_id in sorted(by_id))
    return Account(replace(snapshot, issues=ordered, entries=tuple(entries)), fortnights)


def _list_ledgers(context: Context, inputs: TranslationInputs) -> list[tuple[str, str]]:
    """Each site and what its ledger is called: of an only one as its translation is."""
    if not context.is_shared:
        return [(context.settings.site, inputs.snapshot.generation)]
    return [(each.site, each.name_generation(inputs.book)) for each in list_walked(context)]
