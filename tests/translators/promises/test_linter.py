import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.capability import DISCLAIMER, DO_NOT_QUOTE, ChangeKind, State
from models.effort import Level
from tests.rules import a_linter
from translators.wording import write_news, write_statement

LINTER = a_linter()

BLOCKED = {
    "P1": (
        "2027-03 | 15/02/2027 | 3 March | March 5 | in March | by April 2027 | Q3 | in q4 | T3 "
        "| H1 | FY27 | CW 23 | KW 12 | by summer | summer release | mid-2027 | in 2027 | EOY | ETA "
        "| end of the year | Ready on the 15th | Ready '27 | 5/27 | 12/2027 | 1Q27 | 2H27 | "
        "CY27 | Qtr 3 "
        "| quarter 3 | third-quarter | Q  3 | 3. Quartal | by Friday | next Friday | before "
        "the holidays "
        "| Ende des Jahres | im Herbst | Mitte Juni | en juin | first quarter | 5. Mai | "
        "second half | since 2027 | fiscal year"
    ),
    "P2": (
        "next  quarter | next-quarter | next/quarter | next (quarter) | next business quarter"
        " | Q  3 soon "
        "| in two to three months | in 3-4 weeks | in a future release | phase 2 | on the "
        "horizon | ASAP "
        "| sооn | s o o n | s00n | soooon | so\u0336on | three months away | next quarter | "
        "this sprint | coming release | in 6 weeks | within two sprints | tomorrow "
        "| shortly | soon | any day now | imminent | later this year | bientôt | demnächst "
        "| nächstes Quartal | próximo trimestre | in a few weeks | まもなく"
    ),
    "P3": (
        "Ships in beta | about to ship | Rolling out | generally available by Friday "
        "| going to add | it might come | it should work | users would get it | on-track "
        "| gu\u0430ranteed | goes live "
        "| You can count on it | is set to arrive | guaranteed | we commit to it | a promise "
        "| on track | will support PDF | it'll work "
        "| shall be there | SLA | warranty | deadline | scheduled for release | garantiert"
    ),
    "P4": (
        "we‘ll | we`ll "
        "| anticipated | is due out | slated | pending | we expect it | under-development "
        "| road-map "
        "| plаnned | p\u013aanned | to be confirmed | our goal | we plan reports | planned "
        "exports | planned | we plan to | intends to | aims to | expected in |"
        " upcoming "
        "| roadmap | coming to you | under development | in progress | to be released | WIP "
        "| hopefully | backlog | TBD"
    ),
    "P5": (
        "eighty percent | three of five | 3  of 5 | 12 stories done | 80 per-cent | mostly "
        "done | 80 % done | 80% | 3 of 5 stories | remaining work | almost finished | nearly "
        "ready "
        "| halfway | left to do | final stretch | ten percent 10 percent"
    ),
    "P6": "v-4.2 | v  4 | version two | v4.2 | version 5 | release 2027.1",
    "L1": (
        "PAY-310 | pay-310 | see ABC2-7 | https://example.com/x | www.example.com "
        "| Import :// | Import a ://b | 1://x "
        "| PAY 310 | PAY - 310 | PAY#310 | PAY310 | РАY-310 | ПАЙ-12 | UTF-310 | acme.ai | "
        "example.de | PAY-310 | pay-310 | see ABC2-7 | https://example.com/x | "
        "www.example.com "
        "| 10.0.0.1 | jira.example.com | PR #123 | ticket 77"
    ),
    "L2": "anna@example.com | ask @anna | [~anna]",
    "L4": "CVE-2026-1234 | a vulnerability | pen test | XSS | password: hunter2",
    "L5": "getUserById | UserService | user_id | Foo::bar | run() | config.yaml",
    "L7": (
        "story  points | ten engineers | 20 man-years | 5k EUR | CHF 500 | six person weeks |"
        " 40 story points | 3 person-weeks | $ 500 | 20 EUR | velocity | 2 FTE"
    ),
    "L8": (
        "sооn | plаnned | ρlanned | &#x41; | <b>bold</b> | {code}x{code} | a\u200bb | "
        "a\u202eb | &nbsp;"
    ),
    "L9": "=SUM(A1) | +1 | @x | -2",
}

PASSES = """
    You may invite guests | 24/7 monitoring view | Calendar: day, week and month views
    Schedule reports for Monday mornings | Quarterly business review templates
    Due-date reminders | ISO 27001 evidence export | Recurring invoices every month
    Second approver | Office 365 integration | Now available in Spanish | Release-notes widget
    UTF-8 and ISO-27001 | SHA-256 signatures | AES-256 | TLS-1 | COVID-19 passes | Single sign-on
    Audit log | Log export to Splunk or SIEM | Electronic invoices | Prices in currencies
    Move from Zendesk | Reports by e-mail | Two-factor sign-in | Dashboard builder
    Invoices in twelve currencies; PDF and e-mail. | Sandbox | Mobile app | Public API
    Keyboard navigation | Customer-managed keys | SCIM, directory sync | Search
    Data retention rules | Roles and permissions | Payment reminders | Price per seat
    Who did what | Available today | Partly available today | Worked on recently
    Worked on earlier | Off the list | Small | Moderate | Large | Very large | Exceptional
    Comments and mentions | Two languages at once | Archive old projects | Share a view
    Offline maps | Signed documents | Custom roles | Import from a file | Bulk edit
    Roadmap view for project managers | SLA timers for tickets | Forecast dashboard | REST API v3
    ISO 27001:2022 | Fiscal year settings | Subscription plans | Undo within 30 days
    GS1-128 barcodes | Salesforce.com connector | Node.js | Password: reset by e-mail
    MT940 bank statements | Windows Server 2022 | W-2 forms | Upcoming events list | µm and kΩ
    Разрешения | Ενημερώσεις | Year-end closing | Trash keeps files for 30 days
    Not rated | An export to spreadsheets | Drag and drop | Works offline | iOS and Android
    We don't give out dates. I can show you what we have built and how much work has gone in.
"""


def cases(texts: str) -> list[str]:
    return [text.strip() for line in texts.splitlines() for text in line.split("|") if text.strip()]


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, texts in BLOCKED.items() for text in cases(texts)]
)
def test_what_could_be_taken_for_a_promise_or_leaks_is_found(rule: str, text: str) -> None:
    assert rule in {violation.rule for violation in LINTER.lint_text(text)}


@pytest.mark.parametrize("text", cases(PASSES))
def test_what_a_product_can_do_passes(text: str) -> None:
    assert LINTER.lint_text(text) == ()


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("level", Level)
def test_every_sentence_of_ours_passes(state: State, level: Level) -> None:
    assert LINTER.lint_text(write_statement("Audit log", state, level)) == ()


@pytest.mark.parametrize(
    "text", [DISCLAIMER, DO_NOT_QUOTE, *(write_news(k, "A", "B") for k in ChangeKind)]
)
def test_every_fixed_text_passes(text: str) -> None:
    assert LINTER.lint_text(text) == ()


def test_there_are_enough_examples_to_mean_something() -> None:
    assert sum(len(cases(texts)) for texts in BLOCKED.values()) >= 80
    assert len(cases(PASSES)) >= 60


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


WORDS = st.lists(st.sampled_from(["Invoices", "for", "all", "teams", "über", "請求書"]), max_size=4)
MARKS = st.sampled_from(["PAY-310", "https://x.example.com", "a@example.com", "Q3", "next quarter"])
CASES = st.sampled_from([str.upper, str.lower, str.title, full_width])


@given(WORDS, MARKS, WORDS, CASES)
def test_a_mark_is_found_however_it_is_dressed(
    before: list[str], mark: str, after: list[str], dress: Callable[[str], str]
) -> None:
    assert LINTER.lint_text(" ".join([*before, dress(mark), *after]))


@given(st.text(max_size=400))
def test_linting_never_fails_whatever_the_text(text: str) -> None:
    assert LINTER.lint_row({"name": text, "summary": None}) == LINTER.lint_row({"name": text})


@given(st.text(alphabet=st.characters(categories=["Cf"]), min_size=1))
def test_hidden_characters_do_not_pass(hidden: str) -> None:
    assert any(unicodedata.category(c) == "Cf" for c in hidden)
    assert LINTER.lint_row({"name": f"Audit{hidden} log"})


def test_a_violation_names_the_column() -> None:
    violations = LINTER.lint_row({"name": "Audit log", "summary": "Ready in Q3"})

    assert [violation.column for violation in violations] == ["summary"]


@pytest.mark.parametrize("text", ["Q3 2027", "Q3-2027", "H1/2027", "FY-2027"])
def test_a_part_of_a_year_is_no_issue_key(text: str) -> None:
    assert {each.rule for each in a_linter().lint_text(text)} == {"P1"}
