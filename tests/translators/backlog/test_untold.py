"""What a Jira cannot tell is said for what share of the work, and what it costs."""

import pytest

from models.backlog import BacklogCounts
from translators.backlog.untold import is_limitation, judge_backlog

ALL = 1_000
TOLD = BacklogCounts(
    items=ALL,
    estimated=ALL,
    with_component=ALL,
    in_epic=ALL,
    finished=830,
    undated=0,
    assigned=830,
)


def limitations(**counts: int) -> dict[str, str]:
    given = {name: getattr(TOLD, name) for name in TOLD.__struct_fields__} | counts
    found = list(judge_backlog(BacklogCounts(**given)))
    assert all(is_limitation(finding) for finding in found)
    return {finding.code: finding.what for finding in found}


def test_nothing_is_said_of_a_jira_that_tells_all() -> None:
    assert limitations() == {}


def test_a_jira_that_dates_nothing_costs_the_whole_list() -> None:
    assert limitations(undated=818) == {
        "cannot-tell-done": "does not say when work was finished: for 818 of 830 finished issues "
        "(98 %) there is no resolution date, no date of the status, and nothing in their history. "
        "No effort can be booked for them, so no capability can appear but by the product team's "
        "word. Remedy: have the workflows set a resolution when work is done, and see whether this "
        "account may read the history of issues. What is finished from now on is "
        "dated by the run that first sees it."
    }


@pytest.mark.parametrize(("undated", "is_said"), [(82, False), (83, True), (788, True)])
def test_a_part_without_dates_costs_levels(undated: int, is_said: bool) -> None:
    said = limitations(undated=undated)

    assert bool(said) == is_said
    assert all("so levels are lower than the work was" in what for what in said.values())


@pytest.mark.parametrize(
    ("field", "code", "cost"),
    [
        ("estimated", "cannot-tell-points", "measured by how many items they finish"),
        ("with_component", "cannot-tell-components", "`component:` match nothing"),
        ("in_epic", "cannot-tell-epics", "counts for no capability"),
        (
            "assigned",
            "cannot-tell-assignees",
            "so no capability can appear but by",
        ),
    ],
)
def test_what_is_lacking_altogether_is_said_with_its_cost(field: str, code: str, cost: str) -> None:
    assert cost in limitations(**{field: 0})[code]
    assert limitations(**{field: 100}) == {}


def test_little_is_not_judged() -> None:
    few = dict.fromkeys(TOLD.__struct_fields__, 0) | {"items": 19, "finished": 19}

    assert limitations(**few) == {}
