"""The sample company, made once and handed out in copies, each free to be edited."""

import pickle
from functools import cache

from sync.sample.company.company import Company, build_company
from sync.sample.company.issues import Level

TINY = {"RPT": 25, "INT": 25, "ID": 15}
"""How many issues the tiny company has of each project."""


def a_company(*projects: str, every: int = 1, scale: int = 1) -> Company:
    """The company of the default seed, with the issues of these projects only if any are named.

    Of the issues that stand below epics it has every so-manieth, with all its sub-tasks. `scale`
    says how often all that is there.
    """
    return _unpickled(_pickled_company(projects, every, scale))


def a_tiny_company() -> Company:
    """Some sixty issues of three projects: epics with their children, and sub-tasks."""
    return _unpickled(_pickled_tiny_company())


def _unpickled(pickled: bytes) -> Company:
    company = pickle.loads(pickled)
    assert isinstance(company, Company)
    return company


@cache
def _pickled_company(projects: tuple[str, ...], every: int, scale: int) -> bytes:
    company = build_company(scale=scale)
    issues = list(company.issues.values())
    base = sorted(issue.id for issue in issues if issue.level is Level.BASE)
    gone = set(base) - set(base[::every])
    for issue in issues:
        is_elsewhere = projects and issue.project not in projects
        if is_elsewhere or issue.id in gone or issue.parent in gone:
            company.remove(issue.id)
    return pickle.dumps(company)


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
