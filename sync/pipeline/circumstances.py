"""Reads how the backlog was last read and published, beside what a translation reads."""

from sync.pipeline.context import Context
from sync.pipeline.inputs import TranslationInputs
from sync.store.state.runs import find_last_findings, read_last_runs
from translators.explain.circumstances import Circumstances, HeldRun

_UNREADABLE = "issue id "
"""How a finding names an issue that could not be read."""


def load_circumstances(context: Context, inputs: TranslationInputs) -> Circumstances:
    """What the last runs said, and whom the account sees."""
    site = context.settings.site
    ended = (run for run in read_last_runs(context.state, site) if run.finished_at)
    newest = next(ended, None)
    held = None
    if newest and newest.outcome == "held":
        why = (newest.message or "a guard").splitlines()[0]
        held = HeldRun(newest.run_id, why, newest.is_proposed)
    return Circumstances(
        visible={project.id: project.key for project in context.site_store.list_projects()},
        named=inputs.snapshot.named_projects,
        unreadable={
            int(finding.where.removeprefix(_UNREADABLE)): finding.what
            for finding in find_last_findings(context.state, site)
            if finding.code == "issue-unreadable" and finding.where.startswith(_UNREADABLE)
        },
        decided={epic: stored.decision for epic, stored in inputs.stored.items()},
        held=held,
        doubted=inputs.snapshot.doubted_projects,
    )
