"""Writes the sales board once a run is over, and tells of what keeps it from that."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from sync.pipeline.record.failures import keep_going
from sync.settings.settings import Settings

log = structlog.get_logger()


@contextmanager
def keep_board(settings: Settings) -> Iterator[None]:
    """Write HEADWAY_BOARD_PATH, if it is set, once what may publish here is over, however it ends.

    A board that cannot be written is told of in the log and changes nothing else: the list is
    published, and the page of before says itself when it is stale. To be used under the lease, so
    that no other run's page is written over by an older one.
    """
    if settings.board_path is None:
        yield
        return
    try:
        yield
    finally:
        _try_to_write(settings, settings.board_path)


def _try_to_write(settings: Settings, path: Path) -> None:
    from sync.pipeline.sales.board import write_board

    with keep_going(failed="board.not-written", bug="board.bug"):
        written = write_board(settings, path)
        log.info("board.written", path=str(path), entries=written.entries)
