"""What a person sees at a terminal, and what a program gets that reads a pipe."""

import json
import os
import re
import time
from pathlib import Path

import pytest

from sync.sample.server.faults import Fault
from tests.loaded import PATH, start_loaded
from tests.runs.place import Place
from tests.runs.programs import CURSOR_OR_COLOUR, on_a_terminal, started

COLOUR = re.compile(r"\x1b\[[0-9;]*(3[0-7]|9[0-7])[0-9;]*m")
EVENT = re.compile(r"(walk|sync|jira|mirror|epics|ledger|translation)\.[a-z-]+")


def test_log_lines_stand_whole_and_in_colour_above_a_bar_of_what_is_read(
    tiny_place: Place,
) -> None:
    tiny_place.jira.latency = 0.1
    told = on_a_terminal("--env-file", "env", "--verbose", "sync", cwd=tiny_place.folder)

    plain = CURSOR_OR_COLOUR.sub("", told)
    logged = [line for line in re.split(r"[\r\n]+", plain) if EVENT.search(line)]
    assert any("jira.answered" in line for line in logged)
    assert [line for line in logged if not re.match(r"\d{4}-\d\d-\d\dT", line)] == []
    assert COLOUR.search(told)
    assert "Asking Jira what is new" in plain
    assert re.search(r"Reading Jira ━+.* of [0-9,]+ issues", plain)
    assert "published: revision 1" in plain


@pytest.mark.published
def test_a_bar_shows_how_much_is_read_where_nobody_asks_for_a_log(tiny_place: Place) -> None:
    tiny_place.jira.faults.append(Fault("bulkfetch", lambda: time.sleep(0.2)))
    told = on_a_terminal("--env-file", "env", "sync", "--full", cwd=tiny_place.folder)

    plain = CURSOR_OR_COLOUR.sub("", told)
    assert "Asking Jira what is new" in plain
    assert re.search(r"Reading Jira ━+.* of [0-9,]+ issues", plain)
    assert not EVENT.search(plain)


@pytest.mark.published
def test_no_colour_is_written_where_none_is_wanted(tiny_place: Place) -> None:
    told = on_a_terminal(
        *("--env-file", "env", "--verbose", "sync"),
        cwd=tiny_place.folder,
        environment=PATH | {"NO_COLOR": "1"},
    )

    assert "jira.answered" in told
    assert COLOUR.search(told) is None


def test_a_failure_is_told_once_and_in_words(tiny_place: Place) -> None:
    tiny_place.jira.faults.append(Fault(path="search", reply="html-login"))

    said = tiny_place.headway("sync")

    assert said.code == 77
    assert said.err.count("web page") == 1
    assert all(line.startswith(("headway: ", "  ")) for line in said.err.splitlines())


@pytest.mark.published
def test_a_quiet_run_says_nothing_on_stderr_and_a_verbose_one_every_step(
    tiny_place: Place,
) -> None:
    quiet = tiny_place.headway("sync")

    loud = tiny_place.headway("--verbose", "sync", "--full")

    assert quiet.err == ""
    for event in ("rules.read", "jira.answered", "mirror.written", "translation.done"):
        assert event in loud.err
    assert tiny_place.jira.token not in loud.err


@pytest.mark.published
def test_a_reader_that_stops_reading_is_no_error(tiny_place: Place) -> None:
    tiny_place.rules("capabilities.yaml", "area: Billing", "area: Invoices and payments")
    ours, theirs = os.pipe()
    os.close(ours)
    told = tiny_place.folder / "told"

    with os.fdopen(theirs, "wb") as nobody, told.open("wb") as stderr:
        command = ("--env-file", "env", "plan", "--json")
        process = start_loaded(*command, cwd=tiny_place.folder, stdout=nobody, stderr=stderr)
        code = process.wait()

    assert (code, told.read_bytes()) == (0, b"")


def test_a_mistaken_command_line_is_told_where_help_is(tiny_place: Place) -> None:
    said = tiny_place.headway("explain")

    assert said.code == 2
    assert said.err.splitlines() == [
        "headway: explain: the following arguments are required: WHAT",
        "  See `headway explain --help`.",
    ]


def test_a_service_that_cannot_begin_says_so_in_its_log(tiny_place: Place) -> None:
    with started("serve", cwd=tiny_place.folder) as (process, told):
        code = process.wait()

    (line,) = told.read_text().splitlines()
    event = json.loads(line)
    assert code == event["exit_code"] == 2
    assert event["event"] == "serve.failed"
    assert "HEADWAY_JIRA_URL: is not set" in event["error"]


def test_a_bug_is_logged_with_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    import structlog

    from sync.service.logs import start_logging

    start_logging(service=True)
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        structlog.get_logger().exception("sync.bug")

    event = json.loads(capsys.readouterr().err)
    assert "Traceback" in event["exception"]
    assert Path(__file__).name in event["exception"]


@pytest.mark.published
def test_every_page_fits_a_terminal_of_80_columns_and_says_its_verdict_first(
    tiny_place: Place,
) -> None:
    tiny_place.write_settings()
    verdicts = {
        "status": "status      current",
        "doctor --all": "Nothing wrong, ",
        "plan": "Sales would read: no change; ",
        "explain audit-log --all": "Audit log ",
    }
    for command, verdict in verdicts.items():
        words = command.split()
        told = on_a_terminal("--env-file", "env", *words, cwd=tiny_place.folder, columns=80)

        first, *rest = CURSOR_OR_COLOUR.sub("", told).splitlines()
        assert first.startswith(verdict)
        assert [line for line in (first, *rest) if len(line) > 80 and " " in line.strip()] == []
        assert "\x1b[1" in told


@pytest.mark.all
def test_the_demo_fits_a_terminal_of_80_columns(tmp_path: Path) -> None:
    told = on_a_terminal("demo", cwd=tmp_path, columns=80)

    page = CURSOR_OR_COLOUR.sub("", told).rpartition("Headway demo")[2].splitlines()
    assert len(page) < 60
    assert [line for line in page if len(line) > 80] == []
    assert "  Single sign-on         Available today         ■■■■   Very large" in told
