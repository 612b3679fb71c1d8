"""Asks which lists are due, and has the dispatcher start their work."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import structlog
from msgspec import Struct

from sync.dispatch.dispatcher import Dispatcher
from sync.dispatch.due import find_due
from sync.dispatch.work import DueList, Lists
from sync.settings.settings import Settings

log = structlog.get_logger()


class RulesSeen(Struct):
    """A rule book's files as they were a look ago, and as they were when work was handed out."""

    seen: tuple[object, ...]
    taken: tuple[object, ...]


class Clock:
    """One look at a time; what is due and has no work on hand is started.

    A list is due by its schedule, the first time at once, and when its rules have changed. `rules`
    is what an earlier clock of this process has seen of them, by list: what changed since then has
    changed.
    """

    def __init__(
        self,
        read_lists: Callable[[], Lists],
        dispatcher: Dispatcher,
        rules: dict[str, RulesSeen] | None = None,
    ) -> None:
        self._read_lists = read_lists
        self._dispatcher = dispatcher
        self._due: dict[str, tuple[object, datetime]] = {}
        self._rules = {} if rules is None else rules

    def look(self, now: datetime) -> list[DueList]:
        """Start what is due; what that was."""
        lists, dispatched = self._read_lists(), self._dispatcher.look()
        started = []
        for name, settings in lists.items():
            has_changed = self._have_rules_changed(name, settings.config_dir)
            if name in dispatched.busy:
                continue
            due = self.find_due(name, settings, dispatched.began.get(name))
            if has_changed or due is None or due <= now:
                self._rules[name].taken = self._rules[name].seen
                started.append(DueList(list=name, sites=settings.site_names))
        if started:
            self._dispatcher.start(started)
            log.info("clock.started", lists=len(started), first=started[0].list)
        return started

    def find_due(self, name: str, settings: Settings, began: datetime | None) -> datetime | None:
        """When a list is due; None where it never had work: at once."""
        if began is None:
            return None
        key = (settings.schedule, settings.timezone, began)
        known = self._due.get(name)
        if known is None or known[0] != key:
            due = find_due(name, settings.schedule, settings.timezone, began)
            known = self._due[name] = key, due or datetime.max.replace(tzinfo=UTC)
        return known[1]

    def _have_rules_changed(self, name: str, folder: Path) -> bool:
        """Whether the files are others than when work began last, and the same as a look ago."""
        now = _stamp_files(folder)
        rules = self._rules.setdefault(name, RulesSeen(now, now))
        before, rules.seen = rules.seen, now
        return now == before != rules.taken


def _stamp_files(folder: Path) -> tuple[object, ...]:
    """What tells that a file of a folder was written: cheap enough for hundreds of folders."""
    try:
        stats = [(path.name, path.stat()) for path in sorted(folder.glob("*.yaml"))]
    except OSError:
        return ()
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
