"""A dead man's switch hears of every run, and no run waits for it or fails by it."""

import signal
import time
from collections.abc import Iterator

import pytest

from sync.notifications import heartbeat
from sync.sample.server.faults import Fault
from tests.loaded import TIMEOUT
from tests.receivers import LOOPBACK, SLOW, Receiver, running_receiver
from tests.runs.place import Place
from tests.runs.programs import wait_until
from tests.runs.serving import events, finished, held_reply, running
from tests.sync.jira.reading import CANARY


@pytest.fixture
def switch() -> Iterator[Receiver]:
    """A switch on this machine."""
    with running_receiver() as receiver:
        yield receiver


def test_a_run_tells_when_it_begins_and_that_it_went_well(
    tiny_place: Place, switch: Receiver
) -> None:
    said = tiny_place.headway("sync", heartbeat_url=f"{switch.url}/?team=a")

    assert said.code == 0
    assert switch.paths == ["/start", ""]
    begun, ended = (each.path.partition("?")[2] for each in switch.received)
    assert begun == ended
    assert begun.startswith("team=a&rid=")
    assert b"published: revision 1" in switch.received[1].body


def test_a_run_that_fails_tells_why_and_no_secret(tiny_place: Place, switch: Receiver) -> None:
    tiny_place.rules("capabilities.yaml", "id: audit-log", f"idd: {CANARY}")
    said = tiny_place.headway("sync", heartbeat_url=switch.url, jira_token=CANARY)

    assert said.code == 2
    assert switch.paths == ["/start", "/fail"]
    body = switch.received[1].body.decode()
    assert "capabilities.yaml" in body
    assert CANARY not in body
    assert "hook-canary-path" not in body


def test_a_run_that_cannot_open_its_database_tells_that_it_failed(
    tiny_place: Place, switch: Receiver
) -> None:
    said = tiny_place.headway("sync", heartbeat_url=switch.url, state_url="sqlite:///nowhere/s.db")

    assert said.code == 74
    assert switch.paths == ["/fail"]


def test_a_run_that_lacks_a_project_is_no_success(published: Place, switch: Receiver) -> None:
    said = published.headway("sync", heartbeat_url=switch.url, jira_projects="ID, GONE")

    assert said.code == 77
    assert switch.paths[-1] == "/fail"


@pytest.mark.parametrize("status", [500, 302, pytest.param(404, marks=pytest.mark.all)])
def test_what_a_switch_answers_changes_nothing_in_a_run(
    published: Place, switch: Receiver, status: int
) -> None:
    switch.status = status
    switch.headers = {"location": f"{switch.url}/elsewhere"}
    said = published.headway("sync", heartbeat_url=switch.url)

    assert said.code == 0
    assert f"HEADWAY_HEARTBEAT_URL answered {status}" in said.err
    assert "hook-canary-path" not in said.err
    assert "/elsewhere" not in switch.paths


def test_a_switch_that_fails_once_is_told_again(published: Place, switch: Receiver) -> None:
    """Of a run that goes on for so long: a start that is over is let go."""

    def go_on() -> None:
        wait_until(lambda: len(switch.paths) == 2, published.folder / "env")

    switch.statuses = [503]
    published.jira.faults.append(Fault("/search", go_on, nth=1))
    assert published.headway("sync", heartbeat_url=switch.url).code == 0

    assert switch.paths == ["/start", "/start", ""]


def test_a_switch_that_says_nothing_delays_no_publication(
    tiny_place: Place, switch: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "LONGEST_WAIT", 0.5)
    switch.status = SLOW
    began = time.monotonic()
    said = tiny_place.headway("sync", heartbeat_url=switch.url)

    assert said.code == 0
    assert time.monotonic() - began < 5
    assert tiny_place.freshness()["revision"] == 1


def test_a_switch_whose_certificate_nobody_vouches_for_is_not_told(published: Place) -> None:
    with running_receiver(LOOPBACK) as switch:
        heard = published.headway("sync", heartbeat_url=switch.url)
        assert (heard.code, switch.paths) == (0, ["/start", ""])
        said = heartbeat_without_authority(published, switch)

    assert "shows a certificate that is not trusted" in said
    assert len(switch.paths) == 2


def heartbeat_without_authority(place: Place, switch: Receiver) -> str:
    """What a run says whose only authorities are the usual ones; its Jira is never reached."""
    return place.headway("sync", heartbeat_url=switch.url, jira_ca_file=None).err


def test_nobody_there_is_told_in_one_line(published: Place) -> None:
    with running_receiver() as switch:
        gone = switch.url
    said = published.headway("sync", heartbeat_url=gone)

    assert said.code == 0
    assert "HEADWAY_HEARTBEAT_URL cannot be reached" in said.err


def test_serve_tells_of_each_run_and_a_stop_is_no_failure(
    published: Place, switch: Receiver
) -> None:
    with running(published, "serve", schedule="1s", heartbeat_url=switch.url) as (process, log):
        wait_until(lambda: switch.paths.count("") >= 2, log)
        with held_reply(published, "/search") as asked:
            assert asked.wait(TIMEOUT)
            process.send_signal(signal.SIGTERM)
        code = process.wait()

    assert code == 0
    assert finished(log) >= 2
    assert "/fail" not in switch.paths
    assert events(log)[-1]["event"] == "serve.ended"
