"""Five minutes of runs under faults that come by chance: nothing grows, and the list is right.

`pytest -rP tests/runs/test_soak.py` prints what was measured.
"""

import faulthandler
import json
import random
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median_high

import pytest

from sync.sample.protocol.exchange import as_errors
from sync.sample.server.faults import Fault
from tests.loaded import TIMEOUT
from tests.postgres import Postgres
from tests.runs.convergence import find_broken
from tests.runs.place import PUBLISHED, Place, Places
from tests.runs.programs import wait_until
from tests.runs.serving import events, finished, running

SETTLED, SETTLED_RUNS = 180.0, 60
"""Seconds and good runs after which a service holds what it is to hold for good: its rule books and
linters, of which it keeps eight, values that it has seen, room for the largest reply. On a machine
that has much else to do the runs come later."""
SECONDS, LOOKED_AT = 120.0, 45.0
"""For how long it goes on then, and how long it is measured at the beginning of that and at the
end."""
MOST_GROWTH = 0.05
WHAT = "edit edit fault fault rename day refuse cut heal heal".split()
EVERY = 0.4
"""Seconds between two disturbances."""
KINDS = ("bad-gateway", "truncate", "reset", "gzip-cut")
PATHS = ("/search", "bulkfetch", "myself", "/project", "serverInfo", "approximate-count")


def measure(process_id: int) -> tuple[int, int, int]:
    """KiB of memory that a process holds for itself, its open files, and its threads."""
    place = Path("/proc") / str(process_id)
    rollup = (place / "smaps_rollup").read_text()
    private = sum(
        int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_")
    )
    return private, len(list((place / "fd").iterdir())), len(list((place / "task").iterdir()))


def disturb(place: Place, chance: random.Random, server: Postgres | None) -> str:
    """Something goes wrong, or people work; what it was."""
    ids = sorted(place.company.issues)
    what = chance.choice(WHAT)
    if what == "edit":
        for issue_id in chance.sample(ids, 5):
            place.company.edit(issue_id, labels=[f"seen-{chance.randrange(9)}"])
    elif what == "fault":
        nth = range(chance.randrange(1, 4), chance.randrange(4, 9))
        place.jira.faults.append(Fault(chance.choice(PATHS), chance.choice(KINDS), nth=nth))
    elif what == "refuse":
        place.jira.faults.append(Fault(chance.choice(PATHS), as_errors(403, "no")))
    elif what == "rename":
        path = place.folder / "config" / "capabilities.yaml"
        lines = path.read_text("utf-8").splitlines()
        lines[lines.index("  - id: audit-log") + 1] = f"    name: Log {chance.choice('ab')}"
        fresh = path.with_suffix(".new")
        fresh.write_text("\n".join(lines) + "\n")
        fresh.replace(path)
    elif what == "day":
        place.company.now += timedelta(hours=25)
    elif what == "cut" and server is not None:
        server.end_connections(chance.choice([place.clean_url, place.state_url]))
    elif what == "heal":
        place.jira.faults.clear()
        place.jira.requests.clear()
    return what


@pytest.mark.all
@pytest.mark.every_kind
def test_a_service_that_is_disturbed_for_five_minutes_holds_no_more_than_before(
    places: Places, tmp_path: Path, database_server: Postgres | None
) -> None:
    faulthandler.cancel_dump_traceback_later()  # it is meant to take as long
    chance = random.Random(26)
    with replace(places, commands=PUBLISHED).open_place(
        tmp_path, projects=("ID",), server=database_server
    ) as place:
        done: Counter[str] = Counter()
        measured: list[tuple[float, tuple[int, int, int]]] = []
        with running(place, "serve", schedule="1s") as (process, log):
            began, settled = time.monotonic(), 0.0
            while (passed := time.monotonic() - began) < (settled or passed) + SECONDS:
                assert settled or passed < 5 * SETTLED, log.read_text()[-2000:]
                if not settled and passed > SETTLED and finished(log) >= SETTLED_RUNS:
                    settled = passed
                done[disturb(place, chance, database_server)] += 1
                with suppress(TimeoutError):
                    code = process.wait(timeout=EVERY)
                    pytest.fail(f"ended with {code}: {log.read_text()[-2000:]}")
                measured.append((passed, measure(process.pid)))
            place.jira.faults.clear()
            good = finished(log)
            wait_until(lambda: finished(log) > good + 1, log)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=TIMEOUT) == 0
        told = Counter(str(event["event"]).partition("(")[0] for event in events(log))
        early = [each for at, each in measured if 0 < at - settled < LOOKED_AT]
        late = [each for at, each in measured if at > settled + SECONDS - LOOKED_AT]
        before, after = (list(map(median_high, zip(*some, strict=True))) for some in (early, late))
        series = [each for _, each in measured[:: len(measured) // 20]]
        report = {
            "settled": settled,
            "done": done,
            "told": told,
            "before": before,
            "after": after,
            "series": series,
        }
        assert "Traceback" not in log.read_text()
        assert told["sync.finished"] > 20
        assert told["sync.failed"] > 5
        assert after[0] <= before[0] * (1 + MOST_GROWTH), json.dumps(report)
        assert after[1] <= max(each[1] for each in early)
        assert after[2] <= before[2]
        assert find_broken(place) == ()
        status = json.loads(place.headway("status", "--json").out)
        assert place.freshness()["status"] in {"current", "held"}, status
        sys.stdout.write(f"{json.dumps(report)}\n")
