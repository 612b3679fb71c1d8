"""The service as an operator meets it: a process of its own, its log, and signals."""

import base64
import shutil
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from models.tables import clean
from sync.notifications.webhooks import tell_webhooks
from sync.pipeline.context import Context
from sync.sample.protocol.exchange import as_json
from sync.sample.server.faults import Altered, Fault
from sync.store.db.engines import open_writer
from tests.loaded import TIMEOUT
from tests.pgbouncer import running_pgbouncer
from tests.postgres import ASKED, Postgres
from tests.receivers import running_receiver
from tests.runs.place import Place, Places
from tests.runs.programs import wait_until
from tests.runs.serving import events, finished, held_reply, running, service_at_hand

SECRET = f"whsec_{base64.b64encode(b'0123456789abcdef' * 2).decode()}"


def test_it_runs_at_once_then_on_its_schedule_and_ends_cleanly_on_sigterm(
    tiny_place: Place,
) -> None:
    began = datetime.now(UTC)
    with running(tiny_place, "serve", schedule="1s") as (process, log):
        wait_until(lambda: finished(log) >= 3, log)
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=TIMEOUT)

    outcomes = [e["outcome"] for e in events(log) if e["event"] == "sync.finished"]
    assert code == 0
    assert outcomes[:3] == ["published", "unchanged", "unchanged"]
    stages = [(e["run"], e["stage"]) for e in events(log) if e["event"] == "sync.stage"]
    first = next(e["run"] for e in events(log) if e["event"] == "sync.finished")
    assert stages[:3] == [(first, "read"), (first, "translate"), (first, "publish")]
    waiting = [e["next_run"] for e in events(log) if e["event"] == "serve.waiting"]
    due = [datetime.fromisoformat(str(moment)) for moment in waiting]
    assert len(due) >= 2
    assert due == sorted(set(due))
    assert began < due[0] <= due[-1] <= datetime.now(UTC) + timedelta(seconds=1)
    assert events(log)[-1]["event"] == "serve.ended"
    assert tiny_place.rows("SELECT holder FROM {t}lease")[0]["holder"] is None


def test_it_goes_on_in_a_backup_that_was_put_in_its_place_once_that_is_recovered(
    tiny_place: Place,
) -> None:
    clean, backup = (tiny_place.folder / "internal" / name for name in ("clean.db", "backup.db"))
    shutil.copy(clean, backup)
    with service_at_hand(tiny_place) as service:
        service.run_good()
        epoch = tiny_place.freshness()["epoch"]
        backup.replace(clean)
        service.run_bad()
        assert tiny_place.headway("recover").code == 0
        service.run_good()

    assert tiny_place.freshness()["revision"] == 1
    assert tiny_place.freshness()["epoch"] != epoch


@pytest.mark.published
def test_it_says_when_the_next_run_is_due(tiny_place: Place) -> None:
    with running(tiny_place, "serve", schedule="6h") as (process, log):
        wait_until(lambda: bool(events(log)), log)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=TIMEOUT)

    (last,) = tiny_place.state_rows("SELECT started_at FROM {t}run")
    began = datetime.fromisoformat(str(last["started_at"]))
    started = events(log)[0]
    assert (started["event"], started["schedule"]) == ("serve.started", "6h")
    due = datetime.fromisoformat(str(started["next_run"]))
    assert abs(due - began - timedelta(hours=6)) < timedelta(seconds=1)
    assert finished(log) == 0


def test_a_second_signal_ends_it_at_once_and_cleanly(tiny_place: Place) -> None:
    with (
        held_reply(tiny_place, "bulkfetch") as asked,
        running(tiny_place, "serve") as (process, log),
    ):
        assert asked.wait(TIMEOUT)
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: any(e["event"] == "serve.stopping" for e in events(log)), log)
        process.send_signal(signal.SIGTERM)
        code = process.wait()

    assert code == 128 + signal.SIGTERM
    assert all(line.startswith("{") for line in log.read_text().splitlines())


def test_a_bad_night_does_not_end_it(published: Place) -> None:
    in_an_hour = as_json({}, 503, {"Retry-After": "3600"})
    with service_at_hand(published) as service:
        published.jira.faults.append(Fault("serverInfo", in_an_hour))
        for _ in range(2):
            service.run_bad()
        published.jira.faults.clear()
        service.run_good()

    runs = published.state_rows("SELECT outcome FROM {t}run ORDER BY started_at, run_id")
    assert [run["outcome"] for run in runs] == ["published", "failed", "failed", "unchanged"]


@pytest.mark.all
def test_after_a_bad_night_the_schedule_of_its_process_goes_on(published: Place) -> None:
    in_an_hour = as_json({}, 503, {"Retry-After": "3600"})
    with running(published, "serve", schedule="1s") as (process, log):
        wait_until(lambda: finished(log) >= 1, log)
        published.jira.faults.append(Fault("serverInfo", in_an_hour))
        wait_until(lambda: any(e["event"] == "sync.failed" for e in events(log)), log)
        published.jira.faults.clear()
        before = finished(log)
        wait_until(lambda: finished(log) > before, log)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=TIMEOUT) == 0

    failed = [e["run"] for e in events(log) if e["event"] == "sync.failed"]
    assert len({*failed}) == len(failed)


@pytest.mark.parametrize("settings", [{"config_dir": "nowhere"}, {"jira_url": ""}])
def test_what_can_never_be_run_ends_it_before_it_begins(
    tiny_place: Place, settings: dict[str, str]
) -> None:
    assert tiny_place.headway("serve", **settings).code == 2


def test_a_run_that_is_asked_to_stop_publishes_nothing_and_says_75(tiny_place: Place) -> None:
    with running(tiny_place, "sync") as (process, _):
        with held_reply(tiny_place, "bulkfetch") as asked:
            assert asked.wait(TIMEOUT)
            process.send_signal(signal.SIGTERM)
        code = process.wait()

    assert code == 75
    assert tiny_place.published() == []
    assert tiny_place.rows("SELECT holder FROM {t}lease")[0]["holder"] is None


@pytest.mark.published
def test_a_killed_run_leaves_the_last_good_list_and_the_next_one_converges(
    tiny_place: Place,
) -> None:
    before = tiny_place.published()
    tiny_place.rules("capabilities.yaml", "name: Audit log", "name: Activity log")
    with held_reply(tiny_place, "/search") as asked, running(tiny_place, "sync"):
        assert asked.wait(TIMEOUT)
    assert tiny_place.published() == before

    refused = tiny_place.headway("sync")
    with_lease_over = tiny_place.truth_url.removeprefix("sqlite:///")
    import sqlite3

    with sqlite3.connect(with_lease_over) as connection:
        connection.execute("UPDATE lease SET expires_at = '2001-01-01T00:00:00.000000Z'")
    connection.close()

    assert refused.code == 75
    assert tiny_place.headway("sync").code == 0
    changed = [row for row in tiny_place.published() if row not in before]
    assert [row["name"] for row in changed] == ["Activity log"]
    runs = tiny_place.state_rows("SELECT outcome FROM {t}run ORDER BY started_at, run_id")
    assert [run["outcome"] for run in runs] == ["published", "stopped", "published"]


def test_what_no_later_run_can_mend_ends_it_at_once(tiny_place: Place) -> None:
    said = tiny_place.headway("serve", schedule="6h", jira_token="an-old-token")

    assert said.code == 77
    assert "does not accept the token" in said.err


def test_databases_that_are_down_at_its_start_are_waited_for(tiny_place: Place) -> None:
    down = "postgresql://headway@127.0.0.1:1/nowhere"
    with running(tiny_place, "serve", clean_url=down) as (process, log):
        wait_until(lambda: any("waiting-for-database" in str(e["event"]) for e in events(log)), log)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=TIMEOUT) == 0
    assert "refuses the connection" in log.read_text()


def test_databases_that_are_still_to_be_made_are_waited_for_where_it_is_told_to(
    tiny_place: Place,
) -> None:
    fresh = {
        "clean_url": f"sqlite:///{tiny_place.folder}/fresh/clean.db",
        "state_url": f"sqlite:///{tiny_place.folder}/fresh/internal/state.db",
    }
    refused = tiny_place.headway("serve", **fresh)
    with running(tiny_place, "serve", "--once-healthy", **fresh) as (process, log):
        wait_until(lambda: any("waiting-for-database" in str(e["event"]) for e in events(log)), log)
        assert tiny_place.headway("migrate", **fresh).code == 0
        wait_until(lambda: finished(log) >= 1, log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=TIMEOUT) == 0

    assert refused.code == 74
    assert sum("waiting-for-database" in str(e["event"]) for e in events(log)) <= 2


def test_a_signal_during_a_run_ends_it_before_it_publishes_and_the_service_with_0(
    tiny_place: Place,
) -> None:
    tiny_place.jira.latency = 0.25
    with running(tiny_place, "serve") as (process, log):
        wait_until(lambda: len(tiny_place.jira.requests) > 4, log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=TIMEOUT) == 0

    assert any(e["event"] == "sync.stopped" for e in events(log))
    assert events(log)[-1]["event"] == "serve.ended"
    assert tiny_place.published() == []
    assert tiny_place.rows("SELECT holder FROM {t}lease")[0]["holder"] is None
    (run,) = tiny_place.state_rows("SELECT outcome FROM {t}run")
    assert run["outcome"] == "stopped"


@pytest.mark.all
def test_a_service_that_was_frozen_makes_one_run_when_it_wakes_and_goes_on(
    tiny_place: Place,
) -> None:
    with running(tiny_place, "serve", schedule="5s") as (process, log):
        wait_until(lambda: finished(log) >= 1, log)
        process.send_signal(signal.SIGSTOP)
        time.sleep(16)
        woken = datetime.now(UTC)
        process.send_signal(signal.SIGCONT)
        wait_until(lambda: len(started_after(log, woken)) >= 3, log)

    first, second, third = started_after(log, woken)[:3]
    assert first - woken < timedelta(seconds=2)
    assert second - first > timedelta(seconds=1)
    assert timedelta(seconds=4) < third - second < timedelta(seconds=6)


def started_after(log: Path, moment: datetime) -> list[datetime]:
    """When runs began after that."""
    moments = (
        datetime.fromisoformat(str(e["timestamp"]))
        for e in events(log)
        if e["event"] == "sync.started"
    )
    return [each for each in moments if each > moment]


@pytest.mark.all
@pytest.mark.published
def test_a_list_that_grows_stale_while_jira_is_down_is_told_by_the_service_itself(
    tiny_place: Place,
) -> None:
    tiny_place.jira.faults.append(Fault("", as_json({}, 503)))
    with running_receiver() as hook:
        told = {"webhook_url": hook.url, "webhook_secret": SECRET, "stale_after": "20s"}
        tiny_place.settings |= told
        with tiny_place.open_context() as context, tell_webhooks(context):
            change_head(context, datetime.now(UTC) + timedelta(seconds=10))
        with running(tiny_place, "serve", schedule="6h") as (_, log):
            wait_until(lambda: "list.stale" in hook.kinds, log, seconds=90)

    assert hook.kinds == ["list.stale"]


def change_head(context: Context, stale_after: datetime) -> None:
    """Have the list grow stale at that moment."""
    with open_writer(context.clean) as connection:
        connection.execute(update(clean.head).values(stale_after=stale_after))


def test_a_token_that_is_exchanged_in_its_file_is_taken_and_a_wrong_one_told(
    published: Place,
) -> None:
    token = published.folder / "token"
    token.write_text(published.jira.token)
    told = []
    with service_at_hand(published, jira_token=None, jira_token_file=str(token)) as service:
        service.run_good()
        for content in ("another", ""):
            token.write_text(content)
            told.append(service.run_bad())
        token.write_text(published.jira.token)
        service.run_good()

    assert "does not accept the token" in told[0]
    assert "HEADWAY_JIRA_TOKEN_FILE" in told[1]
    assert published.freshness()["status"] == "current"


@pytest.mark.parametrize("is_on_its_way", [pytest.param(False, marks=pytest.mark.all), True])
def test_a_token_that_is_exchanged_during_a_run_is_taken_by_its_next_request(
    tiny_place: Place, is_on_its_way: bool
) -> None:
    token, account = tiny_place.folder / "token", tiny_place.jira.account
    token.write_text(account.token)

    def exchange(*_: object) -> None:
        account.token = "the-second-token"
        token.write_text(account.token)

    reply = exchange if is_on_its_way else Altered(exchange)
    tiny_place.jira.faults.append(Fault("/field", reply, nth=(1,)))

    said = tiny_place.headway("sync", jira_token=None, jira_token_file=str(token))

    assert said.code == 0, said.err
    assert account.token == "the-second-token"


def test_a_database_that_is_taken_away_and_given_back_ends_nothing(
    places: Places, tmp_path: Path, postgres_server: Postgres
) -> None:
    with places.open_place(tmp_path, projects=("ID",), server=postgres_server) as place:
        address, right = place.folder / "clean_url", place.clean_url
        address.write_text(right)
        port = f":{postgres_server.port}/"
        with (
            running_pgbouncer(postgres_server.port) as pooler,
            service_at_hand(place, clean_url=None, clean_url_file=str(address)) as service,
        ):
            service.run_good()
            told = []
            for wrong in (
                right.replace("headway@", "nobody:wrong@"),
                right.replace(port, ":1/"),
            ):
                address.write_text(wrong)
                told.append(service.run_bad())
            for good in (right, right.replace(port, f":{pooler}/")):
                address.write_text(good)
                service.run_good()
        assert place.freshness()["status"] == "current"

    assert "refuses the connection" in told[1]
    assert "wrong" not in "".join(told)


def test_a_password_that_the_database_changes_is_taken_from_its_file_when_it_stands_there(
    places: Places, tmp_path: Path, postgres_server: Postgres
) -> None:
    with (
        places.open_place(tmp_path, projects=("ID",), server=postgres_server) as place,
        postgres_server.role_with_password("the-first-word") as change_password,
    ):
        address = place.folder / "clean_url"
        as_asked = place.clean_url.replace("headway@", f"{ASKED}:{{}}@")
        address.write_text(as_asked.format("the-first-word"))
        with service_at_hand(place, clean_url=None, clean_url_file=str(address)) as service:
            service.run_good()
            change_password("the-second-word")
            refused = service.run_bad()
            address.write_text(as_asked.format("the-second-word"))
            service.run_good()
        assert place.freshness()["status"] == "current"

    assert "refuses the user or the password" in refused
    assert "-word" not in refused
