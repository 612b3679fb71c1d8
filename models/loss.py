"""Issues that Jira does not show any more, and so many that nobody's hand did it."""

from datetime import datetime
from typing import NamedTuple

from msgspec import Struct


class Loss(Struct, frozen=True, kw_only=True):
    """Of `had` issues of one kind in a project, `lost` are not shown any more.

    `project` is a key; `kind` is `issues` for all of them, `epics`, or a type's name as Jira has
    it. `taken_at` is when a walk took it for true, by Jira's clock, after a person had said so.
    """

    project: str
    kind: str
    lost: int
    had: int
    taken_at: datetime | None = None


class Kept(Struct, frozen=True, kw_only=True):
    """A project that cannot be seen, or not whole: so many `entries` of the list stay as they were.

    `issues` are those that the mirror has of it.
    """

    project: str
    entries: int
    issues: int


class Cell(NamedTuple):
    """Where an issue stands in a count: the key of its project, its type and hierarchy level."""

    project: str
    type: str
    level: int
