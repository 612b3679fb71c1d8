"""What is answered from the rollups that stand is what reading the whole mirror comes to."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import update

from models.backlog import IssueRef
from models.rulebook import RuleBook
from models.tables import state
from sync.pipeline.context import Context
from sync.pipeline.inputs.account import load_account_of_epics, load_account_of_issues
from sync.pipeline.inputs.inputs import (
    TranslationInputs,
    load_inputs,
    load_inputs_before,
    load_whole_inputs,
)
from sync.store.db.engines import open_writer
from tests.builders import an_epic, an_issue
from tests.examples import examples
from tests.rules import INVOICING, SEARCH, a_book, changed
from tests.sync.pipeline.incremental.beginnings import Beginnings
from tests.sync.pipeline.incremental.changing import BOOK, Changing
from tests.sync.pipeline.incremental.test_translate import OPEN, steps
from tests.variants import on_sqlite_first
from translators.explain.capability_account import explain_capability
from translators.explain.issue_account import explain_issue

OURS = {
    "screening": "- {id: chores, reason: chores, then: hide, when: {summary has: [cleanup]}}",
    "effort": "{void: [{issue: PAY-21, reason: a test, by: anna}]}",
}


def book(**others: str) -> RuleBook:
    """The book of `Changing` with some sections otherwise, and capabilities told apart by more."""
    sections = {name: text for name, text in (OURS | others).items() if text}
    rest = "".join(
        f"{name}:\n  {text}\n" if text.startswith("-") else f"{name}: {text}\n"
        for name, text in sections.items()
    )
    return a_book(
        INVOICING, SEARCH.replace("component: Search", "summary has: [search]"), rest=rest
    )


ITEMS = "PAY-10, INT-11, PAY-12, INT-15, PAY-18, PAY-20, INT-25, PAY-80"
STANDING = {
    "the same": BOOK,
    "no pin": book(),
    "another edge": book(
        effort="{void: [{issue: PAY-21, reason: a test, by: anna}], edges: [1, 2, 3, 4]}"
    ),
    "items hidden": book(
        screening=f"- {{id: some, reason: some, then: hide, when: {{key: [{ITEMS}]}}}}"
    ),
    "nothing hidden": book(screening=""),
    "items without an epic claimed otherwise": a_book(
        changed(INVOICING, "items: {project: PAY}"),
        changed(SEARCH, "items: {labels: search}"),
        rest="effort: {void: [{issue: PAY-21, reason: a test, by: anna}]}",
    ),
    "held instead": book(
        screening="- {id: chores, reason: chores, then: hold, when: {summary has: [cleanup]}}"
    ),
}
OTHERWISE = {
    "another void": book(effort="{void: [{issue: PAY-10, reason: a test, by: anna}]}"),
    "nothing void": book(effort=""),
    "another team": book(effort="{team: {component: [Invoicing]}}"),
    "few people": book(
        effort="{void: [{issue: PAY-21, reason: a test, by: anna}], minimum_people: 1}"
    ),
    "gone": book(gone="- {project: WEB, reason: sold, by: anna}"),
}


@dataclass
class Asked:
    """How a book was answered: from what stands, or from everything."""

    is_whole: bool


def ask(context: Context, rulebook: RuleBook) -> Asked:
    """Answer all that can be asked of a book in both ways, and hold them against each other."""
    quick, whole = load_inputs(context, rulebook), load_whole_inputs(context, rulebook)
    found, expected = quick.translate(), whole.translate()
    assert found == expected
    assert quick.stored == whole.stored
    assert {n: group.work for n, group in quick.rollup.groups.items()} == {
        n: group.work for n, group in whole.rollup.groups.items()
    }
    assert _epics(quick) == _epics(whole)
    read = [issue for issue in quick.snapshot.issues if issue.hierarchy_level == 1]
    assert load_inputs(context, rulebook, epics=read).snapshot == quick.snapshot
    if before := load_inputs_before(context, quick):
        assert before.book is quick.in_force.rulebook
        assert before.translate() == load_inputs(context, before.book).translate()
    for rule in rulebook.capabilities:
        epics = (
            {each.epic_id for each in found.attribution.evidence[rule.id].contributing_epics}
            if rule.id in found.attribution.evidence
            else set()
        )
        told = load_account_of_epics(context, quick, epics)
        assert explain_capability(
            rule, told.snapshot, quick.compiled, found, fortnights=told.fortnights
        ) == explain_capability(rule, whole.snapshot, whole.compiled, expected)
    for key in ("PAY-1", "int-11", "PAY-60", "PAY-80", "PAY-6", "PAY-14", "PAY-999"):
        told = load_account_of_issues(context, quick, [key])
        assert explain_issue(
            key, told.snapshot, quick.compiled, found, fortnights=told.fortnights
        ) == explain_issue(key, whole.snapshot, whole.compiled, expected)
    return Asked(quick.is_whole)


def _epics(inputs: TranslationInputs) -> Any:
    return [issue for issue in inputs.snapshot.issues if issue.hierarchy_level >= 1]


@pytest.mark.parametrize("rulebook", STANDING.values(), ids=STANDING)
def test_other_rules_are_answered_from_what_stands(site: Changing, rulebook: RuleBook) -> None:
    assert not ask(site.context, rulebook).is_whole


@pytest.mark.parametrize("rulebook", OTHERWISE.values(), ids=OTHERWISE)
@on_sqlite_first
def test_rules_that_count_work_otherwise_are_answered_from_everything(
    site: Changing, rulebook: RuleBook
) -> None:
    assert ask(site.context, rulebook).is_whole


@on_sqlite_first
def test_hidden_items_take_their_work_away(site: Changing) -> None:
    plain = load_inputs(site.context, BOOK).translate().ratings
    hiding = load_inputs(site.context, STANDING["items hidden"]).translate().ratings

    assert hiding["invoicing"].effort < plain["invoicing"].effort


@on_sqlite_first
def test_what_cannot_bear_on_the_list_does_not_matter(site: Changing) -> None:
    site.write([replace(site.issues[60], summary="Otherwise")])

    assert not ask(site.context, STANDING["items hidden"]).is_whole


@on_sqlite_first
def test_half_a_walk_since_is_seen(site: Changing) -> None:
    site.context.mirror.write_issues(
        [replace(site.issues[11], **OPEN), an_issue(id=300, key="PAY-300", parent=IssueRef(id=1))],
        site.context.mirror.read_seen([11, 300]),
        site.walk + 1,
    )

    assert ask(site.context, BOOK).is_whole


@on_sqlite_first
def test_a_new_epic_is_seen_at_once(site: Changing) -> None:
    site.write([an_epic(id=301, key="PAY-301", summary="More search")])

    assert ask(site.context, BOOK).is_whole


@on_sqlite_first
def test_what_other_code_left_is_not_taken(site: Changing) -> None:
    cached = site.context.site_store.read_cached_translation()
    assert cached is not None
    with open_writer(site.context.state) as connection:
        connection.execute(update(state.site).values(cached_translation=cached | {"by": "old"}))

    assert ask(site.context, BOOK).is_whole


@on_sqlite_first
def test_nothing_stands_where_nothing_was_published(site: Changing) -> None:
    site.context.site_store.invalidate_translation()

    assert ask(site.context, BOOK).is_whole


@on_sqlite_first
def test_nothing_is_booked_by_asking_once_a_fortnight_closed(site: Changing) -> None:
    site.as_of += timedelta(days=20)
    site.write([])

    assert ask(site.context, BOOK).is_whole


@examples(quick=2, long=80)
@given(
    history=st.lists(steps, min_size=1, max_size=3),
    which=st.lists(st.sampled_from(sorted(STANDING | OTHERWISE)), min_size=2, max_size=3),
)
def test_both_ways_answer_the_same_whatever_happened(
    beginnings: Beginnings, history: list[Any], which: list[str]
) -> None:
    with TemporaryDirectory() as folder, beginnings.changing(Path(folder)) as site:
        for step in history:
            site.take_step(*step)
            for name in which:
                event(f"before, whole: {ask(site.context, (STANDING | OTHERWISE)[name]).is_whole}")
            site.translate()
            for name in which:
                event(f"after, whole: {ask(site.context, (STANDING | OTHERWISE)[name]).is_whole}")
