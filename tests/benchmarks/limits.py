"""Measures what `headway sync` takes, and how it ends, where Jira or a file has no end.

    python -m tests.benchmarks.limits [--long]

Each case is a command of its own with the limits that operators have: MB are the most that it held
at once (VmHWM). The drip is tried where a run begins, since elsewhere it takes a quarter of an hour
to use up what a run may lose: `--long` tries that, too.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import as_file, files
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sync.sample.company.company import build_company
from sync.sample.protocol.exchange import Delivery, Reply, Request
from sync.sample.server.faults import Fault
from sync.sample.server.server import SampleJira
from tests.hostile.deliveries import endless_body

BOMB = 400 * 1024 * 1024
NESTED = 260
DRIP_PAUSE = 0.5
COMMAND = """
import atexit, sys
from pathlib import Path
from sync.cli import main
def tell():
    lines = Path("/proc/self/status").read_text().splitlines()
    Path(sys.argv.pop()).write_text(next(l for l in lines if l.startswith("VmHWM")).split()[1])
peak = sys.argv.pop()
atexit.register(lambda: (sys.argv.append(peak), tell()))
main()
"""

Change = Callable[[Reply, Request], Reply]


@dataclass(frozen=True)
class Case:
    """What is wrong: a reply on its way, or in its content, or a setting."""

    name: str
    faults: tuple[Fault, ...] = ()
    change: Change | None = None
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Measured:
    """How a command ended."""

    name: str
    seconds: float
    megabytes: float
    exit_code: int
    said: str


@cache
def make_bomb() -> bytes:
    """400 MB of an answer, packed: 400 KB."""
    packed = gzip.compress(b" " * BOMB, compresslevel=6)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n"
    return f"{head}Content-Type: application/json\r\n\r\n".encode() + packed


def drip(head: bytes, body: bytes) -> Iterator[bytes]:
    """One byte every half second."""
    for place in range(len(head + body)):
        yield (head + body)[place : place + 1]
        time.sleep(DRIP_PAUSE)


def page_for_ever() -> Change:
    """Page after page of issues that are not there."""
    pages = count()

    def change(reply: Reply, request: Request) -> Reply:
        if not request.path.endswith("/search/jql"):
            return reply
        first = 10**6 + next(pages) * 5_000
        rows = [{"id": f"{first + each}"} for each in range(5_000)]
        page = {"issues": rows, "nextPageToken": f"token-{first}", "isLast": False}
        return replace(reply, status=200, body=json.dumps(page).encode())

    return change


def nest_a_description(reply: Reply, request: Request) -> Reply:
    """The first epic's description is a list in a list, 260 times."""
    if not request.path.endswith("/issue/bulkfetch") or b'"description"' not in request.body:
        return reply
    document = json.loads(reply.body)
    document["issues"][0]["fields"]["description"] = "THE-PLACE"
    before = '{"type":"bulletList","content":[{"type":"listItem","content":['
    nested = before * NESTED + "]}]}" * NESTED
    text = f'{{"type":"doc","version":1,"content":[{nested}]}}'
    return replace(reply, body=json.dumps(document).replace('"THE-PLACE"', text).encode())


def list_cases(*, is_long: bool) -> list[Case]:
    """Everything that is tried."""
    bomb = Delivery(lambda _head, _body: iter([make_bomb()]))
    cases = [
        Case("a good Jira"),
        Case("a bomb of 400 MB on bulkfetch", (Fault("/issue/bulkfetch", bomb),)),
        Case("pages without end", change=page_for_ever()),
        Case("a body without end", (Fault("/issue/bulkfetch", Delivery(endless_body)),)),
        Case("one byte every 0.5 s, from the start", (Fault("/serverInfo", Delivery(drip)),)),
        Case(
            "/dev/zero as token file",
            settings=(("HEADWAY_JIRA_TOKEN", ""), ("HEADWAY_JIRA_TOKEN_FILE", "/dev/zero")),
        ),
        Case(f"a description of {NESTED} lists", change=nest_a_description),
    ]
    if is_long:
        cases.append(
            Case("one byte every 0.5 s, on bulkfetch", (Fault("/bulkfetch", Delivery(drip)),))
        )
    return cases


def measure(case: Case) -> Measured:
    """Run `headway sync` in a new place, under one case."""
    with (
        TemporaryDirectory() as name,
        as_file(files("sync.sample") / "config") as rules,
        SampleJira(build_company(), faults=case.faults) as jira,
    ):
        if case.change:
            good, change = jira.dialect.answer, case.change
            jira.dialect.answer = lambda request: change(good(request), request)  # type: ignore[method-assign]
        settings = {
            "HEADWAY_JIRA_URL": jira.url,
            "HEADWAY_JIRA_EMAIL": jira.email,
            "HEADWAY_JIRA_TOKEN": jira.token,
            "HEADWAY_CLEAN_URL": f"sqlite:///{name}/clean.db",
            "HEADWAY_STATE_URL": f"sqlite:///{name}/state.db",
            "HEADWAY_CONFIG_DIR": str(rules),
            "HEADWAY_CLOCK_TOLERANCE": "none",
        }
        kept = {each: os.environ[each] for each in ("PATH", "PYTHONPATH") if each in os.environ}
        _run_command(Path(name), kept | settings, "migrate")
        settings |= dict(case.settings)
        filled = {setting: value for setting, value in settings.items() if value}
        began = time.monotonic()
        ended = _run_command(Path(name), kept | filled, "sync")
        seconds = time.monotonic() - began
        lines = (ended.stdout if ended.returncode == 0 else ended.stderr).splitlines()
        peak = int(Path(name, "peak").read_text()) / 1024
        return Measured(case.name, seconds, peak, ended.returncode, _find_cause(lines))


def _run_command(
    folder: Path, settings: dict[str, str], command: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", COMMAND, command, str(folder / "peak")],
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )


def _find_cause(lines: list[str]) -> str:
    """The line that names the cause: the last that is no record of the log, without its place."""
    told = [line.strip() for line in lines if ": " in line and not line.startswith(("{", "20"))]
    odd = [line for line in told if "issue " in line]
    return (odd or told)[0] if told else ""


def main() -> None:
    """Measure every case, the slow ones beside the others, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--long", action="store_true", help="a quarter of an hour more")
    cases = list_cases(is_long=parser.parse_args().long)
    make_bomb()
    print("| what | seconds | MB | exit | what is said |\n| --- | ---: | ---: | ---: | --- |")
    slow = [case for case in cases if case.name.startswith("one byte")]
    with ThreadPoolExecutor(len(slow)) as beside:
        waiting = [beside.submit(measure, case) for case in slow]
        found = [measure(case) for case in cases if case not in slow]
        for each in (*found, *(future.result() for future in waiting)):
            print(
                f"| {each.name} | {each.seconds:.1f} | {each.megabytes:.0f} | {each.exit_code} "
                f"| {each.said} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
