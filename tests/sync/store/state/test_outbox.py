"""Of two workers one tells, and what one of them claimed and never sent is sent by the other."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select

from models.notification import Event, Message, OutboxMark, RunCondition
from models.tables import state
from sync.store.db.engines import open_reader
from sync.store.state import outbox

NOW = datetime.now(UTC) + timedelta(days=1)
"""Later than whatever a test writes, however long all tests take."""


def at_once(engine: Engine, what: Callable[[], Any], times: int = 4) -> list[Any]:
    """What comes of doing it in several threads at the same moment."""
    together, came = threading.Barrier(times), []

    def work() -> None:
        together.wait()
        came.append(what())

    threads = [threading.Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came) == times
    return came


def note(engine: Engine, revision: int) -> None:
    """Tell of all publications up to a revision."""

    def choose(before: OutboxMark | None) -> tuple[OutboxMark, list[Message]]:
        mark = OutboxMark(
            revision=revision,
            condition=RunCondition.GOOD,
            cause="",
            is_stale=False,
            digested_at=NOW,
        )
        numbers = range(before.revision + 1, revision + 1) if before else ()
        return mark, [
            Message(message_id=f"msg_{number}", kind=Event.PUBLISHED, body="{}")
            for number in numbers
        ]

    outbox.note_messages(engine, choose)


def count(engine: Engine) -> int:
    with open_reader(engine) as connection:
        number: int = connection.execute(
            select(func.count()).select_from(state.outbox_message)
        ).scalar_one()
    return number


def test_workers_that_see_the_same_happen_tell_it_once(state_engine: Engine) -> None:
    at_once(state_engine, lambda: note(state_engine, 1))
    assert count(state_engine) == 0
    at_once(state_engine, lambda: note(state_engine, 4))

    assert count(state_engine) == 3


def test_a_message_is_sent_by_one_and_by_another_once_that_one_is_gone(
    state_engine: Engine,
) -> None:
    note(state_engine, 1)
    note(state_engine, 2)

    claimed = at_once(state_engine, lambda: outbox.claim_next(state_engine, NOW))
    assert [each.message_id for each in claimed if each] == ["msg_2"]

    assert outbox.claim_next(state_engine, NOW + outbox.CLAIM / 2) is None
    again = outbox.claim_next(state_engine, NOW + 2 * outbox.CLAIM)
    assert again is not None
    assert (again.message_id, again.attempts) == ("msg_2", 2)


def claim(engine: Engine, now: datetime, *refused: str) -> str | None:
    claimed = outbox.claim_next(engine, now, refused)
    return claimed.message_id if claimed else None


def test_no_message_overtakes_one_that_was_put_off(state_engine: Engine) -> None:
    note(state_engine, 1)
    note(state_engine, 3)
    assert claim(state_engine, NOW) == "msg_2"
    outbox.put_off(state_engine, "msg_2", NOW + timedelta(hours=1), "down", all_others=True)
    assert claim(state_engine, NOW + outbox.CLAIM) is None

    note(state_engine, 4)

    later = NOW + 2 * outbox.CLAIM
    assert claim(state_engine, later) == "msg_2"
    outbox.mark_sent(state_engine, "msg_2", later)
    assert claim(state_engine, later) == "msg_3"
    outbox.mark_sent(state_engine, "msg_3", later)
    assert claim(state_engine, later) == "msg_4"
    outbox.mark_sent(state_engine, "msg_4", later)
    assert claim(state_engine, later) is None


def test_what_another_worker_is_sending_is_waited_for(state_engine: Engine) -> None:
    note(state_engine, 1)
    note(state_engine, 3)
    assert claim(state_engine, NOW) == "msg_2"

    assert claim(state_engine, NOW + outbox.CLAIM / 2) is None

    assert claim(state_engine, NOW + outbox.CLAIM * 2) == "msg_2"


def test_one_that_was_refused_keeps_none_back_and_goes_first_the_next_time(
    state_engine: Engine,
) -> None:
    note(state_engine, 1)
    note(state_engine, 3)
    assert claim(state_engine, NOW) == "msg_2"
    outbox.put_off(
        state_engine, "msg_2", NOW + timedelta(hours=1), "answered 400", all_others=False
    )

    assert claim(state_engine, NOW, "msg_2") == "msg_3"
    outbox.mark_sent(state_engine, "msg_3", NOW)
    assert claim(state_engine, NOW, "msg_2") is None

    note(state_engine, 4)
    assert claim(state_engine, NOW) == "msg_2"


def test_a_clock_that_went_back_keeps_no_message_for_years(state_engine: Engine) -> None:
    note(state_engine, 1)
    note(state_engine, 2)
    outbox.put_off(state_engine, "msg_2", NOW + timedelta(days=900), "x", all_others=True)

    assert outbox.claim_next(state_engine, NOW) is not None


def test_no_more_wait_than_a_disk_can_hold(state_engine: Engine) -> None:
    note(state_engine, 1)
    note(state_engine, outbox.MOST_WAITING + 11)

    told = outbox.read_outbox(state_engine)
    assert (told.waiting, told.given_up) == (outbox.MOST_WAITING, 10)
    assert told.given_up_fault == f"more than {outbox.MOST_WAITING} messages waited"
    first = outbox.claim_next(state_engine, NOW)
    assert first is not None
    assert first.message_id == "msg_12"


def test_who_is_told_nothing_any_more_leaves_nothing_behind(state_engine: Engine) -> None:
    note(state_engine, 1)
    note(state_engine, 2)
    outbox.forget_outbox(state_engine)

    assert outbox.read_mark(state_engine) is None
    assert outbox.claim_next(state_engine, NOW) is None
