"""A clock that is wrong for one run: nothing goes by it, and nothing of it stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.postgres import Postgres
from tests.runs.place import Place, Places

YEAR = timedelta(days=365)
EFFORT = (
    'SELECT issue_id, kind, turn, team, "window", credit FROM {t}ledger '
    "ORDER BY issue_id, kind, turn"
)
CLOSED = 'SELECT team, "window", points FROM {t}team_window ORDER BY team, "window"'


@pytest.fixture
def timely(places: Places, tmp_path: Path, database_server: Postgres | None) -> Iterator[Place]:
    """A place with the backlog of one project, whose Jira has the time that it is."""
    with places.open_place(tmp_path, projects=("ID",), server=database_server) as place:
        yield set_clock(place)


def set_clock(place: Place) -> Place:
    """Let its Jira have the time that it is, and the clocks be compared."""
    place.company.now = datetime.now(UTC)
    place.settings["clock_tolerance"] = "1h"
    return place


@contextmanager
def jira_ahead(place: Place, span: timedelta) -> Iterator[None]:
    """Meanwhile Jira's clock is so far ahead."""
    place.company.now += span
    yield
    place.company.now -= span


def effort(place: Place) -> Any:
    """The ledger, and the fortnights that were closed."""
    return place.state_rows(EFFORT), place.state_rows(CLOSED)


def test_a_run_under_jiras_wrong_clock_is_held_and_leaves_nothing_behind(timely: Place) -> None:
    first = timely.headway("sync")
    assert first.code == 0, first.err
    before = effort(timely), timely.published()

    with jira_ahead(timely, YEAR):
        held = timely.headway("sync")

    assert held.code == 3
    assert "guard clocks: holds the publication back: Jira's clock is wrong: it says" in held.err
    assert "365 days ahead of" in held.err
    assert "sales reads the list as it was" in held.err
    assert (effort(timely), timely.published()) == before
    assert timely.freshness()["status"] == "held"
    right = timely.headway("sync")
    assert right.code == 0
    assert (effort(timely), timely.published()) == before
    assert timely.freshness()["status"] == "current"


def test_a_first_run_under_jiras_wrong_clock_reads_nothing(timely: Place) -> None:
    with jira_ahead(timely, YEAR):
        assert timely.headway("sync").code == 3

    assert timely.state_rows("SELECT id FROM {t}issue") == []
    assert timely.state_rows("SELECT site FROM {t}cursor") == []


def test_what_was_booked_under_a_wrong_clock_is_undone_by_the_next_right_one(
    timely: Place,
) -> None:
    assert timely.headway("sync").code == 0
    right = effort(timely)
    with jira_ahead(timely, YEAR):
        assert timely.headway("sync", clock_tolerance="none").code == 0
    assert effort(timely) != right

    healed = timely.headway("sync")

    assert healed.code == 0
    assert effort(timely) == right
    assert "Jira's clock: the run before went by" in healed.out
    assert "closed too early are open again" in healed.out
    again = timely.headway("sync")
    assert again.out.startswith("unchanged")
    assert "Jira's clock" not in again.out


def test_our_own_wrong_clock_holds_and_is_named(timely: Place) -> None:
    assert timely.headway("sync").code == 0

    with time_machine.travel(datetime.now(UTC) + YEAR, tick=True):
        held = timely.headway("sync")

    assert held.code == 3
    assert "this machine's clock is wrong: it says" in held.err
    assert "Set the clock of this machine right (NTP)." in held.err
    assert timely.headway("sync").code == 0


def test_doctor_says_that_a_clock_is_wrong(timely: Place) -> None:
    assert timely.headway("sync").code == 0

    with jira_ahead(timely, YEAR):
        examined = timely.headway("doctor")

    assert examined.code == 3
    assert "Jira's clock is wrong: it says" in examined.out
