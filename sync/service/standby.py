"""Stands by while another worker has the lease: says so once, and takes over from a dead one."""

from enum import Enum

import structlog

from models.errors import HeadwayError, LeaseHeldError
from sync.pipeline.context import open_context
from sync.settings.settings import Settings
from sync.store.clean.lease import read_lease
from sync.store.state.runs.runs import read_last_runs

log = structlog.get_logger()


class Look(Enum):
    """What a look at the lease says to do."""

    WAIT = "another worker has it"
    TAKE_OVER = "who had it is gone, and its run with it"
    GO_ON = "its run is over"


class Standby:
    """Whether we stand by, and what of it was told. One look is one small query."""

    def __init__(self) -> None:
        self.is_on = False
        self._is_told = False
        self._dead = ""

    def begin(self, error: LeaseHeldError) -> None:
        """Another worker has the lease; that is told once until we have had it again."""
        self.is_on = True
        if not self._is_told:
            self._is_told = True
            log.info("serve.standing-by", why=str(error))

    def end(self) -> None:
        """We have had a run of our own."""
        self.is_on = self._is_told = False
        self._dead = ""

    def look(self, settings: Settings) -> Look:
        """What to do now. A database that cannot be asked is asked again later.

        Until we have had a run, a dead worker's lease is there to be taken: what it left open in
        the database may keep us from it for a while.
        """
        try:
            with open_context(settings, check=False) as context:
                lease = read_lease(context.clean)
                last = read_last_runs(context.state, context.run_site, 1) if lease is None else []
        except HeadwayError:
            return Look.WAIT
        if lease is not None and lease.state == "held":
            return Look.WAIT
        if lease is None and not (last and last[0].outcome == "stopped"):
            self.is_on = False
            return Look.GO_ON
        holder = lease.holder if lease else "a worker that was told to stop"
        if holder != self._dead:
            self._dead = holder
            log.warning("serve.taking-over", holder=holder)
        return Look.TAKE_OVER
