"""The lists of a service: as the settings have them now, or as they were before they broke."""

import threading
import time
from collections.abc import Callable

import structlog

from models.errors import HeadwayError
from sync.dispatch.work import Lists
from sync.settings.installation import Installation
from sync.settings.settings import Settings

log = structlog.get_logger()

SETTLING = 0.5
"""Seconds after which settings that have changed are read once more: who is still writing the file
of sites may have written half of it, which may be a whole one with fewer lists."""


class KnownLists:
    """Hands out the lists, and tells once that the settings are broken, and once that they are
    mended.

    HeadwayError where they are broken to begin with. Any number of threads may ask.
    """

    def __init__(self, read: Callable[[], Installation], *, settling: float = SETTLING) -> None:
        self._read, self._settling = read, settling
        self._good = read()
        self._told = ""
        self._lock = threading.Lock()

    def read(self) -> Lists:
        """All of them."""
        return self.read_installation().lists

    def read_installation(self) -> Installation:
        """The same, with what each list lacks."""
        with self._lock:
            try:
                settled = self._read_settled()
            except HeadwayError as error:
                self._tell_broken(str(error))
                return self._good
            if settled is not None:
                self._good = settled
                self._tell_mended()
            return self._good

    def find(self, name: str) -> Settings | None:
        """The settings of one list; None where there is none of that name. SettingsError for what
        it lacks here.
        """
        installation = self.read_installation()
        if name not in installation.lists:
            return None
        return installation.select_list(name, for_jira=True)

    def _read_settled(self) -> Installation | None:
        """What they say, where that is what they said before or is the same a moment later; None
        while somebody writes them still.
        """
        found = self._read()
        if found != self._good:
            time.sleep(self._settling)
            if self._read() != found:
                return None
        return found

    def _tell_broken(self, error: str) -> None:
        if error != self._told:
            self._told = error
            log.error("lists.broken", error=error, meanwhile="those of before go on")

    def _tell_mended(self) -> None:
        if self._told:
            self._told = ""
            log.info("lists.mended", lists=len(self._good.lists))
