"""What a rule moves is a person's doing: it is read anew, and no guard for data minds it."""

from decimal import Decimal
from typing import Any

import pytest

from models.backlog import Issue
from models.capability import PublishedState
from models.effort import Ledger, Level
from models.rulebook import RuleBook
from models.snapshot import Snapshot
from tests.builders import AS_OF, WINDOW, an_epic, finished
from tests.rules import INVOICING, SEARCH, a_book, changed
from translators.effort.booking import book_finished_items, generation_of
from translators.plan.rollup import roll_up_backlog
from translators.plan.rule_diff import RuleDiff, diff_rules
from translators.plan.translate import Translation, translate
from translators.rules.decide import compile_rules

BOOK = a_book()
INVOICES = an_epic(components=("Invoicing",), summary="Send invoices")
FINDING = an_epic(components=("Search",), summary="Find things")


def work(epic: Issue, number: int) -> list[Issue]:
    return [
        finished(WINDOW - turn % 8, epic_id=epic.id, contributor=f"p{turn % 3}", points=Decimal(3))
        for turn in range(number)
    ]


ISSUES = [INVOICES, FINDING, *work(INVOICES, 24), *work(FINDING, 24)]


def a_snapshot(
    rules: RuleBook, published_state: PublishedState | None = None, **changes: Any
) -> Snapshot:
    generation = generation_of(rules.effort, ())
    booking = book_finished_items(
        ISSUES, Ledger(generation), rules.effort, AS_OF, frozenset({"PAY"})
    )
    values: dict[str, Any] = {
        "as_of": AS_OF,
        "generation": generation,
        "issues": tuple(ISSUES),
        "entries": booking.entries,
        "windows": booking.windows,
        "published_state": published_state or PublishedState(),
    }
    return Snapshot(**(values | changes))


def remembered(translation: Translation, **changes: Any) -> PublishedState:
    values: dict[str, Any] = {
        "revision": 1,
        "rulebook_digest": translation.plan.rulebook_digest,
        "generation": translation.plan.generation,
        "capabilities": {found.capability_id: found for found in translation.plan.remembered},
    }
    return PublishedState(**(values | changes))


def moved(after: RuleBook, before: RuleBook | None = BOOK) -> RuleDiff:
    snapshot = a_snapshot(after)
    rollup = roll_up_backlog(
        snapshot, compile_rules(after), before=compile_rules(before) if before else None
    )
    return diff_rules(before, after, rollup, snapshot.published_state)


EDGES = "effort: {scheme: 2, edges: [1, 2, 3, 4]}"
BOTH = frozenset({"invoicing", "search"})


@pytest.mark.parametrize(
    ("after", "reattributed", "relevelled"),
    [
        (BOOK, frozenset(), frozenset()),
        (a_book(rest="guards: {level_jumps: 4}"), frozenset(), frozenset()),
        (a_book(rest=EDGES), frozenset(), BOTH),
        (a_book(rest="effort: {minimum_people: 2}"), frozenset(), BOTH),
        (a_book(changed(INVOICING, "effort: withhold"), SEARCH), frozenset(), {"invoicing"}),
        (
            a_book(INVOICING, SEARCH.replace("component: Search", "component: Nothing")),
            {"search"},
            {"search"},
        ),
    ],
)
def test_a_rule_change_moves_what_it_says_and_nothing_else(
    after: RuleBook, reattributed: frozenset[str], relevelled: frozenset[str]
) -> None:
    found = moved(after)

    assert (found.reattributed, found.relevelled) == (reattributed, relevelled)


def test_a_first_rule_book_moves_nothing() -> None:
    assert moved(BOOK, before=None) == RuleDiff()


def test_what_a_rule_shows_is_known_by_key_whatever_had_kept_it_from_sales() -> None:
    nothing = a_book(INVOICING, SEARCH.replace("component: Search", "component: Nothing"))
    screened = a_book(rest="screening: [{id: law, reason: law, when: {component: Search}}]")

    shown = {FINDING.id: FINDING.key}
    assert moved(BOOK, before=nothing).shown == moved(BOOK, before=screened).shown == shown
    assert moved(nothing).shown == moved(screened).shown == {}


def test_edges_that_change_under_the_same_number_are_a_finding() -> None:
    (found,) = moved(a_book(rest="effort: {edges: [1, 2, 3, 4]}")).findings

    assert found.code == "edges-unversioned"
    assert found.what == "the edges were changed and the scheme is still 1; count it up"
    assert moved(a_book(rest=EDGES)).findings == ()


def test_levels_that_new_edges_move_are_not_held_back() -> None:
    low = a_book(rest="effort: {scheme: 2, edges: [1, 2, 3, 400]}")
    before = translate(a_snapshot(BOOK), BOOK, compile_rules(BOOK))
    snapshot = a_snapshot(low, remembered(before))

    after = translate(snapshot, low, compile_rules(low), moved(low))

    assert after.rows["invoicing"].effort_code is Level.VERY_LARGE
    assert after.plan.holds == ()


def test_levels_that_another_measure_moves_wait_for_a_person() -> None:
    low = a_book(rest="effort: {scheme: 2, edges: [1, 2, 3, 400]}")
    before = translate(a_snapshot(low), low, compile_rules(low))
    snapshot = a_snapshot(BOOK, remembered(before, generation="another"))

    after = translate(snapshot, BOOK, compile_rules(BOOK), moved(BOOK, before=low))

    assert [hold.guard for hold in after.plan.holds] == ["measured-anew"]
    assert "2 levels come out different: invoicing, search" in after.plan.holds[0].why


def test_another_measure_that_moves_no_level_passes() -> None:
    before = translate(a_snapshot(BOOK), BOOK, compile_rules(BOOK))
    snapshot = a_snapshot(BOOK, remembered(before, generation="another"))

    assert translate(snapshot, BOOK, compile_rules(BOOK)).plan.holds == ()


def test_a_plan_counts_what_is_not_rated_by_why() -> None:
    book_with = a_book(changed(INVOICING, "effort: withhold"), SEARCH)

    plan = translate(a_snapshot(book_with), book_with, compile_rules(book_with)).plan

    assert plan.unrated == {"the rule book says effort: withhold": 1}
