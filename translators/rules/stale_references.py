"""Notices rules that name an issue which is not there: they would do nothing, and say nothing."""

from collections.abc import Iterable
from datetime import date

from models.backlog import HierarchyLevel, Issue
from models.finding import Finding
from models.rulebook import Pin, RuleBook, Ruling


def find_unknown_issues(book: RuleBook, issues: Iterable[Issue], on: date) -> tuple[Finding, ...]:
    """Pins, voids and releases of issues that the mirror does not hold, by any key they had.

    A pin of an issue that is no epic does nothing either. One that has run out is no news here.
    """
    named = [pin for pin in book.pins if pin.until is None or pin.until >= on]
    single = [each for each in book.effort.release if isinstance(each, Ruling)]
    found: list[tuple[str, Pin | Ruling]] = [
        *(("is pinned", pin) for pin in named),
        *(("is voided", each) for each in book.effort.void),
        *(("is released", each) for each in single),
    ]
    if not found:
        return ()
    issues = list(issues)
    by_key = {key: issue for issue in issues for key in issue.former_keys}
    by_key |= {issue.key: issue for issue in issues}
    epics = {
        issue.id: issue.key for issue in issues if issue.hierarchy_level is HierarchyLevel.EPIC
    }
    return tuple(
        finding
        for what, each in found
        if (finding := _judged(what, each, by_key.get(each.issue.upper()), epics)) is not None
    )


def _judged(
    what: str, each: Pin | Ruling, issue: Issue | None, epics: dict[int, str]
) -> Finding | None:
    if issue is None:
        said = f"{each.issue} {what}, but no issue that Headway has read has or had this key"
        return Finding("unknown-issue", str(each.at), said)
    if isinstance(each, Pin) and issue.hierarchy_level is not HierarchyLevel.EPIC:
        epic = epics.get(issue.epic_id or 0)
        belongs = f"; its epic is {epic}" if epic else ""
        said = f"{each.issue} is pinned, but pins decide epics and it is none{belongs}"
        return Finding("pin-of-no-epic", str(each.at), said)
    return None
