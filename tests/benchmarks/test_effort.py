import pytest

from tests.benchmarks.department import Troubles, build
from tests.benchmarks.flaps import live_through
from tests.benchmarks.yardsticks import PRODUCT, booked, judge_estimate, measures

pytestmark = pytest.mark.all


@pytest.mark.parametrize(("missing", "error"), [(0.0, 0.10), (0.3, 0.15)])
def test_effort_is_close_to_the_truth_where_raw_points_are_not(
    missing: float, error: float
) -> None:
    department = build(1, Troubles(missing=missing))
    truth = department.truth()

    found = measures(department, booked(department))

    ours = judge_estimate(found[PRODUCT], truth, naive=False)
    points = judge_estimate(found["raw points"], truth, naive=True)
    assert ours.error < error < points.error
    assert 0.85 < ours.total < 1.15


def test_people_who_are_not_counted_spoil_the_shares() -> None:
    department = build(1, Troubles())
    truth = department.truth()

    found = measures(department, booked(department))

    clipped = judge_estimate(found["people: at most 15"], truth, naive=False)
    assert clipped.error > 1.5 * judge_estimate(found[PRODUCT], truth, naive=False).error


def test_levels_hardly_ever_flap_and_effort_falls_by_reversals_alone() -> None:
    year = live_through(1, 1.0)

    _, flaps = year.damped
    assert flaps <= 0.1
    assert year.reversals > 100
    assert year.unexplained == 0
