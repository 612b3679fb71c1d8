"""Makes the demo's place at a fixed moment, and takes down what its commands show."""

import io
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from sync.cli import run
from sync.sample.company.company import build_company
from sync.sample.server.server import SampleJira
from tests.runs.programs import show_on_terminal

FOLDER = Path(__file__).parent
WIDTHS = (60, 80, 120, None)
"""Columns of a terminal; None is a pipe."""
DEMO_WIDTH = 80
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
COLOURS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
VARYING = {
    re.compile(r"^\r*[\u2800-\u28ff] .*\n|\r", re.MULTILINE): "",
    re.compile(r"\d{4}-\d\d-\d\d(?=\s+\d\d:\d\d\s+UTC)"): "2026-11-23",
    re.compile(r"\d\d:\d\d(?=\s+UTC)"): "06:00",
    re.compile(r"127\.0\.0\.1:\d+"): "127.0.0.1:38000",
    re.compile(r"\d+\.\d(?= s\b)"): "0.0",
    re.compile(r"\b[0-9a-f]{64}\b"): "0" * 64,
}
"""Progress, moments (a database has a clock of its own), ports, durations, sums of files."""
REQUESTS = """date,words,why
2026-11-02,single sign-on,They have one directory
2026-11-03,SAML,
2026-11-04,credit notes,Bills are corrected by hand
2026-11-09,send it to Splunk,
2026-11-11,dark mode,
2026-11-12,dark mode,
2026-11-16,請求書,They write Japanese
"""
EDITS = (
    ("name: Invoicing", "name: Invoices for customers"),
    ("area: Billing", "area: Invoices and payments"),
)
MISTAKES = (
    ("component:", "componnt:"),
    ("area: Billing", "areas: Billing"),
)
SCENES = {
    "help": "--help",
    "help-plan": "plan --help",
    "no-command": "qeue",
    "migrate": "migrate",
    "status": "status",
    "doctor": "doctor",
    "check": "check",
    "check-mistakes": "check --config var/demo/mistaken",
    "plan": "plan",
    "plan-edited": "plan --config var/demo/edited",
    "plan-edges": "plan --edges",
    "explain-published": "explain ID-140",
    "explain-left-out": "explain CORE-212",
    "explain-undecided": "explain PAY-518",
    "explain-capability": "explain audit-log",
    "queue": "queue",
    "queue-meeting": "queue --meeting",
    "decide": "decide PAY-518 invoicing --reason Vouchers --by @anna --dry-run",
    "name": "name usage-insights Usage --area Reports --summary Counts. --dry-run",
    "withdraw": "withdraw audit-log --reason mistake --dry-run",
    "find": "find do you have an audit trail",
    "find-nothing": "find teleportation",
    "snapshot": "snapshot var/demo/rules.snapshot",
    "init": "--env-file var/demo/own-env init",
    "sync": "sync",
}


@contextmanager
def open_demo(folder: Path) -> Iterator[str]:
    """The demo's page, and its place in a folder, with its Jira answering."""
    with (
        chdir(folder),
        pytest.MonkeyPatch.context() as patch,
        time_machine.travel(NOW, tick=True),
    ):
        for name in os.environ.keys() - {"TZ"}:
            patch.delenv(name)
        patch.setenv("PATH", f"{sys.prefix}/bin")
        patch.setenv("TERM", "xterm")
        page = shoot(["demo"], DEMO_WIDTH)
        demo = Path("var/demo")
        env = (demo / "env").read_text()
        (demo / "requests.csv").write_text(REQUESTS)
        (demo / "env").write_text(f"{env}HEADWAY_REQUESTS_FILE=var/demo/requests.csv\n")
        (demo / "own-env").write_text(env.replace("var/demo/config", "var/demo/own"))
        for name, changes in (("edited", EDITS), ("mistaken", MISTAKES)):
            (demo / name).mkdir()
            for file in (demo / "config").iterdir():
                text = file.read_text()
                for before, after in changes:
                    text = text.replace(before, after, 1)
                (demo / name / file.name).write_text(text)
        port = int(re.findall(r"127\.0\.0\.1:(\d+)", env)[0])
        with SampleJira(build_company(), port=port):
            yield page


def head_screen(words: str, columns: int | None) -> str:
    """The line above a screen in its file."""
    return f"=== headway {words} === {columns or 'piped'}\n"


def read_screens(name: str) -> dict[int | None, str]:
    """The golden screens of a scene, by width."""
    text = (FOLDER / f"{name}.txt").read_text()
    _, *parts = re.split(r"^=== headway .* === (\d+|piped)\n", text, flags=re.MULTILINE)
    widths = [None if width == "piped" else int(width) for width in parts[::2]]
    return dict(zip(widths, parts[1::2], strict=True))


def shoot_scene(words: str, columns: int | None) -> str:
    """What a command shows, without colours and what differs from run to run."""
    shutil.rmtree("var/demo/own", ignore_errors=True)
    return shoot(["--env-file", "var/demo/env", *words.split()], columns)


def shoot(words: list[str], columns: int | None) -> str:
    """The same on a real terminal of so many columns, or in a pipe; stderr comes last there."""
    with show_on_terminal(columns) if columns else show_in_pipe() as shown:
        code = run(words)
    text = COLOURS.sub("", "".join(shown).replace("\r\n", "\n"))
    for pattern, usual in VARYING.items():
        text = pattern.sub(usual, text)
    return f"{text}[exit {code}]\n"


@contextmanager
def show_in_pipe() -> Iterator[list[str]]:
    """What is written to both streams, one after the other."""
    shown: list[str] = []
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        yield shown
    shown += [out.getvalue(), err.getvalue()]
