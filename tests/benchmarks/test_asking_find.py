"""`find` claims nothing that is not on the list, on asks that were written before its rule."""

import pytest

from tests.benchmarks.asking_find import HALVES, KINDS, Ask, is_met, read_all


@pytest.fixture(scope="module")
def judged() -> list[tuple[Ask, str]]:
    return read_all()


def test_nothing_absent_or_hidden_is_called_it_and_no_other_row_is(
    judged: list[tuple[Ask, str]],
) -> None:
    assert [ask for ask, outcome in judged if outcome == "wrong"] == []


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize(("kind", "least"), [("named", 0.95), ("paraphrase", 0.8)])
def test_names_are_met_and_the_row_meant_is_offered(
    judged: list[tuple[Ask, str]], kind: str, least: float, half: str
) -> None:
    some = [is_met(*pair) for pair in judged if (pair[0].kind, pair[0].half) == (kind, half)]

    assert sum(some) >= least * len(some)


def test_there_are_as_many_asks_as_the_goals_need(judged: list[tuple[Ask, str]]) -> None:
    numbers = {kind: sum(ask.kind == kind for ask, _ in judged) for kind in KINDS}

    assert numbers["absent"] >= 200
    assert min(numbers["named"], numbers["paraphrase"]) >= 100
