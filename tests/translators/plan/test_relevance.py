"""An edit that is said to be without consequence has none: the translation comes out the same."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue, IssueRef, StatusCategory, Version
from models.capability import PublishedState
from models.effort import Ledger
from models.snapshot import Snapshot
from tests.builders import AS_OF, WINDOW, a_subtask, an_epic, an_issue, finished
from tests.examples import examples
from tests.rules import INVOICING, SEARCH, a_book
from translators.backlog.hierarchy import resolve_epics
from translators.effort.booking import Booking, book_finished_items, generation_of
from translators.plan.relevance import compile_relevance
from translators.plan.rollup import roll_up_backlog
from translators.plan.translate import translate
from translators.rules.decide import compile_rules

BOOK = a_book(
    INVOICING,
    SEARCH.replace("component: Search", "summary has: [search]"),
    rest="""
    screening:
      - {id: chores, reason: chores, then: hide, when: {summary has: [cleanup]}}
    """,
)
COMPILED = compile_rules(BOOK)
BEARS = compile_relevance(COMPILED, AS_OF.date())
INVOICES = an_epic(id=1, components=("Invoicing",), summary="Invoices by mail")
FINDING = an_epic(id=2, summary="Better search")
BELOW = [
    finished(WINDOW - turn, id=10 + turn, parent=IssueRef(id=1 + turn % 2), contributor=name)
    for turn, name in enumerate(("anna", "ben", "cleo", "anna", "ben", "cleo", "anna", "ben"))
]
OPEN = an_issue(id=30, parent=IssueRef(id=1))
PART = a_subtask(BELOW[0], id=31)
ISSUES = [INVOICES, FINDING, *BELOW, OPEN, PART]

DONE = {
    "status": "Done",
    "status_category": StatusCategory.DONE,
    "done_at": AS_OF - timedelta(days=40),
    "resolved_at": AS_OF - timedelta(days=40),
}
texts = st.sampled_from(["", "cleanup of it", "search", "Something else", "cleanup and search"])
edits = st.fixed_dictionaries(
    {},
    optional={
        "summary": texts,
        "description": st.none() | texts,
        "labels": st.sampled_from([(), ("debt",), ("tech-debt", "ux")]),
        "components": st.sampled_from([(), ("Invoicing",)]),
        "status": st.sampled_from(["To Do", "In Progress", "Rejected", "Done"]),
        "status_category": st.sampled_from(list(StatusCategory)),
        "resolution": st.sampled_from([None, "Done", "Won't Do"]),
        "done_at": st.sampled_from([None, AS_OF - timedelta(days=1), AS_OF - timedelta(days=90)]),
        "resolved_at": st.sampled_from([None, AS_OF - timedelta(days=1)]),
        "category_changed_at": st.sampled_from([None, AS_OF]),
        "updated_at": st.sampled_from([AS_OF, AS_OF + timedelta(hours=1)]),
        "points": st.sampled_from([None, Decimal(1), Decimal(8)]),
        "contributor": st.sampled_from([None, "anna", "dan"]),
        "parent": st.sampled_from([None, IssueRef(id=1), IssueRef(id=2), IssueRef(id=99)]),
        "hierarchy_level": st.sampled_from(list(HierarchyLevel)),
        "type": st.sampled_from(["Story", "Bug", "Epic"]),
        "restricted": st.booleans(),
        "fix_versions": st.sampled_from([(), (Version("1", True),), (Version("2", False),)]),
        "key": st.sampled_from(["PAY-1", "INT-7"]),
        "project": st.sampled_from(["PAY", "INT"]),
    },
)


def resolved(issues: list[Issue]) -> tuple[list[Issue], Mapping[int, str]]:
    found = resolve_epics(issues)
    return [replace(issue, epic_id=found.epics[issue.id]) for issue in issues], found.orphaned


def booked(issues: list[Issue], ledger: Ledger) -> Booking:
    return book_finished_items(
        resolved(issues)[0], ledger, BOOK.effort, AS_OF, frozenset({"PAY", "INT"})
    )


def outcome(issues: list[Issue], ledger: Ledger) -> Any:
    """All that a run makes of a mirror: what it books, decides, publishes and remarks on."""
    issues, orphaned = resolved(issues)
    booking = booked(issues, ledger)
    snapshot = Snapshot(
        as_of=AS_OF,
        generation=ledger.generation,
        issues=tuple(issues),
        entries=(*ledger.entries, *booking.entries),
        windows=(*ledger.windows, *booking.windows),
        published_state=PublishedState(),
    )
    found = roll_up_backlog(snapshot, COMPILED, orphaned)
    translation = translate(snapshot, BOOK, COMPILED, rollup=found)
    return booking, translation.plan, translation.attribution.decisions, found.groups


@examples(quick=40, long=4_000)
@given(which=st.sampled_from(ISSUES), first=edits, second=edits)
def test_what_does_not_bear_on_the_list_changes_nothing_of_it(
    which: Issue, first: dict[str, Any], second: dict[str, Any]
) -> None:
    """Between two reckonings: what could be booked of the mirror as it was is booked."""
    before = replace(which, **first)
    after = replace(before, **second)

    if BEARS(before, after):
        return

    rest = [issue for issue in ISSUES if issue is not which]
    empty = Ledger(generation_of(BOOK.effort, ()))
    booking = booked([*rest, before], empty)
    ledger = empty.extend(booking.entries, booking.windows)
    assert outcome([*rest, before], ledger) == outcome([*rest, after], ledger)


@pytest.mark.parametrize(
    ("issue", "edit"),
    [
        (BELOW[0], {"summary": "In other words", "labels": ("ux",), "updated_at": AS_OF}),
        (OPEN, {"status": "In Progress", "status_category": StatusCategory.INDETERMINATE}),
        (OPEN, {"points": Decimal(5), "contributor": "dan"}),
        (BELOW[0], {"points": Decimal(5), "contributor": "dan", "type": "Bug"}),
        (INVOICES, {"summary": "Invoices by post", "description": "All about them"}),
    ],
)
def test_most_edits_do_not_bear_on_it(issue: Issue, edit: dict[str, Any]) -> None:
    assert not BEARS(issue, replace(issue, **edit))


@pytest.mark.parametrize(
    ("issue", "edit"),
    [
        (BELOW[0], {"summary": "A cleanup"}),
        (BELOW[0], {"status": "Rejected"}),
        (BELOW[0], {"parent": IssueRef(id=2)}),
        (BELOW[0], {"restricted": True}),
        (BELOW[0], {"fix_versions": (Version("1", True),)}),
        (OPEN, DONE),
        (OPEN, {"parent": None}),
        (OPEN, {"key": "INT-1"}),
        (INVOICES, {"components": ()}),
        (INVOICES, {"summary": "A cleanup of invoices"}),
        (FINDING, {"summary": "Better ways to find things"}),
        (FINDING, {"restricted": True, "summary": ""}),
    ],
)
def test_what_may_bear_on_it_is_said_to(issue: Issue, edit: dict[str, Any]) -> None:
    assert BEARS(issue, replace(issue, **edit))


def test_what_we_derived_ourselves_is_no_edit() -> None:
    known = replace(BELOW[0], epic_id=1, former_keys=("OLD-1",))

    assert not BEARS(known, BELOW[0])
