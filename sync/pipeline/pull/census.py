"""Tells by a census what is gone: issues one by one, or whole projects that must be hidden."""

from collections.abc import Iterable
from datetime import datetime

from models.backlog import Issue, Project
from sync.store.state.mirror.mirror import Mirror

WHOLE = 5
"""A project that loses so many issues or more, and every one, was not emptied: it was hidden."""


def find_gone(
    mirror: Mirror, present: set[int] | None, projects: Iterable[Project]
) -> tuple[list[int], list[Project]]:
    """The issues that are gone, and projects so wholly gone that they must be hidden.

    `present` are the ids that a census listed, None without one.
    """
    if present is None:
        return [], []
    gone: list[int] = []
    hidden: list[Project] = []
    for project in sorted(projects, key=lambda project: project.id):
        known = mirror.present_ids(project.id)
        lost = [issue_id for issue_id in known if issue_id not in present]
        if len(lost) == len(known) >= WHOLE:
            hidden.append(project)
        else:
            gone += lost
    return sorted(gone), hidden


def find_confirmed_missing(mirror: Mirror, census_at: datetime | None) -> list[Issue]:
    """The issues that the census of `census_at` did not find for the first time."""
    if census_at is None:
        return []
    before = mirror.missing_ids(census_at)
    return mirror.read_by_ids(mirror.missing_ids().keys() - before.keys())
