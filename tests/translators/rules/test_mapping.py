import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rulebook import CapabilityRule
from tests.builders import an_epic
from tests.rules import a_book
from translators.rules.fields import IssueView
from translators.rules.mapping import CompiledMapping


def a_rule(name: str, beats: str = "") -> str:
    return f"""
  - id: {name}
    name: {name}
    area: Area
    summary: Something.
    beats: [{beats}]
    when: {{labels: {name}}}
"""


RULES = a_book(
    a_rule("first", "second"), a_rule("second", "third"), a_rule("third"), a_rule("other")
).capabilities


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("", ""),
        ("unknown", ""),
        ("second", "second"),
        ("first second", "first"),
        ("first second third", "first"),
        ("first third", "first third"),
        ("first other", "first other"),
        ("third other", "other third"),
    ],
)
def test_a_claimant_beats_only_those_it_names(labels: str, expected: str) -> None:
    """`first third` is a conflict, though first beats second, which beats third."""
    claims = CompiledMapping(RULES).find_claimants(IssueView(an_epic(labels=tuple(labels.split()))))

    assert [rule.id for rule in claims] == expected.split()


def test_a_capability_without_a_condition_claims_nothing() -> None:
    book = a_book("  - {id: word, name: Word, area: Area, summary: Something.}\n")

    assert CompiledMapping(book.capabilities).find_claimants(IssueView(an_epic())) == ()
    assert CompiledMapping(book.capabilities).by_id["word"].name == "Word"


@given(st.permutations(RULES), st.sets(st.sampled_from(["first", "second", "third", "other"])))
def test_the_order_of_capabilities_never_matters(
    rules: list[CapabilityRule], labels: set[str]
) -> None:
    view = IssueView(an_epic(labels=tuple(labels)))

    assert CompiledMapping(rules).find_claimants(view) == CompiledMapping(RULES).find_claimants(
        view
    )


@given(st.sets(st.sampled_from(["first", "second", "third", "other"]), min_size=1))
def test_whatever_claims_an_epic_somebody_is_left(labels: set[str]) -> None:
    assert CompiledMapping(RULES).find_claimants(IssueView(an_epic(labels=tuple(labels))))
