"""Whatever is done to a list, in whatever order: it comes to what one comes to that was spared."""

import faulthandler
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.examples import examples
from tests.postgres import Postgres
from tests.runs.list_and_twin import PROJECTS, ListAndTwin
from tests.runs.place import PUBLISHED, Places

STEPS = 14


def open_worlds(places: Places, folder: Path, server: Postgres | None) -> Callable[[], ListAndTwin]:
    """What makes a list and its twin anew; whatever they are copied from is there from now on."""
    with replace(places, commands=PUBLISHED).open_place(
        folder / "made", projects=PROJECTS, server=server
    ):
        return partial(ListAndTwin, places, folder / "worlds", server)


@pytest.mark.all
@pytest.mark.every_kind
def test_a_list_that_is_harmed_comes_to_what_its_twin_comes_to(
    places: Places, tmp_path: Path, database_server: Postgres | None
) -> None:
    """A history that fails is not made shorter: each try is a minute of runs."""
    faulthandler.cancel_dump_traceback_later()  # it may take longer than others
    run_state_machine_as_test(
        open_worlds(places, tmp_path, database_server),  # type: ignore[arg-type]
        settings=settings(
            examples(3, 6), stateful_step_count=STEPS, phases=[Phase.reuse, Phase.generate]
        ),
    )


def is_killed_as_it_begins_to_read(world: ListAndTwin) -> None:
    """The watermark stays where it was, or what was done before is never read."""
    world.be_killed("label", 7, 1, ["walk.begun"])


def is_cut_off_in_mid_walk(world: ListAndTwin) -> None:
    """The same, by Jira."""
    world.be_cut_off("points", 8, 1, "bulkfetch")


def is_worked_on_while_it_is_read(world: ListAndTwin) -> None:
    """The watermark is the moment at which the walk began, and not that of its end."""
    world.do_work_during_a_walk("label", 9, ("bulkfetch", 1))
    world.pass_time(1)
    world.settle()


def is_killed_between_translating_and_publishing(world: ListAndTwin) -> None:
    """No translation counts as published before it is; the run after that finds nothing new."""
    world.be_killed("rename", 0, 1, ["publish.head-taken"])
    world.be_killed("rename", 0, 1, ["publish.committing", "translation.committed"])


def is_overtaken_while_it_reads(world: ListAndTwin) -> None:
    """Who lost the lease commits no walk, and publishes nothing."""
    world.do_work(10, "label")
    world.pass_time(1)
    world.lose_the_lease("walk.begun")
    world.do_work(0, "rename")
    world.lose_the_lease("walk.committed")


def changes_in_parts_only(world: ListAndTwin) -> None:
    """What is translated of what changed is what all of it comes to."""
    for what in ("label", "reopen", "end"):
        for number in range(0, len(world.company.issues), 2):
            world.edit_issue(number, what)
        world.settle()


HISTORIES = (
    is_killed_as_it_begins_to_read,
    is_cut_off_in_mid_walk,
    is_worked_on_while_it_is_read,
    is_killed_between_translating_and_publishing,
    is_overtaken_while_it_reads,
    changes_in_parts_only,
)


@pytest.mark.all
@pytest.mark.parametrize("history", HISTORIES)
def test_a_list_comes_to_what_its_twin_comes_to_when_it(
    places: Places,
    tmp_path: Path,
    database_server: Postgres | None,
    history: Callable[[ListAndTwin], None],
) -> None:
    world = open_worlds(places, tmp_path, database_server)()
    try:
        history(world)
    finally:
        world.teardown()
