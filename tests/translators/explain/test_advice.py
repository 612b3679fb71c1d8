from typing import Any

from models.backlog import Issue
from models.rulebook import RuleBook
from tests.builders import an_epic
from tests.rules import INVOICING, SEARCH, a_book, changed
from tests.translators.plan.test_translate import a_snapshot, epic_of, work
from translators.explain.advice import Advice, advise_on_decision
from translators.plan.translate import translate
from translators.rules.decide import compile_rules

INVOICES = epic_of("Invoicing", key="PAY-120")
BOTH = INVOICING.replace("when: {component: Invoicing}", "when: {labels: both}")
OTHER = SEARCH.replace("when: {component: Search}", "when: {labels: both}")


def advice(epic: Issue, *others: Issue, rules: RuleBook | None = None) -> Advice:
    book = rules or a_book()
    issues = [INVOICES, *work(INVOICES), epic, *others]
    snapshot, compiled = a_snapshot(issues, book), compile_rules(book)
    decisions = {
        each.epic_id: each for each in translate(snapshot, book, compiled).attribution.decisions
    }
    return advise_on_decision(epic, snapshot, compiled, decisions)


def an_export(**changes: Any) -> Issue:
    return an_epic(**({"summary": "Invoices as files", "components": ("Exports",)} | changes))


def test_with_few_decisions_nothing_is_suggested_and_why_is_said() -> None:
    unlike = an_epic(summary="Zielwerte", components=())

    said = advice(unlike)

    assert (said.suggestion, said.edit) == (None, None)
    assert said.silent == "it takes 50 decided epics to learn from"


def test_the_smallest_edit_adds_the_epics_component_and_names_whom_it_decides_too() -> None:
    edit = advice(an_export(), an_export(key="PAY-700", summary="Zip of everything")).edit

    assert edit is not None
    assert (edit.before, edit.after) == (
        "component: Invoicing",
        "component: [Invoicing, Exports]",
    )
    assert "PAY-700" in edit.decides
    assert edit.at is not None
    assert edit.at.file == "rules.yaml"


def test_an_edit_that_takes_from_no_other_capability_is_the_smaller_one() -> None:
    rules = a_book(
        INVOICING.replace(
            "{component: Invoicing}", "{any: [{component: Invoicing}, {labels: bills}]}"
        ),
        SEARCH,
    )
    shared = an_export(components=("Shared",), labels=("paper",), summary="Paper invoicing")
    found = an_epic(components=("Search", "Shared"), summary="Find things")

    edit = advice(shared, found, rules=rules).edit

    assert edit is not None
    assert edit.after == "labels: [bills, paper]"


def test_a_conflict_names_the_others_that_one_word_would_settle() -> None:
    rules = a_book(BOTH, OTHER)
    twin = an_epic(key="PAY-163", labels=("both",))

    said = advice(an_epic(labels=("both",)), twin, rules=rules)

    assert "beats: [search]" in said.to_settle
    assert "(decides PAY-163 too)" in said.to_settle
    assert said.edit is not None
    assert said.edit.after == "beats: [search]"


def test_an_epic_that_a_draft_claims_needs_no_guess() -> None:
    rules = a_book(changed(INVOICING, "draft: true"), SEARCH)

    said = advice(epic_of("Invoicing"), rules=rules)

    assert "delete its  draft: true" in said.to_settle
    assert said.suggestion is None


def test_an_epic_that_rules_hold_is_told_how_its_like_is_never_held_again() -> None:
    said = advice(an_epic(summary="Rewrite the Java build pipeline", components=()))

    assert "pin it to a capability" in said.to_settle
    assert "housekeeping and looks-internal must never hold in  unless:" in said.to_settle
