"""Says what a pull noticed: what got lost, what came older than before, which fields are others."""

from collections.abc import Collection, Iterable
from datetime import datetime

from models.backlog import SiteProfile
from models.finding import Finding
from sync.jira.client.site import Site
from sync.jira.describe.field_plan import FieldPlan
from sync.store.state.mirror import Mirror
from sync.store.state.mirror_rows import SiteRecord
from translators.plurals import count_noun


def find_lost_projects(mirror: Mirror, site: Site, profile: SiteProfile) -> set[str]:
    """The keys of projects that were read, are still to be, and cannot be seen.

    They are asked for in every run: a permission that is given back needs nobody to say so.
    """
    wanted = {key.upper() for key in site.projects}
    lost = mirror.seen_projects() - {project.key for project in profile.projects}
    return lost & wanted if wanted else lost


def find_losses(
    mirror: Mirror,
    site: Site,
    profile: SiteProfile,
    older: Collection[int],
    census_at: datetime | None,
) -> Iterable[Finding]:
    """Projects and issues that are not there any more, and issues that are `older` than before."""
    for key in sorted(find_lost_projects(mirror, site, profile)):
        what = "cannot be seen any more; what is known of it stays as it was"
        yield Finding("project-lost", f"project {key}", what)
    if older:
        what = (
            f"{len(older)} issues are shown older than they were before, and stay as they "
            "were; if Jira was restored from a backup, run `headway sync --full`"
        )
        yield Finding("issues-older", f"issue id {min(older)}", what)
    missing = mirror.missing_ids(census_at) if census_at else {}
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
