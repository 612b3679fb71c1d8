from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.backlog import Issue
from models.decision import Cause, Outcome
from models.rulebook import RuleBook
from tests.builders import an_epic
from tests.rules import INVOICING, SEARCH, a_book, changed
from translators.rules.decide import compile_rules

TODAY = date(2026, 11, 23)
SCREENING = """
    screening:
      - {id: debt, reason: technical debt, when: {labels: rework}, unless: {labels: sellable}}
      - {id: look, reason: looks internal, then: hold, when: {labels: look}}
      - {id: weak, reason: looks internal, then: hold_unclaimed, when: {labels: weak}}
"""
BOOK = a_book(rest=SCREENING)


def decided(epic: Issue, book: RuleBook = BOOK, on: date = TODAY) -> tuple[Outcome, str]:
    decision = compile_rules(book).decide(epic, on)
    return decision.outcome, decision.heading


PUBLISHED = (Outcome.PUBLISHED, "invoicing")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, PUBLISHED),
        ({"labels": ("rework",)}, (Outcome.LEFT_OUT, "technical debt")),
        ({"labels": ("rework", "sellable")}, PUBLISHED),
        ({"labels": ("rework", "look")}, (Outcome.LEFT_OUT, "technical debt")),
        ({"labels": ("look",)}, (Outcome.NEEDS_DECISION, "looks internal")),
        ({"labels": ("weak",)}, PUBLISHED),
        (
            {"labels": ("weak",), "components": ()},
            (Outcome.NEEDS_DECISION, "looks internal"),
        ),
        ({"components": ()}, (Outcome.NEEDS_DECISION, "match no capability")),
        (
            {"components": ("Invoicing", "Search")},
            (Outcome.NEEDS_DECISION, "match two capabilities"),
        ),
        ({"restricted": True, "summary": ""}, (Outcome.LEFT_OUT, "security level")),
    ],
)
def test_the_order_of_decision(changes: dict[str, Any], expected: tuple[Outcome, str]) -> None:
    values = {"summary": "Send bills", "components": ("Invoicing",)} | changes

    assert decided(an_epic(**values)) == expected


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"components": ("Invoicing",)}, "capability:invoicing"),
        ({"labels": ("rework",), "components": ("Invoicing",)}, "screening:debt"),
        ({"labels": ("weak",)}, "screening:weak"),
        ({}, "no_rule"),
        ({"components": ("Invoicing", "Search")}, "conflict"),
        ({"restricted": True, "summary": ""}, "security_level"),
    ],
)
def test_what_decided_has_a_name_to_compare_and_count_by(
    changes: dict[str, Any], rule: str
) -> None:
    assert compile_rules(BOOK).decide(an_epic(**changes), TODAY).rule == rule


def test_a_reason_in_other_words_is_the_same_rule() -> None:
    reworded = a_book(rest=SCREENING.replace("technical debt", "internal work"))
    epic = an_epic(labels=("rework",))

    before, after = (compile_rules(book).decide(epic, TODAY) for book in (BOOK, reworded))

    assert (before.heading, after.heading) == ("technical debt", "internal work")
    assert before.rule == after.rule


def test_one_claimant_beats_another_where_it_says_so() -> None:
    book = a_book(changed(INVOICING, "beats: [search]"), SEARCH)

    assert decided(an_epic(components=("Invoicing", "Search")), book) == PUBLISHED


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("draft: true", (Outcome.NEEDS_DECISION, "claimed by a draft")),
        ("withdrawn: {reason: mistake}", (Outcome.LEFT_OUT, "off the list")),
    ],
)
def test_a_draft_waits_and_a_withdrawn_capability_leaves_out(
    extra: str, expected: tuple[Outcome, str]
) -> None:
    book = a_book(changed(INVOICING, extra), SEARCH)

    assert decided(an_epic(components=("Invoicing",)), book) == expected


RENAMED = """
  - id: billing
    name: Billing
    area: Billing
    summary: Create and send invoices.
    when: {component: Invoicing}
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("withdrawn: {reason: merged, use: billing}", RENAMED, (Outcome.PUBLISHED, "billing")),
        ("withdrawn: {reason: mistake}", RENAMED, (Outcome.PUBLISHED, "billing")),
        ("redact: true", RENAMED, (Outcome.PUBLISHED, "billing")),
        ("withdrawn: {reason: merged, use: search}", "", (Outcome.PUBLISHED, "search")),
        (
            "withdrawn: {reason: merged, use: billing}",
            changed(RENAMED, "withdrawn: {reason: not_for_sale}"),
            (Outcome.LEFT_OUT, "off the list"),
        ),
    ],
)
def test_what_is_off_the_list_leaves_its_epics_to_the_one_that_is_on_it(
    old: str, new: str, expected: tuple[Outcome, str]
) -> None:
    book = a_book(changed(INVOICING, old), SEARCH, new)

    assert decided(an_epic(components=("Invoicing",)), book) == expected


def pinned(action: str, until: str = "2026-12-31") -> RuleBook:
    pin = f'pins: [{{issue: OLD-1, {action}, reason: so, by: "@anna", until: "{until}"}}]'
    return a_book(rest=f"{SCREENING}\n    {pin}\n")


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("capability: search", (Outcome.PUBLISHED, "search")),
        ("hide: true", (Outcome.LEFT_OUT, "pinned by a person")),
        ("hold: true", (Outcome.NEEDS_DECISION, "pinned by a person")),
    ],
)
def test_a_pin_beats_every_rule_under_a_former_key_too(
    action: str, expected: tuple[Outcome, str]
) -> None:
    epic = an_epic(former_keys=("OLD-1",), labels=("rework",), components=("Invoicing",))

    assert decided(epic, pinned(action)) == expected


def test_a_pin_names_the_capability_that_it_gives_an_epic_to_or_else_itself() -> None:
    epic = an_epic(key="OLD-1", labels=("rework",))

    rules = [
        compile_rules(pinned(action)).decide(epic, TODAY).rule
        for action in ("capability: search", "hide: true", "hold: true")
    ]

    assert rules == ["capability:search", "pin:OLD-1", "pin:OLD-1"]


def test_a_pin_lasts_through_its_last_day() -> None:
    epic = an_epic(key="OLD-1", components=("Invoicing",))
    book = pinned("hide: true", until="2026-11-23")

    assert decided(epic, book)[0] is Outcome.LEFT_OUT
    assert not compile_rules(book).find_expired_pins(TODAY)


def test_the_pin_of_the_current_key_comes_before_that_of_a_former_one() -> None:
    pins = """
    pins:
      - {issue: OLD-1, hide: true, reason: so, by: "@anna"}
      - {issue: new-2, capability: search, reason: so, by: "@anna"}
    """
    epic = an_epic(key="NEW-2", former_keys=("OLD-1",))

    assert decided(epic, a_book(rest=pins)) == (Outcome.PUBLISHED, "search")


def test_a_security_level_comes_before_a_pin() -> None:
    epic = an_epic(key="OLD-1", restricted=True, summary="")

    assert decided(epic, pinned("capability: search"))[0] is Outcome.LEFT_OUT


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("draft: true", (Outcome.NEEDS_DECISION, "claimed by a draft")),
        ("withdrawn: {reason: mistake}", (Outcome.LEFT_OUT, "off the list")),
    ],
)
def test_a_pin_publishes_no_draft_and_nothing_withdrawn(
    extra: str, expected: tuple[Outcome, str]
) -> None:
    pin = 'pins: [{issue: OLD-1, capability: invoicing, reason: so, by: "@anna"}]'
    book = a_book(changed(INVOICING, extra), SEARCH, rest=pin)

    assert decided(an_epic(key="OLD-1"), book) == expected


def test_a_pin_that_ran_out_stops_applying_and_is_said() -> None:
    epic = an_epic(key="OLD-1", components=("Invoicing",))
    book = pinned("hide: true", until="2026-11-22")

    assert decided(epic, book) == PUBLISHED
    assert [f.code for f in compile_rules(book).find_expired_pins(TODAY)] == ["pin-expired"]


def test_reasons_name_the_rule_its_line_and_what_matched() -> None:
    epic = an_epic(labels=("rework",), components=("Invoicing",))

    reason = compile_rules(BOOK).decide(epic, TODAY).reasons[0]

    assert (reason.cause, reason.rule) == (Cause.SCREENING, "debt")
    assert str(reason.at).startswith("rules.yaml:")
    assert "labels rework" in reason.text


def test_children_are_hidden_by_hide_rules_and_security_levels_alone() -> None:
    compiled = compile_rules(BOOK)

    assert compiled.hides(an_epic(labels=("rework",)))
    assert compiled.hides(an_epic(restricted=True, summary=""))
    assert not compiled.hides(an_epic(labels=("look", "weak")))


labels = st.lists(st.sampled_from(["rework", "look", "weak", "sellable", "x"]), max_size=4)
components = st.lists(st.sampled_from(["Invoicing", "Search", "Other"]), max_size=3)
epics = st.builds(
    an_epic,
    labels=labels.map(tuple),
    components=components.map(tuple),
    restricted=st.booleans(),
    summary=st.just(""),
)


@given(epics)
def test_every_epic_gets_exactly_one_decision_with_a_reason(epic: Issue) -> None:
    decision = compile_rules(BOOK).decide(epic, TODAY)

    assert decision.outcome in (Outcome.PUBLISHED, Outcome.LEFT_OUT, Outcome.NEEDS_DECISION)
    assert (decision.claimed_by is not None) == (decision.outcome is Outcome.PUBLISHED)
    assert decision.reasons


@given(epics)
def test_the_order_of_rules_never_matters(epic: Issue) -> None:
    lines = SCREENING.strip().splitlines()
    backwards = "\n".join([f"    {lines[0]}", *reversed(lines[1:])])
    book = a_book(SEARCH, INVOICING, rest=f"\n{backwards}\n")

    assert decided(epic, book) == decided(epic)


@given(epics)
def test_a_rule_that_matches_nothing_changes_nothing(epic: Issue) -> None:
    more = f"{SCREENING.rstrip()}\n      - {{id: never, when: {{labels: nobody-has-this}}}}\n"

    assert decided(epic, a_book(rest=more)) == decided(epic)
