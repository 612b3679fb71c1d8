from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from models.backlog import (
    DoneSource,
    HierarchyLevel,
    Identity,
    Issue,
    IssueRef,
    Project,
    SiteProfile,
    StatusCategory,
    Version,
)
from models.errors import StoppedError
from models.finding import Finding
from models.tables import state
from sync.jira.describe.field_plan import FieldPlan
from sync.store.db.engines import open_reader, open_writer
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.rollups import (
    check_fence,
    is_fenced,
    read_before,
    read_changed_issues,
    save_cached_translation,
)
from sync.store.state.site.site import SiteStore
from tests.builders import AS_OF, an_epic, an_issue, finished

PROFILE = SiteProfile(
    deployment="cloud",
    version="1",
    server_time=AS_OF,
    described_at=AS_OF,
    identity=Identity("a1", "Reader"),
    projects=(Project(id=1, key="PAY", name="Payments"),),
    types=(),
    fields=(),
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
moments = st.datetimes(datetime(2001, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
issues = st.builds(
    Issue,
    site=st.just("main"),
    id=st.integers(1, 2**53),
    key=texts,
    project_id=st.just(1),
    project=texts,
    type_id=texts,
    type=texts,
    hierarchy_level=st.sampled_from(HierarchyLevel),
    status=texts,
    status_category=st.sampled_from(StatusCategory),
    updated_at=moments,
    parent=st.none()
    | st.builds(IssueRef, st.integers(1, 99), st.none() | texts)
    | st.builds(IssueRef, st.none(), texts),
    epic_link=st.none() | texts,
    resolution=st.none() | texts,
    resolved_at=st.none() | moments,
    done_at=st.none() | moments,
    done_source=st.none() | st.sampled_from(DoneSource),
    points=st.none() | st.decimals(0, 1000, places=2).map(abs) | st.just(Decimal("0.1")),
    time_spent=st.none() | st.integers(0, 2**40),
    labels=st.lists(texts, max_size=3).map(tuple),
    fix_versions=st.lists(st.builds(Version, texts, st.booleans()), max_size=2).map(tuple),
    summary=texts,
    description=st.none() | texts,
    extra=st.dictionaries(texts, st.lists(texts, max_size=2).map(tuple), max_size=2),
)


READ_WITH = FieldPlan(requested=("summary",), points=("cf1",))


def write(mirror: Mirror, found: list[Issue], walk: int = 1) -> int:
    return mirror.write_issues(found, mirror.read_seen(issue.id for issue in found), walk)


@given(found=st.lists(issues, max_size=5, unique_by=lambda issue: issue.id))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_issue_comes_back_as_it_went_in(state_engine: Engine, found: list[Issue]) -> None:
    mirror = Mirror(state_engine, "main")

    write(mirror, found, 1)

    back = {issue.id: issue for issue in mirror.read_issues()}
    for issue in found:
        assert replace(back[issue.id], former_keys=()) == issue


def test_writing_the_same_again_writes_nothing(state_engine: Engine) -> None:
    mirror = Mirror(state_engine, "main")
    found = [an_issue(), an_epic(), finished()]

    assert write(mirror, found, 1) == 3
    assert write(mirror, found, 2) == 0
    assert write(mirror, [replace(found[0], summary="New"), *found[1:]], 3) == 1


def test_a_moved_issue_keeps_its_row_and_its_former_key(state_engine: Engine) -> None:
    mirror = Mirror(state_engine, "main")
    issue = an_issue(key="PAY-1")
    for key in ("PAY-1", "ID-7", "ID-7", "OPS-3"):
        write(mirror, [replace(issue, key=key)])

    (back,) = mirror.read_issues()
    assert (back.id, back.key, back.former_keys) == (issue.id, "OPS-3", ("PAY-1", "ID-7"))


def test_what_is_gone_is_marked_missing_and_what_returns_is_not(state_engine: Engine) -> None:
    mirror, site_store = Mirror(state_engine, "main"), SiteStore(state_engine, "main")
    here, gone = an_issue(), an_issue(key="PAY-77")
    site_store.ensure_record()
    write(mirror, [here, gone])

    site_store.finish_walk(PROFILE, READ_WITH, 1, token=0, gone=[gone.id], census=True)

    assert mirror.missing_ids() == {gone.id: "PAY-77"}
    assert mirror.missing_ids(AS_OF) == {}
    assert mirror.missing_ids(AS_OF + timedelta(days=1)) == {gone.id: "PAY-77"}
    assert mirror.present_ids(1) == [here.id]
    assert write(mirror, [gone], 2) == 1
    assert [issue.missing_since for issue in mirror.read_issues()] == [None, None]


def test_a_walk_is_committed_with_its_watermarks_and_as_of(state_engine: Engine) -> None:
    site_store = SiteStore(state_engine, "main")
    before = site_store.ensure_record()
    noticed = [Finding("points-differ", "story points", "in 3 issues")]

    site_store.finish_walk(
        PROFILE, READ_WITH, 1, token=0, census=True, reread=True, noticed=noticed, unread={7}
    )

    after = site_store.find_record()
    assert (before.as_of, before.walk) == (None, 0)
    assert after is not None
    assert (after.as_of, after.census_at, after.reread_at) == (AS_OF, AS_OF, AS_OF)
    assert (after.walk, after.fields, after.points_fields) == (1, ("summary",), ("cf1",))
    assert (after.profile, after.noticed, after.unread) == (PROFILE, tuple(noticed), (7,))
    assert after.hash_key == before.hash_key
    assert site_store.list_projects() == list(PROFILE.projects)
    assert site_store.read_watermarks() == {1: AS_OF}


def test_only_epics_that_changed_are_written(state_engine: Engine) -> None:
    mirror = Mirror(state_engine, "main")
    epic, story = an_epic(), an_issue()
    write(mirror, [epic, story])

    mirror.write_epics({story.id: epic.id})
    mirror.write_epics({})

    assert {issue.id: issue.epic_id for issue in mirror.read_issues()} == {
        epic.id: None,
        story.id: epic.id,
    }


def test_two_sites_do_not_see_each_other(state_engine: Engine) -> None:
    main, other = Mirror(state_engine, "main"), Mirror(state_engine, "other")
    issue = an_issue(updated_at=AS_OF - timedelta(days=1))
    write(main, [issue])
    write(other, [replace(issue, site="other", summary="Theirs")])

    assert [found.summary for found in main.read_issues()] == [issue.summary]
    assert SiteStore(state_engine, "main").ensure_record().hash_key != (
        SiteStore(state_engine, "other").ensure_record().hash_key
    )


def test_of_an_issue_that_became_restricted_no_title_is_kept_anywhere(state_engine: Engine) -> None:
    mirror, site_store = Mirror(state_engine, "main"), SiteStore(state_engine, "main")
    site_store.ensure_record()
    issue = an_issue(summary="A title", description="and more")
    write(mirror, [issue], 1)
    with open_writer(state_engine) as connection:
        save_cached_translation(connection, "main", {"by": "a test"})
    write(mirror, [replace(issue, summary="Another title")], 2)
    assert read_before(state_engine, "main", [issue.id])

    write(mirror, [replace(issue, restricted=True, summary="", description=None)], 3)

    assert read_changed_issues(state_engine, "main")
    with open_reader(state_engine) as connection:
        notes = connection.execute(select(state.changed_issue.c.before)).scalars().all()
    assert notes == [None, None]


def test_it_is_blanked_too_where_no_translation_is_kept_any_more(state_engine: Engine) -> None:
    mirror, site_store = Mirror(state_engine, "main"), SiteStore(state_engine, "main")
    site_store.ensure_record()
    issue = an_issue(summary="A title")
    write(mirror, [issue], 1)
    with open_writer(state_engine) as connection:
        save_cached_translation(connection, "main", {"by": "a test"})
    write(mirror, [replace(issue, summary="Another title")], 2)
    site_store.invalidate_translation()

    write(mirror, [replace(issue, restricted=True, summary="")], 3)

    assert read_before(state_engine, "main", [issue.id]) == {}


def test_who_was_overtaken_is_told_by_the_fence_of_his_own_site(state_engine: Engine) -> None:
    for name, token in (("another", 7), ("main", 3)):
        store = SiteStore(state_engine, name)
        store.ensure_record()
        store.take_fence(token)

    with open_writer(state_engine) as connection:
        fenced = [is_fenced(connection, "main", token) for token in (3, 7)]
        check_fence(connection, "main", 3)
        with pytest.raises(StoppedError, match=r"^run: was overtaken by another worker"):
            check_fence(connection, "main", 7)

    assert fenced == [True, False]


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_nobody_overtakes_within_a_commit(state_engine: Engine) -> None:
    store = SiteStore(state_engine, "main")
    store.ensure_record()
    store.take_fence(1)
    other = select(state.site.c.fence).with_for_update(nowait=True)

    with state_engine.connect() as connection:
        assert connection.execute(other).scalar() == 1
    with open_writer(state_engine) as own:
        check_fence(own, "main", 1)
        with state_engine.connect() as connection, pytest.raises(OperationalError, match="lock"):
            connection.execute(other)
