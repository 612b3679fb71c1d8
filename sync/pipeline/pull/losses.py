"""Judges what a census lacks before it is taken: may the account still see it?

A project that is shown, but not whole, is as one that cannot be seen: what is known of it stays,
what it feeds stays as it was, nothing of it is booked, and each run looks again.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from models.backlog import Project
from models.finding import Finding
from models.loss import Loss
from sync.pipeline.pull.reading import PullRun
from sync.store.state.mirror.losses import count_lost
from sync.store.state.mirror.rows import SiteRecord
from translators.backlog.losses import (
    LATELY,
    WHAT_IT_IS,
    WHAT_TO_DO,
    find_floors,
    find_losses,
    leave_accepted,
    tell_losses,
)


def judge_losses(
    run: PullRun,
    record: SiteRecord,
    gone: Collection[int],
    projects: Iterable[Project],
    now: datetime,
) -> tuple[Loss, ...]:
    """What is lost of `projects`, where a census lacks `gone`; nothing before a first whole walk.

    A census that lacks nothing new leaves what went before as it was taken then.
    """
    if record.as_of is None or not gone:
        return ()
    keys = {project.id: project.key for project in projects}
    taken = find_floors(record.losses, now)
    floors = {each: taken.get(key, now - LATELY) for each, key in keys.items()}
    had, lost = count_lost(run.mirror, gone, keys, floors)
    limits = run.rulebook.guards
    return leave_accepted(find_losses(had, lost, limits), record.losses, limits)


def recall_losses(record: SiteRecord, projects: Iterable[Project]) -> tuple[Loss, ...]:
    """What was in doubt before, of these projects: without a census it still is."""
    keys = {project.key for project in projects}
    before = record.profile.losses if record.profile else ()
    return tuple(loss for loss in before if loss.project in keys)


def report_losses(losses: Iterable[Loss]) -> Iterable[Finding]:
    """What to tell of projects that are not shown whole."""
    for project, what in tell_losses(losses).items():
        yield Finding("issues-lost", f"project {project}", f"{what}, {WHAT_IT_IS}. {WHAT_TO_DO}")
