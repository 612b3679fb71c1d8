"""Lines on a terminal: laid out for its width and in colour; in a pipe as they are."""

import io
import os
import pty
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import ioctl
from typing import TextIO

import pytest

from sync.cli.terminal import measure, paint, wrap_line, write_lines

TABLE = [
    "  Security",
    "    Single sign-on         Available today         ■■■■   Very large",
    "    Roles and permissions  Worked on recently      ■■■    Large",
    "    Electronic invoices    Worked on recently             Not rated",
]
CHECKS = [
    "  ok     HEADWAY_SITE  main",
    "  wrong  Jira          does not accept the token: it may have ended, or be that of another",
    "         -> Make a new one and put it into HEADWAY_JIRA_TOKEN, then run headway doctor again.",
]
SENTENCE = ["  because the component Billing belongs to Invoicing and nothing else  rules.yaml:12"]
RED, GREEN, YELLOW, BOLD, END = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1m", "\x1b[0m"


class Terminal(io.StringIO):
    """Takes what is written, and says that it is a terminal."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


@contextmanager
def terminal_of(columns: int) -> Iterator[tuple[TextIO, int]]:
    """Both ends of a real terminal: one to write to, one to read what it shows."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    with os.fdopen(theirs, "w") as screen:
        try:
            yield screen, ours
        finally:
            os.close(ours)


@pytest.fixture(autouse=True)
def colourful(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def shown(lines: list[str]) -> str:
    terminal = Terminal()
    write_lines(lines, terminal)
    return terminal.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("page", [TABLE, CHECKS, SENTENCE])
def test_every_line_fits_and_no_word_is_cut_or_lost(page: list[str], width: int) -> None:
    laid = [part for line in page for part in wrap_line(line, width)]

    assert [line for line in laid if measure(line) > width] == []
    assert " ".join(laid).split() == " ".join(page).split()


def read_words(ours: int, number: int) -> str:
    """What a terminal shows up to its so many words; it hands out a part at a time."""
    shown = ""
    while shown.count("word") < number:
        shown += os.read(ours, 4096).decode()
    return shown


def test_a_real_terminal_says_how_wide_it_is() -> None:
    for columns in (80, 120):
        with terminal_of(columns) as (screen, ours):
            write_lines([CHECKS[0], "word " * 60], screen)
            screen.flush()
            lines = read_words(ours, 60).splitlines()
        assert columns - 8 < max(map(len, lines[1:])) <= columns


def test_what_does_not_fit_goes_on_below_its_column() -> None:
    assert wrap_line(CHECKS[1], 60) == [
        "  wrong  Jira          does not accept the token: it may",
        "                       have ended, or be that of another",
    ]


def test_a_column_goes_on_below_whole_where_it_can() -> None:
    assert wrap_line(TABLE[1], 60) == [
        "    Single sign-on         Available today         ■■■■",
        "                           Very large",
    ]


def test_an_address_stays_whole_to_be_copied() -> None:
    address = "https://jira.example.com/" + "a" * 60

    assert address in wrap_line(f"  see {address} for more", 40)[1]


def test_wide_letters_take_two_columns_and_break_anywhere() -> None:
    laid = wrap_line("  " + "\u8acb\u6c42" * 30, 40)

    assert len(laid) > 1
    assert all(measure(line) <= 40 for line in laid)


@pytest.mark.parametrize(
    ("line", "painted"),
    [
        ("  ok     Jira  answers", f"  {GREEN}ok{END}     Jira  answers"),
        ("  wrong  Jira  is down", f"  {RED}wrong{END}  Jira  is down"),
        ("  note   Jira  is slow", f"  {YELLOW}note{END}   Jira  is slow"),
        ("status      held", f"status      {YELLOW}held{END}"),
        ("status      current, stale", f"status      {YELLOW}current, stale{END}"),
        ("headway: rules: odd", f"{RED}headway:{END} rules: odd"),
        ("  headway:screening.yaml:8: warning", "  headway:screening.yaml:8: warning"),
        ("  okapi  is no verdict", "  okapi  is no verdict"),
    ],
)
def test_a_word_is_coloured_by_what_it_means(line: str, painted: str) -> None:
    assert paint(line) == painted


def test_the_verdict_is_bold_and_what_is_wrapped_below_it_has_no_colour_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "20")

    assert shown(["Nothing wrong.", "  it is not at all wrong"]).splitlines() == [
        f"\x1b[1;32mNothing wrong{END}{BOLD}.{END}",
        "  it is not at all",
        "    wrong",
    ]


@pytest.mark.parametrize("setting", ["NO_COLOR=1", "TERM=dumb", "TERM="])
def test_a_terminal_has_no_colour_where_none_is_wanted(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*setting.split("="))

    assert "\x1b" not in shown(CHECKS)


def test_a_pipe_gets_lines_as_they_are_whatever_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    read, write = os.pipe()
    with os.fdopen(read) as ours, os.fdopen(write, "w") as pipe:
        write_lines([*CHECKS, "  a\x1b[31mb"], pipe)
        pipe.close()

        assert ours.read().splitlines() == [*CHECKS, "  a\\x1b[31mb"]


def test_text_from_outside_brings_no_colour_and_no_line_to_a_terminal() -> None:
    assert shown(["", "  a\x1b[31m\nwrong  forged"]) == "\n  a\\x1b[31m\\nwrong  forged\n"
