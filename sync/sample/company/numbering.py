"""Gives grown issues the ids and keys Jira would have given them: in the order of creation."""

from itertools import count
from random import Random

from sync.sample.company.issues import Issue

FIRST_ID = 10_001


def number_issues(random: Random, issues: list[Issue], reserved: dict[int, str]) -> None:
    """Replaces serial numbers by ids and keys, in place, and sorts `issues` by their new ids.

    Ids have gaps, as after deletions. `reserved` says which serial number must get which key.
    """
    issues.sort(key=lambda issue: (issue.created, issue.id))
    ids: dict[int, int] = {}
    following = FIRST_ID
    for issue in issues:
        ids[issue.id] = following
        following += random.choice((1, 1, 1, 2, 5))
    _give_keys(issues, reserved)
    for issue in issues:
        issue.id = ids[issue.id]
        issue.parent = ids.get(issue.parent, issue.parent) if issue.parent else None


def _give_keys(issues: list[Issue], reserved: dict[int, str]) -> None:
    taken = set(reserved.values())
    numbers = {issue.project: count(1) for issue in issues}
    for issue in issues:
        issue.key = reserved.get(issue.id, "")
        while not issue.key:
            key = f"{issue.project}-{next(numbers[issue.project])}"
            issue.key = "" if key in taken else key
