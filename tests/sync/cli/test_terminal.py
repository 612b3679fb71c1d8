"""Lines on a terminal: laid out for its width and in colour; in a pipe as they are."""

import io
import os
import pty
import struct
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fcntl import ioctl
from typing import TextIO

import pytest

from sync.cli.marks import Meaning, mark, pad
from sync.cli.terminal import write_lines
from sync.cli.wrapping import wrap_line
from translators.plain_text import measure_width

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
MARKED = [mark("  ok     Jira  answers", Meaning.GOOD, "ok")]
SENTENCE = ["  because the component Billing belongs to Invoicing and nothing else  rules.yaml:12"]
RED, GREEN, BOLD, END = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[0m"


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
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def shown(lines: Sequence[str]) -> str:
    terminal = Terminal()
    write_lines(lines, terminal)
    return terminal.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("page", [TABLE, CHECKS, SENTENCE])
def test_every_line_fits_and_no_word_is_cut_or_lost(page: list[str], width: int) -> None:
    laid = [part for line in page for part in wrap_line(line, width)]

    assert [line for line in laid if measure_width(line) > width] == []
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
    assert all(measure_width(line) <= 40 for line in laid)


def test_wide_and_combining_letters_stand_in_columns_of_their_own_width() -> None:
    names = ["Invoicing", "\u8acb\u6c42\u66f8", "Cafe\u0301", "\u0e2a\u0e31\u0e0d", "\U0001f680"]

    assert {measure_width(pad(name, 12)) for name in names} == {12}


def test_an_accent_stays_on_its_letter_and_a_korean_word_whole() -> None:
    accents = wrap_line("  " + "\u304b\u3099" * 40, 40)
    words = wrap_line("  " + "\uc138\uae08\uacc4\uc0b0\uc11c " * 20, 40)

    assert all(line.strip().startswith("\u304b\u3099") for line in accents)
    assert {word for line in words for word in line.split()} == {"\uc138\uae08\uacc4\uc0b0\uc11c"}


@pytest.mark.parametrize(
    ("line", "words", "painted"),
    [
        ("  ok     Jira  answers", "ok", f"  {GREEN}ok{END}     Jira  answers"),
        ("  over   there, over", "over", f"  {GREEN}over{END}   there, over"),
        ("  ... and 3 more", None, f"  {GREEN}... and 3 more{END}"),
        ("  a\x1b[31mb  ok", "ok", f"  a\\x1b[31mb  {GREEN}ok{END}"),
        ("  a\x1b[31mb  ok", "a\x1b[31mb", f"  {GREEN}a\\x1b[31mb{END}  ok"),
        ("  not there", "ok", "  not there"),
    ],
)
def test_a_page_says_what_its_words_mean(line: str, words: str | None, painted: str) -> None:
    assert shown(["verdict", mark(line, Meaning.GOOD, words)]).splitlines()[1] == painted


def test_a_marked_line_that_is_set_in_or_marked_twice_keeps_its_marks() -> None:
    line = mark(mark("ok and wrong", Meaning.GOOD, "ok"), Meaning.BAD, "wrong")

    painted = f"    {GREEN}ok{END} and {RED}wrong{END}"
    assert shown(["verdict", "    " + line]).splitlines()[1] == painted


def test_the_verdict_is_bold_and_marks_go_on_where_a_line_is_wrapped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    page = [
        mark("Nothing wrong.", Meaning.GOOD, "Nothing wrong"),
        mark("  it is not at all wrong", Meaning.BAD, "all wrong"),
    ]

    assert shown(page).splitlines() == [
        f"\x1b[1;32mNothing wrong{END}{BOLD}.{END}",
        f"  it is not at {RED}all{END}",
        f"    {RED}wrong{END}",
    ]


@pytest.mark.parametrize("setting", ["NO_COLOR=1", "TERM=dumb", "TERM="])
def test_a_terminal_has_no_colour_where_none_is_wanted(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*setting.split("="))

    assert "\x1b" not in shown(MARKED)


def test_a_pipe_has_colours_where_they_are_forced_and_keeps_its_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    pipe = io.StringIO()

    write_lines(["word " * 20, *MARKED], pipe)

    assert pipe.getvalue().splitlines()[1] == f"  {GREEN}ok{END}     Jira  answers"
    assert len(pipe.getvalue().splitlines()) == 2


def test_a_pipe_gets_lines_as_they_are_whatever_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    read, write = os.pipe()
    with os.fdopen(read) as ours, os.fdopen(write, "w") as pipe:
        write_lines([*CHECKS, *MARKED, "  a\x1b[31mb"], pipe)
        pipe.close()

        assert ours.read().splitlines() == [*CHECKS, *MARKED, "  a\\x1b[31mb"]


def test_text_from_outside_brings_no_colour_and_no_line_to_a_terminal() -> None:
    assert shown(["", " ", "  a\x1b[31m\nwrong  forged"]) == "\n\n  a\\x1b[31m\\nwrong  forged\n"
