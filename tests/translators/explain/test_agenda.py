from datetime import date, timedelta

from models.capability import Capability, State
from models.request import CustomerRequest
from models.rulebook import TodayBy
from tests.builders import a_row
from tests.rules import INVOICING, SEARCH, a_book, a_linter, changed
from translators.explain.agenda import Agenda, build_agenda
from translators.explain.search import Answer, find_capability

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


def test_an_alias_that_another_has_or_that_the_linter_refuses_is_never_proposed() -> None:
    assert agenda("fingerprint login", book="aliases: [Fingerprint-Login]").aliases == ()
    assert agenda("fingerprint by December").aliases == ()
    assert agenda("https://fingerprint.example/face").aliases == ()


def test_no_request_is_an_agenda_too() -> None:
    assert agenda().met_today == agenda().number == 0
