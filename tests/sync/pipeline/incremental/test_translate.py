"""What changed is translated by itself, and it comes to what a translation of everything would."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import update

from models.backlog import HierarchyLevel, IssueRef, StatusCategory, Version
from models.effort import EntryKind
from models.errors import StoppedError
from models.tables import state
from sync.pipeline.incremental import as_list, save_translation, translate_list
from sync.pipeline.incremental.affected import find_affected
from sync.pipeline.inputs.changes import read_changes
from sync.store.db.engines import open_reader, open_writer
from sync.store.state import ledger
from sync.store.state.decisions.decisions import read_decisions
from tests.builders import AS_OF, WINDOW, an_epic, an_issue, finished
from tests.examples import examples
from tests.sync.pipeline.incremental.beginnings import Beginnings
from tests.sync.pipeline.incremental.changing import GENERATION, Changing
from tests.variants import on_sqlite_first

OPEN = {
    "status": "In Progress",
    "status_category": StatusCategory.INDETERMINATE,
    "resolution": None,
    "resolved_at": None,
}


def done(days_ago: float) -> dict[str, Any]:
    """What changes of an issue that was finished so many days before AS_OF."""
    return {
        "status": "Done",
        "status_category": StatusCategory.DONE,
        "resolution": "Done",
        "resolved_at": AS_OF - timedelta(days=days_ago),
    }


def credited(site: Changing, issue_id: int) -> int:
    with open_reader(site.context.state) as connection:
        booked = ledger.read_entries(connection, "main", GENERATION, [issue_id])
    return sum(entry.credit for entry in booked)


def decided(site: Changing) -> set[int]:
    return set(read_decisions(site.context.state, "main"))


@on_sqlite_first
def test_nothing_changed_and_nothing_is_translated(site: Changing) -> None:
    site.write([])

    assert site.translate().how == "skipped"


def test_an_issue_that_is_finished_is_translated_by_itself(site: Changing) -> None:
    site.write([replace(site.issues[60], **done(0))])

    assert site.translate().how == "part"
    assert site.translate().how == "skipped"


def test_work_that_is_reopened_is_taken_back_at_once(site: Changing) -> None:
    assert credited(site, 11) > 0

    site.write([replace(site.issues[11], **OPEN)])

    assert site.translate().how == "part"
    assert credited(site, 11) == 0


@on_sqlite_first
def test_a_story_under_another_epic_takes_its_sub_tasks_along(site: Changing) -> None:
    site.write([replace(site.issues[10], parent=IssueRef(id=2))])

    assert site.translate().how == "part"
    epics = {issue.id: issue.epic_id for issue in site.context.mirror.read_by_ids([10, 80])}
    assert epics == {10: 2, 80: 2}


def test_children_that_hung_in_the_air_find_their_epic_when_it_comes(site: Changing) -> None:
    without_epic = [
        an_issue(id=200, epic_link="PAY-300"),
        finished(id=201, parent=IssueRef(id=300)),
    ]
    site.write(without_epic)
    site.translate()

    site.write([an_epic(id=300, key="PAY-300", summary="More search")])

    assert site.translate().how == "part"
    epics = {issue.id: issue.epic_id for issue in site.context.mirror.read_by_ids([200, 201])}
    assert epics == {200: 300, 201: 300}


@on_sqlite_first
def test_an_epic_that_gets_a_new_key_keeps_what_names_the_old_one(site: Changing) -> None:
    site.write([replace(site.issues[1], key="INT-500", project="INT", project_id=2)])

    assert site.translate().how == "part"
    assert {issue.epic_id for issue in site.context.mirror.read_by_ids([70, 71])} == {1}


@on_sqlite_first
def test_a_circle_that_closes_far_above_is_seen_from_below(site: Changing) -> None:
    site.write(
        [replace(site.issues[4], hierarchy_level=HierarchyLevel.ABOVE, parent=IssueRef(id=1))]
    )
    site.translate()

    site.write([replace(site.issues[1], parent=IssueRef(id=10))])
    made = site.translate()

    assert made.how == "part"
    assert "cyclic-parent" in made.codes


def test_an_epic_that_is_gone_is_decided_no_more(site: Changing) -> None:
    site.write([], gone=[3])

    assert site.translate().how == "part"
    assert 3 not in decided(site)


def test_a_renamed_project_renames_what_is_gone_of_it_too(site: Changing) -> None:
    site.write([], gone=[1])

    site.rename_project("PAY")

    made = site.translate()
    assert made.codes >= {"epic-gone"}
    assert not made.is_held
    assert {issue.project for issue in site.context.mirror.read_by_ids([1, 3])} == {"PAYX"}


@on_sqlite_first
def test_a_finished_epic_that_gets_a_child_is_no_item_any_more(site: Changing) -> None:
    site.write([an_epic(id=400, key="PAY-400", components=("Invoicing",), **done(60))])
    site.translate()
    site.as_of += timedelta(days=14)
    site.write([])
    assert site.translate().how == "whole"
    assert credited(site, 400) > 0

    site.write([an_issue(id=401, parent=IssueRef(id=400))])

    assert site.translate().how == "part"
    with open_reader(site.context.state) as connection:
        booked = ledger.read_entries(connection, "main", GENERATION, [400])
    assert [entry.kind for entry in booked] == [EntryKind.CREDIT, EntryKind.REVERSAL]


def test_when_a_fortnight_closes_all_is_reckoned(site: Changing) -> None:
    site.as_of += timedelta(days=14)
    site.write([])

    assert site.translate().how == "whole"


@on_sqlite_first
def test_a_state_that_ages_needs_no_more_than_sums(site: Changing) -> None:
    site.write([replace(site.issues[each], **done(88)) for each in (60, 61)])
    site.translate()
    seen: Counter[str] = Counter()
    for _ in range(10):
        site.as_of += timedelta(days=1)
        site.write([])
        seen[site.translate().how] += 1

    assert seen["whole"] <= 1


@on_sqlite_first
def test_the_first_work_of_a_team_is_booked_when_its_fortnight_has_closed(site: Changing) -> None:
    today = finished(id=500, key="WEB-500", project="WEB", project_id=3, done_at=site.as_of)
    before = finished(id=501, key="WEB-501", project="WEB", project_id=3)
    site.write([today])
    assert site.translate().how == "whole"
    site.write([replace(today, id=502, key="WEB-502")])
    assert site.translate().how == "part"

    site.write([before])

    assert site.translate().how == "whole"
    assert credited(site, 501) > 0


@on_sqlite_first
def test_a_team_whose_project_nobody_can_see_waits_and_is_said_to(site: Changing) -> None:
    site.write([finished(id=500, key="OPS-500", project="OPS", project_id=9)])
    made = site.translate()

    assert made.how == "part"
    assert "team-waits" in made.codes


@on_sqlite_first
def test_decisions_of_another_rule_book_are_no_ground_to_stand_on(site: Changing) -> None:
    with open_writer(site.context.state) as connection:
        connection.execute(update(state.decision).values(rulebook_digest="another"))
    site.write([replace(site.issues[60], **done(0))])

    assert site.translate().how == "whole"


@on_sqlite_first
def test_an_issue_that_is_back_counts_again(site: Changing) -> None:
    site.write([], gone=[3])
    site.translate()

    site.write([site.issues[3]])

    assert site.translate().how == "part"
    assert 3 in decided(site)


@on_sqlite_first
def test_a_run_that_ended_before_it_published_is_gone_on_with(site: Changing) -> None:
    """What it wrote of epics is in the mirror, and where the issues were before is known still."""
    site.write([an_issue(id=200, epic_link="PAY-300"), finished(id=201, parent=IssueRef(id=300))])
    site.translate()

    site.write([an_epic(id=300, key="PAY-300", summary="More search")])
    run = site.run()
    changes = read_changes(run.context, run.compiled, run.as_of.date())
    find_affected(site.context.mirror, changes)

    assert site.translate().how == "part"


@on_sqlite_first
def test_a_clean_up_is_set_aside_as_soon_as_it_is_one(site: Changing) -> None:
    many = [
        finished(id=600 + each, key=f"PAY-{600 + each}", parent=IssueRef(id=1), done_at=AS_OF)
        for each in range(80)
    ]
    how = []
    for start in range(0, 80, 8):
        site.write(many[start : start + 8])
        how.append(site.translate().how)

    assert set(how) == {"part", "whole"}
    assert how.count("whole") < 5


@on_sqlite_first
def test_work_that_was_taken_back_is_hidden_while_it_is_open(site: Changing) -> None:
    site.write([replace(site.issues[11], **OPEN)])
    site.translate()

    site.write([replace(site.issues[11], summary="a cleanup")])

    assert site.translate().how == "part"


@on_sqlite_first
def test_booked_work_of_a_team_without_books_does_not_make_all_the_rest_dear(
    site: Changing,
) -> None:
    site.write([replace(site.issues[11], project="WEB", project_id=3, key="WEB-11")])
    assert site.translate().how == "whole"

    for turn in range(3):
        site.write([replace(site.issues[60], **(OPEN if turn % 2 else done(0)))])
        assert site.translate().how == "part"


@on_sqlite_first
def test_a_pin_of_no_epic_names_the_epic_though_another_had_its_key(site: Changing) -> None:
    for key in ("PAY-1x", "PAY-1", "PAY-700"):
        site.write([an_issue(id=700, key=key)])
        site.translate()

    site.write(
        [replace(site.issues[4], hierarchy_level=HierarchyLevel.BASE, parent=IssueRef(id=1))]
    )

    assert "pin-of-no-epic" in site.translate().codes


@on_sqlite_first
def test_a_worker_that_slept_after_it_published_changes_nothing_that_another_settled(
    site: Changing,
) -> None:
    site.write([replace(site.issues[60], **done(0))])
    run = site.run()
    asleep = translate_list(as_list(run))
    site.publish(asleep, remembering=False)
    site.write(
        [
            replace(site.issues[11], **OPEN),
            replace(site.issues[61], **done(0), parent=IssueRef(id=1)),
            replace(site.issues[3], summary="Search"),
        ]
    )
    assert site.translate().how == "part"

    save_translation(run, asleep, 2)

    site.write([])
    assert site.translate().how == "skipped"


def test_a_worker_that_slept_before_it_took_work_back_may_not_when_it_wakes(
    site: Changing,
) -> None:
    site.write([replace(site.issues[11], **OPEN)])
    asleep = site.run()
    site.write([replace(site.issues[11], **done(20))])
    site.translate()
    site.write([replace(site.issues[11], **OPEN)])

    with pytest.raises(StoppedError, match="overtaken"):
        translate_list(as_list(asleep))

    site.translate()
    assert credited(site, 11) == 0


@on_sqlite_first
def test_too_many_changes_are_translated_with_all_the_rest(site: Changing) -> None:
    site.write([replace(site.issues[10 + each], **OPEN) for each in range(20)])

    assert site.translate().how == "whole"


places = st.sampled_from(
    [None, IssueRef(id=1), IssueRef(id=2), IssueRef(id=10), IssueRef(id=99), IssueRef(key="PAY-1")]
)
edits = st.fixed_dictionaries(
    {},
    optional={
        "summary": st.sampled_from(["", "a cleanup", "search", "Something", "search and cleanup"]),
        "components": st.sampled_from([(), ("Invoicing",), ("Payments",)]),
        "labels": st.sampled_from([(), (), ("search",)]),
        "points": st.sampled_from([None, Decimal(1), Decimal(8)]),
        "contributor": st.sampled_from([None, "anna", "dan"]),
        "parent": places,
        "epic_link": st.sampled_from([None, "PAY-1", "INT-2", "PAY-700", "PAY-999"]),
        "hierarchy_level": st.sampled_from(list(HierarchyLevel)),
        "restricted": st.just(False),
        "fix_versions": st.sampled_from([(), (Version("1", True),), (Version("2", False),)]),
    },
)
progress = st.sampled_from(
    [{}, {}, OPEN, done(0.5), done(1), done(30), {**done(2), "resolution": "Won't Do"}]
)
projects = st.sampled_from(
    [
        *({}, {}, {}),
        {"project": "INT", "project_id": 2},
        {"project": "WEB", "project_id": 3},
        {"project": "OPS", "project_id": 9},
    ]
)
keys = st.sampled_from([{}, {}, {}, {"key": "PAY-700"}, {"key": "PAY-701"}])
ids = st.sampled_from([*range(1, 5), *range(10, 24), 60, 61, 70, 71, 80, 82, 700, 701, 702])
steps = st.tuples(
    st.dictionaries(ids, st.tuples(edits, progress, projects, keys), max_size=4),
    st.lists(st.sampled_from([1, 2, 3, 12, 60]), max_size=2, unique=True),
    st.sampled_from([0, 0, 0, 1, 9]),
    st.sampled_from([*[None] * 7, "PAY", "INT"]),
)


@examples(quick=3, long=150)
@given(history=st.lists(steps, min_size=1, max_size=5))
def test_what_changed_comes_to_the_same_as_everything(
    beginnings: Beginnings, history: list[Any]
) -> None:
    """`translate` holds each step against a translation of the whole: plan, ledger, every sum."""
    with TemporaryDirectory() as folder, beginnings.changing(Path(folder)) as site:
        for step in history:
            site.take_step(*step)
            made = site.translate()
            event(f"{made.how}, held" if made.is_held else made.how)


def test_items_without_an_epic_are_translated_by_themselves(site: Changing) -> None:
    """Claimed, renamed in Jira, hidden, below an epic, and gone: `translate` compares each step."""
    loose = [
        finished(
            WINDOW + 1, id=900 + turn, key=f"PAY-{900 + turn}", project_id=1, labels=("search",)
        )
        for turn in range(4)
    ]
    site.as_of += timedelta(days=30)
    site.write(loose)
    assert site.translate().how == "whole"
    assert credited(site, 900) > 0
    assert {900, 901, 902, 903} <= decided(site)

    site.write([replace(site.issues[900], labels=("find",))])
    assert site.translate().how == "part"
    site.write([replace(site.issues[901], summary="A cleanup")])
    assert site.translate().how == "part"
    site.write([replace(site.issues[902], parent=IssueRef(id=1))])
    assert site.translate().how == "part"
    site.write([], gone=[903])
    assert site.translate().how == "part"

    outcomes = {
        number: str(each.decision.outcome)
        for number, each in read_decisions(site.context.state, "main").items()
        if each.decision.is_item
    }
    assert outcomes == {900: "needs_decision", 901: "left_out"}
