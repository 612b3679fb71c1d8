"""What a run costs, counted: with nothing changed it does not depend on the backlog's size."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.postgres import Postgres
from tests.runs.counting import Work, count_run
from tests.runs.place import PUBLISHED, Place, Places

Sizes = tuple[Place, Place]

LOOKS_AT_EVERY_ISSUE = {
    "SELECT DISTINCT FROM issue WHERE issue.site = ? AND issue.missing_since IS NULL"
}
"""What SQLite goes through a whole index of the issues for: the projects with issues."""

READS_THE_LIST = "SELECT FROM v1_"
"""What a run on SQLite holds the readers' file against, whoever damaged it: all that they see."""

READS_EVERY_EPIC = {
    "SELECT FROM decision WHERE decision.site = ?",
    "SELECT FROM epic_rollup WHERE epic_rollup.site = ? AND epic_rollup.number != ?",
}
"""What is read for each epic as soon as one issue changed: the list is summed from all of it."""


@pytest.fixture(params=[("ID",), pytest.param((), marks=pytest.mark.all)], ids=["project", "whole"])
def sizes(
    places: Places,
    tmp_path: Path,
    database_server: Postgres | None,
    request: pytest.FixtureRequest,
) -> Iterator[Sizes]:
    """A published place with a backlog, and one where it is there four times over."""
    published = replace(places, commands=PUBLISHED)
    with ExitStack() as both:
        small, large = (
            both.enter_context(
                published.open_place(
                    tmp_path / str(scale),
                    projects=request.param,
                    scale=scale,
                    server=database_server,
                )
            )
            for scale in (1, 4)
        )
        assert len(large.company.issues) == 4 * len(small.company.issues)
        yield small, large


def count_unchanged(place: Place) -> Work:
    """The work of a run five minutes later."""
    place.company.now += timedelta(minutes=5)
    return count_run(place)


def count_changed(place: Place) -> Work:
    """The work of a run after a finished story of a published epic was opened again."""
    published = "SELECT epic_id FROM {t}decision WHERE outcome = 'published' ORDER BY epic_id"
    epic_id = place.state_rows(published)[0]["epic_id"]
    story = next(i for i in place.company.children_of(epic_id) if i.resolution == "Done")
    place.company.now += timedelta(minutes=5)
    place.company.edit(story.id, status="In Progress", resolution=None)
    return count_run(place)


def without_findings(rows: Counter[str]) -> Counter[str]:
    """Of four times the backlog one thing more may be told, and no more than that."""
    assert rows["INSERT INTO finding"] <= 7
    return Counter({name: n for name, n in rows.items() if name != "INSERT INTO finding"})


def looked_at_more(sizes: Sizes, small: Work, large: Work) -> set[str]:
    """The statements for which SQLite did something more with each issue that is more."""
    issues = len(sizes[1].company.issues) - len(sizes[0].company.issues)
    return {
        name
        for name, instructions in large.instructions.items()
        if instructions - small.instructions[name] >= issues
    }


@pytest.mark.every_kind
def test_a_run_with_nothing_changed_costs_the_same_whatever_the_size_of_the_backlog(
    sizes: Sizes, database_kind: str
) -> None:
    small, large = (count_unchanged(place) for place in sizes)

    assert small.requests == large.requests == 7
    assert small.statements == large.statements
    assert small.rows_read == large.rows_read
    assert without_findings(small.rows_written) == without_findings(large.rows_written)
    assert large.statements.total() <= {"sqlite": 105, "postgresql": 74}[database_kind]
    of_backlog = {k: n for k, n in large.rows_read.items() if not k.startswith(READS_THE_LIST)}
    assert sum(of_backlog.values()) <= 130
    assert large.rows_written.total() <= 45
    assert looked_at_more(sizes, small, large) <= LOOKS_AT_EVERY_ISSUE


@pytest.mark.every_kind
def test_one_changed_issue_costs_what_it_affects_and_a_few_rows_of_every_epic(
    sizes: Sizes, database_kind: str
) -> None:
    small, large = (count_changed(place) for place in sizes)

    groups = [place.state_rows("SELECT number FROM {t}epic_rollup") for place in sizes]
    more_rows = large.rows_read - small.rows_read
    assert small.rows_written["INSERT INTO ledger"] == 1
    assert small.requests == large.requests == 8
    assert small.statements == large.statements
    assert without_findings(small.rows_written) == without_findings(large.rows_written)
    assert large.statements.total() <= {"sqlite": 188, "postgresql": 138}[database_kind]
    assert large.rows_written.total() <= 50
    assert small.rows_read - large.rows_read == {}
    assert more_rows.keys() <= READS_EVERY_EPIC
    assert max(more_rows.values()) <= len(groups[1]) - len(groups[0])
    assert looked_at_more(sizes, small, large) <= LOOKS_AT_EVERY_ISSUE | READS_EVERY_EPIC
