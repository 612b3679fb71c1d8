"""The shipped screening holds what looks internal and spares what is sold, in every language."""

from collections import Counter

import pytest

from models.rulebook import Then
from tests.benchmarks.screening import (
    HALVES,
    JudgedTitle,
    compile_shipped,
    read_sets,
    read_titles,
    screen_title,
)
from tests.benchmarks.screening_curve import share_stopped as share_at_bar
from tests.benchmarks.screening_curve import weigh_unseen_trades
from tests.benchmarks.screening_weights import (
    CONFIG,
    learn_rule,
    read_learning_titles,
    write_rule,
)
from translators.rules.weights import BAR

SHIPPED = compile_shipped()
TITLES = read_titles()
STOPPED = {Then.HIDE, Then.HOLD}


def outcomes(*, is_sellable: bool, **having: str) -> Counter[str]:
    """How many titles have each outcome, of those with this half, language or kind."""
    chosen = [
        title
        for title in TITLES
        if title.is_sellable is is_sellable
        and all(getattr(title, name) == value for name, value in having.items())
    ]
    return Counter(screen_title(SHIPPED, title.text) for title in chosen)


def share_stopped(found: Counter[str]) -> float:
    return sum(found[each] for each in STOPPED) / found.total()


def test_there_are_as_many_titles_as_a_claim_needs() -> None:
    assert len(TITLES) >= 600
    assert len({title.text for title in TITLES}) == len(TITLES)
    halves = Counter(title.half for title in TITLES)
    assert all(halves[half] >= 300 for half in HALVES)


@pytest.mark.parametrize("half", HALVES)
def test_nothing_sellable_is_hidden(half: str) -> None:
    assert outcomes(is_sellable=True, half=half)[Then.HIDE] == 0


@pytest.mark.parametrize("half", HALVES)
def test_fewer_than_one_in_ten_sellable_titles_wait_for_a_person(half: str) -> None:
    assert share_stopped(outcomes(is_sellable=True, half=half)) < 0.1


CLASSES = sorted({(t.language, t.kind) for t in TITLES if not t.is_sellable})


@pytest.mark.parametrize(("language", "kind"), CLASSES)
def test_of_internal_work_one_in_ten_gets_by_in_any_class(language: str, kind: str) -> None:
    found = outcomes(is_sellable=False, language=language, kind=kind)

    assert found.total() - sum(found[each] for each in STOPPED) <= max(1, found.total() // 10)


@pytest.mark.parametrize("half", HALVES)
def test_of_internal_work_one_in_ten_gets_by(half: str) -> None:
    assert share_stopped(outcomes(is_sellable=False, half=half)) >= 0.9


@pytest.mark.parametrize(
    ("folder", "untouched", "held"),
    [
        ("looked_at", 0.03, 0.12),
        ("trades", 0.05, 0.05),
        ("aside", 0.08, 0.11),
        ("blind", 0.05, 0.09),
    ],
)
def test_sets_of_other_trades_are_judged_as_well_as_the_decision_says(
    folder: str, untouched: float, held: float
) -> None:
    found: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    learnt = {title.text.casefold() for title in read_learning_titles()}
    is_unseen = folder in ("aside", "blind")
    for title in read_sets(folder):
        if not (is_unseen and title.text.casefold() in learnt):  # some are anybody's, as "Polls"
            found[title.is_sellable][screen_title(SHIPPED, title.text)] += 1

    assert min(each.total() for each in found.values()) >= 250
    assert found[True][Then.HIDE] == 0
    assert share_stopped(found[True]) <= held
    assert 1 - share_stopped(found[False]) <= untouched


@pytest.mark.parametrize("folder", ["aside", "blind"])
def test_few_titles_that_are_set_aside_were_learnt_from_by_chance(folder: str) -> None:
    learnt = {title.text.casefold() for title in read_learning_titles()}
    aside = {title.text.casefold() for title in read_sets(folder)}

    assert len(learnt & aside) / len(aside) < 0.12, sorted(learnt & aside)


def test_words_are_learnt_from_many_trades_in_every_language() -> None:
    titles = read_sets("trades")
    sides = Counter((title.language, title.is_sellable) for title in titles)

    assert len({title.kind for title in titles}) >= 40
    assert len(titles) >= 5000
    assert all(sides["ja", each] >= 100 for each in (True, False))
    assert all(sides[each, side] >= 500 for each in ("de", "fr", "es") for side in (True, False))


@pytest.mark.all
def test_a_trade_that_nothing_was_learnt_from_is_judged_as_the_decision_says() -> None:
    weighed = weigh_unseen_trades()

    assert len(weighed) >= 5000
    assert share_at_bar(weighed, BAR, is_sellable=True) <= 0.12
    assert share_at_bar(weighed, BAR, is_sellable=False) >= 0.81


@pytest.mark.all
def test_what_words_weigh_is_what_the_titles_teach() -> None:
    text = CONFIG.read_text(encoding="utf-8")
    _, weights = learn_rule()
    taught = write_rule(text, weights).splitlines()

    assert len(set(text.splitlines()) ^ set(taught)) <= 20  # another machine rounds a few otherwise


def test_a_title_is_in_one_half_for_ever() -> None:
    assert JudgedTitle("Bump Kotlin", False, "en", "housekeeping").half == "held-out"
