"""Where each guard begins to hold: one less, a share that is just reached, and what is not data."""

from collections.abc import Iterable
from typing import Any

import pytest
from msgspec.structs import replace

from models.capability import Capability, PublishedCapability, PublishedState, State
from models.decision import Cause, Decision, Outcome, Reason
from models.effort import Level
from models.plan import Change, Hold, Plan, Tally
from models.rollup import NO_EFFORT
from models.snapshot import Snapshot
from tests.builders import AS_OF, a_row
from tests.rules import a_book
from translators.plan.attribution import Attribution, Evidence
from translators.plan.guards import check_guards
from translators.plan.rule_diff import RuleDiff, Unscreened

LIMITS = a_book().guards
LEVELS = (None, Level.SMALL, Level.MODERATE, Level.LARGE, Level.VERY_LARGE, Level.EXCEPTIONAL)
NO_RULE_CHANGED = RuleDiff()
CLAIMED = Evidence((), True, NO_EFFORT)
LEFT_OUT = Evidence((), False, NO_EFFORT, is_left_out=True)


def row(number: int, rank: int | None = 3, **changes: Any) -> Capability:
    level = LEVELS[rank] if rank else Level.NOT_RATED
    values = {"effort_code": level, "effort_rank": rank} | changes
    return a_row(f"thing-{number:02}", f"Thing {number}", **values)


def off(number: int) -> Capability:
    return row(number, is_active=False, state_code=State.WITHDRAWN)


def kept(row: Capability, *, is_claimed: bool = True) -> PublishedCapability:
    return PublishedCapability(
        capability_id=row.capability_id,
        level=row.effort_code,
        scheme=1,
        state=row.state_code,
        is_claimed=is_claimed,
        contributing_epics=(),
        row=row,
    )


def a_list(*rows: Capability, **changes: Any) -> PublishedState:
    capabilities = {row.capability_id: kept(row) for row in rows}
    return PublishedState(revision=1, generation="g1", capabilities=capabilities, **changes)


def change(before: Capability | None, after: Capability) -> Change:
    return Change(capability_id=after.capability_id, before=before, after=after, because=())


def a_decision(epic_id: int, outcome: Outcome = Outcome.PUBLISHED, **changes: Any) -> Decision:
    return Decision(
        site="main",
        epic_id=epic_id,
        key=f"PAY-{epic_id:03}",
        outcome=outcome,
        heading="technical debt",
        reasons=(Reason(cause=Cause.SCREENING, text="left out"),),
        **changes,
    )


def a_plan(changes: Iterable[Change]) -> Plan:
    return Plan(
        base_revision=1,
        as_of=AS_OF,
        rulebook_digest="d",
        generation="g1",
        changes=tuple(changes),
        terms=None,
        remembered=(),
        tally=Tally(epics=0, by_outcome={}, left_out={}, undecided={}),
        active=0,
        unrated={},
    )


def check(
    published: PublishedState,
    changes: Iterable[Change] = (),
    evidence: dict[str, Evidence] | None = None,
    decisions: Iterable[Decision] = (a_decision(1),),
    rule_diff: RuleDiff = NO_RULE_CHANGED,
    **snapshot: Any,
) -> tuple[Hold, ...]:
    """What is held of a plan of these changes; each capability has an epic unless told."""
    claimed = dict.fromkeys(published.capabilities, CLAIMED)
    values = {"issues": (), "entries": (), "windows": (), "generation": "g1"} | snapshot
    return check_guards(
        Snapshot(as_of=AS_OF, published_state=published, **values),
        Attribution(tuple(decisions), claimed | (evidence or {}), {}, AS_OF),
        a_plan(changes),
        rule_diff,
        LIMITS,
    )


def guards(*found: Any, **settings: Any) -> list[str]:
    return [hold.guard for hold in check(*found, **settings)]


def test_a_list_of_items_alone_is_as_one_on_which_nothing_came() -> None:
    assert guards(a_list(), decisions=[a_decision(1, is_item=True)]) == ["nothing-came"]
    assert guards(a_list(), decisions=[a_decision(1), a_decision(2, is_item=True)]) == []


@pytest.mark.parametrize(
    ("lost", "active", "is_held"), [(2, 19, True), (2, 20, False), (1, 3, False), (3, 29, True)]
)
def test_capabilities_that_lose_their_last_epic_are_held_by_count_and_share(
    lost: int, active: int, is_held: bool
) -> None:
    published = a_list(*map(row, range(active)), off(98), off(99))
    gone = {f"thing-{number:02}": Evidence((), False, NO_EFFORT) for number in range(lost)}

    found = check(published, evidence=gone)

    assert [hold.guard for hold in found] == (["lost-capabilities"] if is_held else [])
    for hold in found:
        assert hold.why.startswith(f"{lost} of {active} capabilities would lose their last epic: ")


def test_a_capability_of_which_nothing_at_all_is_known_any_more_has_lost_its_last_epic() -> None:
    published = a_list(*map(row, range(4)))
    here = dict.fromkeys(list(published.capabilities)[:2], CLAIMED)
    snapshot = Snapshot(
        as_of=AS_OF, published_state=published, issues=(), entries=(), windows=(), generation="g1"
    )
    attribution = Attribution((a_decision(1),), here, {}, AS_OF)

    (hold,) = check_guards(snapshot, attribution, a_plan(()), RuleDiff(), LIMITS)

    assert hold.why == "2 of 4 capabilities would lose their last epic: thing-02, thing-03."


def test_what_screening_a_rule_or_nobody_claimed_took_is_no_lost_capability() -> None:
    published = a_list(*map(row, range(4)))
    nobody = replace(
        published,
        capabilities={
            key: kept(each.row, is_claimed=False) for key, each in published.capabilities.items()
        },
    )
    gone = dict.fromkeys(published.capabilities, Evidence((), False, NO_EFFORT))
    by_rule = RuleDiff(reattributed=frozenset(published.capabilities))

    assert guards(published, evidence=gone) == ["lost-capabilities"]
    assert guards(nobody, evidence=gone) == []
    assert guards(published, evidence=dict.fromkeys(gone, LEFT_OUT)) == []
    assert guards(published, evidence=gone, rule_diff=by_rule) == []


@pytest.mark.parametrize(
    ("before", "after", "is_jump"),
    [
        (3, 2, True),
        (3, 4, False),
        (3, 5, True),
        (3, 3, False),
        (3, None, True),
        (1, None, True),
        (None, 5, False),
        (1, 2, False),
    ],
)
def test_a_level_that_falls_or_goes_up_by_two_is_a_jump(
    before: int | None, after: int | None, is_jump: bool
) -> None:
    rows = [row(number, before) for number in range(3)]
    moved = [change(each, row(number, after)) for number, each in enumerate(rows)]

    assert guards(a_list(*rows), moved) == (["level-jumps"] if is_jump else [])


@pytest.mark.parametrize(
    ("jumps", "rated", "is_held"), [(3, 19, True), (3, 20, False), (2, 3, False), (4, 26, True)]
)
def test_jumps_are_held_by_count_and_by_their_share_of_the_rated(
    jumps: int, rated: int, is_held: bool
) -> None:
    rows = [row(number) for number in range(rated)]
    unrated = [row(number, None) for number in range(50, 60)]
    moved = [change(rows[number], row(number, 2)) for number in range(jumps)]

    found = check(a_list(*rows, *unrated), moved)

    assert [hold.guard for hold in found] == (["level-jumps"] if is_held else [])
    for hold in found:
        assert hold.why.startswith(f"{jumps} of {rated} levels would fall, or jump by two: thing-")


def test_what_comes_goes_or_is_read_anew_by_a_rule_is_no_jump() -> None:
    rows = [row(number) for number in range(3)]
    fell = [change(each, row(number, 1)) for number, each in enumerate(rows)]
    by_rule = RuleDiff(relevelled=frozenset({"thing-00"}))
    news = [change(None, row(number, 1)) for number in range(3)]
    went = [change(each, off(number)) for number, each in enumerate(rows)]
    came = [change(off(number), row(number, 1)) for number in range(3)]

    assert guards(a_list(*rows), fell) == ["level-jumps"]
    assert guards(a_list(*rows), fell, rule_diff=by_rule) == []
    assert guards(a_list(*rows), news) == guards(a_list(*rows), went) == []
    assert guards(a_list(*rows), came) == []


def test_effort_that_is_measured_anew_waits_if_a_level_comes_out_another() -> None:
    rows = [row(number) for number in range(2)]
    one = [change(rows[0], row(0, 4)), change(rows[1], row(1)), change(None, row(2))]
    two = [*one[:1], change(rows[1], row(1, 4))]

    (hold,) = check(a_list(*rows), one, generation="g2")
    (both,) = check(a_list(*rows), two, generation="g2")

    assert hold.guard == "measured-anew"
    assert "and 1 level comes out different: thing-00." in hold.why
    assert "and 2 levels come out different: thing-00, thing-01." in both.why
    assert guards(a_list(*rows), one) == []
    assert guards(a_list(*rows), one[1:], generation="g2") == []
    assert guards(replace(a_list(*rows), generation=None), one, generation="g2") == []


@pytest.mark.parametrize(("lapsed", "had", "is_held"), [(1, 19, True), (1, 20, False)])
def test_a_share_of_the_decided_that_needs_a_decision_now_is_held(
    lapsed: int, had: int, is_held: bool
) -> None:
    decisions = [
        a_decision(number, Outcome.NEEDS_DECISION if number < lapsed else Outcome.PUBLISHED)
        for number in range(had)
    ]
    others = [a_decision(900 + number, Outcome.NEEDS_DECISION) for number in range(9)]

    found = check(a_list(), decisions=[*decisions, *others], decided=frozenset(range(had)))

    told = f"1 of {had} epics that had a decision now need one: PAY-000."
    assert [hold.why for hold in found] == ([told] if is_held else [])


def test_items_are_counted_by_themselves_and_not_among_epics() -> None:
    many = [a_decision(number) for number in range(100)]
    item = a_decision(500, Outcome.NEEDS_DECISION, is_item=True)

    (hold,) = check(
        a_list(),
        decisions=[*many, item],
        decided=frozenset({*range(100), 500}),
        items=frozenset({500}),
    )

    assert hold.why.startswith("1 of 1 items without an epic that had a decision now need one")


def unscreened(**changes: Any) -> list[str]:
    """The guards that hold where four epics come out of screening, of which three once did."""
    decisions = [a_decision(number) for number in range(4)]
    once = dict.fromkeys(range(3), "technical debt")
    values = {"screened_out": frozenset({3}), "once_screened_out": once, "decisions": decisions}
    return guards(a_list(), **(values | changes))


def test_what_comes_out_of_screening_a_few_at_a_time_is_held_once_it_is_many() -> None:
    assert unscreened() == ["unscreened-by-data"]
    assert unscreened(once_screened_out={}) == []


def test_what_sales_has_read_of_since_is_not_held_again() -> None:
    shown = frozenset(range(4))

    assert unscreened(shown=frozenset(range(3))) == ["unscreened-by-data"]
    nothing_new: dict[str, Any] = {
        "screened_out": frozenset(),
        "once_screened_out": dict.fromkeys(range(4), "technical debt"),
    }
    assert unscreened(**nothing_new, shown=shown) == []
    assert unscreened(**nothing_new, shown=frozenset({0, 1, 2})) == ["unscreened-by-data"]


def test_what_waits_for_a_decision_or_is_left_out_again_did_not_come_out() -> None:
    def first(outcome: Outcome) -> list[Decision]:
        return [a_decision(0, outcome), *(a_decision(number) for number in range(1, 4))]

    assert unscreened(decisions=first(Outcome.WAITING)) == ["unscreened-by-data"]
    assert unscreened(decisions=first(Outcome.NEEDS_DECISION)) == []
    assert unscreened(decisions=first(Outcome.LEFT_OUT)) == []
    last = [*(a_decision(number) for number in range(3)), a_decision(3, Outcome.LEFT_OUT)]
    assert unscreened(decisions=last) == []


def freed(**changes: Any) -> list[str]:
    """What is told where four epics have no security level any more, three of them since before."""
    decisions = [a_decision(number) for number in range(4)]
    values = {"restricted": frozenset({3}), "once_restricted": frozenset(range(3))}
    return [hold.why for hold in check(a_list(), **({"decisions": decisions} | values | changes))]


def test_security_levels_that_go_a_few_at_a_time_are_held_once_they_are_many() -> None:
    assert freed() == [
        "4 of 4 epics that had a security level have none any more: "
        "PAY-000, PAY-001, PAY-002, PAY-003."
    ]
    assert freed(once_restricted=frozenset()) == []
    many = frozenset(range(3, 80))
    assert freed(restricted=many, once_restricted=frozenset(range(3))) == []
    assert len(freed(restricted=frozenset(range(3, 79)))) == 1
    assert freed(restricted=frozenset(), shown=frozenset(range(4))) == []
    assert freed(shown=frozenset(range(4))) != [], "3 is read anew"


def test_a_security_level_counts_apart_from_screening_and_is_no_matter_of_rules() -> None:
    two = {"screened_out": frozenset({2, 3}), "restricted": frozenset({0, 1})}
    by_rule = RuleDiff(shown={0: "PAY-000"}, screened_before=frozenset({3}))

    assert freed(**two, once_restricted=frozenset()) == []
    assert freed(once_restricted=frozenset({1, 2}), restricted=frozenset({0, 3})) != []
    assert freed(rule_diff=RuleDiff(screened_before=frozenset({3}))) != []
    assert freed(rule_diff=by_rule) == [], "a person wrote the rule that shows it"


def test_an_epic_that_lost_its_security_level_and_is_not_shown_counts_on_its_night_alone() -> None:
    def but(number: int, outcome: Outcome) -> list[Decision]:
        return [a_decision(n, outcome if n == number else Outcome.PUBLISHED) for n in range(4)]

    assert freed(decisions=but(0, Outcome.WAITING)) != []
    assert freed(decisions=but(0, Outcome.NEEDS_DECISION)) == []
    assert freed(decisions=but(3, Outcome.NEEDS_DECISION)) != []
    assert freed(decisions=but(3, Outcome.LEFT_OUT)) == []


def test_what_a_rule_shows_is_told_as_a_change_of_rules_and_not_of_data() -> None:
    by_rule = RuleDiff(shown={0: "PAY-000"}, screened_before=frozenset())
    still_left_out_before = RuleDiff(screened_before=frozenset({3}))

    assert unscreened(rule_diff=by_rule) == ["unscreened"]
    assert unscreened(rule_diff=still_left_out_before) == []


def test_a_rule_that_shows_is_told_with_its_owners_once_each() -> None:
    found = tuple(
        Unscreened(epic_id=number, key=f"PAY-{number}", heading="law", owner=owner)
        for number, owner in enumerate(("@b", "@a", "@b", None))
    )

    (hold,) = check(
        a_list(), rule_diff=RuleDiff(unscreened=found), screened_out=frozenset(range(4))
    )

    assert hold.why == (
        "PAY-0, PAY-1, PAY-2, PAY-3 were left out as law and would be published; needs @a and @b."
    )


def on_small_site(*decisions: Decision) -> list[Decision]:
    """Many epics of one site that sales reads or never will, and these of another."""
    large = [a_decision(number) for number in range(50)]
    hidden = [a_decision(number, Outcome.LEFT_OUT) for number in range(50, 150)]
    return [*large, *hidden, *(replace(each, site="small") for each in decisions)]


def test_where_sites_share_a_list_a_small_one_is_judged_by_itself_too() -> None:
    undecided = [a_decision(number, Outcome.NEEDS_DECISION) for number in (200, 201)]
    decisions = on_small_site(*undecided, a_decision(202))
    decided = frozenset({*range(50), 200, 201, 202})

    (hold,) = check(a_list(), decisions=decisions, decided=decided, is_shared=True)

    assert guards(a_list(), decisions=decisions, decided=decided) == []
    assert hold.guard == "newly-undecided"
    assert hold.why == (
        "Site small: 2 of 3 epics that had a decision now need one: PAY-200, PAY-201."
    )


def test_what_comes_out_of_screening_on_a_small_site_is_not_lost_among_all_others() -> None:
    values: dict[str, Any] = {
        "decisions": on_small_site(*(a_decision(number) for number in range(200, 204))),
        "screened_out": frozenset({*range(50, 150), 203}),
        "once_screened_out": dict.fromkeys((50, 200, 201, 202), "technical debt"),
    }

    (hold,) = check(a_list(), **values, is_shared=True)

    assert guards(a_list(), **values) == []
    assert hold.guard == "unscreened-by-data"
    assert hold.why.startswith("Site small: 4 of 4 epics that screening left out are not left out")


def test_security_levels_that_go_on_a_small_site_are_not_lost_among_all_others() -> None:
    values: dict[str, Any] = {
        "decisions": on_small_site(*(a_decision(number) for number in range(200, 204))),
        "restricted": frozenset({*range(50, 150), 203}),
        "once_restricted": frozenset({50, 200, 201, 202}),
    }

    (hold,) = check(a_list(), **values, is_shared=True)

    assert guards(a_list(), **values) == []
    assert hold.why.startswith("Site small: 4 of 4 epics that had a security level have none")


def test_what_holds_the_whole_list_is_not_told_of_its_sites_again() -> None:
    assert unscreened(is_shared=True) == ["unscreened-by-data"]


def test_what_a_site_brings_that_was_never_published_is_held_if_it_changes_anything() -> None:
    news = [change(None, row(number)) for number in range(2)]
    sites: dict[str, Any] = {"is_shared": True, "new_sites": ("north", "south")}

    (hold,) = check(a_list(), news, **sites)

    assert hold.guard == "site-added"
    assert hold.why == (
        "Nothing of site north, south was published before, and 2 entries would change with it."
    )
    assert guards(a_list(), **sites) == []
    assert guards(a_list(), news, is_shared=True) == []


def test_a_first_publication_is_judged_for_emptiness_alone() -> None:
    rows = [row(number) for number in range(3)]
    fell = [change(each, row(number, 1)) for number, each in enumerate(rows)]

    assert guards(replace(a_list(*rows), revision=0), fell) == []
