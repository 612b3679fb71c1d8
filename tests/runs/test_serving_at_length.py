"""What the service outlives, as a process that nobody calls on.

`tests/runs/test_serving.py` has the same run by run, without waiting for a schedule.
"""

import shutil
from pathlib import Path

import pytest

from tests.pgbouncer import running_pgbouncer
from tests.postgres import ASKED, Postgres
from tests.runs.place import Place, Places
from tests.runs.programs import wait_until
from tests.runs.serving import events, failures, finished, running


@pytest.mark.all
def test_by_its_schedule_it_goes_on_in_a_backup_that_is_recovered(
    tiny_place: Place,
) -> None:
    clean, backup = (tiny_place.folder / "internal" / name for name in ("clean.db", "backup.db"))
    shutil.copy(clean, backup)
    with running(tiny_place, "serve", schedule="2s") as (_, log):
        wait_until(lambda: any(e["event"] == "serve.waiting" for e in events(log)), log)
        epoch = tiny_place.freshness()["epoch"]
        backup.replace(clean)
        wait_until(lambda: any(e["event"] == "sync.failed" for e in events(log)), log)
        assert tiny_place.headway("recover").code == 0
        done = finished(log)
        wait_until(lambda: finished(log) >= done + 1, log)

    assert tiny_place.freshness()["revision"] == 1
    assert tiny_place.freshness()["epoch"] != epoch


@pytest.mark.all
def test_by_its_schedule_it_outlives_a_database_that_is_taken_away(
    places: Places, tmp_path: Path, postgres_server: Postgres
) -> None:
    with places.open_place(tmp_path, projects=("ID",), server=postgres_server) as place:
        address = place.folder / "clean_url"
        address.write_text(place.clean_url)
        with (
            running_pgbouncer(postgres_server.port) as port,
            running(
                place,
                "serve",
                schedule="1s",
                clean_url=None,
                clean_url_file=str(address),
            ) as (process, log),
        ):
            wait_until(lambda: finished(log) >= 1, log)
            for wrong in (
                place.clean_url.replace("headway@", "nobody:wrong@"),
                place.clean_url.replace(f":{postgres_server.port}/", ":1/"),
            ):
                said = failures(log)
                address.write_text(wrong)
                wait_until(lambda said=said: failures(log) > said, log)  # type: ignore[misc]
            for right in (
                place.clean_url,
                place.clean_url.replace(f":{postgres_server.port}/", f":{port}/"),
            ):
                done = finished(log)
                address.write_text(right)
                wait_until(lambda done=done: finished(log) > done + 1, log)  # type: ignore[misc]
            assert process.poll() is None
        assert place.freshness()["status"] == "current"

    told = " ".join(str(e["error"]) for e in events(log) if e["event"] == "sync.failed")
    assert "refuses the connection" in told
    assert "wrong" not in told


@pytest.mark.all
def test_by_its_schedule_it_takes_a_password_that_the_database_changes(
    places: Places, tmp_path: Path, postgres_server: Postgres
) -> None:
    with (
        places.open_place(tmp_path, projects=("ID",), server=postgres_server) as place,
        postgres_server.role_with_password("the-first-word") as change_password,
    ):
        address = place.folder / "clean_url"
        as_asked = place.clean_url.replace("headway@", f"{ASKED}:{{}}@")
        address.write_text(as_asked.format("the-first-word"))
        with running(
            place, "serve", schedule="1s", clean_url=None, clean_url_file=str(address)
        ) as (process, log):
            wait_until(lambda: finished(log) >= 1, log)
            change_password("the-second-word")
            said = failures(log)
            wait_until(lambda: failures(log) > said, log)
            address.write_text(as_asked.format("the-second-word"))
            done = finished(log)
            wait_until(lambda: finished(log) > done + 1, log)
            assert process.poll() is None
        assert place.freshness()["status"] == "current"

    errors = [str(e["error"]) for e in events(log) if e["event"] == "sync.failed"]
    assert any("refuses the user or the password" in error for error in errors), errors
    assert "-word" not in log.read_text()
