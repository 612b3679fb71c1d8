"""What one pull works with, what it is to read, and how far its walk has come."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from models.backlog import Field, SiteProfile
from models.emptied import Emptied
from models.finding import Finding
from models.rulebook import RuleBook
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe.field_plan import FieldPlan
from sync.jira.read.walk import Walk
from sync.pipeline.pull.due import Due
from sync.store.clean.lease import Lease
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.mirror.rows import SiteRecord
from sync.store.state.site.site import SiteStore
from translators.backlog.emptied import FieldWatch

Progress = Callable[[int, int], None]
"""Told how many issues have been read, and of how many."""


@dataclass(frozen=True)
class PullRun:
    """What one pull works with; `full` reads everything.

    `check_clock` is told what time Jira has, and raises where that cannot be right. `elsewhere` are
    the fields of the other sites that feed the list, None while some are not known yet.
    """

    site: Site
    mirror: Mirror
    site_store: SiteStore
    rulebook: RuleBook
    lease: Lease
    progress: Progress
    retry_policy: RetryPolicy
    full: bool = False
    check_clock: Callable[[datetime], None] = lambda _time: None
    elsewhere: Sequence[Field] | None = ()


@dataclass(frozen=True)
class Reading:
    """What is to be read: how the site was left last time, what it is now, and what is due.

    `is_kept` says that the last translation still counts: changes are noted for the next one.
    `healed` tells what an earlier run had left that lay in a future by Jira's clock.
    """

    record: SiteRecord
    profile: SiteProfile
    fields: FieldPlan
    due: Due
    is_kept: bool
    healed: Finding | None = None


@dataclass
class Walked:
    """A walk on its way: how many issues were read of those listed, written, and shown older.

    With a census `present` are the ids of all that is there. `odd` is how many issues were noted,
    of which something is to be told; `undated` those that were done when they were first seen;
    `gone`, of parents that were asked for, whether Jira shows them no more. `watch` holds each
    issue against how it was; `collapsed` are fields that Jira stopped showing.
    """

    walk: Walk
    due: Due
    watch: FieldWatch
    collapsed: tuple[Emptied, ...] = ()
    present: set[int] | None = None
    listed: int = 0
    read: int = 0
    written: int = 0
    older: set[int] = field(default_factory=set)
    odd: int = 0
    undated: set[int] = field(default_factory=set)
    gone: dict[int, bool] = field(default_factory=dict)
    untold: Finding | None = None
