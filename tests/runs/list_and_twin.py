"""A list that is harmed in every way, and its twin that nothing happens to: a state machine.

Two lists are kept of one Jira by one rule book. The one goes through kills, broken walks, overtaken
workers, two workers at once and restored backups; its twin through none of them, and the twin is
translated as a whole each time. After each step both read the same, and the mirror says what Jira
shows; in between readers of the first see the list before or the list after.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from sync.sample.protocol.exchange import as_errors
from sync.sample.server.faults import Fault
from tests.databases import move_site
from tests.postgres import Postgres
from tests.runs.convergence import (
    Seen,
    find_broken,
    find_unlike_jira,
    let_lease_run_out,
    look_into,
    tell_differences,
)
from tests.runs.crashing import commanded, run_killed
from tests.runs.place import PUBLISHED, Place, Places, Said

PROJECTS = ("ID", "RPT")
STAGES = (
    ("lease.taken", "walk.begun"),
    ("walk.page-written", "walk.committing"),
    ("walk.committed", "booking.committing", "rollups.committed"),
    ("publish.head-taken", "publish.rows-written", "publish.committing"),
    ("publish.committed", "readers.updating", "publish.noted"),
    ("translation.committing", "translation.committed", "run.ended"),
)
"""Where a run is killed: each stage as often as another, however many points it has."""
POINTS = st.sampled_from(STAGES).flatmap(st.sampled_from)
BEFORE_PUBLISHING = ("walk.begun", "walk.committed")
READING = st.sampled_from(["/search", "bulkfetch"])
"""What a walk asks, to list what changed and to read it."""
MOMENTS = st.sampled_from([("/search", 1), ("/search", 2), ("bulkfetch", 1), ("bulkfetch", 1)])
"""What a walk asks, and the number of times that it asked: before all is listed, and after."""
WORK = st.sampled_from(["rename", "rename", "label", "points", "reopen", "end"])
"""What people have done since the last run when something goes wrong."""
HOURS = st.sampled_from([1, 49])
"""How long ago: more than a run looks back, by its watermark or once a day."""
SEEN_AT = ("missing_since", "since")
"""Moments at which a run saw something."""
NUMBERS = st.integers(0, 10_000)
Rows = list[tuple[Any, ...]]


def read_rows(place: Place) -> Rows:
    """What readers see of every row and alias, but for cursors and moments."""
    skipped = {"change_seq", "updated_at"}
    rows = [tuple((k, v) for k, v in row.items() if k not in skipped) for row in place.published()]
    query = "SELECT capability_id, alias FROM {v}v1_alias ORDER BY capability_id, alias"
    return rows + [tuple(row.items()) for row in place.rows(query)]


class ListAndTwin(RuleBasedStateMachine):
    """The model is a name for each renamed entry, Jira itself, and a twin."""

    def __init__(self, places: Places, folder: Path, server: Postgres | None) -> None:
        super().__init__()
        self.exits = ExitStack()
        like = replace(places, commands=PUBLISHED)
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "list").mkdir(parents=True)
        self.list = self.exits.enter_context(
            like.open_place(folder / "list", projects=PROJECTS, server=server)
        )
        content = like.name_content(projects=PROJECTS)
        urls = self.exits.enter_context(
            like.templates.copy(content, lambda _: None, folder / "twin", server)
        )
        move_site(urls[1], self.list.jira.url)
        rules: dict[str, str | None] = {"config_dir": str(self.list.folder / "config")}
        (folder / "twin").mkdir(exist_ok=True)
        self.twin = replace(
            self.list, folder=folder / "twin", clean_url=urls[0], state_url=urls[1], settings=rules
        )
        self.backup = folder / "backup"
        self.name, self.renamed = "Audit log", 0
        self.sequence, self.is_restored = 0, False

    @property
    def company(self) -> Any:
        return self.list.company

    @rule(number=NUMBERS, what=WORK)
    def do_work(self, number: int, what: str) -> None:
        if what == "rename":
            self.rename_entry()
        else:
            self.edit_issue(number, what)

    def edit_issue(self, number: int, what: str) -> None:
        issues = sorted(self.company.issues)
        issue = self.company.issues[issues[number % len(issues)]]
        statuses = self.company.projects[issue.project].statuses
        edits: dict[str, dict[str, Any]] = {
            "label": {"labels": [f"seen-{number % 7}"]},
            "points": {"points": float(number % 13)},
            "reopen": {"status": statuses[0].name, "resolution": None, "resolved_at": None},
            "end": {
                "status": statuses[-1].name,
                "resolution": "Done",
                "resolved_at": self.company.now,
            },
        }
        self.company.edit(issue.id, **edits[what])

    @rule(number=NUMBERS)
    def delete_issue(self, number: int) -> None:
        leaves = [i for i in sorted(self.company.issues) if not self.company.children_of(i)]
        self.company.remove(leaves[number % len(leaves)])

    def rename_entry(self) -> None:
        self.renamed += 1
        name = f"Log {chr(ord('a') + self.renamed % 26)}"
        if name != self.name:
            self.list.rules("capabilities.yaml", f"name: {self.name}\n", f"name: {name}\n")
            self.name = name

    @rule(hours=st.sampled_from([1, 25, 24 * 15]))
    def pass_time(self, hours: int) -> None:
        self.company.now += timedelta(hours=hours)

    @rule()
    def lose_or_get_permission(self) -> None:
        hidden = self.list.jira.view.hidden_projects
        hidden.remove("RPT") if "RPT" in hidden else hidden.add("RPT")

    @rule(full=st.booleans())
    def sync(self, full: bool) -> None:
        self.settle(*(["--full"] if full else []))

    @rule(
        work=WORK,
        number=NUMBERS,
        hours=HOURS,
        points=st.lists(POINTS, min_size=1, max_size=3),
        nth=st.sampled_from([1, 1, 2]),
    )
    def be_killed(
        self, work: str, number: int, hours: int, points: list[str], nth: int = 1
    ) -> None:
        """As often as there are points; a run that does not pass one comes to its end."""
        before = read_rows(self.list)
        self.do_work(number, work)
        self.pass_time(hours)
        seen = []
        for point in points:
            run_killed(self.list, point, "sync", nth=nth)
            let_lease_run_out(self.list)
            seen.append(read_rows(self.list))
        self.settle()
        after = read_rows(self.list)
        assert all(rows in (before, after) for rows in seen)

    @rule(work=WORK, number=NUMBERS, hours=HOURS, path=READING)
    def be_cut_off(self, work: str, number: int, hours: int, path: str) -> None:
        """Jira refuses what a walk asks, after it has begun."""
        self.do_work(number, work)
        self.pass_time(hours)
        before = read_rows(self.list)
        with self.fault(Fault(path, as_errors(403, "no"))):
            self.list.headway("sync")
        seen = read_rows(self.list)
        self.settle()
        assert seen in (before, read_rows(self.list))

    @rule(work=WORK, number=NUMBERS, moment=MOMENTS)
    def do_work_during_a_walk(self, work: str, number: int, moment: tuple[str, int]) -> None:
        """People work while it is read, and the clock goes on; the next run finds what they did."""
        self.edit_issue(number + 1, "points")

        def work_on() -> None:
            self.company.now += timedelta(minutes=20)
            self.do_work(number, work)
            self.company.now += timedelta(minutes=20)

        path, nth = moment
        with self.fault(Fault(path, work_on, nth=nth)):
            self.run_to_an_end(self.list)
        self.settle()

    @contextmanager
    def fault(self, fault: Fault) -> Iterator[None]:
        self.list.jira.faults.append(fault)
        yield
        self.list.jira.faults.remove(fault)

    @rule(point=st.sampled_from(BEFORE_PUBLISHING))
    def be_two_at_once(self, point: str) -> None:
        with commanded(self.list, "sync", stop_at=[point]) as command:
            if command.wait_for_point() is not None:
                assert self.list.headway("sync").code == 75
                command.go_on()
            command.finish()
        self.settle()

    @rule(point=st.sampled_from([*BEFORE_PUBLISHING, "publish.head-taken"]))
    def lose_the_lease(self, point: str) -> None:
        """A worker that stood still wakes after another one has done its work."""
        with commanded(self.list, "sync", stop_at=[point]) as command:
            if command.wait_for_point() is None:
                command.finish()
            elif point == "publish.head-taken":  # it holds the row: the other one would wait
                command.go_on()
                command.finish()
            else:
                let_lease_run_out(self.list)
                self.settle()
                overtaken = read_rows(self.list)
                command.go_on()
                assert command.finish() in (75, 77, 3)
                assert read_rows(self.list) == overtaken
        self.settle()

    @precondition(lambda self: self.list.clean_url.startswith("sqlite"))
    @rule()
    def back_up(self) -> None:
        self.backup.mkdir(exist_ok=True)
        for name in ("state.db", "clean.db"):
            (self.backup / name).unlink(missing_ok=True)
            with closing(sqlite3.connect(self.list.folder / "internal" / name)) as file:
                file.execute("VACUUM INTO ?", [str(self.backup / name)])

    @precondition(lambda self: self.backup.exists())
    @rule()
    def restore(self) -> None:
        epoch = self.list.freshness()["epoch"]
        internal = self.list.folder / "internal"
        for leftover in internal.glob("*.db*"):
            leftover.unlink()
        for name in ("state.db", "clean.db"):
            shutil.copy(self.backup / name, internal / name)
        assert self.list.headway("recover", "--restored").code == 0
        assert self.list.freshness()["epoch"] != epoch
        self.sequence, self.is_restored = 0, True
        self.settle("--full")  # else a census is due to the one, and not yet to the other

    def settle(self, *words: str) -> None:
        """Run both, have a person approve what is held, and hold them against each other."""
        said = self.run_to_an_end(self.list, *words)
        with self.twin.open_context() as context:
            context.site_store.invalidate_translation()
        by_twin = self.run_to_an_end(self.twin, *words)
        ours = said.code
        assert ours == by_twin.code, (said, by_twin)
        assert read_rows(self.list) == read_rows(self.twin)
        if ours == 0:
            apart = tell_differences(self.look_into(self.list), self.look_into(self.twin))
            told = (apart, find_unlike_jira(self.list))
            assert told == ({}, {}), told
        assert find_broken(self.list) == ()
        last = max(row["change_seq"] for row in self.list.published())
        assert last >= self.sequence
        self.sequence = last
        names = {row["capability_id"]: row["name"] for row in self.list.published()}
        if ours == 0:
            assert names["audit-log"] == self.name

    def look_into(self, place: Place) -> Seen:
        """What is kept, as far as it is the same by whatever way a place came to it.

        Whoever ran while people worked saw some of it sooner. What was booked before a backup that
        was restored is booked again by what is known then.
        """
        kept = {
            name: [tuple((k, v if k not in SEEN_AT else v is None) for k, v in row) for row in rows]
            for name, rows in look_into(place).items()
        }
        if self.is_restored:
            return {"mirror": kept["mirror"]}
        return kept

    def run_to_an_end(self, place: Place, *words: str) -> Said:
        said = place.headway("sync", *words)
        assert "Traceback" not in said.err
        held = re.findall(r"headway approve (\S+)", place.headway("status").out)
        if said.code in (3, 77) and held:
            place.headway("approve", held[0], "--yes")
            said = place.headway("sync", *words)
        return said

    def teardown(self) -> None:
        self.exits.close()
