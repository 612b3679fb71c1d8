from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from models.backlog import Issue
from models.conditions import Line
from models.effort import Ledger
from models.rulebook import EffortRules, Release, Ruling
from tests.builders import AS_OF, WINDOW, effort_rules, finished
from translators.backlog.fortnights import window_start
from translators.effort.booking import Booking, book_finished_items

PAY = frozenset({"PAY"})
AT = Line("effort.yaml", 3)
BULK = window_start(WINDOW) + timedelta(days=5)
"""The day of the clean-up."""


def booked(issues: Iterable[Issue], rules: EffortRules | None = None, **changes: Any) -> Booking:
    ledger = changes.pop("ledger", Ledger("g1"))
    as_of = changes.pop("as_of", AS_OF)
    return book_finished_items(tuple(issues), ledger, rules or effort_rules(), as_of, PAY)


def usual(days: int = 8, a_day: int = 2) -> list[Issue]:
    """So many ordinary days before the clean-up, in the fortnights before."""
    return [
        finished(
            done_at=window_start(WINDOW - 2) + timedelta(days=day, hours=number),
            contributor=f"p{number}",
            points=Decimal(3),
        )
        for day in range(days)
        for number in range(a_day)
    ]


def clean_up(number: int, **changes: Any) -> list[Issue]:
    return [
        finished(done_at=BULK + timedelta(minutes=turn), contributor="tidy", **changes)
        for turn in range(number)
    ]


def credited(booking: Booking) -> set[int]:
    return {entry.issue_id for entry in booking.entries}


@pytest.mark.parametrize(
    ("number", "a_day", "is_bulk"),
    [
        (20, 1, False),  # more than five times the usual, and not more than 20
        (21, 1, True),
        (21, 4, True),  # 21 > 5 x 4
        (25, 5, False),  # not more than five times the usual
        (26, 5, True),
    ],
)
def test_a_day_far_beyond_the_usual_is_set_aside(number: int, a_day: int, is_bulk: bool) -> None:
    bulk = clean_up(number)

    booking = booked([*usual(a_day=a_day), *bulk])

    assert credited(booking).isdisjoint(issue.id for issue in bulk) is is_bulk
    assert ("bulk-close" in {f.code for f in booking.findings}) is is_bulk


def test_a_bulk_close_is_out_of_the_total_and_its_people_do_not_count() -> None:
    ours = finished(WINDOW, contributor="anna", points=Decimal(3))

    booking = booked([*usual(), ours, *clean_up(300, points=Decimal(8))])

    entry = next(e for e in booking.entries if e.issue_id == ours.id)
    window = next(w for w in booking.windows if w.window == WINDOW)
    assert entry.denominator == Fraction(51, 4)  # half the median of 48 and 3, without the 2,400
    assert window.finished_by == {"anna": 1}


def test_four_days_say_nothing_of_what_is_usual() -> None:
    bulk = clean_up(300)

    assert {i.id for i in bulk} <= credited(booked([*usual(days=3), *bulk]))


def test_a_clean_up_on_a_teams_first_day_is_judged_by_the_days_that_follow() -> None:
    """The first run sees years at once; a mirror begins with an import more often than not."""
    first = [finished(done_at=window_start(WINDOW - 6) + timedelta(hours=n % 8)) for n in range(90)]

    booking = booked([*first, *usual()])

    assert credited(booking).isdisjoint(issue.id for issue in first)


def test_a_team_that_closes_at_its_review_is_no_bulk_close() -> None:
    """Every second Friday all is closed at once; in between a fix a day."""
    reviews = [
        finished(done_at=window_start(WINDOW - fortnight) + timedelta(days=11, minutes=number))
        for fortnight in range(9)
        for number in range(30)
    ]
    fixes = [
        finished(done_at=window_start(WINDOW - fortnight) + timedelta(days=day))
        for fortnight in range(9)
        for day in range(9)
    ]

    booking = booked([*reviews, *fixes])

    assert {issue.id for issue in reviews} <= credited(booking)


def test_a_clean_up_of_two_days_is_set_aside_on_both() -> None:
    first = clean_up(300)
    second = [finished(done_at=BULK + timedelta(days=1, minutes=turn)) for turn in range(250)]

    booking = booked([*usual(), *first, *second])

    assert credited(booking).isdisjoint(issue.id for issue in [*first, *second])


def test_what_was_set_aside_stays_so_when_the_team_grows() -> None:
    bulk, before = clean_up(60), usual()
    first = booked([*before, *bulk])
    busy = [
        finished(done_at=window_start(WINDOW + 1) + timedelta(days=n % 10, minutes=n))
        for n in range(200)
    ]
    ledger = Ledger("g1").extend(first.entries, first.windows)

    later = booked(
        [*before, *bulk, *busy], ledger=ledger, as_of=window_start(WINDOW + 2) + timedelta(days=3)
    )

    assert credited(later).isdisjoint(issue.id for issue in bulk)


def test_a_person_can_release_the_day_and_it_is_booked_with_the_next_window() -> None:
    bulk, before = clean_up(60, points=Decimal(1)), usual()
    first = booked([*before, *bulk])
    released = effort_rules(release=(Release("pay", BULK.date(), "It was work", "@anna", AT),))
    ledger = Ledger("g1").extend(first.entries, first.windows)

    at_once = booked([*before, *bulk], released, ledger=ledger)
    next_window = booked(
        [*before, *bulk], released, ledger=ledger, as_of=AS_OF + timedelta(days=14)
    )

    assert at_once.entries == ()
    assert credited(next_window) == {issue.id for issue in bulk}
    assert {entry.window for entry in next_window.entries} == {WINDOW + 1}


def test_a_person_can_release_single_issues_of_a_day() -> None:
    bulk = clean_up(60)
    rules = effort_rules(release=(Ruling(bulk[0].key, "real work", "@anna", AT),))

    assert credited(booked([*usual(), *bulk], rules)) & {i.id for i in bulk} == {bulk[0].id}


def test_the_finding_names_the_line_that_releases_the_day() -> None:
    (finding,) = (f for f in booked([*usual(), *clean_up(60)]).findings if f.code == "bulk-close")

    assert finding.where == "team PAY"
    assert "60 items were finished on " in finding.what
    assert f'release: [{{team: PAY, day: "{BULK.date()}"' in finding.what


def test_another_teams_ordinary_day_is_not_touched() -> None:
    other = finished(
        done_at=BULK, project="ID", key="ID-1", project_id=2, contributor="i", points=Decimal(1)
    )
    issues = (*usual(), *clean_up(60), other)

    booking = book_finished_items(
        issues, Ledger("g1"), effort_rules(), AS_OF, frozenset({"PAY", "ID"})
    )

    assert other.id in credited(booking)


def test_days_are_told_apart_by_utc() -> None:
    assert isinstance(BULK.date(), date)
    late = [
        finished(done_at=BULK + timedelta(hours=23, minutes=30 + turn * 2)) for turn in range(26)
    ]

    assert {i.id for i in late} <= credited(booked([*usual(), *late]))
