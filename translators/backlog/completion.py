"""Dates the completion of an issue: when it was done, and how we know."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Protocol

from msgspec.structs import replace

from models.backlog import DoneSource, FinishedIssue, Issue, StatusChange
from models.rulebook import EffortRules
from translators.words import fold_value


class Before(Protocol):
    """What is remembered of an issue from the run before."""

    @property
    def is_done(self) -> bool: ...
    @property
    def done_at(self) -> datetime | None: ...
    @property
    def done_source(self) -> DoneSource | None: ...


def date_completion(issue: Issue, before: Before | None, as_of: datetime, first_run: bool) -> Issue:
    """The issue with `done_at` and `done_source` set, judged beside the row we had `before`.

    Jira's own dates win. Without them, an issue that turned done since our last look was done
    by `as_of`; one that was done at our very first look has no date that anybody knows.
    """
    done_at, source = _find_completion(issue, before, as_of, first_run)
    return replace(issue, done_at=done_at, done_source=source)


def _find_completion(
    issue: Issue, before: Before | None, as_of: datetime, first_run: bool
) -> tuple[datetime | None, DoneSource | None]:
    if not issue.is_done:
        return None, None
    if issue.resolved_at is not None:
        return issue.resolved_at, DoneSource.RESOLUTION_DATE
    if issue.category_changed_at is not None:
        return issue.category_changed_at, DoneSource.CATEGORY_CHANGE
    if before is not None and before.is_done:
        return before.done_at, before.done_source
    if first_run:
        return None, DoneSource.UNKNOWN
    return as_of, DoneSource.FIRST_SEEN


def find_completion(changes: Iterable[StatusChange], done: Collection[str]) -> datetime | None:
    """When an issue that is done became so, by its history; `done` are the ids of such statuses.

    It is the last time that it went to one of these from another. Where the history shows none (a
    status may count as done since only), it is when it got the status that it has. None without any
    change.
    """
    completed: datetime | None = None
    newest: datetime | None = None
    for change in sorted(changes, key=lambda change: change.at):
        newest = change.at
        if change.after not in done:
            completed = None
        elif change.before not in done or completed is None:
            completed = change.at
    return completed or newest


def compile_is_finished(rules: EffortRules) -> Callable[[Issue | FinishedIssue], bool]:
    """A test for finished work: done, on a day we know, and not given up.

    Given up is what carries a cancelled resolution or status, by the rule book's lists.
    """
    resolutions = frozenset(map(fold_value, rules.cancelled_resolutions))
    statuses = frozenset(map(fold_value, rules.cancelled_statuses))

    def is_finished(issue: Issue | FinishedIssue) -> bool:
        return (
            issue.is_done
            and issue.done_at is not None
            and fold_value(issue.status) not in statuses
            and fold_value(issue.resolution or "") not in resolutions
        )

    return is_finished
