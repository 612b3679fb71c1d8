"""This is it, close, or an honest nothing: never more than the list's own names say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.capability import Capability, State
from models.rulebook import WithdrawnReason
from tests.builders import a_row
from translators.find.search import Answer, CompiledSearch, find_capability

INVOICING = a_row("invoicing", "Invoicing", "bills")
MESSAGES = a_row("messages", "Messages", "texting")
ROWS = (
    a_row("audit-log", "Audit log", "audit trail", "Splunk"),
    a_row("sso", "Single sign-on", "SSO", "SAML"),
    a_row("zendesk", "Move from Zendesk", "Zendesk import"),
    a_row("export", "Spreadsheet export", "Excel export"),
    a_row("passkeys", "Passkeys", "login without password"),
    a_row("oauth", "OAuth 2"),
    a_row("contacts", "Contact sync"),
    a_row("clock", "Time clock", "clocking in"),
    a_row("pos", "Point of sale", "POS"),
    a_row("support", "Customer support"),
    a_row("ledger", "Accounting export"),
    a_row("vouchers", "Gutscheine", "bons cadeaux", "vales de regalo"),
    a_row("who", "Who did what"),
    a_row("german", "Rechnungsexport"),
    a_row("boards", "Dashboards", "tiles"),
    a_row("visits", "House calls"),
    a_row("xray", "X-ray viewer"),
    a_row("instalments", "Payment in instalments"),
    a_row("search", "Search"),
    a_row("long", "Rooms, halls and gardens for hire in the summer months of a leap year"),
)
SEARCH = CompiledSearch(ROWS)


def gone(capability_id: str, name: str, *aliases: str, use: str | None) -> Capability:
    """A row off the list, with the one to read instead if there is one."""
    return a_row(
        capability_id,
        name,
        *aliases,
        is_active=False,
        state_code=State.WITHDRAWN,
        withdrawn_reason=WithdrawnReason.MERGED if use else WithdrawnReason.NOT_FOR_SALE,
        replaced_by=use,
    )


@pytest.mark.parametrize(
    ("words", "row"),
    [
        ("audit logs", "audit-log"),
        ("AuditLog", "audit-log"),
        ("log, audit", "audit-log"),
        ("audti log", "audit-log"),
        ("Hi, does your product support an audit trail? Thanks!", "audit-log"),
        ("A customer is asking for the audit log feature", "audit-log"),
        ("SSO (SAML)", "sso"),
        ("Single sign on", "sso"),
        ("import from Zendesk", "zendesk"),
        ("Zendesk move from", None),
        ("can we export to Excel?", "export"),
        ("Können wir nach Excel exportieren?", "export"),
        ("Peut-on exporter vers Excel ?", "export"),
        ("¿Podemos exportar a Excel?", "export"),
        ("login without a password", "passkeys"),
        ("OAuth2", "oauth"),
        ("clocking in", "clock"),
        ("Gibt es einen Gutschein?", "vouchers"),
        ("Avez-vous le bon cadeau ?", "vouchers"),
        ("¿Tienen vales regalo?", "vouchers"),
        ("who did what", "who"),
        ("Gibt es Move from Zendesk?", "zendesk"),
        ("audit log / audit trail", "audit-log"),
        ("dashbord", "boards"),
        ("xray viewer", "xray"),
        ("payment in installments", "instalments"),
        ("Rechnungs-Exporte", "german"),
    ],
)
def test_it_is_it_for_its_name_or_alias_in_any_dress(words: str, row: str | None) -> None:
    found = SEARCH.find(words)

    assert (found.row.capability_id if found.row else None) == row


@pytest.mark.parametrize(
    "words",
    [
        "mobile audit log",
        "audit log for contractors",
        "log who did what",
        "not SSO",
        "SSO without SAML",
        "SSO for US customers",
        "US SSO",
        "two SSO",
        "one SSO",
        "US SSO and SAML",
        "more than one audit log",
        "SSO only",
        "SSO 2",
        "Move to Zendesk",
        "export to Zendesk",
        "Zendesk",
        "export from Excel",
        "Import aus Excel",
        "exporter depuis Excel",
        "login with password",
        "OAuth 1",
        "OAuth 2.0",
        "OAuth",
        "contract sync",
        "clock",
        "POs",
        "do you support customers?",
        "accounts export",
        "what did who do",
        "kein Audit-Log",
        "pas de SSO",
        "sin SSO",
        "SSO no",
        "horse calls",
        "ties",
        "re-search",
        "OAuth 2 2",
        "SSO and who did what",
        "kein Move from Zendesk",
        "Audit log and Zendesk import",
        "audit log " + "x" * 2_000,
        " ".join(["audit log"] * 40),
    ],
)
def test_a_telling_word_beside_a_name_makes_it_close_at_most(words: str) -> None:
    assert SEARCH.find(words).answer in (Answer.CLOSE, Answer.NOTHING)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Newsletter-Anmeldung", "Newsletter-Abmeldung"),
        ("Kursanmeldung", "Kursabmeldung"),
        ("Warenannahme", "Warenabnahme"),
        ("Anfahrt", "Abfahrt"),
        ("Preorders", "Reorders"),
        ("Prepayment", "repayment"),
        ("Valuation reports", "evaluation reports"),
        ("Trainer list", "trainee list"),
        ("Klassenbuch", "Kassenbuch"),
        ("Kassenbuch", "Klassenbuch"),
        ("Mieterliste", "Meterliste"),
        ("Plazas de aparcamiento", "plazos de aparcamiento"),
        ("Plazas de aparcamiento", "¿Tienen plazos de aparcamiento?"),
        ("Cursos", "cursas"),
        ("Cours de voile", "course de voile"),
        ("Cours en ligne", "courses en ligne"),
        ("Zählerstände", "Zahlerstände"),
        ("Forderungen", "Förderungen"),
        ("Leihgaben an andere Häuser", "Leihgaben von anderen Häusern"),
        ("Anmeldung zum Kurs", "Abmeldung vom Kurs"),
    ],
)
def test_a_letter_or_a_small_word_that_turns_a_name_round_makes_it_close_at_most(
    name: str, words: str
) -> None:
    rows = [a_row("named", name), MESSAGES]

    assert find_capability(name.lower(), rows).row == rows[0]
    assert find_capability(words, rows).row is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Inventaire des œuvres", "inventaire des oeuvres"),
        ("Klimaüberwachung", "Klimaueberwachung"),
        ("Invoices", "invoives"),
        ("Kassenbuch", "Kassenbcuh"),
        ("Newsletter-Anmeldung", "Newsletter Anmeldungen"),
        ("Leihgaben an andere Häuser", "Leihgaben an andere Häuser"),
        ("Leihgaben", "Interesse an Leihgaben"),
        ("Zählerstände", "Zählerstand"),
    ],
)
def test_a_wrong_letter_or_another_way_to_write_one_is_passed_over(name: str, words: str) -> None:
    rows = [a_row("named", name), MESSAGES]

    assert find_capability(words, rows).row == rows[0]


def test_up_to_three_are_offered_and_a_row_that_is_it_stands_alone() -> None:
    rows = [a_row(f"export-{n}", f"Export to {name}") for n, name in enumerate("ABCDE")]

    assert len(find_capability("export", rows).rows) == 3
    assert [row.capability_id for row in find_capability("export to B", rows).rows] == ["export-1"]


def test_words_that_two_rows_share_are_close_to_both_unless_one_is_called_so() -> None:
    alike = [a_row("one", "First", "twin"), a_row("two", "Second", "twin")]
    named = [a_row("one", "First", "twin"), a_row("two", "Twin")]

    assert len(find_capability("twin", alike).rows) == 2
    assert find_capability("twin", alike).answer is Answer.CLOSE
    assert find_capability("twin", named).row == named[1]


def test_a_merged_entry_offers_the_one_that_replaces_it() -> None:
    rows = [INVOICING, MESSAGES, gone("fax", "Fax delivery", "facsimile", use="invoicing")]

    for words in ("fax delivery", "can you do a facsimile?"):
        found = find_capability(words, rows)

        assert (found.answer, found.rows) == (Answer.CLOSE, (INVOICING,))


def test_replacements_are_followed_to_the_one_that_is_on_the_list() -> None:
    rows = [INVOICING, gone("fax", "Fax", use="post"), gone("post", "Post", use="invoicing")]

    assert find_capability("fax", rows).rows == (INVOICING,)


@pytest.mark.parametrize("use", [None, "unknown", "telex", "fax"])
def test_an_entry_that_leads_nowhere_answers_as_what_was_never_there(use: str | None) -> None:
    rows = [INVOICING, gone("fax", "Fax", use=use), gone("telex", "Telex", use="fax")]

    assert find_capability("fax", rows) == find_capability("quux", rows)
    assert find_capability("fax", rows).answer is Answer.NOTHING


def test_an_entry_on_the_list_wins_over_one_that_was_taken_off() -> None:
    rows = [gone("bill", "Bills", use="messages"), INVOICING, MESSAGES]

    assert find_capability("bills", rows).row == INVOICING


@pytest.mark.parametrize("words", ["", " ", "?!", "\0\x1b[\u202e", "do you have it", "the and of"])
def test_nothing_telling_finds_nothing(words: str) -> None:
    assert SEARCH.find(words).answer is Answer.NOTHING
    assert CompiledSearch(()).find(words).answer is Answer.NOTHING


@given(st.text(max_size=200))
def test_any_text_has_an_answer(words: str) -> None:
    found = SEARCH.find(words)

    assert (found.answer is Answer.NOTHING) == (not found.rows)
    assert SEARCH.find(words) == found


@given(st.sampled_from(ROWS), st.sampled_from(["quux {}", "{} quux", "not {}", "3 {}"]))
def test_an_unknown_word_beside_any_name_is_never_it(row: Capability, form: str) -> None:
    for text in (row.name, *row.aliases):
        assert SEARCH.find(text).row == row
        assert SEARCH.find(form.format(text)).answer is Answer.CLOSE


@pytest.mark.parametrize(
    ("sentence", "row"),
    [
        ("We will add more to single sign-on, and soon", "sso"),
        ("Audit logs and the way from Zendesk come next", "audit-log"),
        ("We will never do a thing", None),
        ("We audit whoever signs on", None),
    ],
)
def test_a_sentence_mentions_the_row_whose_name_stands_in_it(
    sentence: str, row: str | None
) -> None:
    found = SEARCH.find_mentioned(sentence)

    assert (found.capability_id if found else None) == row
