"""The moments at which it would matter most that a process is killed, each by its name.

Nothing happens at them. Each is an audit event of Python's own, to which nobody listens; a test
does, kills the process at every one of them in turn, and sees what the next run makes of it.
"""

import sys
from typing import Literal

CrashPoint = Literal[
    "lease.taken",
    "run.recorded",
    "asks.committing",
    "asks.committed",
    "walk.begun",
    "walk.page-written",
    "walk.committing",
    "walk.committed",
    "booking.committing",
    "booking.committed",
    "rollups.committing",
    "rollups.committed",
    "reversals.committing",
    "publish.head-taken",
    "publish.rows-written",
    "publish.logged",
    "publish.committing",
    "publish.committed",
    "readers.updating",
    "readers.replacing",
    "readers.written",
    "publish.noted",
    "translation.committing",
    "translation.committed",
    "run.ended",
    "migrate.committing",
    "migrate.committed",
    "migrate.done",
    "recover.committing",
    "recover.committed",
]
"""`committing` is within a transaction, when all of it is written and before it is committed."""
EVENT = "headway."
"""What the name of the audit event begins with."""


def pass_crash_point(name: CrashPoint) -> None:
    """Say that a run has come so far."""
    sys.audit(EVENT + name)
