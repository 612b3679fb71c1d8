"""No change is lost to zones, clocks, index lag or the minute it happened in."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from models.errors import HeadwayError
from sync.pipeline.pull.due import OVERLAP
from sync.sample.server.faults import Fault
from tests.sync.pipeline.pull.site import MirroredSite
from tests.variants import on_cloud_first


def some_issue(site: MirroredSite) -> int:
    return max(site.company.ids_of("RPT"))


def edit(site: MirroredSite, summary: str, **changes: object) -> int:
    return site.company.edit(some_issue(site), summary=summary, **changes).id


@pytest.mark.parametrize(
    "zone",
    [
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Asia/Kathmandu",
        *(
            pytest.param(zone, marks=pytest.mark.all)
            for zone in ("America/Los_Angeles", "Asia/Tokyo", "UTC")
        ),
    ],
)
def test_the_zone_of_the_account_does_not_matter(site: MirroredSite, zone: str) -> None:
    site.jira.view.account_zone = ZoneInfo(zone)
    one = edit(site, "Edited elsewhere")
    site.pass_time(minutes=1)

    site.pull()

    assert site.issues()[one].summary == "Edited elsewhere"


@pytest.mark.parametrize(
    "night",
    [
        datetime(2027, 10, 31, 0, 55, tzinfo=UTC),
        pytest.param(datetime(2027, 3, 28, 0, 55, tzinfo=UTC), marks=pytest.mark.all),
    ],
)
def test_no_change_is_lost_when_clocks_are_changed(site: MirroredSite, night: datetime) -> None:
    site.company.now = night
    site.pull()
    for number in range(6):
        one = edit(site, f"Edit {number}")
        site.pass_time(minutes=24)
        site.pull()
        assert site.issues()[one].summary == f"Edit {number}"


def test_two_changes_in_one_minute_are_both_seen(site: MirroredSite) -> None:
    site.company.now = site.company.now.replace(second=10)
    edit(site, "First")
    site.pull()
    site.pass_time(seconds=20)
    one = edit(site, "Second")

    site.pull()

    assert site.issues()[one].summary == "Second"


@pytest.mark.parametrize("seconds", [0, 1, 59])
def test_a_change_exactly_on_the_boundary_is_seen(site: MirroredSite, seconds: int) -> None:
    site.pass_time(days=1, seconds=37)
    site.pull()
    boundary = (site.company.now - OVERLAP).replace(second=0) + timedelta(seconds=seconds)
    one = edit(site, "On the boundary", updated=boundary)

    site.pull()

    assert site.issues()[one].summary == "On the boundary"


@pytest.mark.parametrize("minutes", [1, 16])
def test_an_issue_that_never_rests_is_always_read(site: MirroredSite, minutes: int) -> None:
    """Changed again before every answer, it is always later than the walk began."""

    def touch() -> None:
        edit(site, f"At {site.pass_time(seconds=20)}")

    site.jira.faults.append(Fault("/", touch, method="POST"))
    told = []
    for _ in range(5):
        began = site.pass_time(minutes=minutes)
        pulled = site.pull()
        told.append(site.issues()[some_issue(site)])
        assert pulled.report.issues < len(site.company.issues)
        assert told[-1].updated_at > began
    assert len({issue.summary for issue in told}) == 5


@pytest.mark.parametrize("lag", [3, 8])
def test_what_the_index_learns_minutes_late_is_seen_by_the_next_run(
    site: MirroredSite, lag: int
) -> None:
    site.jira.view.index_lag = timedelta(minutes=lag)
    site.pass_time(hours=1)
    one = edit(site, "Late")
    site.pass_time(minutes=lag - 1)
    site.pull()
    site.pass_time(minutes=1)

    site.pull()

    assert site.issues()[one].summary == "Late"


def test_a_bulk_change_that_the_index_learns_hours_late_is_seen_by_the_daily_run(
    site: MirroredSite,
) -> None:
    site.jira.view.index_lag = timedelta(hours=3)
    ids = site.company.ids_of("RPT")
    for one in ids:
        site.company.edit(one, labels=["bulk"])
    for _ in range(3):
        site.pass_time(hours=1)
        site.pull()
    site.jira.view.index_lag = timedelta(0)
    site.pass_time(hours=20)

    site.pull()

    assert {site.issues()[one].labels for one in ids} == {("bulk",)}


@pytest.mark.parametrize("minutes", [-10, 10])
@on_cloud_first
def test_our_own_clock_is_never_asked(site: MirroredSite, minutes: int) -> None:
    one = edit(site, "Whatever our clock says")
    site.pass_time(minutes=1)

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes), tick=True):
        pulled = site.pull()

    assert pulled.profile.server_time == site.company.now
    assert set(site.site_store.read_watermarks().values()) == {site.company.now}
    assert site.issues()[one].summary == "Whatever our clock says"


def test_a_site_that_reads_numbers_otherwise_is_read_whole_each_time(site: MirroredSite) -> None:
    site.jira.view.reads_milliseconds = False
    one = edit(site, "Found by reading all")
    site.pass_time(minutes=1)

    pulled = site.pull()

    assert site.issues()[one].summary == "Found by reading all"
    assert pulled.report.issues == len(site.company.issues)


def test_when_jiras_clock_goes_back_everything_is_read(site: MirroredSite) -> None:
    site.pass_time(hours=-2)

    assert site.pull().report.issues == len(site.company.issues)
    assert set(site.site_store.read_watermarks().values()) == {site.company.now}


@pytest.mark.parametrize("path", ["serverInfo", "/search", "myself"])
@on_cloud_first
def test_a_walk_that_fails_moves_no_watermark(site: MirroredSite, path: str) -> None:
    before, record = site.site_store.read_watermarks(), site.site_store.ensure_record()
    one = edit(site, "Behind the back of a walk that failed")
    site.pass_time(hours=5)
    site.jira.faults.append(Fault(path, "bad-gateway", nth=range(2, 99)))
    if path == "serverInfo":
        site.jira.faults.append(Fault(path, "bad-gateway"))
    with pytest.raises(HeadwayError):
        site.pull()
    after = site.site_store.ensure_record()
    site.jira.faults.clear()

    site.pull()

    assert (after.as_of, after.census_at, after.walk) == (
        record.as_of,
        record.census_at,
        record.walk,
    )
    assert set(before.values()) < set(site.site_store.read_watermarks().values()) | set(
        before.values()
    )
    assert site.issues()[one].summary == "Behind the back of a walk that failed"


@pytest.mark.every_kind
def test_an_older_version_never_overwrites_a_newer_one(site: MirroredSite) -> None:
    """Nodes of a Data Center answer from indexes of their own; one of them may be behind."""
    one = edit(site, "Old")
    site.pass_time(minutes=1)
    site.pull()
    site.jira.view.fall_behind([one])
    site.pass_time(minutes=1)
    edit(site, "New")
    behind, site.jira.view.old_versions = site.jira.view.old_versions, {}
    site.pull()
    site.jira.view.old_versions = behind

    pulled = site.pull()

    assert site.issues()[one].summary == "New"
    is_fetched_by_search = not site.jira.view.is_cloud
    assert ("issues-older" in {f.code for f in pulled.findings}) == is_fetched_by_search


@on_cloud_first
def test_an_issue_shown_older_is_asked_for_again_until_it_is_not(site: MirroredSite) -> None:
    """However long the index is behind: nothing lists the change when it has caught up."""
    one = edit(site, "Old")
    site.jira.view.fall_behind([one])
    behind, site.jira.view.old_versions = site.jira.view.old_versions, {}
    site.pass_time(minutes=1)
    edit(site, "New")
    site.pull()
    site.jira.view.old_versions = behind
    site.pass_time(minutes=1)
    edit(site, "Newest")
    for _ in range(3):
        site.pass_time(minutes=1)
        site.pull()
        site.pass_time(hours=1)
    site.jira.view.old_versions = {}

    site.pull()

    assert site.issues()[one].summary == "Newest"
    assert site.site_store.ensure_record().unread == ()


@on_cloud_first
def test_a_jira_restored_from_a_backup_is_taken_as_it_is_when_a_person_says_so(
    site: MirroredSite,
) -> None:
    one = some_issue(site)
    before = site.issues()[one]
    edit(site, "Before the disaster")
    site.pass_time(minutes=1)
    site.pull()
    restored = before.updated_at
    edit(site, "From the backup", updated=restored)
    site.pass_time(days=8)
    pulled = site.pull()
    kept = site.issues()[one].summary

    site.pull(full=True)

    assert "issues-older" in {finding.code for finding in pulled.findings}
    assert (kept, site.issues()[one].summary) == ("Before the disaster", "From the backup")
