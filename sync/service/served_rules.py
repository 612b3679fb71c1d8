"""The rule book of a service: that of its folder, or the last good one while that is broken."""

import time
from pathlib import Path

import structlog

from models.errors import RuleBookError, UsageError
from models.promises import PassedTexts
from sync.pipeline.context import Context
from sync.pipeline.rules.in_force import check_no_published_id_deleted
from sync.pipeline.rules.kept_rules import describe_broken
from sync.pipeline.rules.own_rules import RulesRead
from sync.rulebook import stamp_folder, usable_rulebook
from sync.store.clean.published_state import read_published_state

log = structlog.get_logger()

REFUSED_FOR = 20 * 3600.0
"""Seconds. What Jira has no field for is tried again when the site is described anew."""


class ServedRules:
    """Hands out rules to runs, and tells once that they are broken, and once that they are mended.

    UsageError where there are none to begin with. What came through no run is not tried again for
    `refused_for` seconds.
    """

    def __init__(self, folder: Path, refused_for: float = REFUSED_FOR) -> None:
        self._folder = folder
        self._refused_for = refused_for
        self._good = self._last = usable_rulebook(folder)
        self._refused: tuple[str, float, RuleBookError] | None = None
        self._told = ""
        self._taken, self._seen = "", stamp_folder(folder)

    def read(self, context: Context, passed: PassedTexts) -> RulesRead:
        """The rules to go by now."""
        try:
            rulebook = usable_rulebook(self._folder, passed)
            self._check_not_refused(rulebook.digest)
            if rulebook.digest != self._good.digest:
                published = read_published_state(context.clean)
                check_no_published_id_deleted(rulebook, published, self._folder)
        except UsageError as error:
            return self._fall_back(error)
        if self._told:
            self._told = ""
            log.info("rules.mended", digest=rulebook.digest)
        self._last = rulebook
        return RulesRead(rulebook)

    def accept(self) -> None:
        """What was read last has come through a run: it is the last good one."""
        self._good = self._last

    def refuse(self, error: RuleBookError) -> bool:
        """What was read last came through no run; whether there is another one to go by."""
        if self._last.digest == self._good.digest:
            return False
        self._refused = (self._last.digest, time.monotonic(), error)
        self._fall_back(error)
        return True

    def has_changed(self) -> bool:
        """Whether the files are others than those of `take`, and the same as a look ago.

        So they are at first: they may have been edited before the service began. Somebody who is
        still writing is waited for.
        """
        before, self._seen = self._seen, stamp_folder(self._folder)
        return self._seen != self._taken and self._seen == before

    def take(self) -> None:
        """What was seen last is gone into."""
        self._taken = self._seen

    def put_back(self) -> None:
        """What was taken could not be gone into: it counts as changed still."""
        self._taken = ""

    def _check_not_refused(self, digest: str) -> None:
        if self._refused is None:
            return
        refused, since, error = self._refused
        if refused == digest and time.monotonic() - since < self._refused_for:
            raise error
        self._refused = None

    def _fall_back(self, error: UsageError) -> RulesRead:
        if str(error) != self._told:
            self._told = str(error)
            what = "the last good rules stay in force until these are mended"
            log.error("rules.broken", error=self._told, meanwhile=what, in_force=self._good.digest)
        self._last = self._good
        return RulesRead(self._good, describe_broken(error))
