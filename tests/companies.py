"""The sample company, made once and handed out in copies, each free to be edited."""

import pickle
from collections import defaultdict
from collections.abc import Hashable, Iterator
from functools import cache

from sync.sample.company.company import COPY_ID_STEP, Company, build_company
from sync.sample.company.issues import Issue, Level

TINY = {"RPT": 25, "INT": 25, "ID": 15}
"""How many issues the tiny company has of each project."""
SHARE = 4
"""Every so-manieth issue below epics is there, for what is the same with all of them."""


def a_company(
    *projects: str, every: int = 1, scale: int = 1, keep: tuple[str, ...] = ()
) -> Company:
    """The company of the default seed, with the issues of these projects only if any are named.

    Of the issues that stand below epics it has every so-manieth, with all its sub-tasks, and those
    whose keys are to be kept. `scale` says how often all that is there.
    """
    return _unpickled(_pickled_company(projects, every, scale, keep))


def a_tiny_company() -> Company:
    """Some sixty issues of three projects: epics with their children, and sub-tasks."""
    return _unpickled(_pickled_tiny_company())


def _unpickled(pickled: bytes) -> Company:
    company = pickle.loads(pickled)
    assert isinstance(company, Company)
    return company


@cache
def _pickled_company(
    projects: tuple[str, ...], every: int, scale: int, keep: tuple[str, ...]
) -> bytes:
    company = build_company(scale=scale)
    issues = list(company.issues.values())
    kept = {issue.id for key in keep if (issue := company.by_key(key))}
    gone = set(_choose_gone(company, every)) - kept
    for issue in issues:
        is_elsewhere = projects and issue.project not in projects
        if is_elsewhere or issue.id in gone or issue.parent in gone:
            company.remove(issue.id)
    return pickle.dumps(company)


def _choose_gone(company: Company, every: int) -> Iterator[int]:
    """All but a share of each epic's children; of finished ones at least one stays."""
    families: dict[Hashable, list[Issue]] = defaultdict(list)
    for issue in sorted(company.issues.values(), key=lambda issue: issue.id):
        if issue.level is Level.BASE:
            families[issue.parent or _loose_in(issue)].append(issue)
    for children in families.values():
        children.sort(key=lambda issue: company.category_of(issue) != "done")
        yield from (child.id for place, child in enumerate(children) if place % every)


def _loose_in(issue: Issue) -> Hashable:
    """Where an issue without a parent stands: in which copy of which project."""
    return issue.project, issue.id // COPY_ID_STEP


@cache
def _pickled_tiny_company() -> bytes:
    company = build_company()
    left = dict(TINY)
    for issue in sorted(company.issues.values(), key=lambda issue: (-issue.level, issue.id)):
        stays = left.get(issue.project, 0) > 0
        left[issue.project] = left.get(issue.project, 0) - 1
        if not stays:
            company.remove(issue.id)
    return pickle.dumps(company)
