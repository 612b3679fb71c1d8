"""By which names a rule book or a person may call an issue."""

from collections.abc import Iterable, Mapping

from models.backlog import FinishedIssue, Issue


def list_names(issue: Issue | FinishedIssue) -> tuple[str, ...]:
    """The keys that it has and had, in capitals, each alone and behind its site: MAIN/PAY-310."""
    keys = [key.upper() for key in (issue.key, *issue.former_keys)]
    site = issue.site.upper()
    return (*keys, *(f"{site}/{key}" for key in keys))


def index_by_name(issues: Iterable[Issue]) -> dict[str, Issue]:
    """Issues by every name, a key that one has before a key that one had.

    Not by a key that several sites have: it names none of their issues. Behind its site a key
    stands where there are several.
    """
    issues = list(issues)
    by_name = {key: issue for issue in issues for key in issue.former_keys}
    by_name |= {issue.key: issue for issue in issues}
    if len({issue.site for issue in issues}) < 2:
        return by_name
    for issue in issues:
        by_name.update((f"{issue.site.upper()}/{key}", issue) for key in issue.former_keys)
    by_name.update((f"{issue.site.upper()}/{issue.key}", issue) for issue in issues)
    return {name: by_name[name] for name in by_name.keys() - find_ambiguous(issues).keys()}


def find_ambiguous(issues: Iterable[Issue]) -> Mapping[str, tuple[str, ...]]:
    """The keys that issues of several sites have or had, in capitals, with those sites."""
    sites: dict[str, set[str]] = {}
    for issue in issues:
        for key in (issue.key, *issue.former_keys):
            sites.setdefault(key.upper(), set()).add(issue.site)
    return {key: tuple(sorted(of_key)) for key, of_key in sites.items() if len(of_key) > 1}


def explain_ambiguous(key: str, sites: Iterable[str]) -> tuple[str, str]:
    """What is wrong with a key that several sites have, and what to write in its place."""
    names = sorted(sites)
    written = " or ".join(f"{site}/{key}" for site in names)
    return f"names an issue of {' and one of '.join(names)}", f"Write {written}."
