"""A webhook's receiver that is down for a while: nothing is lost, nothing early, nothing overtaken.

`pytest -rP --outage 600 tests/runs/test_receiver_down.py` has it down for ten minutes, and prints
what was measured.
"""

import faulthandler
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from sync.sample.protocol.exchange import as_errors
from sync.sample.server.faults import Fault
from sync.store.clean.readers_view import read_list_head
from sync.store.db.addresses import parse_url
from sync.store.state.outbox import read_outbox
from tests.loaded import LoadedProcess
from tests.postgres import Postgres
from tests.receivers import Received, Receiver, listening
from tests.runs.place import PUBLISHED, Place, Places
from tests.runs.programs import wait_until
from tests.runs.serving import failures, finished, running
from tests.runs.test_webhooks import rename, tell

PUBLICATIONS = 24
"""While it is down, and as many more as come before a service goes on where one was killed."""
SPARE = 30.0
PUBLICATION = "list.published"


def read_revision(place: Place) -> int:
    """What a reader would read at this moment."""
    return read_list_head(parse_url(place.clean_url, "test")).revision


class Night:
    """A service and its receiver, for as long as the receiver is down."""

    def __init__(self, place: Place, hook: Receiver) -> None:
        self.place, self.hook = place, hook
        self.names = count()
        self.killed = 0

    @contextmanager
    def serving(self) -> Iterator[tuple[LoadedProcess, Path]]:
        with running(self.place, "serve", schedule="2s") as (process, log):
            wait_until(lambda: finished(log) > 0, log)
            yield process, log

    def publish(self, log: Path) -> None:
        """Something else is on the list from now on."""
        before = read_revision(self.place)
        rename(self.place, next(self.names) % 10)
        wait_until(lambda: read_revision(self.place) > before, log)

    def fail_and_recover(self, log: Path) -> None:
        fault = Fault("/rest", as_errors(403, "no"))
        self.place.jira.faults.append(fault)
        failed = failures(log)
        wait_until(lambda: failures(log) > failed, log)
        self.place.jira.faults.remove(fault)
        good = finished(log)
        wait_until(lambda: finished(log) > good, log)

    def go_through(self, seconds: float, what: Callable[[Path], None]) -> None:
        """A service publishes meanwhile, and is killed in the end."""
        began = time.monotonic()
        with self.serving() as (process, log):
            for number in range(PUBLICATIONS // 3):
                self.publish(log)
                if number == 1:
                    what(log)
                due = began + (number + 1) * seconds / (PUBLICATIONS // 3)
                time.sleep(max(due - time.monotonic(), 0.0))
            process.send_signal(signal.SIGKILL)
            self.killed += 1


@pytest.mark.all
@pytest.mark.every_kind
def test_what_happens_while_nobody_listens_is_told_once_somebody_does_in_its_order(
    places: Places,
    tmp_path: Path,
    database_server: Postgres | None,
    request: pytest.FixtureRequest,
) -> None:
    third = request.config.getoption("outage") / 3
    faulthandler.cancel_dump_traceback_later()  # it is meant to take as long
    with ExitStack() as stack:
        place = stack.enter_context(
            replace(places, commands=PUBLISHED).open_place(
                tmp_path, projects=("ID",), server=database_server
            )
        )
        hook = Receiver(look=lambda: read_revision(place))
        with listening(hook):
            tell(place, hook)
            assert place.headway("sync").code == 0
        night = Night(place, hook)
        first, began = read_revision(place), time.monotonic()

        night.go_through(third, night.fail_and_recover)
        with listening(hook):
            hook.status = 503
            night.go_through(third, lambda _log: None)
        hook.status = 200
        night.go_through(third, night.fail_and_recover)

        down, refused = time.monotonic() - began, len(hook.received)
        with listening(hook), night.serving() as (_, log):
            back = time.monotonic()
            night.publish(log)
            last = read_revision(place)
            with place.open_context() as context:
                wait_until(
                    lambda: read_outbox(context.state).waiting == 0, log, seconds=down + SPARE
                )
                outbox = read_outbox(context.state)
            told = time.monotonic() - back

    report = {
        "seconds down": round(down),
        "publications": last - first,
        "kills": night.killed,
        "answered 503": refused,
        "taken": len(hook.received) - refused,
        "seconds until all was told": round(told, 1),
    }
    sys.stdout.write(f"{json.dumps(report)}\n")
    assert outbox.given_up == 0
    check(hook.received, first, last)


def check(received: list[Received], first: int, last: int) -> None:
    """Each publication was told, in its order, under one id, and never before it could be read."""
    taken = {each.headers["webhook-id"]: each for each in received if each.status == 200}
    kinds = [each.payload["type"] for each in taken.values()]
    published = [each for each in taken.values() if each.payload["type"] == PUBLICATION]
    revisions = [each.payload["data"]["revision"] for each in published]
    assert revisions == list(range(first + 1, last + 1))
    failing = [kind for kind in kinds if kind != PUBLICATION]
    assert failing == ["list.failing", "list.recovered"] * 2
    for each in received:
        assert each.body == taken[each.headers["webhook-id"]].body
        assert each.payload["data"]["revision"] <= each.seen
    moments = [each.payload["timestamp"] for each in taken.values()]
    assert moments == sorted(moments)
