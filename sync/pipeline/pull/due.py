"""Decides what a pull has to read: what changed, every id, or everything. By Jira's clock alone."""

from datetime import datetime, timedelta

from msgspec import Struct

from models.backlog import SiteProfile
from sync.jira.client.site import Site
from sync.jira.describe.field_plan import FieldPlan
from sync.jira.describe.site_info import SiteInfo
from sync.store.state.mirror.rows import SiteRecord

DAILY = timedelta(hours=20)
"""A census and a new description of the site are due after so long: once a day, on any schedule."""
REREAD = timedelta(days=7)
"""Some changes leave no trace in `updated`: a version released, a status or component renamed."""
OVERLAP = timedelta(minutes=10)
"""Searches lag behind by seconds to minutes; so much is listed again each run."""
DAILY_OVERLAP = timedelta(hours=26)
"""Bulk changes lag longer; the daily run looks a day back for them."""


class Due(Struct, frozen=True, kw_only=True):
    """What has to be read this time. A re-read is a census too."""

    census: bool
    reread: bool
    why: str

    @property
    def overlap(self) -> timedelta:
        """How far before the watermark changes are listed again."""
        return DAILY_OVERLAP if self.census else OVERLAP


def what_is_due(
    record: SiteRecord, profile: SiteProfile, fields: FieldPlan, *, first: bool, full: bool
) -> Due:
    """What is due at a site of that record; `first` says that no walk over it ever began.

    Data Center's types are judged by all their issues at once, so until a walk came through there,
    each begins anew.
    """
    now, known = profile.server_time, record.profile
    account = known.identity.account if known else profile.identity.account
    reasons = {
        "asked for": full,
        "the first time": first,
        "its types were not told": profile.deployment == "datacenter" and record.as_of is None,
        "other fields": not first and record.fields != fields.requested,
        "other story point fields": record.as_of is not None
        and record.points_fields != fields.points,
        "another account": account != profile.identity.account,
        "Jira's clock went back": record.as_of is not None and now < record.as_of,
        "a week is over": record.as_of is not None and _is_over(record.reread_at, now, REREAD),
    }
    why = next((reason for reason, holds in reasons.items() if holds), None)
    # A project that is listed anew may show nothing of what it holds: a census tells.
    listed = {project.id for project in profile.projects}
    is_more = known is not None and bool(listed - {project.id for project in known.projects})
    census = why is not None or is_more or _is_over(record.census_at, now, DAILY)
    return Due(census=census, reread=why is not None, why=why or "what changed")


def still_holds(known: SiteProfile, site_info: SiteInfo, site: Site) -> bool:
    """Whether a description of the site is of today, for the same account and settings."""
    return (
        known.identity.account == site_info.identity.account
        and known.deployment == site_info.deployment
        and known.asked_projects == site.projects
        and timedelta(0) <= site_info.server_time - known.described_at < DAILY
    )


def _is_over(since: datetime | None, now: datetime, span: timedelta) -> bool:
    """What was done in a time still to come was done under a clock that was ahead: it is due."""
    return since is None or not timedelta(0) <= now - since < span
