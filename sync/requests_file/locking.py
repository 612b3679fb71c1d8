"""Has a file to oneself among all who lock it before they write."""

import fcntl
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from models.errors import Problem, UsageError

TRIES, _PAUSE = 250, 0.02
"""How often the lock of a file is asked for, and the seconds in between."""


def lock_file(file: BinaryIO, path: Path, tries: int = TRIES) -> None:
    """Have the file to oneself until it is closed; UsageError where others do not let it go."""
    for _ in range(tries):
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(_PAUSE)
    raise UsageError(Problem(str(path), "is held by another program", "Let it go of the file."))
