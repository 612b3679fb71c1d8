"""What goes wrong in every real backlog, here on purpose and always in the same places."""

from datetime import timedelta
from random import Random

from sync.sample.company.history import NOW, working_moment
from sync.sample.company.issues import Issue, Level, Version

ELSEWHERE = {9001: "OPS-17"}
RESTRICTED = "Security team only"

RELEASED_BELOW = {
    "INT-51": Version(10401, "Integrations 3.1", released=True),
    "INT-93": Version(10402, "Integrations 3.4", released=True),
    "INT-55": Version(10401, "Integrations 3.1", released=True),
}
"""Epics whose finished children carry a released version."""
UNRELEASED = Version(10409, "Integrations LTS", released=False)


def add_accidents(random: Random, issues: list[Issue], reserved: dict[int, str]) -> None:
    """Lets every accident happen that does not need a key."""
    _restrict_some(random, issues)
    _lose_a_parent(issues)
    _tie_a_knot(issues)
    _reopen_some(random, issues)
    _forget_resolutions(issues)
    _estimate_nothing(issues)
    _edit_in_bulk(issues)
    _release_some(issues, reserved)


def move_to_other_projects(issues: list[Issue]) -> dict[str, int]:
    """Moves two finished stories from payments to the core product; answers their former keys."""
    former_keys: dict[str, int] = {}
    numbers = [int(issue.key.rpartition("-")[2]) for issue in issues if issue.project == "CORE"]
    movers = _find_finished(issues, "PAY")[40:60:10]
    for place, issue in enumerate(movers, start=1):
        former_keys[issue.key] = issue.id
        issue.project, issue.key = "CORE", f"CORE-{max(numbers) + place}"
    return former_keys


def _find_finished(issues: list[Issue], project: str) -> list[Issue]:
    return [
        issue
        for issue in issues
        if issue.project == project and issue.level is Level.BASE and issue.resolution == "Done"
    ]


def _restrict_some(random: Random, issues: list[Issue]) -> None:
    for issue in random.sample(_find_finished(issues, "ID"), 5):
        issue.security_level = RESTRICTED


def _lose_a_parent(issues: list[Issue]) -> None:
    orphans = [issue for issue in _find_finished(issues, "CORE") if issue.parent is None]
    for issue in orphans[:4]:
        issue.parent = next(iter(ELSEWHERE))


def _tie_a_knot(issues: list[Issue]) -> None:
    subtasks = [issue for issue in issues if issue.level is Level.SUBTASK]
    one, other = subtasks[0], subtasks[1]
    one.parent, other.parent = other.id, one.id


def _reopen_some(random: Random, issues: list[Issue]) -> None:
    """Finished once, taken up again: two of them kept their old resolution by mistake."""
    for place, issue in enumerate(random.sample(_find_finished(issues, "PAY"), 5)):
        issue.status = "In Progress"
        issue.category_changed_at = issue.updated = working_moment(random, 37)
        if place >= 2:
            issue.resolution = issue.resolved_at = None


def _forget_resolutions(issues: list[Issue]) -> None:
    for issue in _find_finished(issues, "RPT")[10:40:10]:
        issue.resolution = issue.resolved_at = None


def _estimate_nothing(issues: list[Issue]) -> None:
    """Zero is an estimate; a negative number is not."""
    for place, issue in enumerate(_find_finished(issues, "ID")[5:65:12]):
        issue.points = -1.0 if place == 2 else 0.0


def _edit_in_bulk(issues: list[Issue]) -> None:
    for issue in _find_finished(issues, "CORE")[-12:]:
        issue.updated = NOW - timedelta(hours=13, minutes=30)


def _release_some(issues: list[Issue], reserved: dict[int, str]) -> None:
    for issue in issues:
        version = RELEASED_BELOW.get(reserved.get(issue.parent or 0, ""))
        if version and issue.resolution == "Done":
            issue.fix_versions = [version]
        elif issue.project == "INT" and issue.level is Level.BASE and issue.id % 9 == 0:
            issue.fix_versions = [UNRELEASED]
