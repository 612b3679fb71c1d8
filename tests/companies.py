"""The sample company, made once and handed out in copies, each free to be edited."""

import pickle
from functools import cache

from sync.sample.company.company import Company, build_company


def a_company(*projects: str) -> Company:
    """The company of the default seed, with the issues of these projects only if any are named."""
    company = pickle.loads(_pickled_company(projects))
    assert isinstance(company, Company)
    return company


@cache
def _pickled_company(projects: tuple[str, ...]) -> bytes:
    company = build_company()
    for issue in list(company.issues.values()):
        if projects and issue.project not in projects:
            company.remove(issue.id)
    return pickle.dumps(company)
