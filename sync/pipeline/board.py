"""The sales board as a run leaves it: laid out from what readers see, wherever people open it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from msgspec import Struct
from sqlalchemy.engine import URL

from models.errors import HeadwayError, LeaseHeldError
from sync.settings.settings import Settings
from sync.store.clean.readers_view import read_list
from translators.board.content import BoardContent, build_board

log = structlog.get_logger()


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
    from sync.board_page.file import write_board_file
    from sync.board_page.render import render_board

    board = read_board(settings.clean_url)
    write_board_file(path, render_board(board))
    return WrittenBoard(path=path, entries=board.number)


@contextmanager
def keep_board(settings: Settings) -> Iterator[None]:
    """Write HEADWAY_BOARD_PATH, if it is set, once what may publish here is over, however it ends.

    A board that cannot be written is told of in the log and changes nothing else: the list is
    published, and the page of before says itself when it is stale.
    """
    if settings.board_path is None:
        yield
        return
    try:
        yield
    except LeaseHeldError:
        raise
    except BaseException:
        _try_to_write(settings, settings.board_path)
        raise
    _try_to_write(settings, settings.board_path)


def _try_to_write(settings: Settings, path: Path) -> None:
    try:
        written = write_board(settings, path)
    except HeadwayError as error:
        log.warning("board.not-written", error=str(error))
    except Exception:
        log.exception("board.bug", path=str(path))
    else:
        log.info("board.written", path=str(path), entries=written.entries)
