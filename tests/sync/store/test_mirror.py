from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import Engine

from models.backlog import (
    DoneSource,
    Identity,
    Issue,
    IssueRef,
    Project,
    Rung,
    SiteProfile,
    StatusCategory,
    Version,
)
from sync.store.mirror import Mirror
from tests.builders import AS_OF, an_epic, an_issue, finished

PROFILE = SiteProfile(
    deployment="cloud",
    version="1",
    server_time=AS_OF,
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
    rung=st.sampled_from(Rung),
    status=texts,
    status_category=st.sampled_from(StatusCategory),
    updated_at=moments,
    parent=st.none() | st.builds(IssueRef, st.none() | st.integers(1, 99), st.none() | texts),
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


@given(found=st.lists(issues, max_size=5, unique_by=lambda issue: issue.id))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_issue_comes_back_as_it_went_in(state_engine: Engine, found: list[Issue]) -> None:
    mirror = Mirror(state_engine, "main")

    mirror.write(found, mirror.seen(), 1)

    back = {issue.id: issue for issue in mirror.issues()}
    for issue in found:
        assert replace(back[issue.id], former_keys=()) == issue


def test_writing_the_same_again_writes_nothing(state_engine: Engine) -> None:
    mirror = Mirror(state_engine, "main")
    found = [an_issue(), an_epic(), finished()]

    assert mirror.write(found, mirror.seen(), 1) == 3
    assert mirror.write(found, mirror.seen(), 2) == 0
    assert mirror.write([replace(found[0], summary="New"), *found[1:]], mirror.seen(), 3) == 1


def test_a_moved_issue_keeps_its_row_and_its_former_key(state_engine: Engine) -> None:
    mirror = Mirror(state_engine, "main")
    issue = an_issue(key="PAY-1")
    for key in ("PAY-1", "ID-7", "ID-7", "OPS-3"):
        mirror.write([replace(issue, key=key)], mirror.seen(), 1)

    (back,) = mirror.issues()
    assert (back.id, back.key, back.former_keys) == (issue.id, "OPS-3", ("PAY-1", "ID-7"))


def test_what_did_not_come_is_marked_missing_and_what_returns_is_not(
    state_engine: Engine,
) -> None:
    mirror = Mirror(state_engine, "main")
    here, gone = an_issue(), an_issue()
    elsewhere = an_issue(project_id=2, project="OPS")
    mirror.record()
    mirror.write([here, gone, elsewhere], mirror.seen(), 1)

    assert mirror.finish_walk(PROFILE, [], {here.id}, 1) == 1
    missing = {issue.id for issue in mirror.issues() if issue.missing_since}
    mirror.write([gone], mirror.seen(), 2)

    assert missing == {gone.id}
    assert [issue.missing_since for issue in mirror.issues()] == [None, None, None]


def test_a_walk_is_committed_with_its_cursor_and_as_of(state_engine: Engine) -> None:
    mirror = Mirror(state_engine, "main")
    before = mirror.record()

    mirror.finish_walk(PROFILE, ["cf1"], set(), 1)

    after = mirror.find_record()
    assert (before.as_of, before.walk) == (None, 0)
    assert after is not None
    assert (after.as_of, after.walk, after.points_fields) == (AS_OF, 1, ("cf1",))
    assert after.hash_key == before.hash_key
    assert mirror.projects() == list(PROFILE.projects)


def test_only_epics_that_changed_are_written(state_engine: Engine) -> None:
    mirror = Mirror(state_engine, "main")
    epic, story = an_epic(), an_issue()
    mirror.write([epic, story], mirror.seen(), 1)

    assert mirror.write_epics({epic.id: None, story.id: epic.id}) == 1
    assert mirror.write_epics({epic.id: None, story.id: epic.id}) == 0
    assert {issue.id: issue.epic_id for issue in mirror.issues()} == {
        epic.id: None,
        story.id: epic.id,
    }


def test_two_sites_do_not_see_each_other(state_engine: Engine) -> None:
    main, other = Mirror(state_engine, "main"), Mirror(state_engine, "other")
    issue = an_issue(updated_at=AS_OF - timedelta(days=1))
    main.write([issue], main.seen(), 1)
    other.write([replace(issue, site="other", summary="Theirs")], other.seen(), 1)

    assert [found.summary for found in main.issues()] == [issue.summary]
    assert main.record().hash_key != other.record().hash_key
