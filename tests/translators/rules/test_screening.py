import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rulebook import ScreeningRule
from tests.builders import an_epic
from tests.rules import a_book
from translators.rules.fields import IssueView
from translators.rules.screening import CompiledScreening

RULES = a_book(
    rest="""
    screening:
      - {id: z-hide, when: {labels: z}}
      - {id: a-hide, when: {labels: a}, unless: {summary has: "for customers"}}
      - {id: hold, then: hold, when: {labels: h}}
      - {id: b-weak, then: hold_unclaimed, when: {labels: w}}
    """
).screening[-4:]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ((), ()),
        (("a",), ("a-hide",)),
        (("w", "h", "z", "a"), ("a-hide", "z-hide", "hold", "b-weak")),
    ],
)
def test_every_rule_that_matches_is_told_the_strongest_first(
    labels: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    found = CompiledScreening(RULES).find_matches(IssueView(an_epic(labels=labels)))

    assert tuple(rule.id for rule in found) == expected


def test_a_look_alike_is_no_match_at_all() -> None:
    epic = an_epic(labels=("a",), summary="Refactoring for customers")

    assert CompiledScreening(RULES).find_matches(IssueView(epic)) == ()
    assert CompiledScreening(RULES).find_hiding_rule(epic) is None


@pytest.mark.parametrize(
    ("labels", "expected"), [(("h", "w"), None), (("a", "h"), "a-hide"), (("z", "a"), "a-hide")]
)
def test_only_rules_that_hide_hide(labels: tuple[str, ...], expected: str | None) -> None:
    rule = CompiledScreening(RULES).find_hiding_rule(an_epic(labels=labels))

    assert (rule.id if rule else None) == expected


@given(st.permutations(RULES), st.sets(st.sampled_from("ahwzx")))
def test_the_order_of_screening_rules_never_matters(
    rules: list[ScreeningRule], labels: set[str]
) -> None:
    view = IssueView(an_epic(labels=tuple(labels)))

    assert CompiledScreening(rules).find_matches(view) == CompiledScreening(RULES).find_matches(
        view
    )
