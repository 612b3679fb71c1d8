"""What a census lacks: counted in the mirror, and judged before it is taken."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from models.backlog import Identity, Issue, Project, SiteProfile
from models.loss import Cell, Loss
from models.tables import state
from sync.jira.client.site import Site
from sync.pipeline.pull import PullRun
from sync.pipeline.pull.census import find_confirmed_missing, find_gone
from sync.pipeline.pull.losses import judge_losses, recall_losses, report_losses
from sync.store.clean.lease import Lease
from sync.store.db.addresses import parse_url
from sync.store.db.engines import build_engine, open_writer
from sync.store.state.mirror.losses import count_lost
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.mirror.rows import SiteRecord
from sync.store.state.site.site import SiteStore
from tests.builders import AS_OF, an_epic, an_issue
from tests.sync.jira.reading import RESTLESS
from tests.sync.pipeline.pull.site import RULES

DAY = timedelta(days=1)
PAY, RPT = Project(id=1, key="PAY", name="Payments"), Project(id=2, key="RPT", name="Reports")
KEYS = {1: "PAY", 2: "RPT"}
LONG_AGO = {1: AS_OF - 30 * DAY, 2: AS_OF - 30 * DAY}
STORY, EPIC = Cell("PAY", "Story", 0), Cell("PAY", "Epic", 1)


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    """An empty mirror."""
    engine = build_engine(parse_url(f"sqlite:///{tmp_path}/state.db", "test"), state.SCHEMA)
    state.metadata.create_all(engine)
    yield Mirror(engine, "main")
    engine.dispose()


def write(mirror: Mirror, issues: Sequence[Issue]) -> list[int]:
    mirror.write_issues(issues, {}, 1)
    return [issue.id for issue in issues]


def miss(mirror: Mirror, ids: Sequence[int], since: Any) -> None:
    with open_writer(mirror.engine) as connection:
        gone = state.issue.c.id.in_(ids)
        connection.execute(update(state.issue).where(gone).values(missing_since=since))


def reports(number: int) -> list[Issue]:
    return [an_issue(project="RPT", project_id=2) for _ in range(number)]


def stories(number: int) -> list[Issue]:
    return [an_issue() for _ in range(number)]


def record_of(**changes: Any) -> SiteRecord:
    values: dict[str, Any] = {"hash_key": "00", "as_of": AS_OF, "walk": 1}
    return SiteRecord(**(values | changes))


def run_on(mirror: Mirror) -> PullRun:
    return PullRun(
        site=Site(name="main", url="http://127.0.0.1:1", token="t"),
        mirror=mirror,
        site_store=SiteStore(mirror.engine, "main"),
        rulebook=RULES,
        lease=Lease("test", 1),
        progress=lambda _read, _listed: None,
        retry_policy=RESTLESS,
    )


def test_a_census_without_an_answer_lacks_nothing(mirror: Mirror) -> None:
    write(mirror, stories(6))

    assert find_gone(mirror, None, [PAY]) == ([], [])


@pytest.mark.parametrize(("number", "is_hidden"), [(5, True), (4, False)])
def test_a_project_that_loses_all_of_five_issues_is_hidden_and_not_emptied(
    mirror: Mirror, number: int, is_hidden: bool
) -> None:
    ids = write(mirror, stories(number))

    found = find_gone(mirror, set(), [RPT, PAY])

    assert found == (([], [PAY]) if is_hidden else (ids, []))


def test_issues_that_a_census_lacks_are_gone_one_by_one_in_order(mirror: Mirror) -> None:
    later, sooner = stories(6), reports(6)
    ids = write(mirror, [*sooner, *later])
    present = set(ids) - {later[0].id, later[3].id, sooner[2].id}

    gone, hidden = find_gone(mirror, present, [RPT, PAY])

    assert gone == sorted([later[0].id, later[3].id, sooner[2].id])
    assert hidden == []


def test_what_one_census_lacks_is_confirmed_by_that_alone_which_comes_after_it(
    mirror: Mirror,
) -> None:
    first, before, still = write(mirror, stories(3))
    miss(mirror, [first], AS_OF)
    miss(mirror, [before], AS_OF - DAY)

    def confirmed(census: Any) -> set[int]:
        return {issue.id for issue in find_confirmed_missing(mirror, census)}

    assert confirmed(AS_OF) == {first}
    assert confirmed(AS_OF - DAY) == {before, first}
    assert confirmed(AS_OF + DAY) == set()
    assert find_confirmed_missing(mirror, None) == []
    assert still in mirror.present_ids(1)


def test_lost_are_those_gone_now_and_those_missed_since_the_floor(mirror: Mirror) -> None:
    ids = write(mirror, stories(10))
    epics = write(mirror, [an_epic(), an_epic()])
    miss(mirror, ids[:2], AS_OF - 30 * DAY)
    miss(mirror, ids[2:5], AS_OF - 29 * DAY)

    had, lost = count_lost(mirror, [ids[5], epics[0]], KEYS, LONG_AGO)

    assert had == {STORY: 8, EPIC: 2}
    assert lost == {STORY: 4, EPIC: 1}


def test_each_project_has_a_floor_of_its_own(mirror: Mirror) -> None:
    ids, others = write(mirror, stories(3)), write(mirror, reports(3))
    miss(mirror, [ids[0], others[0]], AS_OF - 9 * DAY)

    had, lost = count_lost(mirror, [], KEYS, {1: AS_OF - 9 * DAY, 2: AS_OF - 20 * DAY})

    assert had == {STORY: 2, STORY._replace(project="RPT"): 3}
    assert lost == {STORY._replace(project="RPT"): 1}


def test_projects_and_sites_that_are_not_looked_at_are_not_counted(mirror: Mirror) -> None:
    ids, others = write(mirror, stories(3)), write(mirror, reports(3))
    abroad = Mirror(mirror.engine, "abroad")
    theirs = write(abroad, [an_issue(site="abroad") for _ in range(3)])

    had, lost = count_lost(mirror, [ids[0], others[0], theirs[0]], {1: "PAY"}, {1: AS_OF - DAY})

    assert (had, lost) == ({STORY: 3}, {STORY: 1})


def test_a_share_of_a_project_that_a_census_lacks_is_in_doubt(mirror: Mirror) -> None:
    ids = write(mirror, [*stories(40), an_epic()])

    found = judge_losses(run_on(mirror), record_of(), ids[:12], [PAY, RPT], AS_OF)

    assert found == (
        Loss(project="PAY", kind="issues", lost=12, had=41),
        Loss(project="PAY", kind="Story", lost=12, had=40),
    )


def test_what_went_in_the_month_before_counts_along_and_no_longer(mirror: Mirror) -> None:
    ids = write(mirror, [*stories(40), an_epic()])

    def judge(days: float, **changes: Any) -> tuple[Loss, ...]:
        miss(mirror, ids[:6], AS_OF - days * DAY)
        return judge_losses(run_on(mirror), record_of(**changes), ids[6:12], [PAY], AS_OF)

    assert [loss.lost for loss in judge(29)] == [12, 12]
    assert judge(31) == ()
    taken = Loss(project="PAY", kind="issues", lost=6, had=41, taken_at=AS_OF - 5 * DAY)
    assert judge(6, losses=(taken,)) == ()
    assert len(judge(4, losses=(taken,))) == 2


def test_what_a_person_accepted_is_not_in_doubt(mirror: Mirror) -> None:
    ids = write(mirror, [*stories(40), an_epic()])
    said = tuple(Loss(project="PAY", kind=kind, lost=12, had=41) for kind in ("issues", "Story"))

    assert judge_losses(run_on(mirror), record_of(losses=said), ids[:12], [PAY], AS_OF) == ()


def test_nothing_is_in_doubt_before_a_first_whole_walk_or_where_nothing_went(
    mirror: Mirror,
) -> None:
    ids = write(mirror, stories(40))
    miss(mirror, ids[:30], AS_OF - DAY)

    assert judge_losses(run_on(mirror), record_of(as_of=None), ids, [PAY], AS_OF) == ()
    assert judge_losses(run_on(mirror), record_of(), [], [PAY], AS_OF) == ()


def test_without_a_census_what_was_in_doubt_still_is() -> None:
    losses = tuple(Loss(project=key, kind="issues", lost=9, had=10) for key in ("PAY", "RPT"))
    profile = SiteProfile(
        deployment="cloud",
        version="1",
        server_time=AS_OF,
        described_at=AS_OF,
        identity=Identity("a1", "Reader"),
        projects=(),
        types=(),
        fields=(),
    )
    before = record_of(profile=replace(profile, losses=losses))

    assert recall_losses(before, [PAY]) == losses[:1]
    assert recall_losses(record_of(), [PAY]) == ()


def test_each_project_that_is_not_shown_whole_is_told_once() -> None:
    losses = [
        Loss(project=key, kind=kind, lost=9, had=10)
        for key in ("PAY", "RPT")
        for kind in ("issues", "epics")
    ]

    found = list(report_losses(losses))

    assert [(each.code, each.where) for each in found] == [
        ("issues-lost", "project PAY"),
        ("issues-lost", "project RPT"),
    ]
    assert found[0].what.startswith(
        "9 of 10 issues, 9 of 10 epics are not shown any more, as where"
    )
    assert "Give the account its permission back" in found[0].what
