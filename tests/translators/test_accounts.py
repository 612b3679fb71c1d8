from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from msgspec.structs import replace

from models.effort import MICRO, Entry, Ledger, Level, LevelMove, Rating, ReversalReason
from tests.builders import AS_OF, effort_rules, finished
from translators.accounts import credits_of, distances, last_move, sentence_of, weeks
from translators.effort import book
from translators.reversing import reversals, standing_credits
from translators.windows import window_of

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
    return book(issues, Ledger("g1"), effort_rules(), AS_OF, frozenset({"PAY"})).entries


def test_the_lay_readers_sentence_reads_as_it_was_promised() -> None:
    ours = ledger_of(10, 30)[0]
    rest = [
        replace(ours, window=MARCH - turn, size=Fraction(5), credit=19 * MICRO // 10)
        for turn in range(1, 21)
    ]

    sentence = sentence_of("Invoicing", [ours, *rest], a_rating(), EDGES)

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

    assert words in sentence_of("Invoicing", entries[:1], a_rating(), EDGES)


def test_no_work_is_told_as_such() -> None:
    assert sentence_of("Invoicing", (), a_rating(), EDGES) == (
        "No finished work is booked for Invoicing."
    )


def test_every_number_of_the_formula_is_in_the_account() -> None:
    (credit,) = credits_of(ledger_of(10, 30)[:1], {1: "PAY-1"})

    assert (credit.size, credit.denominator, credit.people, credit.windows) == (
        "10",
        "40",
        "6",
        "1",
    )
    assert (credit.team, credit.issues, credit.credit) == ("PAY", ("PAY-1",), 3 * MICRO)


def test_what_was_taken_back_has_a_line_of_its_own_and_the_lines_add_up() -> None:
    ours = finished(id=1, key="PAY-1", contributor="anna", points=Decimal(5))
    (credit,) = book([ours], Ledger("g1"), effort_rules(), AS_OF, frozenset({"PAY"})).entries
    given_up = replace(ours, resolution="Duplicate")
    taken = reversals([given_up], standing_credits([credit]), effort_rules(), AS_OF)

    account = credits_of([credit, *taken], {1: "PAY-1"})

    assert [line.reason for line in account] == [None, ReversalReason.CANCELLED]
    assert sum(line.credit for line in account) == 0


@pytest.mark.parametrize(
    ("level", "effort", "lines"),
    [
        (
            Level.LARGE,
            41,
            (
                "very large starts at 72: 31 more than the 41 rated here",
                "large starts at 24 and is left below 20.4",
            ),
        ),
        (Level.SMALL, 2, ("moderate starts at 6: 4 more than the 2 rated here",)),
        (Level.EXCEPTIONAL, 300, ("exceptional starts at 240 and is left below 204",)),
        (Level.NOT_RATED, 0, ()),
    ],
)
def test_the_distance_to_both_edges_is_told(
    level: Level, effort: int, lines: tuple[str, ...]
) -> None:
    assert distances(a_rating(level, effort), EDGES) == lines


MOVE = LevelMove(
    revision=12,
    as_of=AS_OF,
    previous_as_of=AS_OF - timedelta(days=1),
    before=Level.MODERATE,
    after=Level.LARGE,
    rulebook_changed=False,
    measured_anew=False,
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "large since revision 12 (23 November 2026), before that moderate: "),
        ({}, "3 person-weeks were booked"),
        ({"rulebook_changed": True}, "the rule book was changed and 3 person-weeks were booked"),
        ({"measured_anew": True}, "before that moderate: effort was measured anew"),
        ({"before": None}, "(23 November 2026), when it was first published"),
        ({"previous_as_of": AS_OF}, "before that moderate: its epics are others"),
    ],
)
def test_why_a_level_last_changed_is_told_from_the_books(
    changes: dict[str, Any], words: str
) -> None:
    said = last_move(replace(MOVE, **changes), ledger_of(10, 30)[:1])

    assert said is not None
    assert words in said


def test_a_level_that_was_never_published_has_not_changed() -> None:
    assert last_move(None, ()) is None


@pytest.mark.parametrize(
    ("micro", "text"), [(3 * MICRO, "3"), (3_290_000, "3.2"), (-1_550_000, "-1.5"), (0, "0")]
)
def test_person_weeks_are_told_to_one_place_towards_zero(micro: int, text: str) -> None:
    assert weeks(micro) == text
