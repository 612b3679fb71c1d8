"""The bad nights: each message says where, what became of what sales sees, and what to do."""

import os
import re
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from sync.store.clean.published_state import read_published_state
from tests.runs.place import Place, Said
from tests.runs.test_partial_losses import half, hide

SALES = "headway: list: sales reads what was published before, as of 2026-11-23 06:00 UTC\n"
STAYS = "The last good list stays as it is.\n"


def lose_half(place: Place) -> Said:
    hide(place, half(place))
    place.company.now += timedelta(days=1)
    return place.headway("sync")


def lose_all(place: Place) -> Said:
    hide(place, list(place.company.issues.values()))
    place.company.now += timedelta(days=1)
    return place.headway("sync")


def lose_a_project(place: Place) -> Said:
    place.jira.view.hidden_projects |= {"PAY"}
    place.company.version += 1
    return place.headway("sync")


def let_the_token_expire(place: Place) -> Said:
    return place.headway("sync", jira_token="expired")


def stop_the_database(place: Place) -> Said:
    return place.headway("sync", state_url="postgresql://headway:x@127.0.0.1:1/state")


def break_the_rules(place: Place) -> Said:
    path = place.folder / "config" / "capabilities.yaml"
    path.write_text(path.read_text("utf-8") + "\n  - id: [broken\n", "utf-8")
    return place.headway("sync")


@contextmanager
def small_files() -> Iterator[None]:
    """No file grows: a quota that is used up."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def use_up_the_quota(place: Place) -> Said:
    with small_files():
        return place.headway("sync", "--full")


KEPT = (
    "Kept the last good text of # entries that it feeds; the other # are current. Restore the "
    "permission, then run headway sync"
)
NIGHTS: dict[str, tuple[Callable[[Place], Said], int, list[str]]] = {
    "half the backlog is gone": (
        lose_half,
        77,
        [
            "partial: revision #, no row rewritten",
            "unseen project PAY: # of # issues, # of # epics, ",
            " are not shown any more. " + KEPT,
            "If people deleted or archived them, `headway status` names the run to approve",
        ],
    ),
    "all of the backlog is gone": (
        lose_all,
        3,
        [
            "headway: guard nothing-came: Jira shows no issue at all. Nothing was published. Check "
            "what the account may see, and HEADWAY_JIRA_PROJECTS.",
            SALES,
        ],
    ),
    "a project is lost": (
        lose_a_project,
        77,
        [
            "partial: revision #, no row rewritten",
            "unseen project PAY: Jira shows none of its # issues: the account may not browse it "
            "any more, or it was archived or deleted. " + KEPT,
        ],
    ),
    "the token has expired": (
        let_the_token_expire,
        77,
        [
            "answers as to nobody it knows: it does not accept the token Check HEADWAY_JIRA_EMAIL "
            "and HEADWAY_JIRA_TOKEN, and whether the token has expired.",
            SALES,
        ],
    ),
    "a database is down": (
        stop_the_database,
        74,
        [
            "/state: the database refuses the connection: no server listens there Start it, or "
            "check host and port in its address.",
            STAYS,
        ],
    ),
    "the rule book is broken": (
        break_the_rules,
        2,
        [
            "config/capabilities.yaml:#:#: error: a list in brackets is not closed",
            "Close it with ]; part by commas.",
            SALES,
        ],
    ),
    "a quota is used up": (
        use_up_the_quota,
        74,
        [
            "state.db: the database cannot grow: its disk is full, or a quota is used up",
            "Make room on that disk, or have more of it allowed, then run `headway sync`.",
            STAYS,
        ],
    ),
}
"""Of each night: what befalls, the exit code, and what is said; # stands for a number."""


def plain(words: str) -> str:
    """Words with one space between any two, and # for each number."""
    return re.sub(r"\d+", "#", " ".join(words.split()))


@pytest.mark.parametrize("night", NIGHTS)
def test_a_bad_night_says_where_what_sales_sees_and_what_to_do(
    two_projects: Place, night: str
) -> None:
    befall, code, told = NIGHTS[night]
    before = two_projects.published()
    said = befall(two_projects)
    words = plain(said.out + said.err)

    assert said.code == code, said.out + said.err
    assert [part for part in told if plain(part) not in words] == [], words
    assert two_projects.published() == before


def test_the_entries_that_are_kept_are_those_that_the_lost_project_feeds(
    two_projects: Place,
) -> None:
    with two_projects.open_context() as context:
        rows = read_published_state(context.clean).capabilities.values()
    active = [kept for kept in rows if kept.row.is_active]
    fed = [kept for kept in active if {e.project for e in kept.contributing_epics} & {"PAY"}]
    said = lose_a_project(two_projects)

    kept, others = map(int, re.findall(r"last good text of (\d+) .*? other (\d+)", said.out)[0])
    assert (kept, others) == (len(fed), len(active) - len(fed))
    status = two_projects.headway("status")
    assert f"Kept the last good text of {kept} entries" in status.out
    assert "if it is gone for good, add to `gone:`" in status.out


@pytest.mark.all
def test_a_disk_without_room_is_said_to_be_full(two_projects: Place, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    internal = two_projects.folder / "internal"
    size = sum(file.stat().st_size for file in internal.iterdir()) + 300_000
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)],
        check=False,
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        for file in internal.iterdir():
            (disk / file.name).write_bytes(file.read_bytes())
        (disk / "filler").write_bytes(b"0" * 250_000)
        before = two_projects.published()
        said = two_projects.headway("sync", "--full", state_url=f"sqlite:///{disk}/state.db")
    finally:
        subprocess.run(["umount", str(disk)], check=True)

    assert said.code == 74, said.out + said.err
    assert f"{disk}/state.db: the database cannot grow: its disk is full\n" in said.err
    assert "Make room on that disk, then run `headway sync`." in said.err
    assert STAYS.strip() in said.err
    assert two_projects.published() == before
