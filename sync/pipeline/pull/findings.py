"""Says what a pull noticed: what got lost, what came older than before, which fields are others."""

from collections.abc import Collection, Iterable
from datetime import datetime

from models.backlog import IDS_A_SITE, Project, SiteProfile
from models.finding import Finding
from sync.jira.describe.field_plan import FieldPlan
from sync.pipeline.pull.reading import PullRun
from sync.store.state.mirror.rows import SiteRecord
from translators.plurals import count_noun


def find_lost_projects(run: PullRun, profile: SiteProfile) -> set[str]:
    """The keys of projects that were read, are still to be, and cannot be seen.

    They are asked for in every run: a permission that is given back needs nobody to say so. Those
    that the rule book says are gone for good are not waited for.
    """
    wanted = {key.upper() for key in run.site.projects}
    seen = {project.id for project in profile.projects}
    lost = {key for i, key in run.mirror.projects_with_issues().items() if i not in seen}
    return (lost & wanted if wanted else lost) - run.rulebook.list_gone_projects(run.site.name)


def find_renamed_projects(before: Iterable[Project], now: Iterable[Project]) -> Iterable[Finding]:
    """Projects with another key than in the last whole walk: they are the same, by their ids."""
    keys = {project.id: project.key for project in before}
    for project in now:
        was = keys.get(project.id, project.key)
        if was != project.key:
            what = (
                f"was called {was}, and is the same project. Rules that say `project: {was}` match "
                f"nothing of it now. As a team it begins anew, unless `effort: team_aliases` says "
                f"{{team: {project.key}, is: {was}}}"
            )
            yield Finding("project-renamed", f"project {project.key}", what)


def find_losses(
    run: PullRun, profile: SiteProfile, older: Collection[int], census_at: datetime | None
) -> Iterable[Finding]:
    """Projects and issues that are not there any more, and issues that are `older` than before."""
    doubted = {loss.project for loss in profile.losses}
    for key in sorted(find_lost_projects(run, profile) - doubted):
        what = "cannot be seen any more; what is known of it stays as it was"
        if run.site.projects:
            what += ". If it got another key, name that in HEADWAY_JIRA_PROJECTS"
        yield Finding("project-lost", f"project {key}", what)
    seen = {project.key.upper() for project in profile.projects}
    for each in run.rulebook.gone:
        is_its = each.site in (None, run.site.name)
        if is_its and each.project and each.project.upper() in seen:
            what = f"project {each.project} is said to be gone for good, and Jira shows it"
            yield Finding("gone-seen", str(each.at), f"{what}: delete the line")
    if older:
        what = (
            f"{len(older)} issues are shown older than they were before, and stay as they "
            "were; if Jira was restored from a backup, run `headway sync --full`"
        )
        yield Finding("issues-older", f"issue id {min(older) % IDS_A_SITE}", what)
    missing = run.mirror.missing_ids(census_at) if census_at else {}
    if missing:
        gone = count_noun(len(missing), "issue", "are not", one="is not")
        what = f"{gone} in Jira any more, in two censuses or more"
        yield Finding("issues-missing", min(missing.values()), what)


def find_field_drift(
    record: SiteRecord, profile: SiteProfile, fields: FieldPlan
) -> Iterable[Finding]:
    """What became of the fields that story points are read from."""
    if record.as_of and record.points_fields != fields.points:
        before, now = (", ".join(ids) or "none" for ids in (record.points_fields, fields.points))
        what = f"are read from other fields than before ({before}; now {now}); all was read again"
        yield Finding("points-changed", "story points", what)
    for one in profile.fields:
        if one.was:
            what = f"is called {one.name!r} now and was {one.was!r}; it still counts"
            yield Finding("points-renamed", f"field {one.id}", what)
