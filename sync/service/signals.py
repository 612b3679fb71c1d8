"""How a program is asked to end: SIGTERM or Ctrl-C once asks, twice ends it at once."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)
SHOW_CURSOR = b"\x1b[?25h"


@contextmanager
def stop_on_signal() -> Iterator[threading.Event]:
    """An event that the first signal sets; the second ends the process with 128 + its number.

    For the main thread only. Ending at once is as safe as being killed.
    """
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        for number in SIGNALS:
            signal.signal(number, _end_at_once)
        stop.set()

    before = {number: signal.signal(number, ask_to_stop) for number in SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_at_once(number: int, _frame: FrameType | None) -> None:
    """Not by the signal's default: the first process of a container has none."""
    if sys.stderr.isatty():
        os.write(sys.stderr.fileno(), SHOW_CURSOR)
    os._exit(128 + number)
