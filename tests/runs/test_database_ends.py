"""A database that ends, is cut off or has no room in the midst of a publication."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.databases import DatabaseTemplates
from tests.postgres import Postgres, running_postgres
from tests.readers import on_read_only_mount, open_folder
from tests.runs.convergence import find_broken, let_lease_run_out, see
from tests.runs.crashing import commanded
from tests.runs.place import PUBLISHED, Place, Places

WITHIN = ("publish.head-taken", "publish.rows-written", "publish.committing")
KIB = 1024
NO_RIGHT = "ONLY ROOT CAN MOUNT: run the tests as root to try a disk that is full or read-only"
SYNC = """
import sys
from sync.cli import run
code = run(["--env-file", sys.argv[1] + "/env", "sync"])
print(code)
"""


def rename(place: Place, old: str = "Audit log", new: str = "Activity log") -> None:
    place.rules("capabilities.yaml", f"name: {old}\n", f"name: {new}\n")


def names(place: Place) -> set[str]:
    return {row["name"] for row in place.published()}


@contextmanager
def published_on(places: Places, folder: Path, server: Postgres) -> Iterator[Place]:
    """A place that has published once, on a server of its own."""
    own = Places(DatabaseTemplates(folder / "made"), places.capture, PUBLISHED)
    with own.open_place(folder / "place", projects=("ID",), server=server) as place:
        yield place


@pytest.mark.all
def test_a_server_that_restarts_in_mid_publication_leaves_the_list_and_the_next_run_publishes(
    places: Places, tmp_path: Path
) -> None:
    with running_postgres(os.environ) as server, published_on(places, tmp_path, server) as place:
        called = "Audit log"
        for point in WITHIN:
            before = see(place)
            rename(place, called, f"Log {point}")
            called = f"Log {point}"
            with commanded(place, "sync", stop_at=[point]) as command:
                assert command.wait_for_point() == point
                server.restart()
                command.go_on()
                assert command.finish() == 74, command.told.read_text()
            told = (place.folder / "told").read_text()
            assert "Traceback" not in told
            assert "The last good list stays as it is." in told
            assert see(place) == before
            assert place.headway("sync").code == 0
            assert called in names(place)
            assert find_broken(place) == ()


@pytest.mark.all
@pytest.mark.parametrize("point", WITHIN)
def test_connections_that_are_cut_in_mid_publication_leave_the_list(
    places: Places, tmp_path: Path, postgres_server: Postgres, point: str
) -> None:
    like = Places(places.templates, places.capture, PUBLISHED)
    with like.open_place(tmp_path, projects=("ID",), server=postgres_server) as place:
        before = see(place)
        rename(place)
        with commanded(place, "sync", stop_at=[point]) as command:
            assert command.wait_for_point() == point
            assert postgres_server.end_connections(place.clean_url) >= 1
            command.go_on()
            assert command.finish() == 74, command.told.read_text()
        assert "Traceback" not in (place.folder / "told").read_text()
        assert see(place) == before

        assert place.headway("sync").code == 0
        assert "Activity log" in names(place)


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes at `folder`, with a file on it that takes all the room."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip(NO_RIGHT)
    try:
        yield folder / "ballast"
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill_but(ballast: Path, left: int) -> None:
    """Take all the room on the disk but so many bytes."""
    ballast.unlink(missing_ok=True)
    free = shutil.disk_usage(ballast.parent).free
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free - left, 1))


def run_into_a_full_disk(place: Place, ballast: Path) -> int:
    """Give a run more and more room until it has enough; how often it had not.

    Whenever it has too little, it says so, and readers see the list that they saw.
    """
    before = see(place)
    rename(place)
    failed = 0
    for left in (0, *(4 * KIB << n for n in range(14))):
        fill_but(ballast, left)
        said = place.headway("sync")
        if said.code == 0:
            break
        failed += 1
        assert said.code == 74, said.err
        assert "disk is full" in said.err, said.err
        assert "Traceback" not in said.err
        ballast.unlink()
        assert see(place) == before
        let_lease_run_out(place)  # there was no room to give it back
    assert "Activity log" in names(place)
    assert find_broken(place) == ()
    return failed


@pytest.mark.all
def test_however_little_room_a_full_disk_leaves_the_list_is_whole(
    places: Places, tmp_path: Path
) -> None:
    like = Places(places.templates, places.capture, PUBLISHED)
    with (
        small_disk(tmp_path / "disk", 48 * KIB * KIB) as ballast,
        like.open_place(tmp_path / "disk", projects=("ID",)) as place,
    ):
        assert run_into_a_full_disk(place, ballast) >= 2


@pytest.mark.all
def test_however_little_room_a_servers_full_disk_leaves_the_list_is_whole(
    places: Places, tmp_path: Path
) -> None:
    """The tables of the list alone are on the small disk, as where a server has several."""
    with (
        open_folder() as open_to_all,
        small_disk(open_to_all / "disk", 64 * KIB * KIB) as ballast,
        running_postgres(os.environ) as server,
        published_on(places, tmp_path, server) as place,
    ):
        put_on_disk(server, place.clean_url, ballast.parent)
        assert run_into_a_full_disk(place, ballast) >= 1


def put_on_disk(server: Postgres, url: str, folder: Path) -> None:
    """Have a database stand in a folder, on whatever disk that is."""
    shutil.chown(folder, "nobody", "nogroup")
    address = f"postgresql://headway@127.0.0.1:{server.port}/postgres"
    with psycopg.connect(address, autocommit=True) as admin:
        words = sql.SQL("CREATE TABLESPACE small LOCATION {}").format(sql.Literal(str(folder)))
        admin.execute(words)
        database = sql.Identifier(url.rpartition("/")[2])
        admin.execute(sql.SQL("ALTER DATABASE {} SET TABLESPACE small").format(database))


@pytest.mark.all
@pytest.mark.published
def test_a_disk_that_may_only_be_read_is_told_and_the_list_stays(published: Place) -> None:
    before = see(published)
    rename(published)
    published.write_settings()

    said = on_read_only_mount(published.folder, SYNC, str(published.folder))

    assert said.splitlines()[-1] == "74"
    assert see(published) == before
    assert published.headway("sync").code == 0
    assert "Activity log" in names(published)
