"""What /metrics, /healthz and /readyz say, asked over a socket, of real databases."""

import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import delete, func, insert, select, update

from models.decision import Cause
from models.tables import clean, state
from sync.sample.protocol.exchange import as_json
from sync.sample.server.faults import Fault
from sync.service.http.health import HealthPages
from sync.service.http.server import answer_http
from sync.service.serve import ScheduledSync
from sync.service.vitals import Vitals
from sync.settings.settings import read_settings
from sync.settings.values import HttpAddress
from sync.store.clean.lease import acquire_lease
from sync.store.db.engines import open_writer
from tests.docs.pages import code_spans, find_section, read_page, table_rows
from tests.runs.place import Place
from tests.runs.programs import wait_until
from tests.runs.serving import events, running

Numbers = dict[tuple[str, ...], float]
"""Each sample by its name and the values of its labels, in the order of their names."""


@contextmanager
def asked(
    place: Place, vitals: Vitals | None = None, **settings: str | None
) -> Iterator[httpx.Client]:
    """A client of the three addresses, for the databases of this place."""
    place.write_settings(**settings)
    env_file = place.folder / "env"
    pages = HealthPages(lambda: read_settings({}, env_file), vitals or Vitals())
    port = find_free_port()
    with (
        answer_http(HttpAddress("127.0.0.1", port), pages.routes),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        yield client


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def read_numbers(client: httpx.Client) -> Numbers:
    """What a scrape says, as Prometheus's own parser reads it."""
    said = client.get("/metrics")
    assert said.status_code == 200
    assert said.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return parse_numbers(said.text)


def parse_numbers(said: str) -> Numbers:
    """The same of a text."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(said)
        for sample in family.samples
    }


@pytest.mark.every_kind
def test_a_scrape_says_what_the_databases_hold(each_published: Place) -> None:
    place = each_published
    epics = place.state_rows("SELECT outcome, count(*) AS n FROM {t}decision GROUP BY outcome")
    fresh = place.freshness()
    with asked(place, jira_token_expires="2027-03-31") as client:
        said = read_numbers(client)

    assert said["headway_runs_total", "0", "published"] == 1
    assert {k[1]: v for k, v in said.items() if k[0] == "headway_epics" and v} == {
        row["outcome"]: row["n"] for row in epics
    }
    for decision in ("left_out", "needs_decision"):
        causes = {
            k[1]: v for k, v in said.items() if k[0] == "headway_epic_causes" and k[2] == decision
        }
        assert sum(causes.values()) == said["headway_epics", decision]
        assert causes.keys() <= {str(cause) for cause in Cause}
    entries = sum(value for key, value in said.items() if key[0] == "headway_list_entries")
    assert entries == len(place.published())
    assert said["headway_list_revision",] == fresh["revision"]
    assert said["headway_list_epoch_info", fresh["epoch"]] == 1
    assert said["headway_list_status", "current"] == 1
    assert said["headway_list_status", "held"] == 0
    assert said["headway_last_run_outcome", "published"] == 1
    assert said["headway_lease_held",] == 0
    assert said["headway_jira_requests_total",] > 2
    assert said["headway_jira_issues_read_total",] > 100
    assert {k[1] for k in said if k[0] == "headway_last_run_stage_duration_seconds"} == {
        *("read", "translate", "publish")
    }
    assert said["headway_run_duration_seconds_total",] > 0
    assert said["headway_jira_token_expiry_timestamp_seconds",] == pytest.approx(
        datetime(2027, 4, 1, tzinfo=UTC).timestamp(), abs=1
    )
    assert said["process_resident_memory_bytes",] > 1e7
    assert said["process_open_fds",] > 3
    is_file = place.clean_url.startswith("sqlite")
    assert is_file == (("headway_sqlite_wal_bytes", "clean") in said)


def test_another_process_tells_the_same_of_runs_and_what_is_forgotten_still_counts(
    published: Place,
) -> None:
    assert published.headway("sync").code == 0
    assert published.headway("sync", jira_token="wrong").code == 77
    with published.open_context() as context, open_writer(context.state) as connection:
        connection.execute(delete(state.run).where(state.run.c.outcome == "published"))
    with asked(published) as client:
        first = read_numbers(client)
    with asked(published, Vitals()) as client:
        second = read_numbers(client)

    for said in (first, second):
        assert said["headway_runs_total", "0", "published"] == 1
        assert said["headway_runs_total", "0", "unchanged"] == 1
        assert said["headway_runs_total", "77", "failed"] == 1
        assert said["headway_last_run_exit_code",] == 77
        assert said["headway_list_status", "failing"] == 1
    assert first["headway_jira_requests_total",] == second["headway_jira_requests_total",]


def test_requests_that_are_asked_again_and_pauses_that_jira_wants_are_counted(
    published: Place,
) -> None:
    with asked(published) as client:
        before = read_numbers(client)
        slower = as_json({}, 429, {"Retry-After": "1"})
        published.jira.faults.append(Fault("myself", slower, nth=1))
        assert published.headway("sync").code == 0
        after = read_numbers(client)

    assert after["headway_jira_retries_total",] - before["headway_jira_retries_total",] == 1
    paused = "headway_jira_paused_seconds_total"
    assert 0.9 < after[paused,] - before[paused,] < 2


@pytest.mark.all
def test_a_scrape_during_a_run_is_answered_and_sees_the_lease(published: Place) -> None:
    published.jira.latency = 0.2
    with asked(published) as client, running(published, "sync") as (process, log):
        wait_until(lambda: read_numbers(client)["headway_lease_held",] == 1, log)
        during = read_numbers(client)
        assert process.wait(timeout=60) == 0
        after = read_numbers(client)

    assert during["headway_list_revision",] == 1
    assert after["headway_lease_held",] == 0
    assert after["headway_runs_total", "0", "unchanged"] == 1


def test_a_lease_that_a_worker_has_is_seen(published: Place) -> None:
    with published.open_context() as context, asked(published) as client:
        with acquire_lease(context.clean):
            during = read_numbers(client)
        after = read_numbers(client)

    assert (during["headway_lease_held",], after["headway_lease_held",]) == (1, 0)


def test_no_label_and_no_help_holds_a_key_a_title_a_person_or_a_secret(published: Place) -> None:
    issues = published.state_rows("SELECT key, summary FROM {t}issue")
    secrets = {
        "jira_token": "canary-token-of-jira",
        "webhook_url": "http://127.0.0.1:9/canary-hook",
        "webhook_secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    }
    with asked(published, None, **secrets) as client:
        said = client.get("/metrics").text + client.get("/readyz").text

    words = [each for row in issues for each in (row["key"], row["summary"]) if each]
    assert len(words) > 200
    assert [word for word in (*words, *secrets.values(), "canary", "@") if word in said] == []


def test_one_address_is_asked_by_many_at_once(published: Place) -> None:
    with asked(published) as client:
        codes: list[int] = []
        threads = [
            threading.Thread(target=lambda: codes.append(client.get("/metrics").status_code))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert codes == [200] * 8


def ready(client: httpx.Client) -> tuple[int, list[str]]:
    said = client.get("/readyz")
    return said.status_code, said.json()["lacks"]


def test_a_list_that_is_published_and_fresh_is_ready(published: Place) -> None:
    with asked(published) as client:
        assert ready(client) == (200, [])
        assert client.get("/healthz").text == "ok\n"


def test_it_is_not_ready_before_anything_was_published(tiny_place: Place) -> None:
    with asked(tiny_place) as client:
        assert ready(client) == (503, ["nothing was published yet"])
        assert client.get("/healthz").status_code == 200
        assert ("headway_list_as_of_timestamp_seconds",) not in read_numbers(client)


def test_it_is_not_ready_with_a_list_that_no_run_confirmed(published: Place) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=40)
    with published.open_context() as context, open_writer(context.clean) as connection:
        values = {"checked_at": long_ago, "stale_after": long_ago + timedelta(days=2)}
        connection.execute(update(clean.head).values(**values))
    with asked(published) as client:
        assert ready(client) == (503, ["the list is stale: no run has confirmed it"])
        assert read_numbers(client)["headway_list_stale",] == 1


def test_a_database_of_another_schema_is_told_and_the_other_one_still_read(
    published: Place,
) -> None:
    with published.open_context() as context, open_writer(context.state) as connection:
        connection.execute(update(state.schema_digest).values(digest="0" * 64))
    with asked(published) as client:
        assert ready(client) == (503, ["the state database cannot be read, or has another schema"])
        said = read_numbers(client)

    assert said["headway_database_up", "state"] == 0
    assert said["headway_database_up", "clean"] == 1
    assert said["headway_list_revision",] == 1
    assert ("headway_runs_total", "0", "published") not in said


@pytest.mark.parametrize("kind", ["a server that is down", "a file that is gone"])
def test_databases_that_are_away_leave_the_process_alive(published: Place, kind: str) -> None:
    away = {"clean_url": "postgresql://headway:canary@127.0.0.1:1/headway"}
    away |= {"state_url": "postgresql://headway:canary@127.0.0.1:1/state"}
    if kind == "a file that is gone":
        away = {}
        shutil.rmtree(published.folder / "internal")
    with asked(published, None, **away) as client:
        assert client.get("/healthz").status_code == 200
        status, lacks = ready(client)
        said = read_numbers(client)

    assert (status, len(lacks)) == (503, 2)
    assert "canary" not in str(lacks)
    assert said["headway_database_up", "clean"] == said["headway_database_up", "state"] == 0
    assert said["process_open_fds",] > 3


def test_a_service_whose_threads_died_is_not_alive(published: Place) -> None:
    with asked(published, Vitals(is_alive=lambda: False)) as client:
        said = client.get("/healthz")

    assert said.status_code == 503
    assert "Start it again" in said.text


def test_a_service_whose_scheduler_ended_is_not_alive(published: Place) -> None:
    published.write_settings()
    service = ScheduledSync(read_settings({}, published.folder / "env"))
    now = datetime.now(UTC)
    service.schedule.start(now + timedelta(hours=1))
    with service.webhooks.keep_sending():
        service.look(now)
        began = service.vitals.is_alive()
        due = service.vitals.find_next_run()
        service.schedule.stop()
        assert (began, service.vitals.is_alive()) == (True, False)
    assert due == now + timedelta(hours=1)


def test_settings_that_cannot_be_read_are_503_and_no_bug(published: Place) -> None:
    with asked(published) as client:
        published.write_settings(schedule="never")
        for path in ("/readyz", "/metrics"):
            said = client.get(path)
            assert said.status_code == 503
            assert "The settings cannot be read" in said.text
        assert client.get("/healthz").status_code == 200


@pytest.mark.all
def test_the_service_answers_all_three_and_counts_a_run_that_it_let_go(
    published: Place,
) -> None:
    port = find_free_port()
    published.jira.latency = 0.5
    with running(published, "serve", schedule="1s", http_address=str(port)) as (_, log):
        wait_until(lambda: any(e["event"] == "serve.overrun" for e in events(log)), log)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            said = read_numbers(client)
            alive = client.get("/healthz").status_code
            is_ready = client.get("/readyz").status_code

    assert (alive, is_ready) == (200, 200)
    assert said["headway_schedule_skipped_runs_total", "overrun"] >= 1
    assert said["headway_schedule_skipped_runs_total", "missed"] == 0
    assert said["headway_next_run_timestamp_seconds",] > 0


@pytest.mark.all
def test_the_service_lives_while_it_waits_for_its_databases(published: Place) -> None:
    port = find_free_port()
    away = "postgresql://headway:x@127.0.0.1:1/headway"
    with running(published, "serve", state_url=away, http_address=str(port)) as (_, log):
        wait_until(
            lambda: any(e["event"] == "serve.waiting-for-database" for e in events(log)), log
        )
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            assert client.get("/healthz").status_code == 200
            assert client.get("/readyz").status_code == 503


def list_named(page: str) -> set[str]:
    names = (code_spans(row[0])[0].partition("{")[0] for row in table_rows(page))
    return {name for name in names if name.startswith("headway_")}


def test_the_page_has_every_metric_and_no_other(published: Place) -> None:
    token = {"jira_token_expires": f"{datetime.now(UTC):%Y-%m-%d}"}
    published.headway("sync")
    vitals = Vitals(find_next_run=lambda: datetime.now(UTC))
    with published.open_context() as context, open_writer(context.state) as connection:
        waiting: dict[str, object] = {
            "message_id": "m",
            "kind": "list.held",
            "body": "",
            "attempts": 1,
        }
        moment = datetime.now(UTC)
        connection.execute(
            insert(state.outbox_message).values(waiting | {"created_at": moment, "due_at": moment})
        )
        newest = select(func.max(state.run.c.started_at)).scalar_subquery()
        failed = update(state.run).where(state.run.c.started_at == newest)
        connection.execute(failed.values(outcome="failed", exit_code=75))
    with asked(published, vitals, **token) as client:
        told = {*read_numbers(client)}
        published.headway("pause", "main", **token)
        told |= {*read_numbers(client)}

    said = {key[0] for key in told if key[0].startswith("headway_")}
    assert list_named(find_section(read_page("docs/metrics.md"), "What is told")) == said


def test_the_page_has_every_way_in_which_a_run_can_have_ended() -> None:
    rows = {code_spans(row[0])[0]: row[1] for row in table_rows(read_page("docs/metrics.md"))}
    said = code_spans(rows["headway_last_run_outcome{outcome}"])

    assert {*said, "running"} == {*state.RUN_OUTCOMES}


def test_every_alert_names_what_a_scrape_has(published: Place) -> None:
    rules = yaml.safe_load(read_page("docs/deploy/prometheus-alerts.yml"))
    named = {
        name
        for group in rules["groups"]
        for rule in group["rules"]
        for name in re.findall(r"\b(?:headway|process)_[a-z_]+", rule["expr"])
    }
    with asked(published) as client:
        said = {key[0] for key in read_numbers(client)}
    told = list_named(read_page("docs/metrics.md"))

    assert named
    assert named - said - told == set()


def test_each_site_is_told_with_its_list(published: Place) -> None:
    published.headway("pause", "main")
    with asked(published) as client:
        said = read_numbers(client)

    assert said["headway_site_condition", "paused", "main", "main"] == 1
    assert said["headway_site_condition", "well", "main", "main"] == 0
    assert said["headway_site_paused", "main", "main"] == 1
    assert said["headway_site_paused_since_timestamp_seconds", "main", "main"] > 0
    assert ("headway_site_next_run_timestamp_seconds", "main", "main") not in said
