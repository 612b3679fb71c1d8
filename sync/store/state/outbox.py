"""Keeps what receivers are to be told until they have it: no message is lost by a kill.

What happened is noted, and the mark moved on, in one transaction. Each message is claimed before
it is sent, so that of two workers one sends it; who is killed in between leaves a claim that ends.
They are sent in the order in which they were noted.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from models.notification import (
    EndedRun,
    Message,
    OutboxMark,
    OutboxState,
    RunCondition,
    WaitingMessage,
)
from models.tables import state
from sync.store.db.engines import open_reader, open_writer

CLAIM = timedelta(minutes=1)
"""So long a message is left to the worker that sends it."""
FURTHEST = timedelta(days=2)
"""What is due later than that was put off by a clock that was ahead."""
KEPT = timedelta(days=30)
"""What was sent or given up is remembered so long."""
MOST_WAITING = 1_000

_message, _mark = state.outbox_message, state.outbox_mark
_WAITS = _message.c.sent_at.is_(None) & _message.c.gave_up_at.is_(None)


def read_mark(engine: Engine) -> OutboxMark | None:
    """Up to where what happened stands in the outbox; None where nobody is told anything."""
    with open_reader(engine) as connection:
        return _read_mark(connection)


def find_last_ending(engine: Engine, site: str, *, is_failing: bool) -> EndedRun | None:
    """The newest run of the site that ended, other than by being stopped.

    While runs are failing, rules that were published meanwhile say nothing of how they go.
    """
    passed_over = ("running", "stopped", *(("rules",) if is_failing else ()))
    c = state.run.c
    query = (
        select(c.run_id, c.finished_at, c.outcome, c.exit_code, c.message)
        .where(c.site == site, c.outcome.not_in(passed_over))
        .order_by(c.started_at.desc(), c.run_id.desc())
        .limit(1)
    )
    with open_reader(engine) as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return EndedRun(
        run_id=row.run_id,
        finished_at=row.finished_at,
        outcome=row.outcome,
        exit_code=row.exit_code or 0,
        message=row.message or "",
    )


def note_messages(
    engine: Engine, choose: Callable[[OutboxMark | None], tuple[OutboxMark, Iterable[Message]]]
) -> None:
    """Put what `choose` makes of the mark so far into the outbox, and the mark where it says.

    Two workers that see the same happen take turns: the second finds it told.
    """
    try:
        _note_messages(engine, choose)
    except IntegrityError:  # another worker has just made the first mark: there is one now
        _note_messages(engine, choose)


def _note_messages(
    engine: Engine, choose: Callable[[OutboxMark | None], tuple[OutboxMark, Iterable[Message]]]
) -> None:
    with open_writer(engine) as connection:
        connection.execute(update(_mark).values(id=1))  # whoever else notes something waits here
        before = _read_mark(connection)
        mark, chosen = choose(before)
        values = {name: getattr(mark, name) for name in mark.__struct_fields__}
        if before is None:
            connection.execute(insert(_mark).values(id=1, **values))
        elif mark != before:
            connection.execute(update(_mark).values(**values))
        messages = {each.message_id: each for each in chosen}
        known = select(_message.c.message_id).where(_message.c.message_id.in_(messages))
        for message_id in connection.execute(known).scalars().all():
            del messages[message_id]
        _add(connection, list(messages.values()), datetime.now(UTC))


def claim_next(
    engine: Engine, now: datetime, refused: Collection[str] = ()
) -> WaitingMessage | None:
    """The oldest message that waits, left to the caller for a minute; None if nothing is due.

    Where something is due, whatever is older goes first, though it was put off: so no message
    overtakes another, but for those `refused` a moment ago, which keep none back. What another
    worker is sending is waited for.
    """
    c = _message.c
    others = _WAITS & c.message_id.not_in(refused)
    is_due = or_(c.due_at <= now, c.due_at > now + FURTHEST)
    with open_writer(engine) as connection:
        first = connection.execute(
            select(_message).where(others).order_by(c.number).limit(1)
        ).first()
        if first is None or _is_being_sent(first, now):
            return None
        if not connection.execute(select(exists().where(others & is_due))).scalar():
            return None
        row = connection.execute(
            update(_message)
            .where(c.number == first.number, c.attempts == first.attempts, _WAITS)
            .values(due_at=now + CLAIM, attempts=c.attempts + 1, fault=None)
            .returning(c.message_id, c.body, c.created_at, c.attempts)
        ).one_or_none()
    return WaitingMessage(**row._mapping) if row else None


def _is_being_sent(message: Row[Any], now: datetime) -> bool:
    """Whether a worker claimed it less than a minute ago; what was put off has a fault."""
    is_claimed = message.attempts > 0 and message.fault is None
    return is_claimed and now < message.due_at <= now + CLAIM


def mark_sent(engine: Engine, message_id: str, now: datetime) -> None:
    """The receiver has it; what was sent long ago is forgotten."""
    c = _message.c
    with open_writer(engine) as connection:
        connection.execute(
            update(_message).where(c.message_id == message_id).values(sent_at=now, fault=None)
        )
        old = or_(c.sent_at < now - KEPT, c.gave_up_at < now - KEPT)
        connection.execute(delete(_message).where(old))


def put_off(
    engine: Engine, message_id: str, due_at: datetime, fault: str, *, all_others: bool
) -> None:
    """It was not taken: it is due again then, and `all_others` no sooner, as nobody is there."""
    c = _message.c
    with open_writer(engine) as connection:
        connection.execute(
            update(_message).where(c.message_id == message_id).values(due_at=due_at, fault=fault)
        )
        if all_others:
            connection.execute(
                update(_message).where(_WAITS, c.due_at < due_at).values(due_at=due_at)
            )


def give_up(engine: Engine, message_id: str, fault: str, now: datetime) -> None:
    """It was tried for long enough."""
    c = _message.c
    with open_writer(engine) as connection:
        connection.execute(
            update(_message).where(c.message_id == message_id).values(gave_up_at=now, fault=fault)
        )


def read_outbox(engine: Engine) -> OutboxState:
    """How the outbox fares."""
    c = _message.c
    with open_reader(engine) as connection:
        waiting = connection.execute(
            select(func.count(), func.min(c.created_at, type_=c.created_at.type)).where(_WAITS)
        ).one()
        fault = _find_fault(connection, _WAITS & c.fault.is_not(None))
        given_up = connection.execute(
            select(func.count()).where(c.gave_up_at.is_not(None))
        ).scalar_one()
        return OutboxState(
            waiting=waiting[0],
            oldest=waiting[1],
            fault=fault,
            given_up=given_up,
            given_up_fault=_find_fault(connection, c.gave_up_at.is_not(None)),
        )


def find_next_due(engine: Engine) -> datetime | None:
    """When the next message is due; None if none waits."""
    c = _message.c
    with open_reader(engine) as connection:
        query = select(c.due_at).where(_WAITS).order_by(c.due_at).limit(1)
        return connection.execute(query).scalar()


def forget_outbox(engine: Engine) -> None:
    """Nobody is told anything any more: what waits is dropped. Who is named later begins anew."""
    if read_mark(engine) is None:
        return
    with open_writer(engine) as connection:
        connection.execute(delete(_mark))
        connection.execute(delete(_message).where(_WAITS))


def _read_mark(connection: Connection) -> OutboxMark | None:
    row = connection.execute(select(_mark)).one_or_none()
    if row is None:
        return None
    return OutboxMark(
        revision=row.revision,
        condition=RunCondition(row.condition),
        cause=row.cause,
        is_stale=row.is_stale,
        digested_at=row.digested_at,
        token_told=row.token_told,
    )


def _add(connection: Connection, messages: Sequence[Message], now: datetime) -> None:
    """Append messages; of more than MOST_WAITING the oldest are given up."""
    c = _message.c
    for message in messages:
        values = {name: getattr(message, name) for name in message.__struct_fields__}
        connection.execute(
            insert(_message).values(**values, created_at=now, due_at=now, attempts=0)
        )
    newest = select(c.number).where(_WAITS).order_by(c.number.desc()).offset(MOST_WAITING).limit(1)
    last = connection.execute(newest).scalar()
    if last is not None:
        too_many = f"more than {MOST_WAITING} messages waited"
        connection.execute(
            update(_message).where(_WAITS, c.number <= last).values(gave_up_at=now, fault=too_many)
        )


def _find_fault(connection: Connection, which: ColumnElement[bool]) -> str | None:
    c = _message.c
    query = select(c.fault).where(which).order_by(c.number.desc()).limit(1)
    fault: str | None = connection.execute(query).scalar()
    return fault
