import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from translators.rules.near_misses import NearMiss, find_near_misses, is_one_slip


@pytest.mark.parametrize(
    "value", ["tech-dept", "techdbet", "tech-debts", "tech+debt", "kind/tehc-debt"]
)
def test_a_value_one_typo_from_a_rules_is_told_with_what_it_may_mean(value: str) -> None:
    found = find_near_misses({"labels": {value: 12}}, {"labels": ["ktlo", "tech-debt"]})

    assert found == (NearMiss("labels", value, 12, "tech-debt"),)


@pytest.mark.parametrize(
    "value",
    ["tech_debt", "type/tech-debt", "debt", "mobile", "iso-27002", "psd3", "chip", "tech-dbets"],
)
def test_what_a_rule_matches_or_does_not_resemble_is_not_told(value: str) -> None:
    asked = ["tech-debt", "iso-27001", "psd2", "chia"]

    assert find_near_misses({"labels": {value: 12}}, {"labels": asked}) == ()


def test_the_most_used_comes_first_and_fields_are_apart() -> None:
    present = {"labels": {"refactorin": 1, "tech-dept": 30}, "component": {"Invoicng": 2}}

    found = find_near_misses(
        present, {"labels": ["tech-debt", "refactoring"], "component": ["Invoicing"]}
    )

    assert [(miss.field, miss.value) for miss in found] == [
        ("labels", "tech-dept"),
        ("component", "Invoicng"),
        ("labels", "refactorin"),
    ]


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_one_slip_is_one_step_of_the_distance_that_everybody_uses(one: str, other: str) -> None:
    assert is_one_slip(one, other) is (OSA.distance(one, other) <= 1)
