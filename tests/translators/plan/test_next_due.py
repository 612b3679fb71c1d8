from datetime import UTC, date, datetime, timedelta

import pytest

from tests.builders import AS_OF, WINDOW, finished
from tests.rules import a_book
from tests.translators.plan.test_translate import BOOK, a_snapshot, epic_of, translated, work
from translators.backlog.fortnights import GRACE, window_start
from translators.plan.next_due import find_next_due


def boundary(until: date) -> datetime:
    """The next one where nothing but a pin ends."""
    book = a_book(
        rest=f"""
pins:
  - issue: PAY-1
    hold: true
    reason: We are not sure yet.
    by: anna
    until: {until}
"""
    )
    return find_next_due(a_snapshot([]), book, translated([], book))


@pytest.mark.parametrize("until", [date.min, date.max, AS_OF.date() + timedelta(days=300)])
def test_without_anything_sooner_the_next_fortnight_is_the_boundary(until: date) -> None:
    assert boundary(until) == window_start(WINDOW + 2) + GRACE


def test_a_pin_holds_to_the_end_of_its_last_day() -> None:
    assert boundary(AS_OF.date()) == datetime(2026, 11, 24, tzinfo=UTC)


def test_work_finished_at_the_end_of_time_ends_no_run() -> None:
    epic = epic_of("invoicing")
    odd = finished(epic_id=epic.id, done_at=datetime(9999, 12, 31, tzinfo=UTC))
    issues = [epic, odd, *work(epic)]

    found = find_next_due(a_snapshot(issues), BOOK, translated(issues))

    assert found == window_start(WINDOW + 2) + GRACE
