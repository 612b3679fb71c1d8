"""The sample company, made once and handed out in copies, each free to be edited."""

import pickle
from functools import cache

from sync.sample.company.company import Company, build_company
from sync.sample.company.issues import Level


def a_company(*projects: str, every: int = 1, scale: int = 1) -> Company:
    """The company of the default seed, with the issues of these projects only if any are named.

    Of the issues that stand below epics it has every so-manieth, with all its sub-tasks. `scale`
    says how often all that is there.
    """
    company = pickle.loads(_pickled_company(projects, every, scale))
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
