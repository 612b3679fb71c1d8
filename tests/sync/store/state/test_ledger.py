from decimal import Decimal

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from models.effort import Ledger
from sync.store.db.engines import open_writer
from sync.store.state import ledger
from sync.store.state.ledger import read_ledger
from tests.builders import AS_OF, WINDOW, effort_rules, finished
from tests.databases import name_prefix
from translators.effort.booking import Booking, book_finished_items

PAY = frozenset({"PAY"})


def a_booking(onto: Ledger | None = None) -> Booking:
    issues = [
        finished(WINDOW - n, id=n + 1, points=Decimal("0.1"), contributor=f"p{n % 3}")
        for n in range(5)
    ]
    return book_finished_items(issues, onto or Ledger("g1"), effort_rules(), AS_OF, PAY)


def append(engine: Engine, booking: Booking) -> None:
    with open_writer(engine) as connection:
        ledger.append_entries(connection, booking.entries)
        ledger.append_windows(connection, booking.windows)


def test_what_is_booked_comes_back_exactly(state_engine: Engine) -> None:
    booking = a_booking()

    append(state_engine, booking)

    back = read_ledger(state_engine, "main", "g1")
    assert back.entries == booking.entries
    assert sorted(back.windows, key=lambda w: w.window) == list(booking.windows)


def test_who_worked_is_forgotten_once_no_later_window_asks_for_it(state_engine: Engine) -> None:
    """The last six windows in which a team finished something are asked, empty ones between too."""
    worked = (0, 1, 2, 4, 5, 6, 9, 10)
    issues = [finished(WINDOW - 11 + n, id=n + 1, contributor="anna") for n in worked]
    booking = book_finished_items(issues, Ledger("g1"), effort_rules(), AS_OF, PAY)

    append(state_engine, booking)

    windows = read_ledger(state_engine, "main", "g1").windows
    known = [w.window - WINDOW + 11 for w in windows if w.finished_by]
    assert known == list(worked[-6:])
    assert [w.people for w in windows] == [w.people for w in booking.windows]


def test_booking_on_top_of_what_was_read_back_adds_nothing(state_engine: Engine) -> None:
    append(state_engine, a_booking())

    again = a_booking(read_ledger(state_engine, "main", "g1"))

    assert (again.entries, again.windows) == ((), ())


def test_the_same_credit_cannot_be_booked_twice(state_engine: Engine) -> None:
    append(state_engine, a_booking())

    with pytest.raises(DBAPIError):
        append(state_engine, a_booking())

    assert len(read_ledger(state_engine, "main", "g1").entries) == 5


@pytest.mark.parametrize("statement", ["UPDATE {t}ledger SET credit = 1", "DELETE FROM {t}ledger"])
def test_the_database_refuses_to_rewrite_the_ledger(state_engine: Engine, statement: str) -> None:
    append(state_engine, a_booking())
    query = text(statement.format(t=name_prefix(state_engine.dialect.name)))

    with pytest.raises(DBAPIError, match="append-only"), open_writer(state_engine) as connection:
        connection.execute(query)


def test_generations_do_not_see_each_other(state_engine: Engine) -> None:
    append(state_engine, a_booking())

    assert read_ledger(state_engine, "main", "g2").entries == ()
    assert read_ledger(state_engine, "other", "g1").entries == ()
