"""The sales board: laid out from what readers see, and written where people open it."""

from pathlib import Path

from msgspec import Struct
from sqlalchemy.engine import URL

from sync.board_page.file import write_board_file
from sync.board_page.render import render_board
from sync.settings.settings import Settings
from sync.store.clean.readers_view import read_list
from translators.board.content import BoardContent, build_board


class WrittenBoard(Struct, frozen=True, kw_only=True):
    """A board that was written: where, and of how many entries."""

    path: Path
    entries: int


def read_board(clean_url: URL) -> BoardContent:
    """What the board says now, read with a reader's rights."""
    shown = read_list(clean_url, with_news=True)
    return build_board(shown.rows, shown.terms, shown.news, shown.freshness)


def write_board(settings: Settings, path: Path) -> WrittenBoard:
    """Write the board to `path`, whole or not at all."""
    board = read_board(settings.clean_url)
    write_board_file(path, render_board(board))
    return WrittenBoard(path=path, entries=board.number)
