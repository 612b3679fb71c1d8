from models.backlog import Issue
from models.decision import Decision
from models.rulebook import RuleBook
from tests.builders import an_epic
from tests.rules import INVOICING, SEARCH, a_book
from tests.translators.plan.test_translate import epic_of, translated, work
from translators.plan.decision_diff import DecisionDiff, diff_decisions, group_changes

INVOICES = epic_of("Invoicing", key="PAY-120")
CREDITS = epic_of("Invoicing", key="PAY-121")
ISSUES = [INVOICES, CREDITS, *work(INVOICES), *work(CREDITS), an_epic(key="PAY-9")]


def decisions(issues: list[Issue], rules: RuleBook) -> tuple[Decision, ...]:
    return translated(issues, rules).attribution.decisions


def moved(after: RuleBook) -> tuple[DecisionDiff, ...]:
    return group_changes(diff_decisions(decisions(ISSUES, a_book()), decisions(ISSUES, after)))


def test_the_same_rules_move_nothing() -> None:
    assert moved(a_book()) == ()


def test_epics_that_now_need_a_decision_are_named_with_the_line_that_claimed_them() -> None:
    (group,) = moved(a_book(INVOICING.replace("component: Invoicing", "component: Bills"), SEARCH))

    assert group.keys == ("PAY-120", "PAY-121")
    assert group.before == "invoicing (rules.yaml:3)"
    assert group.after == "needs a decision: match no capability"


def test_two_claims_are_named_with_both_lines() -> None:
    (group,) = moved(a_book(INVOICING, SEARCH.replace("component: Search", "component: Invoicing")))

    assert group.after == ("needs a decision: match two capabilities (rules.yaml:3, rules.yaml:10)")


def test_an_epic_that_only_changes_its_capability_is_named_too() -> None:
    pin = "pins: [{issue: PAY-121, capability: search, reason: sold, by: x}]"

    (group,) = moved(a_book(rest=pin))

    assert (group.before, group.after) == ("invoicing (rules.yaml:3)", "search (rules.yaml:16)")
    assert group.keys == ("PAY-121",)
