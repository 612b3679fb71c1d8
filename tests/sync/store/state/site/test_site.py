"""What is kept of a site is written by who has its fence, of that site alone, and whole."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, select

from models.backlog import Identity, Project, SiteProfile
from models.emptied import Emptied
from models.errors import StoppedError
from models.finding import Finding
from models.loss import Loss
from models.rollup import rollup_number
from models.tables import state
from sync.jira.describe.field_plan import FieldPlan
from sync.store.db.engines import open_reader, open_writer
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.mirror.rows import SiteRecord
from sync.store.state.rollups import is_fenced, read_changed_issues, save_cached_translation
from sync.store.state.site.site import SiteStore
from tests.builders import AS_OF, an_issue
from tests.passed_points import noted_points
from tests.variants import on_sqlite_first

pytestmark = on_sqlite_first
PAY, WEB = Project(id=1, key="PAY", name="Payments"), Project(id=2, key="WEB", name="Web")
PROFILE = SiteProfile(
    deployment="cloud",
    version="1",
    server_time=AS_OF,
    described_at=AS_OF,
    identity=Identity("a1", "Reader"),
    projects=(PAY,),
    types=(),
    fields=(),
)
LATER = replace(PROFILE, server_time=AS_OF + timedelta(hours=1), projects=(PAY, WEB))
FIELDS = FieldPlan(requested=("summary",), points=("cf1",))
LOSS = Loss(project="PAY", kind="issues", lost=9, had=10)
EMPTIED = Emptied(field="labels", project="PAY", type="Story", lost=9, unedited=9, had=10)
KEPT = {"by": "a test"}
OTHERS = ("another", "other")
"""Sites of the same database: one that comes before ours, and one after it."""


@pytest.fixture
def site(state_engine: Engine) -> SiteStore:
    """A site that no walk has come to, between two that have been read."""
    for name in (OTHERS[0], "main", OTHERS[1]):
        SiteStore(state_engine, name).ensure_record()
    for name in OTHERS:
        other = SiteStore(state_engine, name)
        other.begin_walk(PROFILE, ["theirs"], 1, token=70)
        other.finish_walk(PROFILE, FIELDS, 1, token=70)
        other.accept_losses([LOSS])
        keep_translation(other)
    return SiteStore(state_engine, "main")


def keep_translation(site: SiteStore) -> None:
    with open_writer(site.engine) as connection:
        save_cached_translation(connection, site.site, KEPT)


def record(site: SiteStore) -> SiteRecord:
    found = site.find_record()
    assert found is not None
    return found


def others(site: SiteStore) -> list[Any]:
    """All that is kept of the other sites."""
    table = state.site
    with open_reader(site.engine) as connection:
        query = select(table).where(table.c.site.in_(OTHERS)).order_by(table.c.site)
        return list(connection.execute(query))


def holds_fence(site: SiteStore, token: int) -> bool:
    with open_writer(site.engine) as connection:
        return is_fenced(connection, site.site, token)


def test_a_walk_begins_with_its_fence_its_fields_and_a_watermark_for_each_new_project(
    site: SiteStore,
) -> None:
    theirs = others(site)

    site.begin_walk(PROFILE, ["summary"], 1, token=7)
    begun, first = site.read_watermarks(), record(site)
    site.begin_walk(LATER, ["labels"], 2, token=8)

    assert (begun, first.fields, first.points_fields) == ({1: AS_OF}, ("summary",), ())
    assert site.read_watermarks() == {1: AS_OF, 2: LATER.server_time}
    assert record(site).fields == ("labels",)
    assert [holds_fence(site, token) for token in (7, 8)] == [False, True]
    assert others(site) == theirs


def test_a_walk_that_begins_keeps_which_fields_had_the_points(site: SiteStore) -> None:
    site.begin_walk(PROFILE, ["summary"], 1, token=7)
    site.finish_walk(PROFILE, FIELDS, 1, token=7)

    site.begin_walk(PROFILE, ["labels"], 2, token=7)

    assert (record(site).fields, record(site).points_fields) == (("labels",), ("cf1",))


@pytest.mark.parametrize(("said", "kept"), [({}, KEPT), ({"is_translation_kept": False}, None)])
def test_a_walk_begins_on_the_last_translation_unless_it_is_told_otherwise(
    site: SiteStore, said: dict[str, bool], kept: dict[str, str] | None
) -> None:
    keep_translation(site)
    theirs = others(site)

    site.begin_walk(PROFILE, ["summary"], 1, token=7, **said)

    assert site.read_cached_translation() == kept
    assert others(site) == theirs


def test_a_fence_is_taken_of_one_site(site: SiteStore) -> None:
    theirs = others(site)

    site.take_fence(9)

    assert holds_fence(site, 9)
    assert others(site) == theirs


def test_a_walk_that_came_through_is_committed_whole(site: SiteStore) -> None:
    theirs = others(site)
    site.begin_walk(PROFILE, ["summary"], 1, token=7)
    keep_translation(site)

    with noted_points() as passed:
        site.finish_walk(LATER, FIELDS, 2, token=7, unread={5, 4}, accepted=[LOSS])

    found = record(site)
    assert (found.profile, found.as_of, found.walk) == (LATER, LATER.server_time, 2)
    assert (found.fields, found.points_fields) == (("summary",), ("cf1",))
    assert (found.unread, found.losses) == ((4, 5), (LOSS,))
    assert (found.census_at, found.reread_at, found.noticed) == (None, None, ())
    assert site.list_projects() == [PAY, WEB]
    assert site.read_watermarks() == {1: LATER.server_time, 2: LATER.server_time}
    assert site.read_cached_translation() is None
    assert passed == ["walk.committing"]
    assert others(site) == theirs


def test_a_census_and_a_rereading_are_remembered_until_the_next_and_so_is_what_they_noticed(
    site: SiteStore,
) -> None:
    site.take_fence(7)
    noticed = [Finding("points-differ", "story points", "in 3 issues")]
    site.finish_walk(PROFILE, FIELDS, 1, token=7, census=True, reread=True, noticed=noticed)
    site.finish_walk(LATER, FIELDS, 2, token=7)
    kept = record(site)
    site.finish_walk(LATER, FIELDS, 3, token=7, census=True, noticed=[])
    counted = record(site)
    site.finish_walk(LATER, FIELDS, 4, token=7, reread=True)

    assert (kept.census_at, kept.reread_at, kept.noticed) == (AS_OF, AS_OF, tuple(noticed))
    assert (counted.census_at, counted.reread_at, counted.noticed) == (LATER.server_time, AS_OF, ())
    assert record(site).reread_at == LATER.server_time


def test_losses_that_were_accepted_are_forgotten_with_the_next_walk(site: SiteStore) -> None:
    site.take_fence(7)
    site.finish_walk(PROFILE, FIELDS, 1, token=7, accepted=[LOSS])

    site.finish_walk(PROFILE, FIELDS, 2, token=7)

    assert record(site).losses == ()


def test_what_is_accepted_stands_beside_what_was_accepted_before(site: SiteStore) -> None:
    theirs = others(site)

    site.accept_emptied([EMPTIED])
    site.accept_losses([LOSS])

    assert (record(site).accepted, record(site).losses) == ((EMPTIED,), (LOSS,))
    assert others(site) == theirs


def test_what_is_gone_is_missing_and_nothing_else_is(site: SiteStore) -> None:
    mirror, other = Mirror(site.engine, "main"), Mirror(site.engine, OTHERS[0])
    here, gone = an_issue(id=1, key="PAY-1"), an_issue(id=2, key="PAY-2")
    for each in (mirror, other):
        each.write_issues([replace(issue, site=each.site) for issue in (here, gone)], {}, 1)
    site.take_fence(7)

    site.finish_walk(PROFILE, FIELDS, 1, token=7, gone=[gone.id], census=True)

    assert (mirror.missing_ids(), other.missing_ids()) == ({gone.id: "PAY-2"}, {})


@pytest.mark.parametrize("is_cached", [True, False])
def test_where_the_translation_is_kept_what_is_confirmed_missing_bears_on_it(
    site: SiteStore, is_cached: bool
) -> None:
    missing = an_issue(id=2, key="PAY-2")
    site.take_fence(7)
    if is_cached:
        keep_translation(site)

    site.finish_walk(PROFILE, FIELDS, 1, token=7, missing=[missing], is_translation_kept=True)

    noted = [(missing.id, rollup_number(missing))] if is_cached else []
    assert read_changed_issues(site.engine, "main") == noted
    assert site.read_cached_translation() == (KEPT if is_cached else None)


def test_who_was_overtaken_commits_nothing_of_a_walk(site: SiteStore) -> None:
    site.begin_walk(PROFILE, ["summary"], 1, token=7)
    keep_translation(site)
    site.take_fence(8)
    before = record(site)

    with pytest.raises(StoppedError, match=r"^run: was overtaken by another worker"):
        site.finish_walk(LATER, FIELDS, 2, token=7, gone=[1])

    assert record(site) == before
    assert site.read_watermarks() == {1: AS_OF}
    assert site.read_cached_translation() == KEPT
