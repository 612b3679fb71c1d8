import pytest

from models.finding import Finding
from tests.builders import AS_OF, an_epic, an_issue
from tests.rules import a_book
from translators.rules.stale_references import find_unknown_issues

EPIC = an_epic(key="PAY-120", former_keys=("OLD-7",))
STORY = an_issue(key="PAY-1", epic_id=EPIC.id)


def noticed(rest: str) -> tuple[Finding, ...]:
    return find_unknown_issues(a_book(rest=rest), [EPIC, STORY], AS_OF.date())


@pytest.mark.parametrize(
    ("rest", "what"),
    [
        ("pins: [{issue: PAY-999, hide: true, reason: x, by: x}]", "PAY-999 is pinned"),
        ("effort: {void: [{issue: PAY-999, reason: x, by: x}]}", "PAY-999 is voided"),
        ("effort: {release: [{issue: PAY-999, reason: x, by: x}]}", "PAY-999 is released"),
    ],
)
def test_a_rule_that_names_an_issue_nobody_knows_is_noticed_with_its_line(
    rest: str, what: str
) -> None:
    (finding,) = noticed(rest)

    assert finding.what.startswith(what)
    assert finding.where.startswith("rules.yaml:")
    assert finding.code == "unknown-issue"


def test_a_pin_of_what_is_no_epic_is_noticed_with_the_epic_to_pin() -> None:
    (finding,) = noticed("pins: [{issue: PAY-1, hide: true, reason: x, by: x}]")

    assert finding.code == "pin-of-no-epic"
    assert "its epic is PAY-120" in finding.what


@pytest.mark.parametrize(
    "rest",
    [
        "pins: [{issue: pay-120, hide: true, reason: x, by: x}]",
        "pins: [{issue: OLD-7, hide: true, reason: x, by: x}]",
        "pins: [{issue: PAY-999, hide: true, reason: x, by: x, until: '2026-01-31'}]",
        "effort: {void: [{issue: PAY-1, reason: x, by: x}]}",
        "effort: {release: [{team: PAY, day: '2026-10-01', reason: x, by: x}]}",
        "",
    ],
)
def test_a_current_or_former_key_and_a_pin_that_ran_out_are_nothing_to_notice(rest: str) -> None:
    assert noticed(rest) == ()
