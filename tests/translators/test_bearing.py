"""An edit that is said to be without consequence has none: the translation comes out the same."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from models.backlog import Issue, IssueRef, Rung, StatusCategory, Version
from models.capability import Memory
from models.effort import Ledger
from models.world import World
from tests.builders import AS_OF, WINDOW, a_subtask, an_epic, an_issue, finished
from tests.rules import INVOICING, SEARCH, a_book
from translators.bearing import bears
from translators.deciding import compile_rules
from translators.effort import book, generation_of
from translators.hierarchy import resolve_epics
from translators.oddities import put_together
from translators.planning import translate
from translators.surveying import survey

BOOK = a_book(
    INVOICING,
    SEARCH.replace("component: Search", "summary has: [search]"),
    rest="""
    screening:
      - {id: chores, reason: chores, then: hide, when: {summary has: [cleanup]}}
    """,
)
JUDGE = compile_rules(BOOK)
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
        "rung": st.sampled_from(list(Rung)),
        "type": st.sampled_from(["Story", "Bug", "Epic"]),
        "restricted": st.booleans(),
        "fix_versions": st.sampled_from([(), (Version("1", True),), (Version("2", False),)]),
        "key": st.sampled_from(["PAY-1", "INT-7"]),
        "project": st.sampled_from(["PAY", "INT"]),
    },
)


def outcome(issues: list[Issue]) -> Any:
    """All that a run makes of a mirror: what it books, decides, publishes and remarks on."""
    resolved = resolve_epics(issues)
    issues = [replace(issue, epic_id=resolved.epics[issue.id]) for issue in issues]
    ledger = Ledger(generation_of(BOOK.effort, ()))
    booking = book(issues, ledger, BOOK.effort, AS_OF, frozenset({"PAY", "INT"}))
    world = World(
        as_of=AS_OF,
        generation=ledger.generation,
        issues=tuple(issues),
        entries=booking.entries,
        windows=booking.windows,
        memory=Memory(),
    )
    found = survey(world, JUDGE, resolved.hanging)
    odd = put_together(group.odd for group in found.groups.values())
    translation = translate(world, BOOK, JUDGE, found=found)
    return resolved, odd, booking, translation.plan, translation.standing.decisions


@settings(max_examples=400, deadline=None)
@given(which=st.sampled_from(ISSUES), first=edits, second=edits)
def test_what_does_not_bear_on_the_list_changes_nothing_of_it(
    which: Issue, first: dict[str, Any], second: dict[str, Any]
) -> None:
    before = replace(which, **first)
    after = replace(before, **second)

    if bears(before, after, JUDGE, AS_OF.date()):
        return

    rest = [issue for issue in ISSUES if issue is not which]
    assert outcome([*rest, before]) == outcome([*rest, after])


@pytest.mark.parametrize(
    ("issue", "edit"),
    [
        (BELOW[0], {"summary": "In other words", "labels": ("ux",), "updated_at": AS_OF}),
        (OPEN, {"status": "In Progress", "status_category": StatusCategory.INDETERMINATE}),
        (INVOICES, {"summary": "Invoices by post", "description": "All about them"}),
    ],
)
def test_most_edits_do_not_bear_on_it(issue: Issue, edit: dict[str, Any]) -> None:
    assert not bears(issue, replace(issue, **edit), JUDGE, AS_OF.date())


@pytest.mark.parametrize(
    ("issue", "edit"),
    [
        (BELOW[0], {"summary": "A cleanup"}),
        (BELOW[0], {"status": "Rejected"}),
        (BELOW[0], {"points": Decimal(5)}),
        (BELOW[0], {"parent": IssueRef(id=2)}),
        (BELOW[0], {"restricted": True}),
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
    assert bears(issue, replace(issue, **edit), JUDGE, AS_OF.date())


def test_what_we_derived_ourselves_is_no_edit() -> None:
    known = replace(BELOW[0], epic_id=1, former_keys=("OLD-1",))

    assert not bears(known, BELOW[0], JUDGE, AS_OF.date())
