"""The shipped rule book decides titles as a careful person would, and keeps its own examples."""

from datetime import date

import pytest

from models.backlog import Issue
from models.conditions import Operator
from models.decision import Outcome
from models.promises import Term
from models.rulebook import Example, ScreeningRule, Then
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from tests.builders import an_epic
from translators.promises.linter import compile_linter
from translators.rules.conditions import compile_condition, find_comparisons
from translators.rules.decide import compile_rules
from translators.rules.fields import IssueView
from translators.rules.screening import CompiledScreening

BOOK = rulebook_from_texts(read_shipped_texts())
COMPILED = compile_rules(BOOK)
TODAY = date(2026, 11, 23)

LEFT_OUT = """
    technical debt: Refactor billing module | Upgrade to Spring Boot 3 | Fix flaky checkout tests
    technical debt: Remove deprecated v1 endpoints | Terraform for eu-west-2 | Dead code in the cart
    technical debt: Technische Schulden im Warenkorb
    regulatory: Remediate PCI-DSS audit finding 4.2 | GDPR gap assessment
    regulatory: DORA register of ICT providers | Third-party license notices
    security: Patch CVE-2026-1234 | Threat model for uploads | Fix the findings of the pen test
"""
MATCHED_BY_NOTHING = """
    Dashboard builder | Keyboard navigation in tables | E-invoicing (Peppol) | SAML single sign-on
    Test-case management | Dependency view between projects | Sandbox environment for customers
    Invoices in many currencies | Team calendar with rooms | Keyboard shortcuts
"""
SELLABLE_LOOK_ALIKES = """
    Migration wizard from Zendesk | Audit log for admins | Audit log export to SIEM
    GDPR data export for end users | Customer-managed encryption keys
    Data retention policies per workspace | Legal hold for administrators | Security Portal
    Migration assistant | Compliance reports | Flaky test detection | Terraform provider
    Vulnerability dashboard | Clean up duplicate contacts | On-call schedules
    Postmortem templates | Unit test generator | Release calendar for customers
    Technical debt dashboard | Refactoring suggestions in the editor | Audit finding tracker
    Wartungsplaner für Maschinen | Gestion des cas de test | Panel de vulnerabilidades
    移行ウィザード
"""
LOOKS_INTERNAL = """
    CI/CD speed-up | Monorepo for all services | SBOM for all images | Threat modelling
    Backfill for historical prices | Pay down the shortcuts | Bump Kotlin
    Rewrite the report builder
    SOX controls for billing | Release 4.2 | Evaluate GraphQL federation | [Infra] New runners
    Ablösung der Altlasten | Umstieg auf PostgreSQL 17 | Geldwäschegesetz | Machbarkeitsstudie
    Montée de version de Symfony | Mise en conformité RGPD | Étude de faisabilité
    Actualización de dependencias | Ley de IVA en Perú | Prueba de concepto del buscador
    ライブラリのバージョンアップ | 個人情報保護法対応 | 技術調査
"""
HELD = """
    Migration | Security improvements | Performance phase 2 | Compliance | Accessibility | Platform
    SOC | DORA | Upgrade experience | Legacy importer | Lot 3 | New epic (copy) | Phase 2 | Divers
    Sonstiges | Améliorations diverses | Mejoras varias | その他
"""

SELLS_TOOLING = """
capabilities:
  - id: tooling
    name: Tooling
    area: For developers
    summary: Tools for people who build on the platform.
    when:
      component: [Tooling, CI, Build, Infrastructure, Observability, DevOps, Security Portal,
                  Migration, Compliance, Test Automation]
"""


SELLING = compile_rules(rulebook_from_texts(read_shipped_texts() | {"mine.yaml": SELLS_TOOLING}))


def titles(text: str) -> list[str]:
    return [
        title.strip() for line in text.splitlines() for title in line.split("|") if title.strip()
    ]


def rules_that_match(title: str) -> set[Then]:
    found = CompiledScreening(BOOK.screening).find_matches(IssueView(an_epic(summary=title)))
    return {rule.then for rule in found}


@pytest.mark.parametrize(
    ("reason", "title"),
    [
        (line.partition(":")[0].strip(), title)
        for line in LEFT_OUT.strip().splitlines()
        for title in titles(line.partition(":")[2])
    ],
)
def test_internal_work_is_left_out_for_its_reason(reason: str, title: str) -> None:
    decision = COMPILED.decide(an_epic(summary=title), TODAY)

    assert (decision.outcome, decision.heading) == (Outcome.LEFT_OUT, reason)


@pytest.mark.parametrize("title", titles(MATCHED_BY_NOTHING + SELLABLE_LOOK_ALIKES))
def test_sellable_work_is_matched_by_no_rule(title: str) -> None:
    assert rules_that_match(title) == set()


@pytest.mark.parametrize("title", titles(LOOKS_INTERNAL))
def test_what_looks_internal_is_held_even_where_a_capability_claims_it(title: str) -> None:
    claimed = an_epic(summary=title, components=("Tooling",))

    assert SELLING.decide(claimed, TODAY).outcome is Outcome.NEEDS_DECISION


@pytest.mark.parametrize("title", titles(HELD))
def test_titles_that_could_mean_anything_are_held(title: str) -> None:
    assert Then.HOLD in rules_that_match(title)


def verbs() -> list[str]:
    """Every word by which a title can begin to end something, as the pattern spells them."""
    stems = {
        **dict.fromkeys(("remove", "retire", "discontinue", "deprecate"), ("", "s", "d")),
        **dict.fromkeys(("replace", "delete"), ("", "s", "d")),
        **dict.fromkeys(("drop", "stop"), ("", "s", "ped", "ping")),
        **dict.fromkeys(("remov", "retir", "discontinu", "deprecat", "replac", "delet"), ("ing",)),
        "sunset": ("", "s", "ted", "ting"),
        "withdraw": ("", "s", "n", "ing"),
        "end": ("", "s", "ed", "ing"),
        "kill": ("",),
        "removal": ("",),
    }
    return [f"{stem}{ending}" for stem, endings in stems.items() for ending in endings]


@pytest.mark.parametrize("verb", verbs())
@pytest.mark.parametrize("title", ["{} the map", "Map: {} it", "Map / {} it", "[MAP] {} it"])
def test_what_ends_a_thing_is_held_in_every_form_of_the_word(title: str, verb: str) -> None:
    for written in (verb, verb.upper(), verb.capitalize()):
        decision = COMPILED.decide(an_epic(summary=title.format(written)), TODAY)
        assert decision.heading in ("may end something", "technical debt")


@pytest.mark.parametrize("title", titles(MATCHED_BY_NOTHING + SELLABLE_LOOK_ALIKES))
@pytest.mark.parametrize(
    "fields",
    [
        {"components": ("Tooling",)},
        {"components": ("Infrastructure", "Observability"), "labels": ("devops", "ci-cd")},
        {"components": ("Security Portal",), "labels": ("appsec", "vulnerability")},
        {"components": ("Test Automation",), "labels": ("flaky", "dependencies")},
    ],
)
def test_what_a_company_says_that_it_sells_is_hidden_by_no_guess(
    title: str, fields: dict[str, tuple[str, ...]]
) -> None:
    decision = SELLING.decide(an_epic(summary=title, **fields), TODAY)

    assert decision.claimed_by == "tooling"


@pytest.mark.parametrize("title", ["CI/CD speed-up", "SBOM for all images", "Bump Kotlin", "NIS2"])
def test_a_company_spares_what_it_sells_by_adding_to_the_shipped_rules(title: str) -> None:
    spared = "".join(
        f"  - {{id: {rule}, add: {{unless: {{component: Tooling}}}}}}\n"
        for rule in ("housekeeping", "looks-internal", "obligations", "generic-titles")
    )
    mine = f"{SELLS_TOOLING}\nscreening:\n{spared}"
    compiled = compile_rules(rulebook_from_texts(read_shipped_texts() | {"mine.yaml": mine}))

    decision = compiled.decide(an_epic(summary=title, components=("Tooling",)), TODAY)

    assert decision.claimed_by == "tooling"


@pytest.mark.parametrize("law", ["FINMA", "Produktsicherheitsverordnung"])
def test_a_company_adds_the_laws_of_its_markets(law: str) -> None:
    mine = f"screening:\n  - {{id: obligations, add: {{when: {{summary has: [{law}]}}}}}}\n"
    compiled = compile_rules(rulebook_from_texts(read_shipped_texts() | {"mine.yaml": mine}))

    decision = compiled.decide(an_epic(summary=f"{law}: new duties"), TODAY)

    assert "obligations" in {reason.rule for reason in decision.reasons}


def test_no_shipped_rule_asks_for_a_component_or_a_project() -> None:
    asked = [
        line.field
        for rule in BOOK.screening
        for line in find_comparisons(rule.when)
        if line.operator is Operator.EQUALS
    ]

    assert set(asked) == {"type", "labels"}


EXAMPLES = [(rule, example) for rule in BOOK.screening for example in rule.examples]


def matches(rule: ScreeningRule, example: Example) -> bool:
    issue: Issue = an_epic(
        summary=" ".join(example.fields.get("summary", ())),
        labels=example.fields.get("labels", ()),
        components=example.fields.get("component", ()),
    )
    view = IssueView(issue)
    held = compile_condition(rule.when)(view)
    spared = rule.unless is not None and compile_condition(rule.unless)(view)
    return held and not spared


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_every_rule_keeps_its_own_examples(rule: ScreeningRule, example: Example) -> None:
    assert matches(rule, example) is example.matches


@pytest.mark.parametrize("rule", BOOK.screening)
def test_every_rule_has_an_example_of_either_kind(rule: ScreeningRule) -> None:
    assert {example.matches for example in rule.examples} == {True, False}


@pytest.mark.parametrize("term", BOOK.terms)
def test_every_word_of_the_vocabulary_may_be_published(term: Term) -> None:
    linter = compile_linter(BOOK)

    assert linter.lint_text(term.label) == ()
    assert linter.lint_text(term.meaning) == ()


def test_the_shipped_book_has_no_capabilities_and_one_line_for_when() -> None:
    assert BOOK.capabilities == ()
    assert [t.meaning for t in BOOK.terms if t.kind == "asked_when"] == [
        "We don't give out dates. I can show you what we have built and how much work has gone in."
    ]
