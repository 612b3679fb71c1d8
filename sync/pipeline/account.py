"""Reads what the account of one capability or issue tells, beside what a translation reads."""

from collections.abc import Collection

from msgspec.structs import replace

from models.backlog import Issue
from models.snapshot import Snapshot
from sync.pipeline.context import Context
from sync.pipeline.inputs import TranslationInputs
from sync.store.db.engines import open_reader
from sync.store.state import ledger
from sync.store.state.mirror_queries import find_by_keys, find_members


def load_account_of_epics(
    context: Context, inputs: TranslationInputs, epics: Collection[int]
) -> Snapshot:
    """The snapshot of `inputs` with all below some epics, and what the ledger has of it.

    Items without an epic may be among them.
    """
    if inputs.is_whole:
        return inputs.snapshot
    groups = inputs.rollup.groups
    items = [number for number in epics if number in groups and groups[number].is_item]
    found = (*find_members(context.mirror, epics), *context.mirror.read_by_ids(items))
    return _extend(context, inputs, found)


def load_account_of_issues(
    context: Context, inputs: TranslationInputs, keys: Collection[str]
) -> Snapshot:
    """The snapshot of `inputs` with the issues that have or had one of these keys."""
    if inputs.is_whole:
        return inputs.snapshot
    return _extend(context, inputs, find_by_keys(context.mirror, {key.upper() for key in keys}))


def _extend(context: Context, inputs: TranslationInputs, issues: Collection[Issue]) -> Snapshot:
    """With the entries of these issues go those of the fortnights that they are shares of."""
    snapshot = inputs.snapshot
    by_id = {issue.id: issue for issue in (*snapshot.issues, *issues)}
    site, generation = context.settings.site, snapshot.generation
    with open_reader(context.state) as connection:
        ids = [issue.id for issue in issues]
        own = ledger.read_entries(connection, site, generation, ids)
        fortnights = {(entry.team, entry.window) for entry in own}
        entries = ledger.read_fortnights(connection, site, generation, fortnights)
    return replace(
        snapshot,
        issues=tuple(by_id[issue_id] for issue_id in sorted(by_id)),
        entries=entries,
    )
