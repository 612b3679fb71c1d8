"""A Jira whose workflows do not date what is done: its history tells, or the headline does."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from sync.sample.protocol.exchange import as_errors
from sync.sample.server.faults import Altered, Fault
from tests.runs.place import PUBLISHED, Dialect, Place, Places

HISTORIES = {"cloud": "/changelog/bulkfetch", "datacenter": "/status"}
"""What is asked for once a run asks for histories."""


@pytest.fixture
def untold(places: Places, tmp_path: Path, dialect: Dialect) -> Iterator[Place]:
    """A place whose Jira dates nothing that is done."""
    with places.open_place(tmp_path, dialect, projects=("ID",)) as place:
        place.jira.view.tells_completion = False
        yield place


def booked(place: Place) -> list[Any]:
    query = 'SELECT issue_id, team, "window", credit FROM {t}ledger ORDER BY issue_id'
    return place.state_rows(query)


def sources(place: Place) -> set[Any]:
    query = "SELECT DISTINCT done_source FROM {t}issue WHERE done_source IS NOT NULL"
    return {row["done_source"] for row in place.state_rows(query)}


def asked_for_histories(place: Place, dialect: Dialect) -> int:
    return sum(path.endswith(HISTORIES[dialect]) for _, path, _ in place.jira.requests)


def test_the_history_tells_once_what_the_fields_do_not(
    untold: Place, places: Places, dialect: Dialect, tmp_path: Path
) -> None:
    first = untold.headway("sync")
    asked = asked_for_histories(untold, dialect)
    untold.company.now += timedelta(days=8)
    again = untold.headway("sync", "--full")

    assert (first.code, again.code) == (0, 0), first.err + again.err
    assert "changelog" in sources(untold)
    assert asked == asked_for_histories(untold, dialect) == 1
    assert "does not say when" not in first.out
    like = replace(places, commands=PUBLISHED)
    with like.open_place(tmp_path / "told", dialect, projects=("ID",)) as told:
        told.company.now += timedelta(days=8)
        told.headway("sync", "--full")
        assert booked(untold) == booked(told)
        assert untold.published() != []
        assert [row["effort_code"] for row in untold.published()] == [
            row["effort_code"] for row in told.published()
        ]


def test_what_nothing_tells_is_the_headline_of_sync_status_and_doctor(
    untold: Place, dialect: Dialect
) -> None:
    untold.jira.view.keeps_history = False

    said = untold.headway("sync")
    asked = asked_for_histories(untold, dialect)
    untold.company.now += timedelta(hours=25)
    later = untold.headway("sync")

    headline = said.out.splitlines()[0]
    assert headline.startswith("This Jira does not say when work was finished: for ")
    assert "No effort can be booked for them" in headline
    assert later.out.splitlines()[0] == headline
    assert untold.headway("status").out.splitlines()[1] == headline
    codes = [f["code"] for f in json.loads(untold.headway("status", "--json").out)["findings"]]
    assert "cannot-tell-done" in codes
    assert "does not say when work was finished" in untold.headway("doctor").out
    assert asked == asked_for_histories(untold, dialect) == 1


def test_a_history_that_is_refused_is_said_and_asked_for_again(
    untold: Place, dialect: Dialect
) -> None:
    untold.jira.faults.append(Fault(HISTORIES[dialect], as_errors(403, "No.")))

    said = untold.headway("sync")
    untold.jira.faults.clear()
    untold.company.now += timedelta(hours=25)
    later = untold.headway("sync")

    assert said.code == later.code == 0
    assert "walk: Jira does not show the history of" in said.out
    assert "This Jira does not say when work was finished" in said.out.splitlines()[0]
    assert "changelog" in sources(untold)
    assert "does not show the history" not in later.out


STRANGE = ("ID-1", "", "9" * 400, "-1", "10")


@pytest.mark.every_kind
@pytest.mark.parametrize(
    "issue_ids",
    [STRANGE, *(pytest.param((each,), marks=pytest.mark.all) for each in STRANGE)],
    ids=["in turn", *map(repr, range(len(STRANGE)))],
)
def test_a_history_of_no_issue_that_was_asked_for_ends_no_run(
    untold: Place, dialect: Dialect, issue_ids: tuple[str, ...]
) -> None:
    turn = cycle(issue_ids)

    def rename_all(document: dict[str, Any]) -> None:
        for row in document.get("issueChangeLogs", ()):
            row["issueId"] = next(turn)
        for row in document.get("issues", ()):
            if "changelog" in row:
                row["id"] = next(turn)

    path = "/changelog/bulkfetch" if dialect == "cloud" else "/search"
    untold.jira.faults.append(Fault(path, Altered(rename_all)))

    said = untold.headway("sync")

    assert said.code == 0, said.err
    assert "This Jira does not say when work was finished" in said.out.splitlines()[0]
