"""Tells which of the edits since the last translation can bear on the list."""

from datetime import date

from msgspec import Struct

from sync.pipeline.context import Context
from sync.store.db.batches import split_batches
from sync.store.state import rollups
from translators.plan.relevance import compile_relevance
from translators.rules.decide import CompiledRules


class Changes(Struct, frozen=True):
    """The issues that changed in what bears on the list, and the rollups they were in before."""

    issues: frozenset[int]
    rollups: frozenset[int]


def read_changes(context: Context, compiled: CompiledRules, on: date) -> Changes:
    """Hold every issue that was written since against what it was then, a few at a time."""
    state, site = context.state, context.settings.site
    noted = rollups.read_changed_issues(state, site)
    is_relevant = compile_relevance(compiled, on)
    idle: set[int] = set()
    for some in split_batches(sorted({issue_id for issue_id, _ in noted})):
        before = rollups.read_before(state, site, some)
        now = {issue.id: issue for issue in context.mirror.read_by_ids(before.keys())}
        idle |= {
            issue_id
            for issue_id, was in before.items()
            if issue_id in now and not is_relevant(was, now[issue_id])
        }
    bearing = [(issue_id, number) for issue_id, number in noted if issue_id not in idle]
    return Changes(
        frozenset(issue_id for issue_id, _ in bearing),
        frozenset(number for _, number in bearing if number is not None),
    )
