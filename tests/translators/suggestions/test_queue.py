"""Every epic that needs a decision is in one group, and what is offered does what it says."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from models.backlog import Issue, IssueRef
from models.capability import ContributingEpic, PublishedCapability, PublishedState, State
from models.conditions import Comparison, Line, Operator
from models.decision import Outcome
from models.effort import Level
from models.rulebook import RuleBook
from models.snapshot import LostClaims, Snapshot
from sync.cli.pages.rules.queue import format_queue
from tests.builders import a_row, an_epic, an_issue
from tests.rules import INVOICING, SEARCH, changed
from tests.translators.plan.test_translate import a_snapshot, epic_of, work
from tests.translators.suggestions.applying import apply_edit
from tests.translators.suggestions.test_suggestion import BOOK as DECIDED_BOOK
from tests.translators.suggestions.test_suggestion import decided_epics, restricted_backlog
from tests.translators.suggestions.unscreened import a_book
from translators.plan.rollup import roll_up_backlog
from translators.plan.translate import Translation, translate
from translators.rules.condition_trace import format_yaml
from translators.rules.decide import compile_rules
from translators.suggestions.grouping import GroupKind
from translators.suggestions.queue import Queue, QueueGroup, list_undecided
from translators.suggestions.rule_edit import EditKind, RuleEdit


def translated(issues: list[Issue], book: RuleBook, **changes: Any) -> tuple[Snapshot, Translation]:
    snapshot = a_snapshot(issues, book, **changes)
    return snapshot, translate(snapshot, book, compile_rules(book))


def queue_of(issues: list[Issue], book: RuleBook, *, reveal: bool = False, **changes: Any) -> Queue:
    snapshot, translation = translated(issues, book, **changes)
    compiled = compile_rules(book)
    groups = roll_up_backlog(snapshot, compiled).groups
    return list_undecided(snapshot, compiled, translation, groups, {}, reveal=reveal)


def the_group(queue: Queue, kind: GroupKind) -> QueueGroup:
    (group,) = (each for each in queue.groups if each.kind is kind)
    return group


def kinds(queue: Queue) -> set[tuple[GroupKind, RuleEdit | None]]:
    return {(group.kind, group.edit) for group in queue.groups}


def check_edits(issues: list[Issue], book: RuleBook, queue: Queue) -> int:
    """Each edit, carried out, decides exactly what it says; how many there are."""
    _, before = translated(issues, book)
    was = {each.key: each.claimed_by for each in before.attribution.decisions}
    edits = [group.edit for group in queue.groups if group.edit]
    for edit in edits:
        _, after = translated(issues, apply_edit(book, edit))
        now = {each.key: each.claimed_by for each in after.attribution.decisions}
        moved = {key for key in now if now[key] != was[key]}
        assert moved == set(edit.decides), edit
        assert {now[key] for key in moved} <= {edit.capability_id}, edit
    for group in queue.groups:
        if group.edit:
            assert {each.key for each in group.epics} <= set(group.edit.decides)
    return len(edits)


EXPORTS = [
    an_epic(key=f"PAY-50{n}", components=("Exports",), summary=title)
    for n, title in enumerate(("Zip of everything", "Tables as files", "Nightly copies"))
]


def test_a_component_that_no_capability_has_is_one_line_of_a_new_one() -> None:
    group = the_group(queue_of([*EXPORTS, *work(EXPORTS[1])], a_book()), GroupKind.UNCLAIMED)

    assert (group.subject, group.share) == (("component", "Exports"), 100)
    assert [each.key for each in group.epics] == ["PAY-501", "PAY-500", "PAY-502"]
    assert group.edit is not None
    assert (group.edit.kind, group.edit.after) == (EditKind.NEW, "component: Exports")


def test_a_component_that_reads_as_a_promise_is_one_of_an_id_that_a_rule_book_takes() -> None:
    issues = [replace(each, components=("Coming soon",)) for each in EXPORTS]

    queue = queue_of(issues, a_book())

    edit = the_group(queue, GroupKind.UNCLAIMED).edit
    assert edit is not None
    assert (edit.capability_id, edit.after) == ("unnamed-capability", "component: Coming soon")
    assert check_edits(issues, a_book(), queue) == 1


def test_a_value_that_goes_with_a_capability_widens_its_line() -> None:
    issues = [epic_of("Invoicing"), an_epic(components=("Invoices",), summary="By post")]

    edit = the_group(queue_of(issues, a_book()), GroupKind.UNCLAIMED).edit

    assert edit is not None
    assert (edit.before, edit.after) == ("component: Invoicing", "component: [Invoicing, Invoices]")


def test_a_value_of_another_capabilitys_epics_is_never_offered() -> None:
    issues = [*EXPORTS, an_epic(components=("Search", "Exports"), summary="Finding")]

    assert kinds(queue_of(issues, a_book())) == {(GroupKind.SINGLE, None)}


@pytest.mark.parametrize("component", ["iOS", "API", "Backend", "Release 2024", "PAY-1", "the"])
def test_a_value_that_tells_nothing_is_never_offered(component: str) -> None:
    issues = [
        an_epic(components=(component,), summary=title) for title in ("Zip", "Tables", "Copies")
    ]

    assert kinds(queue_of(issues, a_book())) == {(GroupKind.SINGLE, None)}


def test_a_label_of_the_process_is_no_capability() -> None:
    issues = [replace(each, components=(), labels=("notable",)) for each in EXPORTS]

    assert kinds(queue_of(issues, a_book())) == {(GroupKind.SINGLE, None)}


def test_two_claims_are_settled_for_the_narrower_rule() -> None:
    both = an_epic(components=("Invoicing", "Search"), summary="Find a bill")
    issues = [both, epic_of("Search"), *work(both)]

    edit = the_group(queue_of(issues, a_book()), GroupKind.CONFLICT).edit

    assert edit is not None
    assert (edit.capability_id, edit.after) == ("invoicing", "beats: [search]")


def test_drafts_held_epics_and_pins_are_groups_of_their_own() -> None:
    book = a_book(
        changed(INVOICING, "draft: true"),
        SEARCH,
        rest="""
        screening:
          - {id: partners, then: hold, when: {labels: partner}}
        pins:
          - {issue: PAY-7, hold: true, reason: Look at it, by: "@anna"}
        """,
    )
    issues = [
        epic_of("Invoicing"),
        epic_of("Search", labels=("partner",)),
        epic_of("X", key="PAY-7"),
    ]

    queue = queue_of(issues, book)

    assert {group.kind for group in queue.groups} == {
        GroupKind.DRAFT,
        GroupKind.HELD,
        GroupKind.PIN,
    }
    held = the_group(queue, GroupKind.HELD)
    assert held.subject == ("partners",)
    [epic] = held.epics
    assert epic.held_by == (f"rule 'partners' matched (labels partner)  {held.at}",)
    assert {each.held_by for group in queue.groups for each in group.epics} == {epic.held_by, ()}
    assert check_edits(issues, book, queue) == 1


def test_epics_whose_value_was_renamed_get_the_line_with_the_new_one() -> None:
    lost = [epic_of("Invoices and bills", key=f"PAY-{n}") for n in (1, 2)]
    fed = tuple(ContributingEpic("main", each.id, "PAY") for each in lost)
    row = a_row("invoicing", "Invoicing")
    was = PublishedCapability(
        capability_id="invoicing",
        level=Level.SMALL,
        scheme=1,
        state=State.RECENT,
        is_claimed=True,
        contributing_epics=fed,
        row=row,
    )
    queue = queue_of(
        lost,
        a_book(),
        published_state=PublishedState(capabilities={"invoicing": was}),
        lost_claims=LostClaims(tuple(lost), {"component": frozenset({"invoicesandbills"})}),
    )

    edit = the_group(queue, GroupKind.RENAMED).edit

    assert edit is not None
    assert (edit.before, edit.after) == ("component: Invoicing", "component: Invoices and bills")
    assert edit.decides == ("PAY-1", "PAY-2")


def test_a_title_near_a_security_level_is_withheld_and_no_word_of_it_is_offered() -> None:
    secret = [an_epic(summary=title) for title in ("Merger papers", "Merger plans", "Merger of us")]
    below = [an_issue(epic_id=each.id, restricted=True, summary="") for each in secret[:2]]
    above = an_epic(restricted=True, summary="")
    secret[2] = replace(secret[2], parent=IssueRef(above.id, above.key))
    issues = [*secret, *below, above]

    hidden, shown = queue_of(issues, a_book()), queue_of(issues, a_book(), reveal=True)

    assert {each.title for group in hidden.groups for each in group.epics} == {None}
    assert kinds(hidden) == {(GroupKind.SINGLE, None)}
    assert {each.title for group in shown.groups for each in group.epics} == {
        each.summary for each in secret
    }


VALUES = (
    *("Exports", "Coming soon", "Überweisung: A, B", "Invoices", "Search"),
    *("Mail", "iOS", "Fax line", "Q3"),
)
NAMES = ("Exports", "Invoices", "Search", "Mail")
TITLES = ("Invoice export", "Fax by mail", "Find mail", "Search the API", "Bills 2024", "Fax", "")


@st.composite
def books(draw: st.DrawFn) -> RuleBook:
    capabilities = []
    for name in draw(st.lists(st.sampled_from("abcd"), min_size=1, unique=True)):
        field = draw(st.sampled_from(["component", "labels", "summary"]))
        operator = Operator.HAS if field == "summary" else Operator.EQUALS
        values = draw(st.lists(st.sampled_from(VALUES), min_size=1, max_size=2, unique=True))
        line = format_yaml(Comparison(field, operator, tuple(values), Line("", 1)))
        lines = [f"  - id: cap-{name}", f"    name: Capability {draw(st.sampled_from(NAMES))}"]
        lines += ["    area: Some area", "    summary: Some words.", "    when:", f"      {line}"]
        if draw(st.booleans()):
            lines.append(f"      not: {{labels: {draw(st.sampled_from(NAMES))}}}")
        if draw(st.integers(0, 3)) == 0:
            lines.append("    draft: true")
        elif draw(st.integers(0, 5)) == 0:
            lines.append("    withdrawn: {reason: mistake}")
        capabilities.append("\n".join(lines) + "\n")
    then = draw(st.sampled_from(["hide", "hold", "hold_unclaimed"]))
    rest = f"screening:\n  - {{id: ours, then: {then}, when: {{component: Mail}}}}\n"
    return a_book("\n", *capabilities, rest=rest)


@st.composite
def backlogs(draw: st.DrawFn) -> list[Issue]:
    few = st.lists(st.sampled_from(VALUES), max_size=2, unique=True).map(tuple)
    epics = [
        an_epic(
            components=draw(few),
            labels=draw(few),
            summary=draw(st.sampled_from(TITLES)),
            restricted=draw(st.integers(0, 9)) == 0,
        )
        for _ in range(draw(st.integers(1, 10)))
    ]
    return [*epics, *(item for epic in epics[::2] for item in work(epic, 2))]


@given(books(), backlogs())
def test_every_edit_decides_what_it_says_and_every_epic_waits_once(
    book: RuleBook, issues: list[Issue]
) -> None:
    queue = queue_of(issues, book)
    _, translation = translated(issues, book)

    waiting = [
        each.key
        for each in translation.attribution.decisions
        if each.outcome is Outcome.NEEDS_DECISION
    ]
    queued = [each.key for group in queue.groups for each in group.epics]
    assert sorted(queued) == sorted(waiting)
    assert queue.number == len(waiting)
    assert sum(group.share for group in queue.groups) == queue.share
    check_edits(issues, book, queue)


def test_epics_that_are_likely_of_one_capability_are_one_group() -> None:
    alike = [an_epic(summary="Dunning by post"), an_epic(summary="Credit for friends")]
    odd = an_epic(summary="Weather")

    queue = queue_of([*decided_epics(), *alike, odd, *work(alike[0])], DECIDED_BOOK)

    group = the_group(queue, GroupKind.LIKELY)
    assert (group.subject, group.edit) == (("show", "invoicing"), None)
    assert [each.key for each in group.epics] == [each.key for each in alike]
    assert all(each.suggestion for each in group.epics)
    assert the_group(queue, GroupKind.SINGLE).epics[0].suggestion is None
    assert (queue.learnt.decisions, queue.learnt.silent) == (60, "")
    page = "\n".join(format_queue(queue, show_all=True))
    assert f"headway decide {alike[0].key} invoicing --reason ... --by ..." in page
    assert "Dunning by post  (likely invoicing, 0." in page


def test_what_is_likely_to_be_left_out_is_offered_so() -> None:
    epic = an_epic(summary="Queue at the counter")

    queue = queue_of([*decided_epics(), epic], DECIDED_BOOK)

    assert the_group(queue, GroupKind.LIKELY).subject == ("hide",)
    page = "\n".join(format_queue(queue, show_all=True))
    assert f"headway decide {epic.key} --hide --reason ... --by ..." in page


def test_nothing_of_a_withheld_title_is_told_as_a_reason() -> None:
    queue = queue_of(restricted_backlog(), DECIDED_BOOK)

    assert any(each.title is None for group in queue.groups for each in group.epics)
    assert "quagga" not in msgspec.json.encode(queue).decode().casefold()
