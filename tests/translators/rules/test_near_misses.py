import pytest

from translators.rules.near_misses import NearMiss, find_near_misses


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
