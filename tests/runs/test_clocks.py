"""A clock that is wrong for one run: nothing goes by it, and nothing of it stays."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from models.tables import clean, state
from sync.store.clean.readers_file import write_readers_file
from sync.store.db.engines import open_reader, open_writer
from tests.postgres import Postgres
from tests.runs.place import PUBLISHED, Place, Places
from tests.variants import on_sqlite_first

YEAR = timedelta(days=365)
EFFORT = (
    'SELECT issue_id, team, "window", SUM(credit) AS credit FROM {t}ledger '
    'GROUP BY issue_id, team, "window" HAVING SUM(credit) <> 0 ORDER BY issue_id'
)
CLOSED = 'SELECT team, "window", points FROM {t}team_window ORDER BY team, "window"'


@pytest.fixture
def timely(places: Places, tmp_path: Path, database_server: Postgres | None) -> Iterator[Place]:
    """A place with the backlog of one project, whose Jira has the time that it is."""
    with places.open_place(tmp_path, projects=("ID",), server=database_server) as place:
        set_clock(place)
        yield place


@pytest.fixture
def read(places: Places, tmp_path: Path, database_server: Postgres | None) -> Iterator[Place]:
    """The same, where one good run has been published."""
    kept = replace(places, commands=PUBLISHED, prepare=set_clock)
    with kept.open_place(tmp_path, projects=("ID",), server=database_server) as place:
        yield place


def set_clock(place: Place) -> None:
    """Let its Jira have the time that it is, and the clocks be compared."""
    place.company.now = datetime.now(UTC)
    place.settings["clock_tolerance"] = "1h"


@contextmanager
def jira_ahead(place: Place, span: timedelta) -> Iterator[None]:
    """Meanwhile Jira's clock is so far ahead."""
    place.company.now += span
    yield
    place.company.now -= span


def finish_something(place: Place) -> None:
    """Let a story be done now, in a fortnight that is still open."""
    stories = [i for epic in place.company.epics() for i in place.company.children_of(epic.id)]
    story = next(i for i in stories if i.resolution == "Done")
    now = place.company.now
    place.company.edit(story.id, resolved_at=now, category_changed_at=now)


def effort(place: Place) -> Any:
    """The ledger, and the fortnights that were closed."""
    return place.state_rows(EFFORT), place.state_rows(CLOSED)


@on_sqlite_first
def test_a_run_under_jiras_wrong_clock_is_held_and_leaves_nothing_behind(read: Place) -> None:
    before = effort(read), read.published()

    with jira_ahead(read, YEAR):
        held = read.headway("sync")

    assert held.code == 3
    assert "guard clocks: holds the publication back: Jira's clock is wrong: it says" in held.err
    assert "365 days ahead of" in held.err
    assert "sales reads the list as it was" in held.err
    assert (effort(read), read.published()) == before
    assert read.freshness()["status"] == "held"
    right = read.headway("sync")
    assert right.code == 0
    assert (effort(read), read.published()) == before
    assert read.freshness()["status"] == "current"


def test_a_first_run_under_jiras_wrong_clock_reads_nothing(timely: Place) -> None:
    with jira_ahead(timely, YEAR):
        assert timely.headway("sync").code == 3

    assert timely.state_rows("SELECT id FROM {t}issue") == []
    assert timely.state_rows("SELECT site FROM {t}cursor") == []


@pytest.mark.on_sqlite
def test_what_was_booked_under_a_wrong_clock_is_undone_by_the_next_right_one(
    timely: Place,
) -> None:
    finish_something(timely)
    assert timely.headway("sync").code == 0
    right = effort(timely)
    with jira_ahead(timely, YEAR):
        assert timely.headway("sync", clock_tolerance="none").code == 0
    wrong = effort(timely)
    assert (len(wrong[0]), len(wrong[1])) > (len(right[0]), len(right[1]))

    healed = timely.headway("sync")

    assert healed.code == 0, healed.err
    assert effort(timely) == right
    assert "Jira's clock: the run before went by" in healed.out
    assert "closed too early are open again, and 1 credit taken back" in healed.out
    again = timely.headway("sync")
    assert again.out.startswith("unchanged")
    assert "Jira's clock" not in again.out
    timely.company.now += timedelta(days=20)
    later = timely.headway("sync", clock_tolerance="none")
    assert later.code == 0
    assert len(effort(timely)[0]) == len(right[0]) + 1


@on_sqlite_first
def test_our_own_wrong_clock_holds_and_is_named(read: Place) -> None:
    with time_machine.travel(datetime.now(UTC) + YEAR, tick=True):
        held = read.headway("sync")

    assert held.code == 3
    assert "this machine's clock is wrong: it says" in held.err
    assert "Set the clock of this machine right (NTP)." in held.err
    assert read.headway("sync").code == 0


@on_sqlite_first
def test_doctor_says_that_a_clock_is_wrong(read: Place) -> None:
    with jira_ahead(read, YEAR):
        examined = read.headway("doctor")

    assert examined.code == 3
    assert "Jira's clock is wrong: it says" in examined.out


def leave_future_behind(place: Place) -> None:
    """Let the databases be as a run left them that was killed while all clocks were ahead."""
    later = datetime.now(UTC) + YEAR
    with place.open_context() as context:
        with open_writer(context.clean) as connection:
            connection.execute(update(clean.lease).values(holder="other:1", expires_at=later))
            values = {"checked_at": later, "stale_after": later + YEAR}
            connection.execute(update(clean.head).values(**values))
        write_readers_file(context.clean)
        with open_writer(context.state) as connection:
            connection.execute(update(state.run).values(started_at=later, finished_at=later))
            marks = {"as_of": later, "census_at": later, "reread_at": later}
            connection.execute(update(state.site).values(**marks))
            connection.execute(update(state.cursor).values(watermark=later))


@on_sqlite_first
def test_nothing_stays_in_a_future_that_a_killed_run_wrote_of(read: Place) -> None:
    leave_future_behind(read)
    stale = read.freshness()["is_stale"]
    examined = read.headway("doctor")
    changed = read.company.edit(read.company.epics()[0].id, summary="Edited meanwhile")

    refused = read.headway("sync")
    with read.open_context() as context, open_writer(context.clean) as connection:
        ended = datetime.now(UTC) - timedelta(seconds=1)
        cut = connection.execute(select(clean.lease.c.expires_at)).scalar_one()
        connection.execute(update(clean.lease).values(expires_at=ended))
    healed = read.headway("sync")

    assert stale in (True, 1)
    assert examined.code == 75
    assert "other:1 has it until" in examined.out
    assert "which is still to come: it counts as stale" in examined.out
    assert "which is still to come: a clock was ahead" in examined.out
    assert refused.code == 75
    assert "a clock was ahead" in refused.err
    assert cut - ended < timedelta(minutes=2)
    assert healed.code == 0, healed.err
    assert "record of runs: 1 run was recorded in a time still to come" in healed.out
    now = datetime.now(UTC) + timedelta(hours=1)
    with read.open_context() as context:
        with open_reader(context.state) as connection:
            moments = [*connection.execute(select(state.run.c.started_at)).scalars()]
            moments += connection.execute(select(state.cursor.c.watermark)).scalars()
            row = connection.execute(select(state.site)).one()
            moments += [row.as_of, row.census_at, row.reread_at]
        with open_reader(context.clean) as connection:
            head = connection.execute(select(clean.head)).one()
            moments += [head.checked_at, head.as_of]
    assert [moment for moment in moments if moment > now] == []
    kept = read.state_rows(f"SELECT summary FROM {{t}}issue WHERE id = {changed.id}")
    assert kept == [{"summary": "Edited meanwhile"}]
    assert read.freshness()["is_stale"] in (False, 0)
    newest = json.loads(read.headway("status", "--json").out)["runs"]
    assert [run["exit_code"] for run in newest] == [0, 0]
    assert newest[0]["started_at"] > newest[1]["started_at"]


@on_sqlite_first
def test_status_says_when_the_next_three_runs_are_due(read: Place) -> None:
    told = json.loads(read.headway("status", "--json", schedule="6h").out)["next_runs"]
    page = read.headway("status", schedule="0 6 1 * 1", timezone="Europe/Berlin").out

    first, second, third = map(datetime.fromisoformat, told)
    assert timedelta(hours=5) < first - datetime.now(UTC) < timedelta(hours=6)
    assert second - first == third - second == timedelta(hours=6)
    (line,) = [line for line in page.splitlines() if line.startswith("next runs")]
    assert re.fullmatch(r"next runs   (20\d\d-\d\d-\d\d 0[45]:00 UTC(, )?){3}", line)
