from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from models.effort import MICRO, Entry, Ledger, Level, Rating, ReversalReason
from tests.builders import AS_OF, effort_rules, finished
from translators.backlog.fortnights import window_of
from translators.effort.booking import book_finished_items
from translators.effort.reversals import find_reversals, find_standing_credits
from translators.explain.ledger_sentence import write_sentence
from translators.explain.ledger_statement import (
    format_hundredths,
    list_credits,
    round_to_sum,
    sum_fortnights,
)

EDGES = (6, 24, 72, 240)
MARCH = window_of(datetime(2026, 3, 9, tzinfo=UTC))


def a_rating(level: Level = Level.LARGE, effort: float = 41, **changes: Any) -> Rating:
    values: dict[str, Any] = {
        "level": level,
        "effort": int(effort * MICRO),
        "effort_by_count": int(effort * MICRO),
        "sizes_known": True,
        "history_long_enough": True,
        "counting_agrees": True,
        "why": "",
    }
    return Rating(**(values | changes))


def ledger_of(ours: int, others: int, people: int = 6, window: int = MARCH) -> tuple[Entry, ...]:
    """One fortnight of a team: our points in the first entry, the others' in the rest."""
    issues = [
        finished(
            window,
            id=number + 1,
            key=f"PAY-{number + 1}",
            contributor=f"p{number}",
            points=Decimal(ours if number == 0 else Fraction(others, people - 1).numerator),
        )
        for number in range(people)
    ]
    return book_finished_items(
        issues, Ledger("g1"), effort_rules(), AS_OF, frozenset({"PAY"})
    ).entries


def test_the_lay_readers_sentence_reads_as_it_was_promised() -> None:
    ledger = ledger_of(10, 30)
    ours = ledger[0]
    rest = [
        replace(ours, window=MARCH - turn, size=Fraction(5), credit=19 * MICRO // 10)
        for turn in range(1, 21)
    ]

    sentence = write_sentence("Invoicing", [ours, *rest], a_rating(), EDGES, sum_fortnights(ledger))

    assert sentence == (
        "10 of the 40 points team PAY finished 9 to 22 March 2026 were Invoicing: a quarter of "
        "six people's fortnight, 3 person-weeks. In all 41; Large starts at 24."
    )


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ((20, 20), "half of"),
        ((10, 20), "a third of"),
        ((30, 10), "three quarters of"),
        ((11, 30), "27 in 100 of"),
    ],
)
def test_shares_are_told_in_words_where_there_are_any(share: tuple[int, int], words: str) -> None:
    entries = ledger_of(share[0], share[1], people=2)

    assert words in write_sentence(
        "Invoicing", entries[:1], a_rating(), EDGES, sum_fortnights(entries)
    )


def test_no_work_is_told_as_such() -> None:
    assert write_sentence("Invoicing", (), a_rating(), EDGES, {}) == (
        "No finished work is credited to Invoicing."
    )


def test_every_number_of_the_formula_is_in_the_account() -> None:
    ledger = ledger_of(10, 30)

    (credit,) = list_credits(ledger[:1], {1: "PAY-1"}, sum_fortnights(ledger))

    assert (credit.size, credit.denominator, credit.people, credit.windows) == (
        "10",
        "40",
        "6",
        "1",
    )
    assert (credit.team, credit.issues, credit.credit) == ("PAY", ("PAY-1",), 3 * MICRO)


def test_what_was_taken_back_has_a_line_of_its_own_and_the_lines_add_up() -> None:
    ours = finished(id=1, key="PAY-1", contributor="anna", points=Decimal(5))
    (credit,) = book_finished_items(
        [ours], Ledger("g1"), effort_rules(), AS_OF, frozenset({"PAY"})
    ).entries
    given_up = replace(ours, resolution="Duplicate")
    taken = find_reversals(
        [given_up], find_standing_credits([credit]), effort_rules(), AS_OF, frozenset()
    )

    account = list_credits([credit, *taken], {1: "PAY-1"}, sum_fortnights([credit]))

    assert [line.reason for line in account] == [None, ReversalReason.CANCELLED]
    assert sum(line.credit for line in account) == 0
    assert sum(Decimal(line.weeks) for line in account) == 0


@given(st.lists(st.integers(-(10**10), 10**10)))
def test_lines_as_printed_add_up_to_the_total_as_printed(parts: list[int]) -> None:
    lines = round_to_sum(parts)

    assert sum(map(Decimal, lines)) == Decimal(format_hundredths(sum(parts)))
    assert all(
        abs(Decimal(line) * MICRO - part) < MICRO / 100
        for line, part in zip(lines, parts, strict=True)
    )


def a_busy_then_a_quiet_fortnight(**quiet: Any) -> tuple[Entry, ...]:
    """Twenty items of 3 points in one fortnight, then one of our own in the next."""
    busy = [
        finished(MARCH - 1, contributor=f"p{number % 4}", points=Decimal(3)) for number in range(20)
    ]
    ours = finished(MARCH, id=1, key="PAY-1", contributor="p0", **({"points": 10} | quiet))
    return book_finished_items(
        [*busy, ours], Ledger("g1"), effort_rules(), AS_OF, frozenset({"PAY"})
    ).entries


def test_a_sentence_never_says_that_a_team_finished_what_it_did_not() -> None:
    ledger = a_busy_then_a_quiet_fortnight()
    ours = [entry for entry in ledger if entry.issue_id == 1]

    sentence = write_sentence("Invoicing", ours, a_rating(), EDGES, sum_fortnights(ledger))

    assert sentence.startswith(
        "10 of the 10 points team PAY finished 9 to 22 March 2026 were Invoicing. It usually "
        "finishes more and is measured by half of that, 17.5: 57 in 100 of "
    )


def test_a_line_says_what_the_team_finished_and_what_of_it_is_only_a_median() -> None:
    ledger = a_busy_then_a_quiet_fortnight(points=None)
    ours = [entry for entry in ledger if entry.issue_id == 1]

    (credit,) = list_credits(ours, {1: "PAY-1"}, sum_fortnights(ledger))

    assert (credit.size, credit.finished, credit.medians) == ("3", "3", "3")
    assert (credit.denominator, credit.is_floor) == ("15.75", True)


def test_what_was_taken_back_is_not_the_work_that_a_sentence_tells_of() -> None:
    entries = ledger_of(10, 30, people=2)
    gone = [finished(id=1, resolution="Duplicate")]
    taken = find_reversals(
        gone, find_standing_credits(entries[:1]), effort_rules(), AS_OF, frozenset()
    )

    sentence = write_sentence(
        "Invoicing", [entries[0], *taken], a_rating(), EDGES, sum_fortnights(entries)
    )

    assert sentence == "No finished work is credited to Invoicing."
