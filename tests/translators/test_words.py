"""One fold for words, wherever words are compared: labels, values of all kinds, titles, search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.backlog import Issue, Version
from models.conditions import Comparison, Line, Operator
from models.decision import Outcome
from tests.builders import AS_OF, a_row, an_epic
from tests.rules import a_book
from translators.find.search import Answer, find_capability
from translators.rules.conditions import compile_condition
from translators.rules.decide import compile_rules
from translators.rules.fields import IssueView
from translators.words import find_forms, fold_label, fold_text, fold_value, space_words

TECH_DEBT = [
    *("tech-debt", "tech_debt", "tech.debt", "tech debt", "tech/debt", "tech:debt", "techdebt"),
    *("TechDebt", "TECH DEBT", "techDebt", "#techdebt", "#TechDebt", "tech-debt,", "tech debt."),
    *("tech\u2011debt", "tech\u2013debt", "tech\u2212debt", "tech\u00a0debt", "tech\u200bdebt"),
    *("te\u00adch-debt", "\u202etech-debt\u202c", "\ufefftech-debt", "\uff54\uff45ch-debt"),
    *("tech  -  debt", " tech-debt ", "tech__debt", "tech\uff0ddebt", "tech-debt!", "-tech-debt-"),
]
NEAR_MISSES = [
    ("tech-debt", "tech"),
    ("tech-debt", "debt"),
    ("tech-debt", "tech-debit"),
    ("tech-debt", "tech-debts"),
    ("pci-dss", "pci"),
    ("pci", "pci-dss"),
    ("4.2", "42"),
    ("4.2", "4.21"),
    ("1-12", "11-2"),
    ("c++", "c"),
    ("c#", "c"),
    ("café", "cafe"),
    ("r&d", "rd"),
    ("iso-27001", "iso-27002"),
    ("done", "undone"),
    ("sso", "so"),
]


def is_met(issue: Issue, field: str, operator: str, value: str) -> bool:
    line = Comparison(field, Operator(operator), (value,), Line("rules.yaml", 1))
    return compile_condition(line)(IssueView(issue))


@pytest.mark.parametrize("written", TECH_DEBT)
def test_dress_makes_no_other_value(written: str) -> None:
    assert fold_value(written) == "techdebt"


@pytest.mark.parametrize(("one", "other"), NEAR_MISSES)
def test_other_words_stay_other_words(one: str, other: str) -> None:
    assert fold_value(one) != fold_value(other)
    assert not is_met(an_epic(labels=(other,)), "labels", "equals", one)


@pytest.mark.parametrize(
    "written", ["JavaScript", "javascript", "iOS", "IOS", "OAuth2", "oauth-2", "OAuth 2", "R&D"]
)
def test_camel_case_in_a_name_breaks_no_equality(written: str) -> None:
    plain = written.lower().replace(" ", "").replace("-", "")

    assert fold_value(written) == plain


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("labels", {"labels": ("Tech_Debt",)}),
        ("component", {"components": ("Tech Debt",)}),
        ("type", {"type": "TechDebt"}),
        ("status", {"status": "tech\u2011debt"}),
        ("resolution", {"resolution": "Tech Debt."}),
        ("fix version", {"fix_versions": (Version("tech.debt", True),)}),
        ("work category", {"extra": {"work category": ("#techdebt",)}}),
    ],
)
def test_every_field_is_folded_alike(field: str, changes: dict[str, object]) -> None:
    assert is_met(an_epic(**changes), field, "equals", "tech-debt")


@pytest.mark.parametrize(
    "label", ["type/tech-debt", "type::tech-debt", "type:tech_debt", "a/b/TechDebt", "kind/#debt"]
)
def test_a_label_with_a_scope_is_also_what_stands_behind_it(label: str) -> None:
    assert fold_label(label)[-1] in ("techdebt", "debt")
    assert not is_met(an_epic(components=("ci/cd",)), "component", "equals", "cd")


@pytest.mark.parametrize(
    "label",
    [
        *("tech_debt", "technical_debt", "tech.debt", "tech-debt,", "#techdebt"),
        *("type/tech-debt", "tech\u2011debt", "pci_dss", "compliance::pci_dss"),
    ],
)
def test_a_shipped_rule_leaves_out_its_label_in_any_dress(label: str) -> None:
    epic = an_epic(labels=(label,), components=("Invoicing",))

    assert compile_rules(a_book()).decide(epic, AS_OF.date()).outcome is Outcome.LEFT_OUT


@pytest.mark.parametrize(
    "title",
    [
        *("Tech\u00ad debt billing", "Te\u200bch debt billing", "TechDebt billing"),
        *("#techdebt billing", "tech_debt billing", "billing: tech-debt", "Tech\u2011Debt billing"),
        *("REFACTOR_BILLING", "RefactorBilling of invoices", "billing/tech.debt"),
    ],
)
def test_a_shipped_rule_leaves_out_its_words_in_any_dress(title: str) -> None:
    epic = an_epic(summary=title, components=("Invoicing",))

    assert compile_rules(a_book()).decide(epic, AS_OF.date()).outcome is Outcome.LEFT_OUT


@pytest.mark.parametrize(
    ("title", "word", "expected"),
    [
        ("Implementation, Integration & Tests", "integration tests", False),
        ("Integration (tests)", "integration tests", False),
        ("Unit; tests", "unit tests", False),
        ("Finish integration. Tests follow", "integration tests", False),
        ("Is it integration? Tests", "integration tests", False),
        ("Integration: tests", "integration tests", False),
        ("Integration / tests", "integration tests", False),
        ("Integration + tests", "integration tests", False),
        ("Integration-tests", "integration tests", True),
        ("Integration  tests", "integration tests", True),
        ("(Integration tests)", "integration tests", True),
        ("Login, integration tests, search", "integration tests", True),
        ("CI/CD speed", "ci/cd", True),
        ("Faster CI/CD", "ci cd", True),
        ("R&D portal", "r&d", True),
        ("Search (beta) for all", "search (beta)", True),
        ("Release 1.2 notes", "release 1.2", True),
        ("Upgrade to JavaScript client", "upgrade to java", False),
        ("JavaScript client", "javascript", True),
        ("iOS client", "os", False),
        ("OAuth2 login", "oauth2", True),
        ("Techdebt", "tech debt", True),
        ("TechDebt", "debt", True),
        ("Tech stack", "tech debt", False),
        ("Debt collection", "tech debt", False),
        ("Version 4.2 of it", "42", False),
        ("PCI audit", "pci dss", False),
        ("InvoicePDF", "invoice", True),
        ("SingleSignOn page", "single sign-on", True),
    ],
)
def test_phrases_cross_hyphens_and_spaces_and_nothing_else(
    title: str, word: str, expected: bool
) -> None:
    assert is_met(an_epic(summary=title), "summary", "has", word) is expected


@pytest.mark.parametrize(
    "asked", ["single sign-on", "SingleSignOn", "single\u2011sign on", "#SINGLESIGNON"]
)
def test_search_folds_as_rules_do(asked: str) -> None:
    rows = [a_row("sso", "Single sign-on"), a_row("invoicing", "Invoicing")]

    found = find_capability(asked, rows)

    assert found.row is not None
    assert (found.answer, found.row.capability_id) == (Answer.THIS_IS_IT, "sso")


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold_value(fold_value(text)) == fold_value(text)
    assert fold_text(fold_text(text)) == fold_text(text)


@given(st.text(alphabet="abcXYZ019 -_./:,&()#\u00ad\u200b\u2011é", max_size=30))
def test_a_title_has_every_phrase_that_is_the_title_itself(text: str) -> None:
    spaced = space_words(text)

    assert all(line.startswith(" ") and line.endswith(" ") for line in spaced.split("\n"))
    assert not spaced.strip() or any(form in spaced for form in find_forms(text))
