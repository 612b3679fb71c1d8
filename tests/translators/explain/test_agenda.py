from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.capability import Capability, State
from models.request import CustomerRequest
from models.rulebook import TodayBy
from tests.builders import a_row
from tests.rules import INVOICING, SEARCH, a_book, a_linter, changed
from translators.explain.agenda import Agenda, build_agenda
from translators.find.search import Answer, find_capability
from translators.suggestions.telling_words import PLATFORM_WORDS, STOP_WORDS
from translators.words import split_camel_case

ROWS = (
    a_row("invoicing", "Invoicing", "bills", state_code=State.AVAILABLE),
    a_row(
        "search",
        "Search",
        summary="Find anything by its words.",
        today_text="Filters can be saved.",
        today_by=TodayBy.CONFIGURATION,
    ),
    a_row("passkeys", "Passkeys", summary="Sign in with a fingerprint or a face."),
)


def agenda(*asked: str, rows: tuple[Capability, ...] = ROWS, book: str = "") -> Agenda:
    requests = [
        CustomerRequest(
            asked_on=date(2026, 11, 1) + timedelta(days=day),
            words=words.partition(" / ")[0],
            why=words.partition(" / ")[2],
            line=day + 2,
        )
        for day, words in enumerate(asked)
    ]
    passkeys = changed(
        SEARCH.replace("id: search", "id: passkeys").replace("name: Search", "name: Passkeys"), book
    )
    capabilities = a_book(INVOICING, SEARCH, passkeys).capabilities
    return build_agenda(requests, rows, capabilities, a_linter())


def test_what_can_be_met_today_is_counted_for_certain_answers_alone() -> None:
    told = agenda("bills", "search", "passkeys", "sign in by face", "holograms")

    assert (told.number, told.met_today) == (5, 2)
    assert {each.capability_id: each.is_there for each in told.capabilities} == {
        "invoicing": True,
        "search": True,
        "passkeys": False,
    }


def test_the_same_words_are_told_once_with_every_reason_and_the_last_day() -> None:
    told = agenda("Bills / a bank", "bills / a shop", "BILLS / a bank")

    ((asked,),) = (each.asks for each in told.capabilities)
    assert (asked.number, asked.whys, asked.latest) == (3, ("a bank", "a shop"), "2026-11-03")


def test_words_that_nobody_matched_are_grouped_most_asked_first() -> None:
    told = agenda("drones", "lobby holograms", "holograms in the lobby", "a hologram in our lobby")

    assert [sum(each.number for each in group) for group in told.unmatched] == [3, 1]


def test_an_alias_is_proposed_with_the_line_to_write_and_answers_once_it_is_there() -> None:
    (word,) = agenda("can we have fingerprint login?").aliases

    assert (word.capability_id, word.alias) == ("passkeys", "fingerprint login")
    assert word.after == "aliases: [fingerprint login]"
    named = (*ROWS[:2], a_row("passkeys", "Passkeys", word.alias))
    assert find_capability("can we have fingerprint login?", named).answer is Answer.THIS_IS_IT


FIT = {
    "can we have fingerprint login?": "fingerprint login",
    "fingerprint login \u20ac5": "fingerprint login",
    "faster fingerprint login": "fingerprint login",
    "Face unlock, please": "Face unlock",
    "brauchen face recognition": "face recognition",
    "queremos face recognition": "face recognition",
    "face recognition": "face recognition",
    "fingerprint login and face login and voice login": "fingerprint login",
}
UNFIT = (
    "close: ask first",
    "PAY-310",
    "PAY-310 close: face",
    "PAY-310 fingerprint",
    "fingerprint by December",
    "fingerprint soon",
    "fingerprint 2.0",
    "guaranteed fingerprint",
    "android fingerprint",
    "face API",
    "the fingerprint thing",
    "https://fingerprint.example/face",
    "anna@fingerprint.example asks",
    "Contoso fingerprint reader",
    "BMW fingerprint reader",
    "fingerprint reader for invoicing",
    "invoicing fingerprint",
    "one-click sign in",
    "faster sign in",
    "free fingerprint",
    "ein Fingerprint f\u00fcr alle",
    "pour la face",
    "la face para todos",
)


def test_an_alias_is_proposed_of_words_that_a_salesperson_may_publish() -> None:
    found = {ask: [word.alias for word in agenda(ask).aliases] for ask in (*FIT, *UNFIT)}

    assert found == {ask: [alias] for ask, alias in FIT.items()} | {ask: [] for ask in UNFIT}


ASKED = st.lists(
    st.sampled_from(
        "fingerprint face login reader recognition Fingerprint-Login for the api iOS PAY-310 2027 "
        "SAP Contoso , : ? f\u00fcr pour con a@b.example https://x.ex soon bills search".split()
    ),
    max_size=6,
).map(" ".join)


@given(ASKED)
def test_whatever_is_asked_an_alias_is_words_of_its_own_that_may_be_published(asked: str) -> None:
    for word in agenda(asked).aliases:
        words = split_camel_case(word.alias)
        assert set(words).isdisjoint({*STOP_WORDS, *PLATFORM_WORDS, "bills", "search", "pay"})
        assert not any(letter.isdigit() for letter in word.alias)
        assert a_linter().lint_text(word.alias) == ()
        assert "Contoso" not in word.alias
        assert word.alias in asked


def test_an_alias_that_another_has_or_that_the_linter_refuses_is_never_proposed() -> None:
    assert agenda("fingerprint login", book="aliases: [Fingerprint-Login]").aliases == ()
    assert agenda("fingerprint by December").aliases == ()
    assert agenda("https://fingerprint.example/face").aliases == ()


def test_no_request_is_an_agenda_too() -> None:
    assert agenda().met_today == agenda().number == 0
