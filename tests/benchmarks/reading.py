"""Measures whole runs against a sample Jira with latency, beside a bare loop and the jira package.

    python -m tests.benchmarks.reading [--issues 5000 50000 200000] [--latency 0.05] [--alone]

Each line is one process: wall and CPU seconds (user and system), peak memory, and what the sample
Jira, which is another process, counted. The time to start Python and import everything is in the
wall seconds; it is measured apart and printed first.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import copytree
from typing import Any

from sync.sample.company.company import Company, build_company
from sync.sample.server.server import SampleJira

BACKLOG = 2012
"""How many issues the sample company has; bigger backlogs are copies of it."""
HEADWAY = str(Path(sys.executable).with_name("headway"))
DIALECTS = {"cloud": "Cloud", "datacenter": "Data Center"}


@dataclass(frozen=True)
class Measured:
    """One process: seconds, MB, and what it asked of the sample Jira."""

    wall: float
    cpu: float
    memory: float
    requests: int
    concurrency: int
    said: str


class Jira:
    """A sample Jira in a process of its own."""

    def __init__(self, pipe: Connection, process: Any) -> None:
        self.pipe = pipe
        self.process = process
        self.url, self.email, self.token = pipe.recv()

    def counted(self) -> tuple[int, int]:
        """Requests, and the most at once, since the last call."""
        self.pipe.send("count")
        found: tuple[int, int] = self.pipe.recv()
        return found

    def edit(self, every: int, what: str) -> int:
        """Edit the title, points or epic of each so-manieth issue; how many that were."""
        self.pipe.send((every, what))
        edited: int = self.pipe.recv()
        return edited


@contextmanager
def jira_of(dialect: str, issues: int, latency: float) -> Iterator[Jira]:
    """Serve a backlog of about that size."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(there, dialect, issues, latency))
    process.start()
    try:
        yield Jira(here, process)
    finally:
        here.send(None)
        process.join()


def _serve(pipe: Connection, dialect: Any, issues: int, latency: float) -> None:
    company = _of_size(issues)
    with SampleJira(company, dialect, latency=latency) as jira:
        pipe.send((jira.url, jira.email, jira.token))
        while (asked := pipe.recv()) is not None:
            if asked == "count":
                pipe.send((len(jira.requests), jira.highest_concurrency))
                jira.requests.clear()
                jira.highest_concurrency = 0
            else:
                pipe.send(_edit(company, *asked))


def _of_size(issues: int) -> Company:
    company = build_company(scale=-(-issues // BACKLOG))
    for issue_id in sorted(company.issues)[issues:]:
        company.remove(issue_id)
    return company


def _edit(company: Company, every: int, what: str) -> int:
    chosen = sorted(company.issues)[::every]
    parent = next(issue.parent for issue in company.issues.values() if issue.parent)
    for issue_id in chosen:
        issue = company.issues[issue_id]
        if what == "title":
            company.edit(issue_id, summary=f"{issue.summary} (edited)")
        elif what == "points":
            company.edit(issue_id, points=(issue.points or 0) + 1)
        elif issue.parent:
            parent, other = issue.parent, parent
            company.edit(issue_id, parent=other)
    return len(chosen)


def measure(jira: Jira, command: list[str]) -> Measured:
    """Run a command to its end and measure it."""
    jira.counted()
    began = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said, complained = (_read(file) for file in (out, err))
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{complained}")
    requests, concurrency = jira.counted()
    cpu = usage.ru_utime + usage.ru_stime
    return Measured(wall, cpu, usage.ru_maxrss / 1024, requests, concurrency, said)


def _read(file: Any) -> str:
    file.seek(0)
    text: str = file.read().decode()
    return text


def headway(folder: Path, *arguments: str) -> list[str]:
    """The command that a user would run."""
    return [HEADWAY, "--env-file", str(folder / "env"), *arguments]


def a_place(folder: Path, jira: Jira, dialect: str) -> None:
    """Settings, rules and databases for a sample Jira."""
    with as_file(files("sync.sample") / "config") as rules:
        copytree(rules, folder / "config")
    settings = {
        "JIRA_URL": jira.url,
        "JIRA_TOKEN": jira.token,
        "CLEAN_URL": f"sqlite:///{folder}/clean.db",
        "STATE_URL": f"sqlite:///{folder}/internal/state.db",
        "CONFIG_DIR": str(folder / "config"),
        "CLOCK_TOLERANCE": "none",
    }
    if dialect == "cloud":
        settings["JIRA_EMAIL"] = jira.email
    (folder / "env").write_text("".join(f"HEADWAY_{k}={v}\n" for k, v in settings.items()))
    subprocess.run(headway(folder, "migrate"), check=True, stdout=subprocess.DEVNULL)


def bare(dialect: str, url: str, email: str, token: str) -> None:
    """The floor: one httpx client, page after page, named fields, nothing stored."""
    import httpx

    from sync.jira.describe.field_plan import SYSTEM

    cloud = dialect == "cloud"
    path = "/rest/api/3/search/jql" if cloud else "/rest/api/2/search"
    headers = {} if cloud else {"Authorization": f"Bearer {token}"}
    body: dict[str, Any] = {"jql": "project is not empty ORDER BY id ASC"}
    body |= {"fields": list(SYSTEM), "maxResults": 100}
    body["jql"] = f"project in ({', '.join(_projects())}) ORDER BY id ASC"
    issues = 0
    with httpx.Client(auth=(email, token) if cloud else None, headers=headers) as client:
        while True:
            page = client.post(url + path, json=body, timeout=60).json()
            issues += len(page["issues"])
            if (cloud and not page.get("nextPageToken")) or not page["issues"]:
                break
            if cloud:
                body["nextPageToken"] = page["nextPageToken"]
            else:
                body["startAt"] = issues
                if issues >= page["total"]:
                    break
    print(json.dumps({"issues": issues}))


def package(dialect: str, url: str, email: str, token: str) -> None:
    """The jira package's own paging, the same fields."""
    from jira import JIRA

    from sync.jira.describe.field_plan import SYSTEM

    jql = f"project in ({', '.join(_projects())}) ORDER BY id ASC"
    fields = ",".join(SYSTEM)
    if dialect == "cloud":
        client = JIRA(url, basic_auth=(email, token), options={"rest_api_version": "3"})
        found = client.enhanced_search_issues(jql, maxResults=0, fields=fields)
    else:
        client = JIRA(url, token_auth=token)
        found = client.search_issues(jql, maxResults=0, fields=fields)
    print(json.dumps({"issues": len(found)}))


def _projects() -> Iterable[str]:
    return build_company().projects


def start_up() -> float:
    """Seconds until Python has imported all that a run needs."""
    code = "import sync.cli.commands.run.sync, jira, httpx, sqlalchemy.dialects.sqlite"
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.monotonic() - began


def compare(dialect: str, issues: int, latency: float, alone: bool) -> None:
    """All lines of one table: one kind of Jira, one size.

    A title hardly ever bears on the list, and points do when a fortnight closes. Another parent
    does at once: the epics that an issue leaves and joins are rolled up anew.
    """
    with jira_of(dialect, issues, latency) as jira, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        a_place(folder, jira, dialect)
        sync = headway(folder, "sync", "--json")
        login = [dialect, jira.url, jira.email, jira.token]
        me = [sys.executable, "-m", "tests.benchmarks.reading"]
        show(dialect, issues, "first run", measure(jira, sync))
        show(dialect, issues, "nothing changed", measure(jira, sync))
        for what in ("title", "points", "parent"):
            edited = jira.edit(100, what)
            show(dialect, issues, f"{edited} {what}", measure(jira, sync))
        if alone:
            return
        show(dialect, issues, "everything again", measure(jira, [*sync, "--full"]))
        show(dialect, issues, "bare httpx loop", measure(jira, [*me, "--bare", *login]))
        show(dialect, issues, "jira package", measure(jira, [*me, "--package", *login]))


def show(dialect: str, issues: int, what: str, found: Measured) -> None:
    """One line of the table."""
    said = json.loads(found.said)
    print(
        f"{DIALECTS[dialect]:<12}{issues:>8,}  {what:<17}{found.wall:>7.2f}{found.cpu:>8.2f}"
        f"{found.memory:>8.0f}{found.requests:>10,}{found.concurrency:>9}{said['issues']:>9,}",
        flush=True,
    )


def main() -> None:
    """Print the table, or be one of the loops that it compares with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, nargs="+", default=[5_000, 50_000, 200_000])
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--alone", action="store_true", help="without anything to compare with")
    parser.add_argument("--bare", nargs=4)
    parser.add_argument("--package", nargs=4)
    chosen = parser.parse_args()
    if chosen.bare:
        return bare(*chosen.bare)
    if chosen.package:
        return package(*chosen.package)
    print(f"latency {chosen.latency * 1000:.0f} ms; starting alone takes {start_up():.2f} s\n")
    print(
        f"{'Jira':<12}{'issues':>8}  {'':<17}{'wall s':>7}{'CPU s':>8}{'MB':>8}{'requests':>10}"
        f"{'at once':>9}{'read':>9}"
    )
    for issues in chosen.issues:
        for dialect in DIALECTS:
            compare(dialect, issues, chosen.latency, chosen.alone)
    return None


if __name__ == "__main__":
    main()
