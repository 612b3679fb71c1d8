"""Each class of promises and leaks in each language, and words of use that are none."""

import sys
from collections.abc import Callable
from datetime import date
from time import process_time

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from models.promises import Tier
from tests.rules import a_linter
from translators.promises.patterns import PatternSet

NAMES = """
    never:
      people: [Ada Brandt]
      customers: [Quarz Versicherung AG, Target]
      code_names: [Project Heron]
      environments: [prod-eu-3]
"""
LINTER = a_linter(NAMES)
BLOCKS = {
    "P1": "Ready on 3 May | Fertig am 3. Mai | Prêt le 3 mai | Listo el 3 de mayo",
    "P2": "In three weeks | In drei Wochen | Dans trois semaines | Dentro de tres semanas",
    "P5": "80 % done | Zu 80 % fertig | Terminé à 80 % | Está al 80 %",
    "L1": "See PAY-31 | https://a.example/b | 10.1.2.3 | intern.example.com",
    "L2": "Ada Brandt's idea | Brandt, Ada | Frau Brandts Wunsch | ada@example.com "
    "| +41 44 555 12 12",
    "L3": "For Quarz Versicherung | Quarz-Versicherungs-Portal | Quarz AG | TARGET wants it",
    "L6": "Project Heron | Herons | prod-eu-3",
    "L8": "<b>Export</b> | Ex\u200bport | Exp\u043ert | &lt;b&gt;",
    "L9": "=SUM(A1) | @SUM(A1)",
}
ASKS = {
    "P3": "It will be ready | Es wird kommen | Il arrivera | Llegará | It is guaranteed "
    "| The supplier undertakes to add it | Die Umsetzung erfolgt im Projekt",
    "P2": "For now only in English | Vorerst ohne Anhänge | Pour l'instant en anglais "
    "| De momento solo en inglés",
    "P4": "We plan an app | Wir planen eine App | Nous préparons une application "
    "| Estamos preparando una app | Currently being built | Est en développement | Closed beta "
    "| Vision: one inbox | The roadmap covers it | A question of when | We can't wait to show it "
    "| Die Tage der Maske sind gezählt | Dans notre ligne de mire "
    "| Los días del acceso están contados",
    "P5": "One last bug to go | Noch ein letzter Fehler | Un dernier bug | Un último error",
    "P6": "Comes with version 7 | Ab Version 7 | Dans la version 7 | En la versión 7",
    "P7": "Never fails | Absolut sicher | Totalement fiable | Nunca falla | Nobody does it better "
    "| Has never lost a record | Faster than the rest | Immune to fraud | Noch nie ausgefallen "
    "| Kein anderer bietet das | Sans égal | Plus jamais d'erreur | Ni un fallo | Sin rival",
    "L3": "Requested by our largest customer",
    "L4": "Closes a security hole in the login | Schließt eine Sicherheitslücke "
    "| Corrige une faille de sécurité | Corrige un fallo de seguridad",
    "L5": "OrderExportService | export_order()",
    "L7": "Took two developers | 12 Personentage | 15 jours-homme | Unas 20 jornadas | CHF 500",
    "Q1": "tbd | Lorem ipsum",
}
PASSES = """
    Prometheus metrics | Commit signing | Deadline reminders | Vulnerability scanner | Notes
    Soon-to-expire cards | Bald ablaufende Karten | Cartes bientôt expirées
    See which invoices are due this week. | Plan the shifts of next week.
    Sie erhalten eine Nachricht, sobald jemand antwortet. | Noch nicht bezahlte Rechnungen
    Le total sera calculé automatiquement. | Compara las ventas de este trimestre.
    If a guest cancels, the host will be notified. | Landing pages | Brand management
    H.264 video | Will-call tickets | Tarifas de fin de semana | Soon-due bills
    Charts compare this month with the last one. | Orders go out the next working day.
    When a policy is about to end, its owner is told. | Today list | Compte à rebours
    En este módulo se podrán configurar los turnos. | Wer spät kommt, erhält einen Code.
    Nothing promised | Nichts zugesagt | You can always go back. | The best offer is marked.
    Nobody but you sees the note. | Numbers are never used twice.
    Keine Nummer wird zweimal vergeben. | Rien de promis.
    Every change is listed. | Work from anywhere, on any device. | No coding, just drag blocks.
"""
DRESSED = (
    "Q 3 | Q\uff13 | 2 0 2 7 | c o m i n g  s o o n | n\u0435xt quarter | next\u00a0quarter | s00n"
    "| ComingInMarch2027 | nextQuarter | shiipping in Maarch | sooon | due soon | demain | mañana"
    "| 12/03 | der 3.11. | Season 26/27 | Near term: exports | Due: Fri"
)
OF_NO_LANGUAGE = """
    P1: Disponibile dal 3 marzo 2027 | Будет 12.03.2027 | Klar den 2027-03-01 | 2027年3月
    L1: Vedi PAY-502 | См. PAY-502 | P A Y - 5 0 2 | P. A. Y. - 502
    P5: Pronto al 80 % | Готово на 80 % | 80%完了
    L2: Chiedi a ada@example.com | +39 06 5555 1212
"""


def count_calls(call: Callable[[str], object], text: str) -> int:
    """How many functions are called, built-in ones too."""
    calls = 0

    def count(_frame: object, event: str, _what: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        call(text)
    finally:
        sys.setprofile(None)
    return calls


def split(texts: str) -> list[str]:
    return [text.strip() for line in texts.splitlines() for text in line.split("|")]


def lines(texts: str) -> list[str]:
    return [line for line in texts.splitlines() if line.strip()]


def cases(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(kind, text) for kind, texts in table.items() for text in split(texts)]


def tell(text: str) -> set[tuple[str, Tier]]:
    return {(found.rule, found.tier) for found in LINTER.find_promises(text)}


@pytest.mark.parametrize(("kind", "text"), cases(BLOCKS))
def test_what_is_certain_blocks(kind: str, text: str) -> None:
    assert (kind, Tier.BLOCK) in tell(text)


@pytest.mark.parametrize(("kind", "text"), cases(ASKS))
def test_what_a_person_must_look_at_asks(kind: str, text: str) -> None:
    assert (kind, Tier.ASK) in tell(text)


@pytest.mark.parametrize("text", split(PASSES))
def test_words_of_a_trade_and_of_use_pass(text: str) -> None:
    assert LINTER.find_promises(text) == ()


@pytest.mark.parametrize("text", split(DRESSED))
def test_no_dress_hides_a_time(text: str) -> None:
    assert {"P1", "P2"} & {rule for rule, _ in tell(text)}


@pytest.mark.parametrize(
    ("kind", "text"), cases(dict(line.strip().split(": ", 1) for line in lines(OF_NO_LANGUAGE)))
)
def test_figures_keys_and_addresses_are_found_in_any_language(kind: str, text: str) -> None:
    assert kind in {rule for rule, _ in tell(text)}


@pytest.mark.parametrize("text", split("LinkedIn | iPhone16 Max | JavaScript | OAuth2Proxy"))
def test_joined_words_that_say_no_time_pass(text: str) -> None:
    assert not {"P1", "P2"} & {rule for rule, _ in tell(text)}


def test_signs_between_words_hide_no_intention() -> None:
    assert "P4" in {rule for rule, _ in tell("We: plan: to: add it")}


@pytest.mark.parametrize("text", split("Ask Ada | Frag mal Ada | Pregunta a Ada | Merci Ada"))
def test_a_first_name_is_a_person_where_somebody_is_spoken_to(text: str) -> None:
    assert ("L2", Tier.BLOCK) in tell(text)
    assert LINTER.find_promises("Ada compiler settings") == ()


@pytest.mark.parametrize(
    "unseen", "\u034f \u1160 \u17b4 \u2800 \u3164 \uffa0 \U000e01ef".split(" ")
)
def test_letters_of_which_nobody_sees_anything_are_hidden_characters(unseen: str) -> None:
    assert ("L8", Tier.BLOCK) in tell(f"Ex{unseen}port")


@pytest.mark.parametrize(
    "dress",
    [
        lambda text: "".join(f"{each}\u0332" for each in text),
        lambda text: "".join(f"{each}\u20dd" for each in text),
        lambda text: "".join(chr(0x660 + int(e)) if e.isdigit() else e for e in text),
        lambda text: text.translate(str.maketrans("0123456789", "⓿❶❷❸❹❺❻❼❽❾")),
    ],
)
@pytest.mark.parametrize(
    ("kind", "text"),
    [("L1", "PAY-502"), ("P1", "2027-03-01"), ("P1", "Q3"), ("L2", "ada@example.com")],
)
def test_marks_and_digits_of_other_scripts_hide_nothing(
    kind: str, text: str, dress: Callable[[str], str]
) -> None:
    assert (kind, Tier.BLOCK) in tell(f"See {dress(text)}")


@pytest.mark.parametrize(
    "text",
    split(
        "w i l l | w.i.l.l | W+i+l+l | w•i•l•l | w:i:l:l | w'i'l'l | so*on | so`on | so\\on "
        "| so😀on | It will&#32be | \\u0073oon | %73%6f%6f%6e"
    ),
)
def test_words_in_pieces_are_asked_about(text: str) -> None:
    assert "L8" in {rule for rule, _ in tell(text)}


@pytest.mark.parametrize(
    "text", split("next→quarter | next … quarter | next+quarter | next=quarter | nexŧ quarŧer")
)
def test_signs_between_words_hide_no_time(text: str) -> None:
    assert "P2" in {rule for rule, _ in tell(text)}


@pytest.mark.parametrize(
    "text",
    split(
        "\uff34\uff41\uff52get | T\u0301arget | tArGeT | Ada.Brandt | TARGET "
        "| Quarz.Versicherung | Target's"
    ),
)
def test_names_are_found_in_any_dress(text: str) -> None:
    assert {"L2", "L3"} & {rule for rule, _ in tell(f"Made with {text}")}


@pytest.mark.parametrize(
    "text", split("A/B/C/D | Plan 1.2.3.4 | R&D, Q&A, A, B, C, D | On target, in C++")
)
def test_short_words_and_figures_are_not_taken_for_words_in_pieces(text: str) -> None:
    assert "L8" not in {rule for rule, _ in tell(text)}


def test_a_place_says_its_words_its_class_and_what_to_say_instead() -> None:
    found, *_ = LINTER.find_promises("Folders. We plan to add them.")

    assert (found.rule, found.tier, found.span) == ("P4", Tier.ASK, "We plan")
    assert (found.start, found.end) == (9, 16)
    assert found.instead == "Say what customers can do with it today."


def test_phrases_of_another_language_are_not_looked_for_where_the_language_is_known() -> None:
    assert LINTER.find_promises("Wir planen das", "de")
    assert not LINTER.find_promises("Wir planen das", "en")
    assert LINTER.find_promises("Nächste Woche", "en"), "what is certain is so in any language"


def test_a_waiver_lets_exactly_its_words_through_until_it_ends() -> None:
    rules = """
        waivers:
          - says: guaranteed delivery slots
            capability: slots
            reason: What they are called
            by: "@ada"
            until: 2027-03-31
    """
    text = "Book guaranteed delivery slots"
    linter = a_linter(rules, date(2027, 3, 31))

    assert linter.lint_text(text, "slots") == ()
    assert linter.lint_text(text, "other"), "of one capability alone"
    assert linter.lint_text("Guaranteed delivery slots", "slots"), "the exact words"
    assert linter.lint_text(f"{text}, delivery guaranteed", "slots"), "and no others"
    assert a_linter(rules, date(2027, 4, 1)).lint_text(text, "slots"), "it has run out"


def test_no_waiver_lets_through_what_blocks() -> None:
    rules = """
        waivers: [{says: in May 2027, reason: r, by: b, until: 2030-01-01}]
    """

    assert a_linter(rules).lint_text("Out in May 2027")


def test_a_team_adds_phrases_takes_some_out_and_allows_words_of_its_trade() -> None:
    linter = a_linter(
        """
        promises:
          - id: money
            add: {says: {en: [gold coins]}}
          - id: markup
            off: true
          - id: own
            class: L6
            tier: block
            what: our own name
            says: {any: ["snark*", "{bird} team"]}
        terms:
          - {id: bird, words: [heron, stork]}
          - id: feast
            add: {words: carnival}
            without: {words: easter}
        allow: [definitely maybe]
        """
    )
    told = {
        text: [found.span for found in linter.find_promises(text)]
        for text in split(
            "Ten gold coins | <b>Bold</b> | The snarks | The stork team | Before carnival "
            "| Before Easter | Definitely maybe"
        )
    }

    assert told == {
        "Ten gold coins": ["gold coins"],
        "<b>Bold</b>": [],
        "The snarks": ["snarks"],
        "The stork team": ["stork team"],
        "Before carnival": ["Before carnival"],
        "Before Easter": [],
        "Definitely maybe": [],
    }


PIECES = st.sampled_from(
    [*split(BLOCKS["P1"]), *split(ASKS["P4"]), "Quarz", " ", "ß", "ﬁ", "İ", "\u0301", "\u200b", "9"]
)


@given(st.lists(PIECES | st.text(max_size=8), max_size=12).map(" ".join))
def test_places_lie_in_the_text_and_hold_what_is_told(text: str) -> None:
    for found in LINTER.find_promises(text):
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.span


@pytest.mark.parametrize(
    "piece",
    [
        "we will ",
        "s o ",
        "\u0430a",
        *(
            pytest.param(piece, marks=pytest.mark.all)
            for piece in ("Q3 ", "due next week ", "guaranteed ", "Quarz ", "a-", "x", "9%")
        ),
    ],
)
def test_a_text_four_times_as_long_takes_four_times_the_work(piece: str) -> None:
    rules = "waivers: [{says: guaranteed, reason: r, by: b, until: 2030-01-01}]"
    linter = a_linter(f"{NAMES}\n    {rules}")
    linter.lint_text(piece)

    short, long = (count_calls(linter.lint_text, piece * times) for times in (200, 800))

    assert long <= 4.5 * short + 500


@pytest.mark.parametrize(
    "piece",
    [".", "*", "\u0301", "a.", *(pytest.param(sign, marks=pytest.mark.all) for sign in " +\\")],
)
def test_no_row_of_signs_is_gone_through_again_and_again(piece: str) -> None:
    began = process_time()

    LINTER.find_promises(f"a{piece * 60_000}")

    assert process_time() - began < 3


def test_a_set_that_says_nothing_of_a_text_is_not_believed() -> None:
    patterns = PatternSet(["b+", "a", "z"])
    silent = re2.Set.SearchSet()
    silent.Add("never")
    silent.Compile()

    by_one_pass = patterns.find("abba")
    patterns._sets[False] = silent

    assert by_one_pass == patterns.find("abba") == [0, 1]
