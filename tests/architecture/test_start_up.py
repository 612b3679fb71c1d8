"""A command is there at once: what it does not use, it does not import."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from sync.cli import run
from sync.sample.server.server import SampleJira
from tests.architecture.repository import ROOT
from tests.companies import a_company
from tests.documents import PROPOSALS

LIMIT_SECONDS = 0.2

PACKAGES = {
    "alembic": "alembic",
    "apscheduler": "apscheduler",
    "google-re2": "re2",
    "httpx": "httpx",
    "jinja2": "jinja2",
    "jira": "jira",
    "msgspec": "msgspec",
    "prometheus-client": "prometheus_client",
    "psycopg": "psycopg",
    "pypdf": "pypdf",
    "pyyaml": "yaml",
    "rapidfuzz": "rapidfuzz",
    "requests": "requests",
    "rich": "rich",
    "sqlalchemy": "sqlalchemy",
    "starlette": "starlette",
    "structlog": "structlog",
    "tzdata": "tzdata",
    "uvicorn": "uvicorn",
}
"""What each dependency is imported as."""

DATABASES = {"msgspec", "sqlalchemy"}
RULES = DATABASES | {"re2", "yaml"}
LOG = {"structlog"}
JIRA = {"httpx", "jira", "requests"}

NEEDED = {
    "--help": set[str](),
    "--version": set[str](),
    "completion bash": set[str](),
    "sync --help": set[str](),
    "no-such-command": {"rapidfuzz"},
    "status": DATABASES,
    "digest": DATABASES,
    "find single sign-on": DATABASES,
    "board": DATABASES | {"jinja2"},
    "migrate": DATABASES,
    f"lint {PROPOSALS / 'call.txt'}": RULES,
    f"lint {PROPOSALS / 'offer-march.docx'}": RULES,
    f"lint {PROPOSALS / 'flyer.pdf'}": RULES | {"pypdf"},
    "check": RULES,
    "plan": RULES,
    "snapshot rules.snapshot": DATABASES,
    "check --snapshot rules.snapshot": RULES,
    "plan --snapshot rules.snapshot": RULES,
    "plan --edges": RULES,
    "explain audit-log": RULES,
    "explain ID-140": RULES,
    "queue": RULES,
    "decide ID-140 audit-log --reason x --by y --dry-run": RULES,
    "withdraw audit-log --reason mistake --dry-run": RULES,
    "doctor": RULES | JIRA | LOG | {"rapidfuzz"},
    "sync": RULES | JIRA | LOG,
}
"""What each command may load, on SQLite, where nothing is to be migrated."""
UNNEEDED = "sqlalchemy.dialects.postgresql"
"""A tenth of a short command; none needs it on SQLite."""

LOADED = """
import json, os, sys
from sync.cli import run

def tell(words):
    code = run(words)
    there = (name for name, module in sys.modules.items() if module)
    with open(sys.argv[1], "a") as file:
        print(json.dumps([code, sorted(there)]), file=file)

for words, is_apart in json.load(sys.stdin):
    if not is_apart:
        tell(words)
    elif child := os.fork():
        os.waitpid(child, 0)
    else:
        tell(words)
        os._exit(0)
"""
ONE_AFTER_ANOTHER = sorted(NEEDED, key=lambda command: len(NEEDED[command]))
"""One process runs them all, those that may load most last, and each is judged by what was loaded
when it had ended."""
APART = ("no-such-command", "board", f"lint {PROPOSALS / 'flyer.pdf'}")
"""Those that may load what others that load more may not: a process of their own is forked."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with settings in `env`, a small backlog read, and its Jira still answering."""
    folder = tmp_path_factory.mktemp("place")
    with as_file(files("sync.sample") / "config") as rules:
        shutil.copytree(rules, folder / "config")
    with SampleJira(a_company("ID"), dialect="cloud") as jira:
        settings = {
            "JIRA_URL": jira.url,
            "JIRA_EMAIL": jira.email,
            "JIRA_TOKEN": jira.token,
            "CLEAN_URL": f"sqlite:///{folder}/clean.db",
            "STATE_URL": f"sqlite:///{folder}/internal/state.db",
            "CONFIG_DIR": f"{folder}/config",
            "CLOCK_TOLERANCE": "none",
        }
        env_file = folder / "env"
        env_file.write_text("".join(f"HEADWAY_{k}={v}\n" for k, v in settings.items()))
        for command in (["migrate"], ["sync"], ["snapshot", str(folder / "rules.snapshot")]):
            assert run(["--env-file", str(env_file), *command]) == 0
        yield folder


def words_of(command: str, place: Path) -> list[str]:
    settings = [] if command.startswith("--") else ["--env-file", str(place / "env")]
    return [*settings, *command.split()]


def test_a_command_loads_nothing_that_it_does_not_need(place: Path) -> None:
    told = place / "loaded.jsonl"
    asked = [(words_of(command, place), command in APART) for command in ONE_AFTER_ANOTHER]

    subprocess.run(
        [sys.executable, "-c", LOADED, str(told)],
        cwd=place,
        env={name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")},
        input=json.dumps(asked).encode(),
        check=True,
        capture_output=True,
    )

    answers = map(json.loads, told.read_text().splitlines())
    for command, (code, loaded) in zip(ONE_AFTER_ANOTHER, answers, strict=True):
        assert set(loaded) & {UNNEEDED, *PACKAGES.values()} - NEEDED[command] == set(), command
        expected = {"no-such-command": 2, "lint": 1}.get(command.split()[0], 0)
        assert code == expected, command


ASKING_NO_JIRA = ("rules.check", "rules.decide", "rules.plan", "rules.snapshot", "run.status")
SPARED = """
import sys
from importlib import import_module
*asking_none, sync = (f"sync.cli.commands.{name}" for name in sys.argv[1:])
for name in asking_none:
    import_module(name)
print("sync.jira.client.retry" in sys.modules)
import_module(sync)
print("translators.find.search" in sys.modules)
"""


def test_who_searches_nothing_and_asks_no_jira_does_without_what_that_takes() -> None:
    """Four languages of tables of words, stemmed, took longer than a small backlog is translated;
    how often Jira is asked again is nothing to a plan."""
    command = [sys.executable, "-c", SPARED, *ASKING_NO_JIRA, "run.sync"]

    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert told.split() == ["False", "False"]


ENDED = r"""
import atexit, gc, sys
from sync.cli import main
atexit.register(lambda: print(f"\n{len(gc.get_objects())} {gc.get_freeze_count()}"))
main()
"""


def test_a_command_that_has_ended_looks_for_no_circles_in_all_that_it_loaded() -> None:
    """That look took a fifth of the processor's time of a command on a small book."""
    command = [sys.executable, "-c", ENDED, "completion", "bash"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    to_look_at, passed_over = map(int, told.splitlines()[-1].split())

    assert to_look_at < passed_over / 100


def test_every_dependency_is_watched() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    wanted = [*project["dependencies"], *project["optional-dependencies"]["lint"]]
    names = {re.split(r"[\[<>=~]", each)[0].lower() for each in wanted}

    assert names == PACKAGES.keys()


def processor_seconds_for_help() -> float:
    """What `headway --help` takes of a processor, start-up of Python included.

    The clock on the wall would tell of whatever else the machine is doing.
    """
    process = subprocess.Popen([f"{sys.prefix}/bin/headway", "--help"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime


def test_help_is_there_at_once() -> None:
    """A slow import at the top of a module of the command line shows here first."""
    taken = min(processor_seconds_for_help() for _ in range(3))

    if taken >= LIMIT_SECONDS:
        pytest.fail(
            f"headway --help takes {taken:.2f} s of a processor; {LIMIT_SECONDS} s is the limit. "
            "`python -X importtime -m sync.cli` shows what it imports."
        )
