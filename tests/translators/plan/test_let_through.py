"""What data moved counts along until it is back, a person decides it, or a month is over."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from models.capability import PastLevel, PublishedCapability, PublishedState
from models.decision import Outcome
from models.effort import Level
from models.rollup import NO_EFFORT
from models.snapshot import Snapshot
from tests.builders import AS_OF
from tests.translators.plan.test_guard_limits import (
    NO_RULE_CHANGED,
    a_decision,
    a_list,
    change,
    check,
    kept,
    off,
    row,
)
from translators.plan.attribution import Evidence
from translators.plan.let_through import (
    LATELY,
    choose_lately,
    find_lapsed,
    find_level_let_through,
    note_moves,
)
from translators.plan.rule_diff import RuleDiff

DAY = timedelta(days=1)
NONE_LEFT = Evidence((), False, NO_EFFORT)


def publish(
    before: PublishedCapability,
    after: PublishedCapability,
    as_of: datetime = AS_OF,
    *,
    evidence: Evidence = NONE_LEFT,
    rule_diff: RuleDiff = NO_RULE_CHANGED,
) -> PublishedCapability:
    """What is remembered of a capability that is published after it was published `before`."""
    key = before.capability_id
    state = PublishedState(revision=1, capabilities={key: before})
    snapshot = Snapshot(
        as_of=as_of, generation="g1", issues=(), entries=(), windows=(), published_state=state
    )
    return note_moves({key: after}, snapshot, {key: evidence}, rule_diff)[key]


def through(*ranks: int | None) -> PublishedCapability:
    """A capability that was published with these levels, a day each, the last one at AS_OF."""
    now = kept(row(0, ranks[0]))
    for number, rank in enumerate(ranks[1:], start=2 - len(ranks)):
        now = publish(now, kept(row(0, rank)), AS_OF + number * DAY)
    return now


@pytest.mark.parametrize(
    ("ranks", "let_through"),
    [
        ((3,), Level.LARGE),
        ((3, 2), Level.LARGE),
        ((3, 2, 2), Level.LARGE),
        ((3, 2, 1), Level.LARGE),
        ((3, 2, None, 1), Level.LARGE),
        ((3, 2, 3), Level.LARGE),
        ((1, 2, 3), Level.SMALL),
        ((None, 2), Level.NOT_RATED),
    ],
)
def test_a_level_is_compared_with_the_one_before_data_moved_it(
    ranks: tuple[int | None, ...], let_through: Level
) -> None:
    assert find_level_let_through(through(*ranks), AS_OF) is let_through


def test_a_level_that_came_back_was_never_away_however_often() -> None:
    assert through(3, 2, 3).past_levels == ()
    assert through(3, 2, 1, 2, 1, 2) == through(3, 2, 2, 2, 2, 2) != through(3, 3, 3, 3, 3, 2)


def test_after_a_month_each_step_is_as_it_is() -> None:
    fell = through(3, 2, 1)
    early, late = (each.until for each in fell.past_levels)

    assert late - early == DAY
    assert find_level_let_through(fell, early + LATELY - DAY) is Level.LARGE
    assert find_level_let_through(fell, early + LATELY) is Level.MODERATE
    assert find_level_let_through(fell, late + LATELY) is Level.SMALL
    again = publish(fell, kept(row(0, None)), late + LATELY)
    assert again.past_levels == (PastLevel(Level.SMALL, late + LATELY),)


def test_an_epic_counts_along_for_a_month_after_it_was_otherwise() -> None:
    until = {1: AS_OF - LATELY, 2: AS_OF - LATELY + DAY, 3: AS_OF}

    assert choose_lately(until, AS_OF) == {2, 3}


def test_what_a_rule_moves_or_takes_off_the_list_is_let_through() -> None:
    fell = through(3, 2)
    by_rule = RuleDiff(relevelled=frozenset({fell.capability_id}))

    assert publish(fell, kept(row(0, 1)), rule_diff=by_rule).past_levels == ()
    assert publish(fell, kept(off(0))).past_levels == ()
    assert publish(kept(off(0)), kept(row(0))).past_levels == ()


def test_the_last_epic_is_gone_until_there_is_one() -> None:
    fed, alone = kept(row(0)), kept(row(0), is_claimed=False)
    by_rule = RuleDiff(reattributed=frozenset({fed.capability_id}))
    left_out = replace(NONE_LEFT, is_left_out=True)

    lost = publish(fed, alone)

    assert lost.claimed_until == AS_OF
    assert publish(lost, alone, AS_OF + DAY).claimed_until == AS_OF
    assert publish(lost, fed).claimed_until is None
    assert publish(lost, alone, rule_diff=by_rule).claimed_until is None
    assert publish(lost, alone, evidence=left_out).claimed_until is None
    assert publish(alone, alone).claimed_until is None


def fall(*days_ago: int | None) -> list[PublishedCapability]:
    """Twenty capabilities, of which some have fallen so many days ago, None: just now."""
    capabilities = [kept(row(number)) for number in range(20)]
    for number, days in enumerate(days_ago):
        if days is not None:
            past = (PastLevel(Level.LARGE, AS_OF - days * DAY),)
            capabilities[number] = replace(kept(row(number, 2)), past_levels=past)
    return capabilities


@pytest.mark.parametrize(
    ("days_ago", "is_held"),
    [
        ((None, None, None, None), True),
        ((29, 14, 1, None), True),
        ((30, 14, 1, None), False),
        ((None, None, None), False),
        ((29, 14, 1, 1), False),
    ],
)
def test_levels_that_fell_within_a_month_are_held_with_the_one_that_falls_now(
    days_ago: tuple[int | None, ...], is_held: bool
) -> None:
    capabilities = fall(*days_ago)
    fallen = [
        change(each.row, row(number, 2))
        for number, (each, days) in enumerate(zip(capabilities, days_ago, strict=False))
        if days is None
    ]
    published = PublishedState(
        revision=1,
        generation="g1",
        capabilities={each.capability_id: each for each in capabilities},
    )

    found = check(published, fallen)

    assert [hold.guard for hold in found] == (["level-jumps"] if is_held else [])
    for hold in found:
        earlier = ", 3 of them since earlier runs" if len(fallen) == 1 else ""
        assert hold.why.startswith(f"4 of 20 levels would fall, or jump by two{earlier}: thing-00")


def test_one_that_rises_again_a_little_is_no_new_fall() -> None:
    capabilities = fall(1, 1, 1, 1)
    past = (PastLevel(Level.VERY_LARGE, AS_OF - DAY),)
    capabilities[0] = replace(capabilities[0], past_levels=past)
    published = PublishedState(
        revision=1,
        generation="g1",
        capabilities={each.capability_id: each for each in capabilities},
    )

    assert check(published, [change(row(0, 2), row(0, 3))]) == ()
    (hold,) = check(published, [change(row(0, 2), row(0, 1))])
    assert ", 3 of them since earlier runs: " in hold.why


@pytest.mark.parametrize(("was", "rank"), [(Level.SMALL, 3), (Level.LARGE, None)])
def test_levels_that_all_moved_before_are_not_held_again(was: Level, rank: int | None) -> None:
    moved = replace(kept(row(0, rank)), past_levels=(PastLevel(was, AS_OF - DAY),))
    capabilities = {
        f"thing-0{number}": replace(moved, capability_id=f"thing-0{number}", row=row(number, rank))
        for number in range(4)
    }
    published = PublishedState(revision=1, generation="g1", capabilities=capabilities)

    assert check(published) == ()


def test_capabilities_that_lost_their_last_epic_one_by_one_are_held() -> None:
    def a_list_that_lost(days: int, **changes: Any) -> PublishedState:
        published = a_list(*map(row, range(19)))
        first = replace(kept(row(0), is_claimed=False), claimed_until=AS_OF - days * DAY, **changes)
        return replace(published, capabilities=published.capabilities | {"thing-00": first})

    now = dict.fromkeys(("thing-00", "thing-01"), NONE_LEFT)

    (hold,) = check(a_list_that_lost(29), evidence=now)
    assert hold.why == (
        "2 of 19 capabilities would lose their last epic, 1 of them since earlier runs: "
        "thing-00, thing-01."
    )
    assert check(a_list_that_lost(30), evidence=now) == ()
    assert check(a_list_that_lost(29), evidence={"thing-00": NONE_LEFT}) == ()


def test_last_epics_that_all_went_before_are_not_held_again() -> None:
    published = a_list(*map(row, range(19)))
    lost = {
        f"thing-0{number}": replace(
            kept(row(number), is_claimed=False), claimed_until=AS_OF - number * DAY
        )
        for number in range(2)
    }
    published = replace(published, capabilities=published.capabilities | lost)

    assert check(published, evidence=dict.fromkeys(lost, NONE_LEFT)) == ()


def test_decisions_that_a_rule_took_are_not_held_with_those_that_data_takes() -> None:
    undecided = [a_decision(number, Outcome.NEEDS_DECISION) for number in range(3)]

    (hold,) = check(
        a_list(),
        decisions=[*undecided, *(a_decision(number) for number in range(3, 23))],
        decided=frozenset(range(1, 23)),
        once_decided=frozenset({0}),
        rule_diff=RuleDiff(decided_before=frozenset(range(1, 23)) - {2}),
    )

    assert hold.why.startswith("2 of 23 epics that had a decision now need one, 1 of them since ")
    assert hold.why.endswith(": PAY-000, PAY-002.")


def test_decisions_that_data_took_are_held_with_those_it_takes_now() -> None:
    undecided = [a_decision(number, Outcome.NEEDS_DECISION) for number in range(2)]
    decisions = [*undecided, *(a_decision(number) for number in range(2, 21))]

    def held(decided: range, once: range, **changes: Any) -> list[str]:
        values = {"decided": frozenset(decided), "once_decided": frozenset(once)} | changes
        return [hold.why for hold in check(a_list(), decisions=decisions, **values)]

    (why,) = held(range(1, 21), range(1))
    assert why == (
        "2 of 21 epics that had a decision now need one, 1 of them since earlier runs: "
        "PAY-000, PAY-001."
    )
    assert held(range(1, 21), range(0)) == []
    assert held(range(2, 21), range(2)) == []
    assert held(range(1, 21), range(1), rule_diff=RuleDiff(decided_before=frozenset({1}))) == []


def test_a_site_by_itself_adds_up_as_all_of_them_do() -> None:
    of_a_site = [
        replace(a_decision(number, Outcome.NEEDS_DECISION), site="small") for number in range(2)
    ]
    decisions = [*of_a_site, *(a_decision(number) for number in range(2, 102))]
    other = [replace(a_decision(number), site="small") for number in range(200, 219)]
    values: dict[str, Any] = {
        "decided": frozenset({1, *range(2, 102), *range(200, 219)}),
        "is_shared": True,
        "decisions": [*decisions, *other],
    }

    (hold,) = check(a_list(), once_decided=frozenset({0}), **values)

    assert hold.why.startswith("Site small: 2 of 21 epics that had a decision now need one, 1 of ")
    assert check(a_list(), **values) == ()


def test_only_what_was_published_before_can_lapse() -> None:
    decisions = [a_decision(1, Outcome.NEEDS_DECISION), a_decision(2)]
    snapshot = Snapshot(
        as_of=AS_OF,
        generation="g1",
        issues=(),
        entries=(),
        windows=(),
        published_state=PublishedState(revision=1),
        decided=frozenset({1, 2}),
    )

    assert find_lapsed(snapshot, decisions, RuleDiff()) == {1: "PAY-001"}
    first = replace(snapshot, published_state=PublishedState())
    assert find_lapsed(first, decisions, RuleDiff()) == {}
    by_rule = RuleDiff(decided_before=frozenset({1}))
    assert find_lapsed(snapshot, decisions, by_rule) == {}
