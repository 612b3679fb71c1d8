"""The sales board: laid out from what readers see, and written where people open it."""

from pathlib import Path

from msgspec import Struct
from sqlalchemy.engine import URL

from sync.board_page.file import write_board_file
from sync.board_page.kept import read_kept_lookup
from sync.board_page.render import render_board
from sync.settings.settings import Settings
from sync.store.clean.readers_view import read_list
from translators.board.content import BoardContent, build_board, digest_rows, sort_rows


class WrittenBoard(Struct, frozen=True, kw_only=True):
    """A board that was written: where, and of how many entries."""

    path: Path
    entries: int


def read_board(clean_url: URL, before: Path | None = None) -> BoardContent:
    """What the board says now, read with a reader's rights.

    Where the list is that of the board at `before`, how it answers asks is taken from there.
    """
    shown = read_list(clean_url, with_news=True)
    rows = sort_rows(shown.rows)
    lookup = read_kept_lookup(before, digest_rows(rows)) if before else None
    return build_board(rows, shown.terms, shown.news, shown.freshness, lookup=lookup)


def write_board(settings: Settings, path: Path) -> WrittenBoard:
    """Write the board to `path`, whole or not at all."""
    board = read_board(settings.clean_url, path)
    write_board_file(path, render_board(board))
    return WrittenBoard(path=path, entries=board.number)
