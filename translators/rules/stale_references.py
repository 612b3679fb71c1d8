"""Notices rules that name an issue which is not there: they would do nothing, and say nothing."""

from collections.abc import Iterable, Mapping
from datetime import date

from models.backlog import HierarchyLevel, Issue
from models.finding import Finding
from models.rulebook import Pin, RuleBook, Ruling


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
    by_key = {key: issue for issue in issues for key in issue.former_keys}
    by_key |= {issue.key: issue for issue in issues}
    epics = {
        issue.id: issue.key for issue in issues if issue.hierarchy_level is HierarchyLevel.EPIC
    }
    return tuple(
        finding
        for what, reference in references
        for finding in _check_reference(what, reference, by_key, epics)
    )


def _check_reference(
    what: str, reference: Pin | Ruling, by_key: Mapping[str, Issue], epics: Mapping[int, str]
) -> Iterable[Finding]:
    issue = by_key.get(reference.issue.upper())
    named = f"{reference.issue} {what}"
    if issue is None:
        text = f"{named}, but no issue that Headway has read has or had this key"
        yield Finding("unknown-issue", str(reference.at), text)
    elif isinstance(reference, Pin) and issue.hierarchy_level is not HierarchyLevel.EPIC:
        epic = epics.get(issue.epic_id or 0)
        belongs = f"; its epic is {epic}" if epic else ""
        text = f"{named}, but pins decide epics and it is none{belongs}"
        yield Finding("pin-of-no-epic", str(reference.at), text)
