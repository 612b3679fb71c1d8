"""A line that weighs words is read, refused and changed word by word."""

from datetime import date
from textwrap import dedent

import pytest

from models.errors import RuleBookError
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from tests.builders import an_epic
from translators.rules.decide import compile_rules
from translators.rules.fields import IssueView
from translators.rules.screening import CompiledScreening

SHIPPED = read_shipped_texts()


def load(mine: str) -> CompiledScreening:
    texts = SHIPPED | {"mine.yaml": dedent(mine)}
    return CompiledScreening(rulebook_from_texts(texts).screening)


def held_by(mine: str, title: str) -> list[str]:
    return [rule.id for rule in load(mine).find_matches(IssueView(an_epic(summary=title)))]


OWN = """
    screening:
      - id: own
        then: hold
        when:
          summary weighs:
            6: paved road, golden*
            +4: |
              lane, kerb
              sign
            -9: [toll, "*booth"]
        tests: {match: [{summary: Paved road lane}], no_match: [{summary: Toll lane}]}
"""


@pytest.mark.parametrize(
    ("title", "held"),
    [
        ("Paved road lane", ["own"]),
        ("Golden sign", ["own"]),
        ("Golden sign, tollbooth", []),
        ("Golden lane toll", []),
        ("Kerb", []),
    ],
)
def test_words_are_listed_by_what_they_weigh(title: str, held: list[str]) -> None:
    assert held_by(OWN, title) == held


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("flaky", "must be a block of weights"),
        ("[flaky]", "must be a block of weights"),
        ("{}", "must be a block of weights"),
        ("{much: flaky}", "'much' is no weight: it is a whole number from -99 to 99"),
        ("{100: flaky}", "'100' is no weight"),
        ("{1.5: flaky}", "'1.5' is no weight"),
        ("{9: ''}", "is empty"),
        ("{9: []}", "is an empty list"),
        ("{9: 'fla*ky'}", "has a * that does not stand at its end"),
        ("{9: 'flaky, !'}", "'!' contains no word"),
        ("{9: {flaky: 1}}", "must be a list"),
    ],
)
def test_what_is_no_weight_is_told(written: str, told: str) -> None:
    mine = f"screening: [{{id: own, then: hold, when: {{summary weighs: {written}}}}}]"

    with pytest.raises(RuleBookError, match=r"mine\.yaml:1") as refused:
        load(mine)

    assert told in str(refused.value)


@pytest.mark.parametrize(
    "mine",
    [
        "screening: [{id: own, when: {summary weighs: {9: flaky}}}]",
        "screening: [{id: own, then: hide, when: {any: [{summary weighs: {9: flaky}}]}}]",
        "capabilities: [{id: a, name: A, area: A, summary: A., when: {summary weighs: {9: a}}}]",
        "screening: [{id: looks-internal, then: hide}]",
    ],
)
def test_what_words_weigh_neither_hides_nor_claims(mine: str) -> None:
    with pytest.raises(RuleBookError, match="too uncertain to hide or to claim by"):
        load(mine)


CHANGE = "screening: [{{id: looks-internal, {}}}]"


@pytest.mark.parametrize(
    ("change", "title", "is_held"),
    [
        ("owner: '@us'", "Kubernetes lanes", True),
        ("owner: '@us'", "Paved lanes", False),
        ("add: {when: {summary weighs: {10: paved}}}", "Paved lanes", True),
        ("add: {when: {summary weighs: {6: [paved]}}}", "Paved lanes", False),
        ("add: {when: {summary weighs: {6: 'paved, lanes'}}}", "Paved lanes", True),
        ("add: {when: {summary weighs: {-30: lanes}}}", "Kubernetes lanes", False),
        ("add: {when: {summary weighs: {0: kubernetes}}}", "Kubernetes lanes", False),
        ("add: {when: {title weighs: {0: kubernetes}}}", "Kubernetes lanes", False),
        ("add: {when: {summary weighs: {10: paved}, labels: odd}}", "Paved lanes", True),
        ("without: {when: {summary weighs: [kubernetes]}}", "Kubernetes lanes", False),
        ("without: {when: {summary weighs: kubernetes}}", "Kafka lanes", True),
    ],
)
def test_a_team_changes_what_single_words_weigh(change: str, title: str, is_held: bool) -> None:
    assert ("looks-internal" in held_by(CHANGE.format(change), title)) is is_held


def test_a_word_that_is_not_weighed_cannot_be_taken_out() -> None:
    with pytest.raises(RuleBookError, match="has no `summary weighs: kubernets` to take out") as no:
        load(CHANGE.format("without: {when: {summary weighs: [kubernets]}}"))

    assert "kubernetes" in str(no.value)


def test_a_decision_names_the_words_that_tipped_it() -> None:
    compiled = compile_rules(rulebook_from_texts(SHIPPED))

    decision = compiled.decide(an_epic(summary="Kafka partitions"), date(2026, 11, 23))

    assert decision.heading == "looks internal"
    assert "matched (summary kafka, partition*" in decision.reasons[0].text
