from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.effort import MICRO, Level, Rating
from translators.effort.edges import FEWEST, propose_edges

EDGES = (6, 24, 72, 240)


def ratings(efforts: Sequence[float], level: Level = Level.LARGE) -> dict[str, Rating]:
    return {
        f"c{number}": Rating(
            level=level,
            effort=int(weeks * MICRO),
            effort_by_count=int(weeks * MICRO),
            sizes_known=True,
            history_long_enough=True,
            counting_agrees=True,
            why="",
        )
        for number, weeks in enumerate(efforts)
    }


def test_a_portfolio_that_grows_threefold_gets_its_own_fifths_as_edges() -> None:
    efforts = [base * factor for base in (2, 6, 18, 54, 162) for factor in (1, 1.2, 1.4)]

    proposal = propose_edges(ratings(efforts), EDGES)

    assert proposal.proposed == (6, 18, 50, 150)
    assert [after for _, after in proposal.counts.values()] == [3, 3, 3, 3, 3]


def test_too_few_rated_capabilities_propose_nothing() -> None:
    proposal = propose_edges(ratings([5] * (FEWEST - 1)), EDGES)

    assert proposal.proposed is None
    assert all(each.before is each.after for each in proposal.regradings)


def test_capabilities_that_are_not_rated_have_no_say() -> None:
    proposal = propose_edges(ratings([5] * FEWEST, Level.NOT_RATED), EDGES)

    assert proposal.proposed is None
    assert proposal.regradings == ()


portfolios = st.lists(st.floats(0.1, 5_000), min_size=FEWEST, max_size=60)


@given(portfolios)
def test_proposed_edges_rise_by_at_least_twice_each(efforts: list[float]) -> None:
    proposed = propose_edges(ratings(efforts), EDGES).proposed

    assert proposed is not None
    assert all(above >= 2 * below > 0 for below, above in pairwise(proposed))


@given(portfolios)
def test_every_rated_capability_is_shown_once_under_both(efforts: list[float]) -> None:
    proposal = propose_edges(ratings(efforts), EDGES)

    assert len({each.capability_id for each in proposal.regradings}) == len(efforts)
    before, after = (sum(side) for side in zip(*proposal.counts.values(), strict=True))
    assert before == after == len(efforts)


@pytest.mark.parametrize("efforts", [[1] * 12, [10_000] * 12])
def test_a_portfolio_all_of_one_size_still_gets_edges(efforts: list[float]) -> None:
    assert propose_edges(ratings(efforts), EDGES).proposed is not None
