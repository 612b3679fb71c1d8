"""What becomes of each message in the outbox, and of those beside it."""

import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.exc import OperationalError

from models.notification import EndedRun, Event, Message, OutboxMark, OutboxState, RunCondition
from models.tables import state
from sync.store.db.engines import open_reader, open_writer
from sync.store.state import outbox
from tests.variants import on_sqlite_first

on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"])
NOW = datetime.now(UTC) + timedelta(days=1)
"""Later than whatever a test writes."""
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
MARK = OutboxMark(
    revision=1,
    condition=RunCondition.GOOD,
    cause="",
    is_stale=False,
    digested_at=NOW,
    token_told="t",
)


def note(engine: Engine, *ids: str, mark: OutboxMark = MARK) -> None:
    messages = [Message(message_id=each, kind=Event.PUBLISHED, body=f"of {each}") for each in ids]

    def choose(_before: OutboxMark | None) -> tuple[OutboxMark, Iterable[Message]]:
        return mark, messages

    outbox.note_messages(engine, choose)


def change(engine: Engine, message_id: str, **values: Any) -> None:
    table = state.outbox_message
    with open_writer(engine) as connection:
        connection.execute(update(table).where(table.c.message_id == message_id).values(**values))


def rows(engine: Engine) -> dict[str, Any]:
    """The messages by their ids."""
    with open_reader(engine) as connection:
        return {row.message_id: row for row in connection.execute(select(state.outbox_message))}


def due(engine: Engine) -> dict[str, datetime]:
    return {message_id: row.due_at for message_id, row in rows(engine).items()}


@on_sqlite_first
def test_the_mark_is_what_was_noted_last(state_engine: Engine) -> None:
    note(state_engine)
    first = outbox.read_mark(state_engine)
    later = replace(MARK, revision=2, condition=RunCondition.HELD, is_stale=True, cause="c")
    note(state_engine, mark=later)

    assert (first, outbox.read_mark(state_engine)) == (MARK, later)


@on_sqlite_first
def test_a_message_that_is_known_is_noted_once_and_due_at_once(state_engine: Engine) -> None:
    before = datetime.now(UTC)
    note(state_engine, "a")
    claimed = outbox.claim_next(state_engine, datetime.now(UTC))
    note(state_engine, "a", "b")

    assert claimed is not None
    assert (claimed.message_id, claimed.body, claimed.attempts) == ("a", "of a", 1)
    assert before <= claimed.created_at <= datetime.now(UTC)
    assert rows(state_engine).keys() == {"a", "b"}
    assert rows(state_engine)["a"].attempts == 1
    assert before <= due(state_engine)["b"] <= datetime.now(UTC)


@on_sqlite_first
def test_where_something_is_due_the_oldest_goes_first_and_is_left_to_its_sender_for_a_minute(
    state_engine: Engine,
) -> None:
    note(state_engine, "a", "b", "c")
    later = NOW + SECOND
    outbox.put_off(state_engine, "a", later, "answered 500", all_others=True)
    none = outbox.claim_next(state_engine, NOW)
    change(state_engine, "b", due_at=NOW)

    came = [outbox.claim_next(state_engine, NOW) for _ in range(2)]

    assert none is None
    assert [each.message_id if each else None for each in came] == ["a", None]
    assert due(state_engine) == {"a": NOW + MINUTE, "b": NOW, "c": later}


@on_sqlite_first
@pytest.mark.parametrize(
    ("attempts", "fault", "due_in", "is_claimed"),
    [
        (1, None, MINUTE, False),
        (1, None, SECOND, False),
        (1, None, timedelta(0), True),
        (1, None, MINUTE + SECOND, True),
        (0, None, SECOND, True),
        (1, "answered 500", SECOND, True),
    ],
    ids=["just claimed", "claimed", "left", "by a clock ahead", "put off with others", "put off"],
)
def test_what_another_claimed_less_than_a_minute_ago_is_waited_for(
    state_engine: Engine, attempts: int, fault: str | None, due_in: timedelta, is_claimed: bool
) -> None:
    note(state_engine, "a", "due")
    change(state_engine, "a", attempts=attempts, fault=fault, due_at=NOW + due_in)

    claimed = outbox.claim_next(state_engine, NOW)

    assert (claimed.message_id if claimed else None) == ("a" if is_claimed else None)


@on_sqlite_first
def test_one_that_was_refused_is_passed_over_and_nothing_is_due_because_of_it(
    state_engine: Engine,
) -> None:
    note(state_engine, "a", "b")
    change(state_engine, "b", due_at=NOW + SECOND)

    passed_over = outbox.claim_next(state_engine, NOW, {"a"})
    change(state_engine, "b", due_at=NOW)
    claimed = outbox.claim_next(state_engine, NOW, {"a"})

    assert passed_over is None
    assert claimed is not None
    assert claimed.message_id == "b"


@on_postgresql
@pytest.mark.parametrize("theirs", [{"attempts": 1}, {"sent_at": NOW}], ids=["claims", "sent"])
def test_who_reads_it_while_another_worker_takes_it_does_not_send_it(
    state_engine: Engine, theirs: dict[str, Any]
) -> None:
    note(state_engine, "a")
    table, claimed = state.outbox_message, list[Any]()
    late = threading.Thread(target=lambda: claimed.append(outbox.claim_next(state_engine, NOW)))
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")

    with open_writer(state_engine) as first:
        first.execute(update(table).where(table.c.message_id == "a").values(**theirs))
        late.start()
        while not first.execute(waiting).scalar():
            assert late.is_alive()
    late.join()

    assert claimed == [None]


@on_sqlite_first
@pytest.mark.parametrize(
    ("ahead", "is_claimed"), [(2 * DAY, False), (2 * DAY + SECOND, True), (SECOND, False)]
)
def test_what_is_due_days_ahead_was_put_off_by_a_wrong_clock(
    state_engine: Engine, ahead: timedelta, is_claimed: bool
) -> None:
    note(state_engine, "a")
    change(state_engine, "a", due_at=NOW + ahead)

    assert (outbox.claim_next(state_engine, NOW) is not None) is is_claimed


@on_sqlite_first
def test_what_was_sent_or_given_up_is_claimed_no_more(state_engine: Engine) -> None:
    note(state_engine, "a", "b")
    outbox.mark_sent(state_engine, "a", NOW)
    outbox.give_up(state_engine, "b", "no", NOW)

    assert outbox.claim_next(state_engine, NOW) is None
    assert outbox.find_next_due(state_engine) is None


@on_sqlite_first
def test_what_was_sent_has_no_fault_and_nothing_else_is_sent_by_it(state_engine: Engine) -> None:
    note(state_engine, "a", "b")
    outbox.put_off(state_engine, "a", NOW, "answered 500", all_others=False)
    outbox.mark_sent(state_engine, "a", NOW)

    found = rows(state_engine)
    assert (found["a"].sent_at, found["a"].fault) == (NOW, None)
    assert (found["b"].sent_at, found["b"].fault) == (None, None)


@on_sqlite_first
def test_what_was_sent_or_given_up_is_forgotten_after_a_month(state_engine: Engine) -> None:
    note(state_engine, "a", "b", "c", "d", "e")
    change(state_engine, "a", sent_at=NOW - 30 * DAY)
    change(state_engine, "b", sent_at=NOW - 30 * DAY - SECOND)
    change(state_engine, "c", gave_up_at=NOW - 30 * DAY)
    change(state_engine, "d", gave_up_at=NOW - 30 * DAY - SECOND)

    outbox.mark_sent(state_engine, "e", NOW)

    assert rows(state_engine).keys() == {"a", "c", "e"}


@on_sqlite_first
@pytest.mark.parametrize("all_others", [False, True])
def test_what_was_not_taken_is_due_later_and_where_nobody_is_there_so_are_all_others(
    state_engine: Engine, all_others: bool
) -> None:
    note(state_engine, "a", "b", "c", "d")
    change(state_engine, "c", due_at=NOW + 2 * MINUTE)
    outbox.mark_sent(state_engine, "d", NOW)
    before = due(state_engine)

    outbox.put_off(state_engine, "a", NOW + MINUTE, "answered 500", all_others=all_others)

    found = rows(state_engine)
    assert [found[each].fault for each in "abcd"] == ["answered 500", None, None, None]
    later = NOW + MINUTE if all_others else before["b"]
    assert due(state_engine) == before | {"a": NOW + MINUTE, "b": later}
    next_due = NOW + MINUTE if all_others else before["b"]
    assert outbox.find_next_due(state_engine) == next_due


@on_sqlite_first
def test_an_empty_outbox_tells_of_nothing(state_engine: Engine) -> None:
    nothing = OutboxState(waiting=0, oldest=None, fault=None, given_up=0, given_up_fault=None)

    assert outbox.read_outbox(state_engine) == nothing
    assert outbox.read_mark(state_engine) is None


@on_sqlite_first
def test_the_outbox_tells_what_waits_since_when_and_what_was_wrong_last(
    state_engine: Engine,
) -> None:
    note(state_engine, "a", "b", "c", "d", "e", "f")
    for number, each in enumerate("abcdef"):
        change(state_engine, each, created_at=NOW + number * MINUTE)
    outbox.mark_sent(state_engine, "a", NOW)
    for each in "bc":
        outbox.put_off(state_engine, each, NOW, f"fault of {each}", all_others=False)
    for each in "ef":
        outbox.give_up(state_engine, each, f"end of {each}", NOW)

    assert outbox.read_outbox(state_engine) == OutboxState(
        waiting=3,
        oldest=NOW + MINUTE,
        fault="fault of c",
        given_up=2,
        given_up_fault="end of f",
    )


@on_sqlite_first
def test_what_is_forgotten_is_what_waits_and_the_mark(state_engine: Engine) -> None:
    note(state_engine, "a", "b", "c")
    outbox.mark_sent(state_engine, "a", NOW)
    outbox.give_up(state_engine, "b", "no", NOW)

    outbox.forget_outbox(state_engine)

    assert rows(state_engine).keys() == {"a", "b"}
    assert outbox.read_mark(state_engine) is None


@on_sqlite_first
def test_without_a_mark_nothing_is_forgotten(state_engine: Engine) -> None:
    note(state_engine, "a")
    with open_writer(state_engine) as connection:
        connection.execute(state.outbox_mark.delete())

    outbox.forget_outbox(state_engine)

    assert rows(state_engine).keys() == {"a"}


def record_run(engine: Engine, number: int, outcome: str, **others: Any) -> None:
    values = {"run_id": f"r{number}", "site": "main", "started_at": NOW + number * MINUTE} | others
    with open_writer(engine) as connection:
        connection.execute(insert(state.run).values(outcome=outcome, **values))


@on_sqlite_first
def test_how_the_last_run_ended_that_was_not_stopped(state_engine: Engine) -> None:
    none = outbox.find_last_ending(state_engine, "main", is_failing=False)
    record_run(state_engine, 1, "published", finished_at=NOW, exit_code=0)
    record_run(state_engine, 2, "failed", finished_at=NOW + 3 * MINUTE, exit_code=75, message="no")
    record_run(state_engine, 3, "running")
    record_run(state_engine, 4, "stopped", finished_at=NOW, exit_code=75)
    record_run(state_engine, 5, "published", site="other", finished_at=NOW, exit_code=0)
    record_run(state_engine, 6, "published", started_at=NOW, finished_at=NOW, exit_code=0)

    assert none is None
    assert outbox.find_last_ending(state_engine, "main", is_failing=False) == EndedRun(
        run_id="r2", finished_at=NOW + 3 * MINUTE, outcome="failed", exit_code=75, message="no"
    )


@on_sqlite_first
@pytest.mark.parametrize(("is_failing", "run_id"), [(True, "r1"), (False, "r2")])
def test_rules_that_were_published_end_no_failure(
    state_engine: Engine, is_failing: bool, run_id: str
) -> None:
    record_run(state_engine, 1, "failed", finished_at=NOW, exit_code=77, message="refused")
    record_run(state_engine, 2, "rules", finished_at=NOW)

    last = outbox.find_last_ending(state_engine, "main", is_failing=is_failing)

    assert last is not None
    assert (last.run_id, last.exit_code) == (run_id, 77 if is_failing else 0)


@on_sqlite_first
def test_of_two_runs_of_one_moment_the_later_is_the_last(state_engine: Engine) -> None:
    for number in (1, 3, 2):
        record_run(state_engine, number, "published", started_at=NOW, finished_at=NOW)

    last = outbox.find_last_ending(state_engine, "main", is_failing=False)

    assert last is not None
    assert (last.run_id, last.message) == ("r3", "")


@on_sqlite_first
def test_of_too_many_that_wait_the_oldest_are_given_up(state_engine: Engine) -> None:
    note(state_engine, "sent", "a", "b")
    outbox.mark_sent(state_engine, "sent", NOW)
    values = {"kind": "k", "body": "{}", "created_at": NOW, "due_at": NOW, "attempts": 0}
    rest = [values | {"message_id": f"m{n}"} for n in range(outbox.MOST_WAITING - 1)]
    with open_writer(state_engine) as connection:
        connection.execute(insert(state.outbox_message), rest)
    outbox.mark_sent(state_engine, f"m{outbox.MOST_WAITING - 2}", NOW)

    note(state_engine)
    before = outbox.read_outbox(state_engine)
    note(state_engine, "y", "z")

    after = outbox.read_outbox(state_engine)
    assert (before.waiting, before.given_up) == (outbox.MOST_WAITING, 0) == (1_000, 0)
    assert (after.waiting, after.given_up) == (1_000, 2)
    given_up = [each for each, row in rows(state_engine).items() if row.gave_up_at]
    assert given_up == ["a", "b"]


@on_postgresql
def test_the_oldest_comes_first_wherever_it_lies(state_engine: Engine) -> None:
    note(state_engine, "a", "b", "c")
    change(state_engine, "a", attempts=1)

    claimed = outbox.claim_next(state_engine, NOW)

    assert claimed is not None
    assert claimed.message_id == "a"


@on_postgresql
def test_whoever_else_notes_something_waits(state_engine: Engine) -> None:
    note(state_engine)
    other = select(state.outbox_mark).with_for_update(nowait=True)

    def choose(before: OutboxMark | None) -> tuple[OutboxMark, Iterable[Message]]:
        with state_engine.connect() as connection, pytest.raises(OperationalError, match="lock"):
            connection.execute(other)
        return MARK, ()

    outbox.note_messages(state_engine, choose)


@on_postgresql
def test_who_is_too_late_for_the_first_mark_goes_on_from_it(state_engine: Engine) -> None:
    seen: list[OutboxMark | None] = []

    def choose(before: OutboxMark | None) -> tuple[OutboxMark, Iterable[Message]]:
        if not seen:
            note(state_engine, "theirs")
        seen.append(before)
        return MARK, [Message(message_id="ours", kind=Event.PUBLISHED, body="{}")]

    outbox.note_messages(state_engine, choose)

    assert seen == [None, MARK]
    assert rows(state_engine).keys() == {"theirs", "ours"}
