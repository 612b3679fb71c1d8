"""`headway board`: the page that sales opens, and the one that it opened on a day."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from models.errors import Problem, UsageError
from models.history import ListAsOf, Period
from sync.board_page.file import READABLE, write_board_file
from sync.board_page.render import render_board
from sync.cli.marks import Meaning, mark
from sync.cli.moments import name_period, parse_period
from sync.cli.output import print_json, print_page
from sync.pipeline.sales.board import read_board, write_board
from sync.settings.settings import Settings
from sync.store.clean.chain import check_chain, follow_chain
from sync.store.clean.history import open_history
from sync.store.clean.past_list import load_list_as_of, read_clock
from sync.store.db.engines import open_reader
from translators.board.content import BoardContent
from translators.board.notices import list_removed
from translators.board.past import build_past_board
from translators.plurals import count_noun

USUAL = Path("var/board.html")
"""Where the board goes if nobody says where; one of a past day goes beside it."""
STDOUT = Path("-")
PRIVATE = 0o600
"""The mode of a page with words that were removed from the list since."""


def make_board(settings: Settings, output: Path | None, as_json: bool) -> int:
    """Write the board to `output`, else to HEADWAY_BOARD_PATH, else to USUAL; `-` is stdout."""
    path = output or settings.board_path or USUAL
    if path == STDOUT:
        return _print_raw(render_board(read_board(settings.clean_url)))
    written = write_board(settings, path)
    if as_json:
        print_json({"path": str(written.path), "entries": written.entries})
    else:
        entries = count_noun(written.entries, "entry")
        print_page([f"{path}: {entries}. Open it in any browser, or put it where sales finds it."])
    return 0


def make_past_board(settings: Settings, on: str, output: Path | None, as_json: bool) -> int:
    """Write the board as it stood on that day to `output`, else beside USUAL; `-` is stdout.

    Never to HEADWAY_BOARD_PATH: who looks there looks for what may be said today.
    """
    past, period = _read_past(settings, on)
    board = build_past_board(past, period)
    page = render_board(board)
    path = output or USUAL.with_name(f"{USUAL.stem}-{name_period(period)}.html")
    if path == STDOUT:
        return _print_raw(page)
    if settings.board_path and _is_same(path, settings.board_path):
        what = "is where every run writes today's board (HEADWAY_BOARD_PATH)"
        raise UsageError(Problem(str(path), what, "Name another file for that of a past day."))
    removed = list_removed(past)
    write_board_file(path, page, PRIVATE if removed else READABLE)
    if as_json:
        print_json(
            {
                "path": str(path),
                "entries": board.number,
                "on": period,
                "publication": past.publication,
                "freshness": past.freshness,
                "lost": past.lost,
                "removed": removed,
            }
        )
    else:
        print_page(_describe_past(path, board))
    return 0


def _read_past(settings: Settings, on: str) -> tuple[ListAsOf, Period]:
    """The list when that time ended, by a log that is as it was written."""
    with open_history(settings.clean_url) as engine:
        period = parse_period(on, settings.timezone, read_clock(engine))
        with open_reader(engine) as connection:
            past = load_list_as_of(connection, period.ends)
            revision = past.publication.revision if past.publication else 0
            check_chain(connection, follow_chain(connection, revision), revision)
    return past, period


def _describe_past(path: Path, board: BoardContent) -> Iterator[str]:
    yield f"{path}: {count_noun(board.number, 'entry')}."
    for notice in board.notices:
        doubt = notice.code != "past"
        yield mark(f"{notice.title}.", Meaning.DOUBT if doubt else Meaning.HEADING)
        yield f"  {notice.text}"


def _is_same(path: Path, other: Path) -> bool:
    return os.path.realpath(path) == os.path.realpath(other)


def _print_raw(page: bytes) -> int:
    sys.stdout.buffer.write(page)
    sys.stdout.buffer.flush()
    return 0
