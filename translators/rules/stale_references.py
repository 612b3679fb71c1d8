"""Notices rules that name an issue which is not there: they would do nothing, and say nothing."""

from collections.abc import Iterable, Mapping
from datetime import date

from models.backlog import HierarchyLevel, Issue
from models.finding import Finding
from models.rulebook import Pin, RuleBook, Ruling
from translators.backlog.names import explain_ambiguous, find_ambiguous, list_names

AMBIGUOUS = "ambiguous-issue"
"""A reference to issues of several sites: none of them is certain to be meant."""


def find_unknown_issues(book: RuleBook, issues: Iterable[Issue], on: date) -> tuple[Finding, ...]:
    """Pins, voids and releases of issues that the mirror does not have, by any key they had.

    A pin of an issue that is no epic does nothing either. One that has run out is no news here.
    """
    pins = [pin for pin in book.pins if pin.until is None or pin.until >= on]
    releases = [release for release in book.effort.release if isinstance(release, Ruling)]
    references: list[tuple[str, Pin | Ruling]] = [
        *(("is pinned", pin) for pin in pins),
        *(("is voided", ruling) for ruling in book.effort.void),
        *(("is released", ruling) for ruling in releases),
    ]
    if not references:
        return ()
    issues = list(issues)
    by_name = {name: issue for issue in issues for name in reversed(list_names(issue))}
    by_name |= {name: issue for issue in issues for name in _list_present(issue)}
    ambiguous = find_ambiguous(issues)
    epics = {
        issue.id: issue.key for issue in issues if issue.hierarchy_level is HierarchyLevel.EPIC
    }
    return tuple(
        finding
        for what, reference in references
        for finding in _check_reference(what, reference, by_name, epics, ambiguous)
    )


def _list_present(issue: Issue) -> tuple[str, str]:
    key = issue.key.upper()
    return key, f"{issue.site.upper()}/{key}"


def _check_reference(
    what: str,
    reference: Pin | Ruling,
    by_name: Mapping[str, Issue],
    epics: Mapping[int, str],
    ambiguous: Mapping[str, tuple[str, ...]],
) -> Iterable[Finding]:
    issue = by_name.get(reference.issue.upper())
    named = f"{reference.issue} {what}"
    if sites := ambiguous.get(reference.issue.upper()):
        why, remedy = explain_ambiguous(reference.issue, sites)
        yield Finding(AMBIGUOUS, str(reference.at), f"{named}, and {why}. {remedy}")
    elif issue is None:
        text = f"{named}, but no issue that Headway has read has or had this key"
        yield Finding("unknown-issue", str(reference.at), text)
    elif isinstance(reference, Pin) and issue.hierarchy_level is not HierarchyLevel.EPIC:
        epic = epics.get(issue.epic_id or 0)
        belongs = f"; its epic is {epic}" if epic else ""
        text = f"{named}, but pins decide epics and it is none{belongs}"
        yield Finding("pin-of-no-epic", str(reference.at), text)
