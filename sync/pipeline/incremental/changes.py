"""Tells which of the edits since the last translation can bear on the list."""

from msgspec import Struct

from sync.pipeline.incremental.shared import TranslationRun
from sync.store.db.engines import open_writer
from sync.store.state import rollups
from translators.plan.relevance import compile_relevance


class Changes(Struct, frozen=True):
    """The issues that changed in what bears on the list, and the rollups they were in before."""

    issues: frozenset[int]
    rollups: frozenset[int]


def read_changes(run: TranslationRun) -> Changes:
    """Hold every issue that was written since against what it was then."""
    noted = rollups.read_changed_issues(run.context.state, run.site)
    now = {issue.id: issue for issue in run.context.mirror.some(noted.before.keys())}
    is_relevant = compile_relevance(run.compiled, run.as_of.date())
    idle = {
        issue_id
        for issue_id, before in noted.before.items()
        if issue_id in now and not is_relevant(before, now[issue_id])
    }
    numbers = (number for issue_id, number in noted.numbers if issue_id not in idle)
    return Changes(
        frozenset(issue_id for issue_id, _ in noted.numbers if issue_id not in idle),
        frozenset(number for number in numbers if number is not None),
    )


def clear_changes(run: TranslationRun, changes: Changes) -> None:
    """Forget edits that were looked at and bear on nothing."""
    if changes.issues:
        return
    with open_writer(run.context.state) as connection:
        if rollups.is_latest(connection, run.site, run.walk):
            rollups.clear_changed_issues(connection, run.site)
