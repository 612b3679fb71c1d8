"""The lines of docs/backup.md, run as they stand while a service publishes, and what comes back."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sync.store.clean.lease import TTL
from tests.architecture.repository import ROOT
from tests.docs.pages import find_blocks, find_section, read_page
from tests.loaded import TIMEOUT
from tests.postgres import Postgres
from tests.runs.convergence import find_broken
from tests.runs.place import PUBLISHED, Place, Places
from tests.runs.programs import wait_until
from tests.runs.serving import running

PAGE = "docs/backup.md"
SHIM = '#!/bin/sh\nexec {headway} --env-file {folder}/env "$@"\n'
WAYS = {
    "sqlite3": ("SQLite", 0, 2),
    "python": ("SQLite", 1, 2),
    "pg_dump": ("PostgreSQL", 0, 1),
}
"""By what makes the backup: the section, and the blocks that back up and restore."""


def run_block(place: Place, way: str, restores: bool = False) -> str:
    """Run one of the page's blocks in the folder of a place; fails as it fails."""
    section, *numbers = WAYS[way]
    block = find_blocks(find_section(read_page(PAGE), section), "sh")[numbers[restores]]
    programs = place.folder / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "headway").write_text(
        SHIM.format(headway=ROOT / ".venv" / "bin" / "headway", folder=place.folder)
    )
    (programs / "headway").chmod(0o755)
    if not (place.folder / "var").exists():
        (place.folder / "var").symlink_to(".")
    addresses = {"STATE": place.state_url, "CLEAN": place.clean_url}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        check=False,
        cwd=place.folder,
        capture_output=True,
        text=True,
        env={
            "PATH": f"{programs}:{os.environ['PATH']}",
            **{name: url.replace("+psycopg", "") for name, url in addresses.items()},
        },
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def opened(
    places: Places, folder: Path, way: str, request: pytest.FixtureRequest
) -> Iterator[Place]:
    program = "pg_dump" if way == "pg_dump" else "sqlite3"
    if way != "python" and not shutil.which(program):
        pytest.skip(f"NO {program}: install it to try the lines of {PAGE}")
    server: Postgres | None = None
    if way == "pg_dump":
        server = request.getfixturevalue("postgres_server")
    with replace(places, commands=PUBLISHED).open_place(
        folder, projects=("ID",), server=server
    ) as place:
        yield place


def name_of(place: Place) -> str:
    """What the entry is called that is called otherwise all the time."""
    (name,) = (r["name"] for r in place.published() if r["capability_id"] == "audit-log")
    return str(name)


def call(place: Place, name: str) -> None:
    """Have the rules call it so: whole, as an editor that saves does it."""
    path = place.folder / "config" / "capabilities.yaml"
    lines = path.read_text("utf-8").splitlines()
    at = lines.index("  - id: audit-log") + 1
    lines[at] = f"    name: {name}"
    fresh = path.with_suffix(".new")
    fresh.write_text("\n".join(lines) + "\n")
    fresh.replace(path)


@pytest.mark.all
@pytest.mark.parametrize("way", WAYS)
def test_what_is_backed_up_while_a_service_publishes_comes_back_and_readers_notice(
    places: Places, tmp_path: Path, way: str, request: pytest.FixtureRequest
) -> None:
    with opened(places, tmp_path, way, request) as place:
        first = place.freshness()
        called = ["Audit log"]
        with running(place, "serve", schedule="1s") as (process, log):
            for number in range(4):
                called.append(f"Log number {'abcd'[number]}")
                revision = place.freshness()["revision"]
                call(place, called[-1])
                run_block(place, way)  # while the run that publishes it is on its way
                backed_up = time.monotonic()
                wait_until(lambda at=revision: place.freshness()["revision"] > at, log)  # type: ignore[misc]
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=TIMEOUT) == 0
        # The lease of the run that was on its way is in the backup too.
        time.sleep(max(backed_up + TTL.total_seconds() - time.monotonic(), 0))

        said = run_block(place, way, restores=True)

        assert "as you say" in said or "went back" in said
        assert "published: revision" in said or "unchanged" in said
        assert name_of(place) == called[-1]
        assert place.freshness()["epoch"] != first["epoch"]
        assert place.freshness()["status"] == "current"
        assert find_broken(place) == ()
        assert place.headway("doctor", "--json").code == 0


@pytest.mark.all
@pytest.mark.parametrize("way", ["sqlite3", "python"])
def test_a_backup_is_a_database_that_is_whole(
    places: Places, tmp_path: Path, way: str, request: pytest.FixtureRequest
) -> None:
    with opened(places, tmp_path, way, request) as place:
        (place.folder / "backup").mkdir(exist_ok=True)
        run_block(place, way)
        for name in ("state.db", "clean.db"):
            with closing(sqlite3.connect(place.folder / "backup" / name)) as copy:
                assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_of_an_empty_list_nothing_can_have_been_restored(tiny_place: Place) -> None:
    said = tiny_place.headway("recover", "--restored")

    assert (said.code, "both histories agree" in said.out) == (0, True)
