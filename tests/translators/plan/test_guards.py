"""What a changed rule, or much changed data, would take out of screening waits for a person."""

from typing import Any

from msgspec.structs import replace

from models.backlog import Issue
from models.plan import Hold
from models.rulebook import RuleBook
from tests.builders import an_epic
from tests.rules import INVOICING, SEARCH, a_book
from tests.translators.plan.test_translate import DONE, a_snapshot, published, translated, work
from translators.plan.rollup import roll_up_backlog
from translators.plan.rule_diff import diff_rules
from translators.plan.translate import translate
from translators.rules.decide import compile_rules

RULE = """
    screening:
      - {id: law, reason: regulatory, owner: "@pm-compliance", when: {labels: psd3}}
"""
STRICT, LAX = a_book(rest=RULE), a_book()
PAY_310 = an_epic(key="PAY-310", components=("Invoicing",), labels=("psd3",))


def holds(
    *epics: Issue, before: RuleBook = STRICT, after: RuleBook = LAX, **changes: Any
) -> tuple[Hold, ...]:
    """What is held when `after` takes over from `before`, which last published."""
    issues = [*DONE, *epics]
    published_state = replace(
        published(translated(DONE, before).plan), rulebook_digest=before.digest
    )
    left_out = frozenset(epic.id for epic in epics)
    snapshot = a_snapshot(
        issues, after, published_state=published_state, **({"screened_out": left_out} | changes)
    )
    compiled = compile_rules(after)
    rollup = roll_up_backlog(snapshot, compiled, before=compile_rules(before))
    rule_diff = diff_rules(before, after, rollup, snapshot.published_state)
    return translate(snapshot, after, compiled, rule_diff, rollup).plan.holds


def test_what_screening_left_out_waits_when_a_rule_would_publish_it() -> None:
    (hold,) = holds(PAY_310, *work(PAY_310))

    assert hold.guard == "unscreened"
    assert hold.why == (
        "PAY-310 was left out as regulatory and would be published; needs @pm-compliance."
    )
    assert "headway approve" in hold.remedy


def test_it_waits_too_where_nothing_is_finished_behind_it_yet() -> None:
    assert [hold.guard for hold in holds(PAY_310)] == ["unscreened"]


def test_a_pin_that_publishes_what_screening_left_out_waits_like_any_rule() -> None:
    pin = f'{RULE}\n    pins: [{{issue: PAY-310, capability: search, reason: sold, by: "@pm"}}]\n'

    assert [hold.guard for hold in holds(PAY_310, after=a_book(rest=pin))] == ["unscreened"]


def test_several_are_told_together_by_what_they_were_left_out_as() -> None:
    debt = RULE + "      - {id: debt, reason: technical debt, when: {labels: old}}\n"
    others = [an_epic(key=key, components=("Search",), labels=("old",)) for key in ("A-1", "A-2")]

    (hold,) = holds(PAY_310, *others, before=a_book(rest=debt))

    assert hold.why == (
        "PAY-310 was left out as regulatory and A-1, A-2 were left out as technical debt and would "
        "be published; needs @pm-compliance."
    )


def test_a_label_that_jira_lost_is_no_change_of_a_rule() -> None:
    assert holds(replace(PAY_310, labels=())) == ()


def unlabelled(number: int) -> tuple[Issue, ...]:
    """So many epics that screening left out when last published, and whose label went since."""
    return tuple(an_epic(key=f"PAY-{300 + i}", components=("Invoicing",)) for i in range(number))


def test_many_labels_that_went_hold_the_list_whatever_the_rules_did() -> None:
    same, other = a_book(rest=RULE), a_book(rest=RULE.replace("law", "law-and-order"))

    for after in (same, other):
        (hold,) = holds(*unlabelled(4), after=after)
        assert hold.guard == "unscreened-by-data"
        assert hold.why == (
            "4 of 4 epics that screening left out are not left out any more, and no rule was "
            "changed: PAY-300, PAY-301, PAY-302, PAY-303."
        )
    assert holds(*unlabelled(3), after=same) == ()


def test_a_few_of_very_many_labels_that_went_do_not_wait() -> None:
    many = frozenset(range(10**6, 10**6 + 100))
    epics = unlabelled(4)
    left_out = many | {epic.id for epic in epics}

    assert holds(*epics, after=a_book(rest=RULE), screened_out=left_out) == ()


def test_what_screening_did_not_leave_out_when_last_published_does_not_wait() -> None:
    assert holds(PAY_310, screened_out=frozenset()) == ()


def test_what_a_rule_only_hands_to_a_person_is_not_published_and_does_not_wait() -> None:
    after = a_book(INVOICING.replace("component: Invoicing", "component: Bills"), SEARCH)

    assert "unscreened" not in [hold.guard for hold in holds(PAY_310, after=after)]


def test_a_decision_that_goes_by_a_rule_is_told_from_one_that_goes_by_data() -> None:
    bills = a_book(INVOICING.replace("component: Invoicing", "component: Bills"), SEARCH)
    renamed = replace(PAY_310, components=("Odds",))

    def held(epic: Issue, after: RuleBook) -> list[str]:
        found = holds(
            epic, before=LAX, after=after, decided=frozenset({epic.id}), screened_out=frozenset()
        )
        return [hold.guard for hold in found]

    assert "newly-undecided" not in held(PAY_310, bills)
    assert "newly-undecided" in held(replace(renamed, labels=()), STRICT)


def test_under_the_same_rule_book_nothing_was_taken_out_of_screening() -> None:
    assert holds(PAY_310, before=LAX) == ()


def test_a_small_site_that_lost_its_labels_is_not_lost_among_large_ones() -> None:
    whole = [an_epic(key=f"INT-{i}", labels=("psd3",)) for i in range(100)]
    east = [replace(epic, site="east") for epic in unlabelled(4)]
    same = a_book(rest=RULE)

    (hold,) = holds(*whole, *east, after=same, is_shared=True)

    assert holds(*whole, *unlabelled(4), after=same) == ()
    assert hold.guard == "unscreened-by-data"
    assert hold.why.startswith("Site east: 4 of 4 epics")


def test_what_a_new_site_brings_waits_where_sales_would_read_something_else() -> None:
    same, epic = a_book(rest=RULE), an_epic(key="EA-1", components=("Search",), site="east")

    (hold,) = holds(epic, *work(epic, 300), after=same, new_sites=("east",), is_shared=True)

    assert hold.guard == "site-added"
    assert hold.why.startswith("Nothing of site east was published before, and 1 entry")
    assert holds(after=same, new_sites=("east",), is_shared=True) == ()
