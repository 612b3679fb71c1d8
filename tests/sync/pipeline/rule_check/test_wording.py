"""`check` says what promises something, how to word it, and which waivers are of no more use."""

from datetime import date
from pathlib import Path

from sync.pipeline.rule_check.surroundings import Surroundings
from sync.pipeline.rule_check.verdict import judge_rulebook
from tests.rules import INVOICING, a_book

PROMISING = INVOICING.replace("Create and send invoices.", "Guaranteed delivery to everyone.")
WAIVER = """
    waivers:
      - says: Guaranteed delivery
        capability: invoicing
        reason: What the product is called
        by: "@ada"
        until: 2027-03-31
"""


def tell(today: date, capability: str = PROMISING, rest: str = WAIVER) -> list[str]:
    """What is said of words: how bad it is, where, what, and what to do."""
    book = a_book(capability, rest=rest)
    return [
        f"{found.severity}: {found.where} {found.what} | {found.remedy}"
        for found in judge_rulebook(book, Path("rules"), Surroundings(today=today))
        if "waiver" in found.what or " says " in found.what
    ]


def test_a_promise_is_told_with_its_place_its_class_and_a_better_wording() -> None:
    assert tell(date(2027, 1, 1), rest="") == [
        "failed check: rules/rules.yaml:6:14 summary says 'Guaranteed delivery': a promise (P3) | "
        "Say what it does, in the present, or waive it: until then sales reads what was published "
        "before, or nothing."
    ]


def test_a_waiver_lets_it_through() -> None:
    assert tell(date(2027, 1, 1)) == []


def test_a_waiver_that_runs_out_within_a_month_is_told_before() -> None:
    assert tell(date(2027, 3, 10)) == [
        "warning: rules/rules.yaml:12:5 the waiver of 'Guaranteed delivery' runs out on 2027-03-31"
        " | Ask whoever gave it."
    ]


def test_a_waiver_that_ran_out_is_told_beside_what_it_let_through() -> None:
    promise, waiver = tell(date(2027, 4, 1))

    assert promise.startswith("failed check: rules/rules.yaml:6:14 summary says")
    assert "the waiver of 'Guaranteed delivery' ran out on 2027-03-31" in waiver
    assert waiver.startswith("failed check: rules/rules.yaml:16:")


def test_a_waiver_whose_words_nobody_says_is_told() -> None:
    (only,) = tell(date(2027, 1, 1), INVOICING)

    assert only.startswith("warning: rules/rules.yaml:12:5 ")
    assert "no text says 'Guaranteed delivery', which a waiver lets through" in only
