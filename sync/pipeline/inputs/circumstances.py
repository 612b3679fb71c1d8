"""Reads how the backlog was last read and published, beside what a translation reads."""

from collections.abc import Iterator

from sync.pipeline.context import Context
from sync.pipeline.inputs.inputs import TranslationInputs
from sync.store.state.runs.runs import find_last_findings, read_last_runs
from translators.explain.circumstances import Circumstances, HeldRun

_UNREADABLE = "issue id "
"""How a finding names an issue that could not be read."""


def load_circumstances(context: Context, inputs: TranslationInputs) -> Circumstances:
    """What the last runs said, and whom the account sees."""
    context = context.with_left(inputs.in_force.published_state)
    ended = (run for run in read_last_runs(context.state, context.run_site) if run.finished_at)
    newest = next(ended, None)
    held = None
    if newest and newest.outcome == "held":
        why = (newest.message or "a guard").splitlines()[0]
        held = HeldRun(newest.run_id, why, newest.is_proposed)
    return Circumstances(
        visible={
            (part.settings.site, project.id): project.key
            for part in context.list_parts()
            for project in part.site_store.list_projects()
        },
        named=inputs.snapshot.named_projects,
        unreadable={
            issue_id: what
            for part in context.list_parts()
            for issue_id, what in _list_unreadable(part)
        },
        decided={epic: stored.decision for epic, stored in inputs.stored.items()},
        held=held,
        doubted=inputs.snapshot.doubted_projects,
    )


def _list_unreadable(part: Context) -> Iterator[tuple[int, str]]:
    """The issues of a site that its last run could not read, by their ids in the mirror."""
    found = [
        finding
        for finding in find_last_findings(part.state, part.settings.site)
        if finding.code == "issue-unreadable" and finding.where.startswith(_UNREADABLE)
    ]
    record = part.site_store.find_record() if found else None
    for finding in found:
        number = int(finding.where.removeprefix(_UNREADABLE))
        yield number + (record.first_id if record else 0), finding.what
