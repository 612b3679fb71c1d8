from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from models.effort import MICRO, Level, LevelChange
from tests.builders import AS_OF
from tests.translators.explain.test_ledger_statement import EDGES, a_rating, ledger_of
from translators.explain.levels import describe_distances, describe_last_change, format_weeks


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
    assert describe_distances(a_rating(level, effort), EDGES) == lines


CHANGE = LevelChange(
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
        ({}, "3 person-weeks were credited"),
        ({"rulebook_changed": True}, "the rule book was changed and 3 person-weeks were credited"),
        ({"measured_anew": True}, "before that moderate: effort was measured anew"),
        ({"before": None}, "(23 November 2026), when it was first published"),
        ({"previous_as_of": AS_OF}, "before that moderate: its epics are others"),
    ],
)
def test_why_a_level_last_changed_is_told_from_the_ledger(
    changes: dict[str, Any], words: str
) -> None:
    said = describe_last_change(replace(CHANGE, **changes), ledger_of(10, 30)[:1])

    assert said is not None
    assert words in said


def test_a_level_that_was_never_published_has_not_changed() -> None:
    assert describe_last_change(None, ()) is None


@pytest.mark.parametrize(
    ("micro", "text"), [(3 * MICRO, "3"), (3_290_000, "3.2"), (-1_550_000, "-1.5"), (0, "0")]
)
def test_person_weeks_are_told_to_one_place_towards_zero(micro: int, text: str) -> None:
    assert format_weeks(micro) == text


def test_the_rated_effort_and_what_is_missing_add_up_to_the_edge() -> None:
    (line, _) = describe_distances(a_rating(Level.LARGE, 27.43), EDGES)

    assert line == "very large starts at 72: 44.6 more than the 27.4 rated here"
