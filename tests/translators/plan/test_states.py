from datetime import timedelta
from typing import Any

import pytest

from models.backlog import Issue, Version
from models.capability import State
from models.conditions import Line
from models.rollup import EffortTotals
from models.rulebook import Availability, Extent
from tests.builders import AS_OF, effort_rules, finished
from translators.effort.rating import sum_effort
from translators.plan.states import evidence_of, find_proposed_state, state_of

RELEASED, UNRELEASED = (Version("4.2", True),), (Version("5.0", False),)


def ago(days: int, **changes: Any) -> Issue:
    return finished(done_at=AS_OF - timedelta(days=days), **changes)


def work_of(*items: Issue) -> EffortTotals:
    return sum_effort(items, (), effort_rules(), ())


def word(extent: Extent) -> Availability:
    return Availability(extent, "@pm", None, Line("c.yaml", 1))


@pytest.mark.parametrize(
    ("days", "before", "expected"),
    [
        (0, None, State.RECENT),
        (45, None, State.RECENT),
        (46, None, State.EARLIER),
        (46, State.RECENT, State.RECENT),
        (90, State.RECENT, State.RECENT),
        (91, State.RECENT, State.EARLIER),
        (46, State.EARLIER, State.EARLIER),
    ],
)
def test_recent_is_entered_within_45_days_and_left_after_90(
    days: int, before: State | None, expected: State
) -> None:
    assert state_of(work_of(ago(days)), None, before, AS_OF) is expected


@pytest.mark.parametrize(
    ("versions", "before", "proposed"),
    [
        ([RELEASED, RELEASED], None, State.AVAILABLE),
        ([RELEASED, UNRELEASED], None, State.PARTLY_AVAILABLE),
        ([RELEASED, ()], None, State.PARTLY_AVAILABLE),
        ([UNRELEASED, ()], None, None),
        ([RELEASED, UNRELEASED], State.AVAILABLE, None),
        ([RELEASED, UNRELEASED], State.PARTLY_AVAILABLE, None),
        ([RELEASED], State.PARTLY_AVAILABLE, State.AVAILABLE),
    ],
)
def test_released_versions_propose_availability_and_never_publish_it(
    versions: list[tuple[Version, ...]], before: State | None, proposed: State | None
) -> None:
    work = work_of(*(ago(10, fix_versions=found) for found in versions))

    assert state_of(work, None, before, AS_OF) is (before or State.RECENT)
    assert find_proposed_state(work, None, before) is proposed


def test_where_the_product_team_has_spoken_nothing_is_proposed() -> None:
    assert (
        find_proposed_state(work_of(ago(1, fix_versions=RELEASED)), word(Extent.NONE), None) is None
    )


@pytest.mark.parametrize(
    ("extent", "before", "expected"),
    [
        (Extent.ALL, None, State.AVAILABLE),
        (Extent.PART, None, State.PARTLY_AVAILABLE),
        (Extent.PART, State.AVAILABLE, State.PARTLY_AVAILABLE),
        (Extent.NONE, State.AVAILABLE, State.RECENT),
    ],
)
def test_the_product_teams_word_beats_all_evidence(
    extent: Extent, before: State | None, expected: State
) -> None:
    items = [ago(10, fix_versions=RELEASED)]

    assert state_of(work_of(*items), word(extent), before, AS_OF) is expected


def test_nothing_finished_and_said_to_be_usable_is_usable() -> None:
    assert state_of(work_of(), word(Extent.ALL), None, AS_OF) is State.AVAILABLE


@pytest.mark.parametrize(
    ("items", "said", "state", "words"),
    [
        (
            [],
            Availability(Extent.ALL, "@pm", "2026-03", Line("c.yaml", 7)),
            State.AVAILABLE,
            "by the word of @pm since 2026-03, at c.yaml:7",
        ),
        (
            [ago(3, fix_versions=RELEASED), ago(4)],
            None,
            State.PARTLY_AVAILABLE,
            "it was published so, and stays until the product team says otherwise",
        ),
        (
            [ago(3)],
            None,
            State.AVAILABLE,
            "it was published so, and stays until the product team says otherwise",
        ),
        ([ago(3), ago(9)], None, State.RECENT, "its newest work was finished on 2026-11-20"),
        ([], None, State.EARLIER, "no finished work is known"),
        ([ago(3)], None, State.WITHDRAWN, "it was taken off the list"),
    ],
)
def test_a_state_says_what_it_rests_on(
    items: list[Issue], said: Availability | None, state: State, words: str
) -> None:
    assert evidence_of(work_of(*items), said, state) == words
