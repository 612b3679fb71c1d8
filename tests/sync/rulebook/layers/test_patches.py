"""A rule of the team's with the id of a shipped one changes what it says, and nothing else."""

from textwrap import dedent, indent
from typing import Any

import pytest

from models.errors import RuleBookError
from models.rulebook import RuleBook, ScreeningRule, Then
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from tests.builders import an_epic
from translators.rules.fields import IssueView
from translators.rules.screening import CompiledScreening

SHIPPED = """
    version: "1"
    screening:
      - id: debt
        reason: technical debt
        owner: "@platform"
        when:
          any:
            - labels: [tech-debt, chore]
            - component: [Build, Tooling]
            - summary has: [refactor*, clean-up, monorepo]
            - all:
                - summary has: [remediate]
                - summary has: [audit, soc]
        unless:
          any:
            - labels: [customer-visible]
            - summary has: [for customers]
        tests:
          match: [{summary: Refactor billing}]
          no_match: [{summary: Refactor for customers}]
      - id: ends
        then: hold
        when: {summary has: [retire]}
"""


def a_book(*rules: str) -> RuleBook:
    listed = "".join(indent(f"- {rule}\n", "  ") for rule in rules)
    own = {"mine.yaml": f"screening:\n{listed}"} if rules else {}
    shipped = {"headway:screening.yaml": dedent(SHIPPED)}
    return rulebook_from_texts(read_shipped_texts() | shipped | own)


def find_rule(book: RuleBook, name: str = "debt") -> ScreeningRule:
    (rule,) = (rule for rule in book.screening if rule.id == name)
    return rule


def is_screened(book: RuleBook, summary: str = "A thing", **fields: Any) -> bool:
    view = IssueView(an_epic(summary=summary, **fields))
    return bool(CompiledScreening(book.screening).find_matches(view))


def mistake_of(*rules: str) -> str:
    with pytest.raises(RuleBookError) as caught:
        a_book(*rules)
    (problem,) = caught.value.problems
    told, _, _ = problem.what.partition("\n")
    return f"{problem.where}: {told.removeprefix('error: ')}"


def test_one_value_is_taken_out_and_all_others_stay() -> None:
    book = a_book("{id: debt, without: {when: {component: tooling}}}")

    assert not is_screened(book, components=("Tooling",))
    assert is_screened(book, components=("Build",))
    assert is_screened(book, labels=("chore",))
    assert is_screened(book, "Refactor billing")
    assert not is_screened(book, "Refactor billing", labels=("customer-visible",))
    assert find_rule(book).reason == "technical debt"
    assert find_rule(book, "ends").then is Then.HOLD


@pytest.mark.parametrize("written", ["clean up", "Clean-Up", "CLEANUP"])
def test_words_are_taken_out_in_whatever_dress(written: str) -> None:
    book = a_book(f"{{id: debt, without: {{when: {{summary has: {written}}}}}}}")

    assert not is_screened(book, "Clean up the cart")


def test_a_condition_that_is_added_is_one_more_way_to_match() -> None:
    book = a_book("{id: debt, add: {when: {project: OPS, type: Task}}}")

    assert is_screened(book, project="OPS", type="Task")
    assert not is_screened(book, project="OPS")
    assert is_screened(book, labels=("chore",))


def test_look_alikes_are_added_and_taken_out_likewise() -> None:
    more = a_book("{id: debt, add: {unless: {component: SDK}}}")
    fewer = a_book("{id: debt, without: {unless: {summary has: for customers}}}")
    first = a_book("{id: ends, add: {unless: {component: SDK}}}")

    assert not is_screened(more, "Refactor billing", components=("SDK",))
    assert not is_screened(more, "Refactor it for customers")
    assert is_screened(fewer, "Refactor it for customers")
    assert not is_screened(first, "Retire it", components=("SDK",))


def test_add_and_without_together_swap_a_value() -> None:
    book = a_book(
        "{id: debt, add: {when: {component: CI}}, without: {when: {component: [Build, Tooling]}}}"
    )

    assert [is_screened(book, components=(each,)) for each in ("CI", "Build", "Tooling")] == [
        *(True, False, False)
    ]


def test_where_all_must_hold_a_line_without_values_holds_for_nothing() -> None:
    book = a_book("{id: debt, without: {when: {summary has: remediate}}}")

    assert not is_screened(book, "Remediate audit")
    assert not is_screened(book, "Audit log")


def test_any_other_key_is_changed_alone() -> None:
    book = a_book("{id: debt, then: hold, reason: looks internal}")

    rule = find_rule(book)
    assert (rule.then, rule.reason, rule.owner) == (Then.HOLD, "looks internal", "@platform")
    assert is_screened(book, labels=("chore",))


def test_own_examples_join_the_shipped_ones() -> None:
    book = a_book("{id: debt, add: {when: {labels: x}}, tests: {match: [{labels: x}]}}")

    assert [(each.at.file, each.matches) for each in find_rule(book).examples] == [
        ("headway:screening.yaml", True),
        ("mine.yaml", True),
        ("headway:screening.yaml", False),
    ]


def test_with_a_condition_of_its_own_it_replaces_the_shipped_rule_whole() -> None:
    rule = find_rule(a_book("{id: debt, when: {labels: x}}"))

    assert (rule.reason, rule.owner, rule.unless, rule.examples) == ("debt", None, None, ())


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            "{id: debt, without: {when: {component: Toolin}}}",
            "mine.yaml:2:44: the shipped rule has no `component: Toolin` to take out"
            " (did you mean 'Tooling'?)",
        ),
        (
            "{id: debt, without: {when: {labels: Tooling}}}",
            "mine.yaml:2:41: the shipped rule has no `labels: Tooling` to take out"
            "; it stands under `component`",
        ),
        (
            "{id: ends, without: {unless: {labels: x}}}",
            "mine.yaml:2:43: the shipped rule has no `labels: x` to take out",
        ),
        (
            "{id: ends, without: {when: {summary has: retire}}}",
            "mine.yaml:2:26: nothing would be left that the rule could match",
        ),
        (
            "{id: dept, without: {when: {component: Tooling}}}",
            "mine.yaml:2:10: no shipped rule has the id 'dept' (did you mean 'debt'?)",
        ),
        (
            "{id: debt, without: {component: Tooling}}",
            "mine.yaml:2:26: unknown key 'component'; known are when, unless",
        ),
        (
            "{id: debt, without: {when: {any: [{labels: chore}]}}}",
            "mine.yaml:2:33: 'any' belongs into no list of values",
        ),
        (
            "{id: debt, add: {when: {componnt: CI}}}",
            "mine.yaml:2:29: unknown field 'componnt' (did you mean 'component'?)",
        ),
        (
            "{id: debt, off: true, add: {when: {component: CI}}}",
            "mine.yaml:2:27: changes the shipped rule, which `when` replaces and `off` drops",
        ),
        (
            "{id: debt, when: {labels: x}, add: {when: {component: CI}}}",
            "mine.yaml:2:35: changes the shipped rule, which `when` replaces and `off` drops",
        ),
        (
            "{id: debt, unless: {labels: x}, add: {unless: {component: CI}}}",
            "mine.yaml:2:43: 'unless' is given as a whole, and changed as well",
        ),
        ("{id: debt}", "mine.yaml:2:5: 'when' is missing"),
        ("{id: debt, without: x}", "mine.yaml:2:25: must be a block of keys and values"),
        (
            "{id: debt, without: {when: x}}",
            "mine.yaml:2:32: must be a block of values, such as `labels: [a, b]`",
        ),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_where_it_stands(rule: str, expected: str) -> None:
    assert mistake_of(rule) == expected
