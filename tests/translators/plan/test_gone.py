"""Epics that fed the list and are not in Jira any more count as they were last seen."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from models.backlog import Issue
from models.rulebook import RuleBook, WithdrawnReason
from tests.builders import AS_OF
from tests.rules import INVOICING, SEARCH, a_book
from tests.translators.plan.test_translate import (
    BOOK,
    DONE,
    FINDING,
    INVOICES,
    a_snapshot,
    epic_of,
    published,
    translated,
    work,
)
from translators.explain.issue_account import explain_issue
from translators.plan.translate import Translation
from translators.rules.decide import compile_rules

GONE = replace(INVOICES, missing_since=AS_OF - timedelta(days=9))
BEFORE = published(translated(DONE).plan)
AFTER = [GONE if issue is INVOICES else issue for issue in DONE]
IS_GONE = "is not in Jira any more"


def without(issues: list[Issue] = AFTER, rules: RuleBook = BOOK) -> Translation:
    return translated(issues, rules, published_state=BEFORE, gone_epics=(GONE,))


def codes(translation: Translation) -> dict[str, str]:
    return {finding.code: finding.what for finding in translation.plan.findings}


def test_its_capability_stays_as_it_was_and_is_told() -> None:
    after = without()

    assert after.plan.is_empty
    assert not after.plan.holds
    assert f"{GONE.key} fed it and {IS_GONE}" in codes(after)["epic-gone"]
    assert "no-rule-feeds" not in codes(after)
    assert after.attribution.account == translated(DONE).attribution.account


@pytest.mark.parametrize(
    "rest",
    [
        f"pins: [{{issue: {GONE.key}, hide: true, reason: Deleted, by: anna}}]",
        "screening: [{id: old, then: hide, when: {component: Invoicing}}]",
    ],
    ids=["a pin", "screening"],
)
def test_what_a_rule_keeps_from_sales_is_kept_from_them_though_it_is_gone(rest: str) -> None:
    after = without(rules=a_book(rest=rest))

    assert after.rows["invoicing"].withdrawn_reason is WithdrawnReason.NOT_FOR_SALE
    assert not after.plan.holds
    assert "epic-gone" not in codes(after)


def test_a_pin_gives_its_work_to_another_capability() -> None:
    pin = f"pins: [{{issue: {GONE.key}, capability: search, reason: So it is, by: anna}}]"

    evidence = without(rules=a_book(rest=pin)).attribution.evidence

    assert {feed.epic_id for feed in evidence["search"].contributing_epics} == {
        GONE.id,
        FINDING.id,
    }
    assert "invoicing" not in evidence


def test_a_capability_of_which_all_that_is_left_is_hidden_goes_off_the_list_unheld() -> None:
    left = {each: epic_of(each) for each in ("Invoicing", "Search")}
    shown = [*left.values(), *(item for epic in left.values() for item in work(epic, 24))]
    before = published(translated([*DONE, *shown]).plan)
    gone = [replace(each, missing_since=AS_OF) for each in (INVOICES, FINDING)]
    after = [replace(each, restricted=True, summary="") for each in left.values()]

    translation = translated(
        [*gone, *after, *DONE[2:], *shown[2:]], published_state=before, gone_epics=tuple(gone)
    )

    reasons = {row.withdrawn_reason for row in translation.rows.values()}
    assert reasons == {WithdrawnReason.NOT_FOR_SALE}
    assert "lost-capabilities" not in {hold.guard for hold in translation.plan.holds}


def explained(issue: Issue, *, fed: bool = True, **changes: Any) -> str:
    """What is said of an issue in a backlog in which it is so changed."""
    changed = replace(issue, **changes)
    issues = [changed if each.id == issue.id else each for each in AFTER]
    values: dict[str, Any] = {"published_state": BEFORE, "gone_epics": (GONE,)} if fed else {}
    snapshot = a_snapshot(issues, **values)
    translation = translated(issues, **values)
    found = explain_issue(issue.key, snapshot, compile_rules(BOOK), translation)
    assert found
    return found.outcome


def test_what_became_of_it_and_of_what_is_below_it_is_told() -> None:
    child, other = DONE[2], DONE[-1]
    counts = "what was done for it counts toward Invoicing, as last seen"

    assert explained(GONE) == f"{IS_GONE}; {counts}"
    assert explained(child) == f"its epic {GONE.key} {IS_GONE}; {counts}"
    assert explained(GONE, fed=False) == f"{IS_GONE}; it counts toward nothing"
    assert explained(GONE, fed=False, restricted=True) == f"{IS_GONE}; left out: security level"
    assert explained(other, missing_since=AS_OF) == f"{IS_GONE}, and counts nowhere"


def test_it_is_kept_beside_what_no_rule_feeds_any_more() -> None:
    rules = a_book(INVOICING, SEARCH.replace("component: Search", "component: Find"))

    assert codes(without(rules=rules)).keys() >= {"epic-gone", "no-rule-feeds"}
