import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.backlog import Issue, Version
from models.conditions import All, Comparison, Condition, Line, Not, Operator, Some
from tests.builders import an_epic
from translators.rules.condition_trace import find_met_lines, find_met_values, trace_condition
from translators.rules.conditions import compile_condition
from translators.rules.fields import IssueView

AT = Line("rules.yaml", 1)


def line(field: str, operator: str, *values: str) -> Comparison:
    return Comparison(field, Operator(operator), values, AT)


def is_met(condition: Condition, issue: Issue) -> bool:
    return compile_condition(condition)(IssueView(issue))


@pytest.mark.parametrize(
    ("title", "word", "expected"),
    [
        ("SAML for partners", "saml", True),
        ("Samlet output", "saml", False),
        ("Invoicing rework", "invoic*", True),
        ("e-invoicing", "invoic*", True),
        ("preinvoicing", "invoic*", False),
        ("Invoices", "invoice", False),
        ("Single  Sign-On now", "single sign-on", True),
        ("single sign on", "single sign-on", True),
        ("Sign single on", "single sign-on", False),
        ("CI/CD speed", "ci/cd", True),
        ("Größenänderung", "grössenänderung", True),
        ("\uff33\uff21\uff2d\uff2c login", "saml", True),
        ("請求書の税率", "税率", True),
        ("Zahlungsübersicht", "übersicht", False),
        ("Zahlungsübersicht je Kunde", "*übersicht", True),
        ("Übersicht", "*übersicht", True),
        ("Übersichtlich", "*übersicht", False),
        ("Zahlungs-Übersicht", "*übersicht", True),
        ("Altes AG-Register", "*ag", True),
        ("Fachbegriffe", "fa*", True),
        ("Affen", "fa*", False),
        ("login", "mfa", False),
        ("", "mfa", False),
        ("SAMLログイン対応", "saml", True),
        ("XSAMLログイン対応", "saml", False),
        ("SAML認証の改善", "saml認証", True),
        ("XSAML認証", "saml認証", False),
        ("로그인을 위한 화면", "로그인", True),
        ("ระบบภาษีใหม่", "ภาษี", True),
        ("Cafe\u0301 menus", "café", True),
        ("Café menus", "cafe", False),
        ("बिल भेजना", "बिल", True),
        ("बल भेजना", "बिल", False),
        ("snake_case names", "case", True),
        ("C++ build", "c", True),
        ("STRASSE", "straße", True),
    ],
)
def test_has_finds_whole_words_and_phrases(title: str, word: str, expected: bool) -> None:
    comparison, epic = line("summary", "has", word), an_epic(summary=title)

    assert is_met(comparison, epic) is expected
    assert find_met_values(comparison, IssueView(epic)) == ((word,) if expected else ())


@pytest.mark.parametrize(
    ("comparison", "changes", "expected"),
    [
        (line("labels", "equals", "a", "b"), {"labels": ("B",)}, True),
        (line("labels", "equals", "a"), {"labels": ()}, False),
        (line("component", "equals", "sso"), {"components": ("Other", "SSO")}, True),
        (line("project", "equals", "pay"), {}, True),
        (line("type", "equals", "Epic"), {}, True),
        (line("fix version", "equals", "4.2"), {"fix_versions": (Version("4.2", True),)}, True),
        (line("resolution", "empty"), {}, True),
        (line("resolution", "set"), {"resolution": "Done"}, True),
        (line("work category", "equals", "ktlo"), {"extra": {"work category": ("KTLO",)}}, True),
        (line("work category", "empty"), {}, True),
        (line("summary", "matches", r"^A\d+$"), {"summary": "A12"}, True),
        (line("summary", "matches", r"^A\d+$"), {"summary": "xA12"}, False),
        (line("status category", "equals", "to do"), {}, True),
        (line("status category", "equals", "new"), {}, True),
        (line("status category", "equals", "in progress"), {}, False),
        (line("summary", "equals", " send bills"), {"summary": "Send bills "}, True),
        (line("labels", "has", "two words"), {"labels": ("two", "words")}, False),
        (line("labels", "has", "debt"), {"labels": ("a", "tech-debt")}, True),
        (line("summary", "matches", "^a", "b$"), {"summary": "xb"}, True),
        (line("summary", "matches", "(?i)^a", "b$"), {"summary": "AB"}, True),
        (line("summary", "set"), {"summary": ""}, False),
        (line("labels", "empty"), {"labels": ("",)}, True),
        (line("key", "equals", "OLD-1"), {"former_keys": ("OLD-1",)}, True),
    ],
)
def test_comparisons(comparison: Comparison, changes: dict[str, object], expected: bool) -> None:
    assert is_met(comparison, an_epic(**changes)) is expected


def test_not_on_an_empty_field_is_met() -> None:
    """A missing label is not `tech-debt`; Jira's own != says otherwise."""
    assert is_met(Not(line("labels", "equals", "tech-debt"), AT), an_epic())


def test_all_any_and_not_combine() -> None:
    yes, no = line("project", "equals", "PAY"), line("project", "equals", "ID")

    assert is_met(All((yes, Not(no, AT)), AT), an_epic())
    assert is_met(Some((no, yes), AT), an_epic())
    assert not is_met(All((yes, no), AT), an_epic())


def test_a_trace_tells_line_by_line_what_the_rule_asks_and_the_issue_has() -> None:
    """The terminal sample of `explain`."""
    condition = Some(
        (line("component", "equals", "SSO", "Identity Provider"), line("summary", "has", "oidc")),
        AT,
    )

    traced = trace_condition(condition, IssueView(an_epic(summary="OIDC login for partners")))

    assert (traced.is_met, traced.asks, traced.found) == (True, "any of these", "1 of 2 met")
    assert [(part.is_met, part.asks, part.found) for part in traced.parts] == [
        (False, "component: SSO, Identity Provider", "issue has (empty)"),
        (True, "summary has: oidc", "matched oidc"),
    ]


def test_a_hostile_pattern_takes_no_longer_than_a_kind_one() -> None:
    hostile = line("summary", "matches", r"(a+)+$")

    assert not is_met(hostile, an_epic(summary="a" * 30_000 + "!"))


fields = st.sampled_from(["labels", "component", "summary", "project", "work category"])
words = st.sampled_from(["pay", "sso", "tech-debt", "invoic*", "login page"])
comparisons = st.builds(
    lambda field, operator, values: Comparison(field, operator, tuple(values), AT),
    fields,
    st.sampled_from([Operator.EQUALS, Operator.HAS, Operator.EMPTY, Operator.SET]),
    st.lists(words, min_size=1, max_size=3),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    comparisons,
    lambda inner: (
        st.builds(lambda parts: All(tuple(parts), AT), st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda parts: Some(tuple(parts), AT), st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda part: Not(part, AT), inner)
    ),
    max_leaves=8,
)
epics = st.builds(
    an_epic,
    summary=st.sampled_from(["", "Invoicing for SSO", "Login page: tech-debt"]),
    labels=st.lists(words, max_size=2).map(tuple),
    components=st.lists(words, max_size=2).map(tuple),
)


@given(conditions, epics)
def test_the_trace_comes_to_the_same_verdict_as_the_closure(
    condition: Condition, epic: Issue
) -> None:
    assert trace_condition(condition, IssueView(epic)).is_met == is_met(condition, epic)


@given(conditions, epics)
def test_only_lines_that_are_met_are_named_as_reasons(condition: Condition, epic: Issue) -> None:
    for line_met in find_met_lines(condition, IssueView(epic)):
        assert is_met(line_met, epic)
