"""Words that weigh: a sentence whose words come to the bar is asked about, and only asked about."""

import pytest

from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from tests.rules import a_linter
from translators.promises.hints import find_heaviest_run, list_features, split_sentences
from translators.promises.linter import Linter
from translators.promises.violation import Violation
from translators.weight_lines import split_weights

SHIPPED = {each.id: each for each in rulebook_from_texts(read_shipped_texts()).linting.classes}
NONE_SHIPPED = "".join(
    f"  - id: {name}\n    off: true\n" for name, rule in SHIPPED.items() if rule.weighs
)
WEIGHED = f"""\
promises:
{NONE_SHIPPED}\
  - id: rumours
    class: P4
    what: a rumour
    instead: Say what there is.
    weighs:
      20: rumour, murmur
      12: they say
      -15: recorded
  - id: whispers
    class: P3
    what: a whisper
    instead: Say it aloud.
    weighs: {{18: "whisp*, *ered", 25: psst}}
"""


def lint(text: str, more: str = "") -> tuple[Violation, ...]:
    return a_linter(WEIGHED + more).find_promises(text)


def test_one_word_alone_says_too_little_and_two_are_asked_about() -> None:
    assert lint("A rumour in the village") == ()

    (found,) = lint("A rumour, they say, of the village")

    assert (found.rule, found.tier, found.what) == ("P4", "ask", "a rumour")
    assert found.instead == "Say what there is."
    assert found.is_weighed


def test_the_words_that_tell_are_named_with_their_place() -> None:
    text = "Quarries of the old kind: rumour and murmur in stone"

    (found,) = lint(text)

    assert found.span == "rumour and murmur"
    assert text[found.start : found.end] == found.span


def test_a_word_against_it_is_taken_off() -> None:
    assert lint("Rumour and murmur")
    assert lint("Rumour and murmur recorded") == ()


def test_each_word_counts_once() -> None:
    assert lint("Rumour rumour rumour") == ()


def test_words_of_different_sentences_are_not_added() -> None:
    assert lint("Here is a rumour. There is a murmur.") == ()
    assert len(lint("A rumour, a murmur. Nothing else. A murmur, a rumour.")) == 2


def test_each_word_of_a_long_sentence_takes_a_little_away() -> None:
    filler = " of the hill and of the vale and of the woods behind it"

    assert lint("Rumour and murmur")
    assert lint(f"Rumour and murmur{filler}{filler}") == ()


def test_the_class_is_the_one_that_the_words_most_speak_of() -> None:
    (found,) = lint("Psst, a rumour")

    assert (found.rule, found.what) == ("P3", "a whisper")


def test_a_word_counts_by_its_beginning_and_its_end_too() -> None:
    assert lint("Whispered")
    assert lint("Whispers") == ()


def test_nothing_is_said_of_a_sentence_of_which_a_phrase_says_more() -> None:
    (found,) = lint("A rumour, they say: the vote is due in March 2031")

    assert (found.rule, found.tier) == ("P1", "block")


def test_words_that_are_allowed_weigh_nothing() -> None:
    text = "Rumour and murmur boards"

    assert lint(text)
    assert lint(text, "allow: [murmur boards]\n") == ()


def test_a_waiver_lets_exactly_the_words_through() -> None:
    waivers = """\
waivers:
  - says: rumour and murmur
    reason: The name of a game
    by: "@ada"
    until: 2199-12-31
"""
    linter: Linter = a_linter(WEIGHED + waivers)

    assert linter.lint_text("The rumour and murmur game") == ()
    assert linter.lint_text("The murmur and rumour game")


def test_a_code_is_judged_by_what_is_certain_of_words_alone() -> None:
    linter = a_linter(WEIGHED)

    assert linter.lint_text("rumour and murmur")
    assert linter.lint_code("rumour-and-murmur") == ()
    assert linter.lint_code("coming-in-march-2031")


def test_of_a_text_in_another_language_nothing_is_weighed() -> None:
    find = a_linter(WEIGHED).find_promises

    assert find("The rumour and the murmur", "en")
    assert find("The rumour and the murmur", "de") == ()


def test_what_only_weighs_cannot_block() -> None:
    with pytest.raises(Exception, match="'weighs' goes with `tier: ask` alone"):
        a_linter(WEIGHED + "    tier: block\n")


def test_a_team_gives_words_more_weight() -> None:
    add = "promises:\n  - id: weighed-intention\n    add: {weighs: {16: [zephyr, flummox]}}\n"

    assert a_linter().find_promises("Zephyr flummox") == ()
    assert [each.span for each in a_linter(add).find_promises("Zephyr flummox")] == [
        "Zephyr flummox"
    ]


def test_a_team_takes_a_word_out_and_the_rest_stays() -> None:
    name = "weighed-intention"
    longest = max(SHIPPED[name].weighs, key=len)
    _, (word, other, *_) = split_weights(longest)
    own = f"promises:\n  - id: {name}\n    without: {{weighs: ['{word}']}}\n"

    book = rulebook_from_texts(read_shipped_texts() | {"own.yaml": own})

    (changed,) = (each for each in book.linting.classes if each.id == name)
    left = {each for line in changed.weighs for each in split_weights(line)[1]}
    assert word not in left
    assert other in left


def test_what_is_not_there_cannot_be_taken_out() -> None:
    book = "promises:\n  - id: weighed-intention\n    without: {weighs: [quibblefish]}\n"

    with pytest.raises(Exception, match="there is no 'quibblefish' to take out"):
        a_linter(book)


def test_what_counts_of_a_word_is_itself_its_neighbours_its_beginning_and_its_end() -> None:
    (sentence,) = split_sentences("reports later.")

    assert [list(list_features(token)) for token in sentence] == [
        ["reports", "repor*", "*rts", "*orts", "^ reports"],
        ["later", "*ter", "reports later", "later ."],
    ]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("one two. three", [["one", "two"], ["three"]]),
        ("soon: a list", [["soon", "a", "list"]]),
        ("version 4.2 of it", [["version", "0", "0", "of", "it"]]),
        ("really?! yes; no", [["really"], ["yes"], ["no"]]),
        ("...", []),
    ],
)
def test_texts_are_weighed_sentence_by_sentence(text: str, sentences: list[list[str]]) -> None:
    assert [[token[0] for token in each] for each in split_sentences(text)] == sentences


def test_a_sentence_that_nobody_reads_to_its_end_is_asked_about() -> None:
    long = "the list of all that is on the wall and " * 10

    (found,) = lint(f"Short. {long}and so on. Short again.")

    assert (found.rule, found.tier) == ("Q1", "ask")
    assert found.span.startswith("the list")
    assert found.span.endswith("and so on")


def test_a_sentence_without_end_is_weighed_by_parts() -> None:
    assert [len(each) for each in split_sentences("word " * 100)] == [40, 40, 20]


@pytest.mark.parametrize(
    ("shares", "run"),
    [([5, -9, 3, -1, 4], (2, 4)), ([7], (0, 0)), ([1, 1, -5], (0, 1)), ([-1, 2], (1, 1))],
)
def test_the_words_that_tell_are_the_neighbours_that_add_up_to_most(
    shares: list[int], run: tuple[int, int]
) -> None:
    assert find_heaviest_run(shares) == run
