from fractions import Fraction
from typing import Any

import pytest
from msgspec.structs import replace

from models.capability import DISCLAIMER, Capability, PublishedCapability, State
from models.effort import MICRO, Entry, EntryKind, Level, SizeSource, Unit
from models.rollup import EffortTotals
from models.rulebook import TodayBy
from tests.builders import AS_OF, WINDOW, effort_rules
from translators.effort.rating import (
    level_of,
    rate_capability,
    select_experienced_teams,
    sum_effort,
)

RULES = effort_rules()
LONG = 6


def credit(weeks: float, by_count: float | None = None, **changes: Any) -> Entry:
    entry = Entry(
        generation="g",
        kind=EntryKind.CREDIT,
        site="main",
        issue_id=1,
        turn=1,
        team="PAY",
        window=WINDOW,
        unit=Unit.POINTS,
        type="Story",
        size=Fraction(1),
        size_source=SizeSource.OWN,
        points=Fraction(1),
        denominator=Fraction(1),
        people=Fraction(6),
        windows=Fraction(1),
        credit=int(weeks * MICRO),
        credit_by_count=int((weeks if by_count is None else by_count) * MICRO),
        done_at=AS_OF,
        booked_at=AS_OF,
    )
    return replace(entry, **changes)


def work(*entries: Entry, closed: int = LONG) -> EffortTotals:
    return sum_effort((), entries, RULES, select_experienced_teams({"PAY": closed}))


def kept(level: Level, scheme: int = 1) -> PublishedCapability:
    row = Capability(
        capability_id="x",
        name="X",
        summary="",
        product_area="",
        state_code=State.RECENT,
        state_label="",
        effort_code=level,
        effort_label="",
        effort_rank=level.rank,
        today_text=None,
        today_by=TodayBy.NONE,
        statement="",
        disclaimer=DISCLAIMER,
        is_active=True,
        withdrawn_reason=None,
        replaced_by=None,
        aliases=(),
    )
    return PublishedCapability(
        capability_id="x",
        level=level,
        scheme=scheme,
        state=State.RECENT,
        is_claimed=True,
        contributing_epics=(),
        row=row,
    )


@pytest.mark.parametrize(
    ("weeks", "level"),
    [
        (0, Level.SMALL),
        (5.999999, Level.SMALL),
        (6, Level.MODERATE),
        (24, Level.LARGE),
        (72, Level.VERY_LARGE),
        (239.9, Level.VERY_LARGE),
        (240, Level.EXCEPTIONAL),
    ],
)
def test_a_level_is_reached_at_its_edge(weeks: float, level: Level) -> None:
    assert level_of(int(weeks * MICRO), RULES.edges) is level


@pytest.mark.parametrize(
    ("weeks", "before", "expected"),
    [
        (23, Level.LARGE, Level.LARGE),
        (20.4, Level.LARGE, Level.LARGE),
        (20.3, Level.LARGE, Level.MODERATE),
        (24, Level.MODERATE, Level.LARGE),
        (5.2, Level.LARGE, Level.MODERATE),
        (5, Level.LARGE, Level.SMALL),
        (23, Level.NOT_RATED, Level.MODERATE),
    ],
)
def test_a_level_is_left_downwards_only_below_85_percent_of_its_edge(
    weeks: float, before: Level, expected: Level
) -> None:
    rating = rate_capability(work(credit(weeks)), RULES, False, kept(before))

    assert rating.level is expected


def test_new_edges_waive_the_band() -> None:
    rating = rate_capability(work(credit(23)), RULES, False, kept(Level.LARGE, scheme=0))

    assert rating.level is Level.MODERATE


@pytest.mark.parametrize(
    ("entry", "closed", "lines"),
    [
        (credit(30), 6, (True, True, True)),
        (credit(30, size_source=SizeSource.TYPE_MEDIAN), 6, (False, True, True)),
        (credit(30, unit=Unit.COUNT), 6, (False, True, True)),
        (credit(30), 5, (True, False, True)),
        (credit(30, by_count=300), 6, (True, True, False)),
        (credit(30, by_count=300), 5, (True, False, False)),
    ],
)
def test_two_of_three_lines_must_hold(
    entry: Entry, closed: int, lines: tuple[bool, bool, bool]
) -> None:
    rating = rate_capability(work(entry, closed=closed), RULES, False, None)

    assert (rating.sizes_known, rating.history_long_enough, rating.counting_agrees) == lines
    assert (rating.level is not Level.NOT_RATED) == (sum(lines) >= 2)


@pytest.mark.parametrize(
    ("entries", "withheld"),
    [([], False), ([credit(30, people=Fraction(2))], False), ([credit(30)], True)],
)
def test_what_is_not_rated_says_why(entries: list[Entry], withheld: bool) -> None:
    rating = rate_capability(work(*entries), RULES, withheld, None)

    assert rating.level is Level.NOT_RATED
    assert rating.why
