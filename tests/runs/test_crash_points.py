"""SIGKILL at every crash point: readers see one list or the next, and the next run mends the rest.

A run that was killed leaves its lease, which runs out after a minute; here it does so at once.
"""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from models.tables import state
from sync.crash_points import pass_crash_point
from sync.requests_file import append_words, place_asked_file
from sync.store.db.engines import open_writer
from tests.architecture.repository import ROOT, our_files
from tests.postgres import Postgres
from tests.runs.convergence import (
    Seen,
    find_broken,
    let_lease_run_out,
    look_into,
    see,
    tell_differences,
)
from tests.runs.crashing import NAMES, list_points, run_killed
from tests.runs.place import MIGRATED, PUBLISHED, Place, Places

KILLED = -9
SQLITE = "sqlite"
BEGIN = ["lease.taken", "run.recorded", "walk.begun"]
READ = ["walk.committing", "walk.committed"]
ASKS = ["asks.committing", "asks.committed"]
PAGE = ["walk.page-written"]
BOOK = ["booking.committing", "booking.committed", "rollups.committing", "rollups.committed"]
WRITE = ["publish.head-taken", "publish.rows-written", "publish.logged", "publish.committing"]
DONE = ["publish.committed", "readers.updating", "readers.written"]
END = ["publish.noted", "translation.committing", "translation.committed", "run.ended"]


@dataclass(frozen=True)
class Scenario:
    """What a place went through, what is then done to it, and the crash points that it passes."""

    commands: tuple[str, ...]
    change: Callable[[Place], object]
    passes: list[str]
    run: tuple[str, ...] = ("sync",)
    killed_at: tuple[str, ...] = ()
    """Where it is killed, if not at every point: others have been there already."""

    has_list: bool = True
    """Whether there is a list for readers when it begins, wherever they read."""

    def list_kills(self, kind: str) -> list[str]:
        """Where it is killed on a kind of database, each once."""
        return [name for name in dict.fromkeys(self.passes_on(kind)) if self._is_meant(name)]

    def passes_on(self, kind: str) -> list[str]:
        """Only SQLite's readers have a file of their own."""
        return [name for name in self.passes if kind == SQLITE or not name.startswith("readers.")]

    def _is_meant(self, name: str) -> bool:
        return not self.killed_at or name in self.killed_at


def leave(place: Place) -> None:
    """Nothing is otherwise than it was."""


def let_a_fortnight_pass(place: Place) -> None:
    """Fortnights close, people edit, and a capability is called otherwise."""
    place.company.now += timedelta(days=20)
    for issue_id in place.company.ids_of("ID")[:3]:
        place.company.edit(issue_id, labels=["edited"])
    place.company.remove(place.company.ids_of("ID")[-1])
    rename(place)


def rename(place: Place) -> None:
    place.rules("capabilities.yaml", "name: Audit log\n", "name: Activity log\n")


def reopen_work(place: Place) -> None:
    """What was finished and credited is worked on again."""
    place.company.now += timedelta(hours=1)
    credited = place.state_rows("SELECT issue_id FROM {t}ledger ORDER BY issue_id LIMIT 1")
    issue = place.company.issues[credited[0]["issue_id"]]
    (open_, *_) = place.company.projects[issue.project].statuses
    place.company.edit(issue.id, status=open_.name, resolution=None, resolved_at=None)


def lose_readers_file(place: Place) -> None:
    rename(place)
    path = Path(place.clean_url.removeprefix("sqlite:///"))
    if place.clean_url.startswith("sqlite"):
        path.unlink()


def lose_all_tables(place: Place) -> None:
    """Databases that nobody has migrated yet."""
    for path in (*place.folder.glob("*.db*"), *place.folder.glob("internal/*.db*")):
        path.unlink()
    if not place.clean_url.startswith(SQLITE):
        with place.open_context() as context:
            for engine, schemas in (
                (context.clean, "headway, sales"),
                (context.state, "headway_state"),
            ):
                with open_writer(engine) as connection:
                    connection.execute(text(f"DROP SCHEMA {schemas} CASCADE"))


def remember_more(place: Place) -> None:
    """As after the list was restored from a backup: the state database knows of a later one."""
    mark = state.last_publication
    with place.open_context() as context, open_writer(context.state) as connection:
        more = {"revision": mark.c.revision + 1, "change_seq": mark.c.change_seq + 10}
        connection.execute(update(mark).values(**more))


def leave_asks(place: Place) -> None:
    """An assistant found nothing by some words, twice by one of them."""
    requests = place.folder / "requests.csv"
    place.settings["requests_file"] = str(requests)
    append_words(place_asked_file(requests), ["holograms", "fax", "holograms"])
    rename(place)


RUN = [*BEGIN, *PAGE, *READ, *BOOK, *WRITE, *DONE, *END]
FILE_MADE = ["readers.replacing", "readers.written"]
SCENARIOS = {
    "first": Scenario(MIGRATED, leave, RUN),
    "later": Scenario(PUBLISHED, let_a_fortnight_pass, RUN),
    "reopened": Scenario(
        PUBLISHED,
        reopen_work,
        [*BEGIN, *PAGE, *READ, "reversals.committing", WRITE[0], WRITE[-1], *DONE, *END],
        killed_at=("walk.committed", "reversals.committing", "publish.committed"),
    ),
    "asked": Scenario(
        PUBLISHED,
        leave_asks,
        [*BEGIN[:2], *ASKS, BEGIN[2], *READ, *BOOK, *WRITE, *DONE, *END],
        killed_at=tuple(ASKS),
    ),
    "file lost": Scenario(
        PUBLISHED,
        lose_readers_file,
        [*BEGIN, *READ, *BOOK, *WRITE, "publish.committed", *FILE_MADE, *END],
        killed_at=("readers.replacing",),
        has_list=False,
    ),
    "migrated": Scenario(
        MIGRATED,
        lose_all_tables,
        ["migrate.committing", "migrate.committed"] * 2 + [*FILE_MADE, "migrate.done"],
        run=("migrate",),
        has_list=False,
    ),
    "recovered": Scenario(
        PUBLISHED,
        remember_more,
        [BEGIN[0], "recover.committing", "recover.committed", *DONE[1:], END[0]],
        run=("recover",),
    ),
}
QUICK = {("later", SQLITE, "publish.committed")}
CASES = [
    pytest.param(name, kind, point, marks=[] if (name, kind, point) in QUICK else pytest.mark.all)
    for name, scenario in SCENARIOS.items()
    for kind in (SQLITE, "postgresql")
    for point in scenario.list_kills(kind)
]


@contextmanager
def opened(
    places: Places, folder: Path, name: str, server: Postgres | None
) -> Iterator[tuple[Scenario, Place]]:
    """A place as the scenario begins, after what is done to it."""
    scenario = SCENARIOS[name]
    like = replace(places, commands=scenario.commands)
    with like.open_place(folder, projects=("ID",), server=server) as place:
        scenario.change(place)
        yield scenario, place


@dataclass(frozen=True)
class Ending:
    """What a run that nobody disturbed leaves."""

    shown: Seen
    kept: Seen


@pytest.fixture(scope="module")
def endings() -> dict[tuple[str, str], Ending]:
    """By scenario and kind of database, made by whoever asks first."""
    return {}


def test_every_crash_point_stands_in_the_code_once_and_nothing_of_ours_listens() -> None:
    texts = [
        file.read_text("utf-8")
        for file in our_files()
        if file.suffix == ".py" and "tests" not in file.relative_to(ROOT).parts
    ]
    called = [
        str(call.args[0].value)
        for text in texts
        if f"{pass_crash_point.__name__}(" in text
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == pass_crash_point.__name__
        and isinstance(call.args[0], ast.Constant)
    ]
    listed = {name for scenario in SCENARIOS.values() for name in scenario.passes}

    assert sorted(called) == sorted(NAMES)
    assert listed == set(NAMES)
    assert not [text for text in texts if "audithook" in text]


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.all) for name in SCENARIOS])
def test_a_run_passes_the_points_that_are_listed(
    places: Places, tmp_path: Path, name: str, database_kind: str, database_server: Postgres | None
) -> None:
    with opened(places, tmp_path, name, database_server) as (scenario, place):
        code, passed = list_points(place, *scenario.run)

    once = [point for n, point in enumerate(passed) if point != PAGE[0] or passed[n - 1] != point]
    assert code == 0
    assert once == scenario.passes_on(database_kind)


@pytest.mark.every_kind
@pytest.mark.parametrize(("name", "kind", "point"), CASES)
def test_a_run_that_is_killed_leaves_one_list_or_the_next_and_the_next_run_comes_to_the_same(
    places: Places,
    tmp_path: Path,
    endings: dict[tuple[str, str], Ending],
    name: str,
    kind: str,
    point: str,
    request: pytest.FixtureRequest,
) -> None:
    server = None if kind == SQLITE else request.getfixturevalue("postgres_server")
    if (name, kind) not in endings:
        with opened(places, tmp_path / "whole", name, server) as (scenario, place):
            assert place.headway(*scenario.run).code == 0
            endings[name, kind] = Ending(see(place), look_into(place))
    whole = endings[name, kind]
    with opened(places, tmp_path / "killed", name, server) as (scenario, place):
        before = see(place) if scenario.has_list else None

        assert run_killed(place, point, *scenario.run) == KILLED

        if scenario.has_list:
            assert see(place) in (before, whole.shown)
        if scenario.run != ("migrate",):
            let_lease_run_out(place)
        assert place.headway(*scenario.run).code == 0
        assert tell_differences(see(place), whole.shown) == {}
        assert tell_differences(look_into(place), whole.kept) == {}
        assert place.headway("sync").code == 0
        last = see(place)
        assert place.headway("sync").code == 0
        assert see(place) == last
        assert find_broken(place) == ()
