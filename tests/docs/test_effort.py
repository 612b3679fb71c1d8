"""The page of effort says the numbers that are in force, and every key that can be set."""

import re
from fractions import Fraction

from models.effort import Level
from models.rulebook import EffortRules
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from sync.rulebook.schema.effort import EFFORT
from tests.docs.pages import code_spans, find_section, read_page, table_rows
from translators.effort.rating import BAND, ENOUGH_HISTORY, ENOUGH_KNOWN

PAGE = " ".join(read_page("docs/effort.md").split())
RULES: EffortRules = rulebook_from_texts(read_shipped_texts()).effort


def test_its_numbers_are_in_force() -> None:
    assert f"fewer than {RULES.points_from_percent} % of its sizes" in PAGE
    assert f"known for {ENOUGH_KNOWN * 100} % of the work" in PAGE
    assert f"only below {BAND * 100} % of it" in PAGE
    assert (ENOUGH_HISTORY, "closed six fortnights" in PAGE) == (6, True)
    assert (RULES.minimum_people, "fewer than three people" in PAGE) == (3, True)


def test_the_edges_are_the_shipped_ones() -> None:
    told = re.search(r"are (\d+), (\d+), (\d+) and (\d+) person-weeks for ([\w ,]+),", PAGE)

    assert told
    *edges, labels = told.groups()
    assert tuple(map(int, edges)) == tuple(RULES.edges)
    rated = [level for level in Level if level.rank and level.rank > 1]
    assert [level.replace("_", " ").capitalize() for level in rated] == re.split(
        ", | and ", labels.partition(", unless")[0]
    )


def test_its_example_adds_up_and_its_level_begins_where_it_says() -> None:
    found = re.search(r"(\d+) of the (\d+) points .*? six people\D+ (\d+) person-weeks", PAGE)

    assert found
    part, all_points, weeks = map(int, found.groups())
    assert Fraction(part, all_points) * 6 * 2 == weeks
    assert f"Large starts at {RULES.edges[1]}" in PAGE


def test_every_key_that_can_be_set_is_listed_and_no_other() -> None:
    rows = table_rows(find_section(read_page("docs/effort.md"), "What can be set"))
    keys = {key.name for key in EFFORT.keys}

    assert {key for row in rows for key in code_spans(row[0])} == keys
