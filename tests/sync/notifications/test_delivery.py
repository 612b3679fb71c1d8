"""What a receiver answers decides when a message is sent again, and whether others are."""

import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import select, update
from structlog.testing import capture_logs

from models.notification import Event, Message, OutboxMark, RunCondition
from models.tables import state
from sync.notifications.delivery import GIVE_UP_AFTER, HOUR, RETRIES, deliver_due
from sync.pipeline.context import Context
from sync.settings.settings import read_settings
from sync.store.db.engines import open_reader, open_writer
from sync.store.state.outbox import note_messages
from tests.receivers import Receiver, running_receiver
from tests.variants import on_sqlite_first

pytestmark = on_sqlite_first
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
MARK = OutboxMark(
    revision=1,
    condition=RunCondition.GOOD,
    cause="",
    is_stale=False,
    digested_at=datetime(2026, 11, 23, tzinfo=UTC),
)
BODY = '{"type": "list.published", "data": {"message": "Two entries are new."}}'


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A receiver on this machine."""
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """What the log says."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.stdlib.BoundLogger)
    with capture_logs() as lines:
        yield lines
    structlog.configure(**before)


def waiting(context: Context, hook: Receiver, *ids: str, **settings: str) -> Context:
    """The same, telling that receiver, with messages that wait for it."""
    messages = [Message(message_id=each, kind=Event.PUBLISHED, body=BODY) for each in ids]
    note_messages(context.state, lambda _mark: (MARK, messages))
    values = {"HEADWAY_WEBHOOK_URL": hook.url, "HEADWAY_WEBHOOK_SECRET": SECRET} | settings
    return replace(context, settings=read_settings(values))


def deliver(context: Context, seconds: float = 60.0) -> None:
    deliver_due(context, threading.Event(), seconds)


def rows(context: Context) -> dict[str, Any]:
    with open_reader(context.state) as connection:
        return {row.message_id: row for row in connection.execute(select(state.outbox_message))}


def set_message(context: Context, **values: Any) -> None:
    with open_writer(context.state) as connection:
        connection.execute(update(state.outbox_message).values(**values))


def ids(hook: Receiver) -> list[str]:
    return [each.headers["webhook-id"] for each in hook.received]


def seconds_until(row: Any) -> float:
    """How long from now a message is due."""
    span: timedelta = row.due_at - datetime.now(UTC)
    return span.total_seconds()


def test_all_that_is_due_is_sent_in_order_and_that_is_said(
    context: Context, hook: Receiver, told: list[Any]
) -> None:
    context = waiting(context, hook, "a", "b")

    deliver(context)
    sent = ids(hook)
    deliver(context)

    assert sent == ids(hook) == ["a", "b"]
    assert [row.sent_at is not None for row in rows(context).values()] == [True, True]
    assert [(line["event"], line["message"]) for line in told] == [
        ("webhook.sent", "a"),
        ("webhook.sent", "b"),
    ]
    assert hook.received[0].headers["content-type"] == "application/json"
    assert hook.received[0].body.decode() == BODY
    assert hook.received[0].headers["webhook-signature"].startswith("v1,")


def test_slack_is_told_in_its_own_shape_and_nothing_is_signed(
    context: Context, hook: Receiver
) -> None:
    context = waiting(context, hook, "a", HEADWAY_WEBHOOK_FORMAT="slack", HEADWAY_WEBHOOK_SECRET="")

    deliver(context)

    (received,) = hook.received
    assert received.payload.keys() == {"text"}
    assert "webhook-signature" not in received.headers


def test_who_has_no_time_or_was_stopped_sends_nothing(context: Context, hook: Receiver) -> None:
    context = waiting(context, hook, "a")
    stop = threading.Event()
    stop.set()

    deliver(context, 0.0)
    deliver_due(context, stop, 60.0)

    assert hook.received == []
    assert rows(context)["a"].attempts == 0


@pytest.mark.parametrize("status", [500, 503, 302])
def test_where_nobody_takes_it_all_that_waits_is_put_off(
    context: Context, hook: Receiver, told: list[Any], status: int
) -> None:
    context = waiting(context, hook, "a", "b")
    hook.status = status

    deliver(context)

    found = rows(context)
    assert ids(hook) == ["a"]
    assert found["a"].due_at == found["b"].due_at
    assert found["a"].fault.startswith(f"HEADWAY_WEBHOOK_URL answered {status}")
    assert found["b"].fault is None
    assert -1 < seconds_until(found["a"]) <= RETRIES.first_wait
    assert [line["event"] for line in told] == ["webhook.not-taken"]


def test_one_that_is_refused_is_put_off_alone_and_the_next_is_sent(
    context: Context, hook: Receiver
) -> None:
    context = waiting(context, hook, "a", "b")
    hook.statuses = [400]

    deliver(context)

    found = rows(context)
    assert ids(hook) == ["a", "b"]
    assert (found["a"].sent_at, found["b"].sent_at is not None) == (None, True)
    assert found["a"].fault == "HEADWAY_WEBHOOK_URL answered 400"


def test_who_asks_for_a_wait_gets_it(context: Context, hook: Receiver) -> None:
    context = waiting(context, hook, "a")
    hook.status, hook.headers = 429, {"Retry-After": "1000"}

    deliver(context)

    assert 990 < seconds_until(rows(context)["a"]) <= 1000 + RETRIES.first_wait


@pytest.mark.parametrize(
    ("attempts", "waits", "longest"),
    [
        (20, timedelta(seconds=10), RETRIES.first_wait),
        (20, timedelta(seconds=30), 2 * RETRIES.first_wait),
        (20, timedelta(minutes=-5), RETRIES.first_wait),
        (3, timedelta(days=1), 8 * RETRIES.first_wait),
        (20, timedelta(days=1), RETRIES.longest_wait),
    ],
    ids=["one that is new", "older", "from a clock ahead", "rarely tried", "often tried"],
)
def test_it_waits_as_long_again_as_it_does_but_no_longer_than_its_attempts_ask_for(
    context: Context, hook: Receiver, attempts: int, waits: timedelta, longest: float
) -> None:
    context = waiting(context, hook, "a")
    hook.status = 400
    before = datetime.now(UTC)
    set_message(context, attempts=attempts, created_at=before - waits)

    random.seed(28)
    deliver(context)

    drawn = timedelta(seconds=random.Random(28).uniform(0, longest))
    assert before + drawn <= rows(context)["a"].due_at <= datetime.now(UTC) + drawn
    assert (RETRIES.deadline, RETRIES.first_wait, HOUR) == (10.0, 20.0, 3600.0)
    assert (RETRIES.longest_wait, RETRIES.longest_hint) == (6 * HOUR, 24 * HOUR)
    assert timedelta(days=3) == GIVE_UP_AFTER


@pytest.mark.parametrize(("early", "is_given_up"), [(5, False), (-5, True)])
def test_after_three_days_it_is_given_up(
    context: Context, hook: Receiver, told: list[Any], early: int, is_given_up: bool
) -> None:
    context = waiting(context, hook, "a")
    hook.status = 500
    created_at = datetime.now(UTC) - GIVE_UP_AFTER + timedelta(seconds=early)
    set_message(context, created_at=created_at)

    deliver(context)

    row = rows(context)["a"]
    assert (row.gave_up_at is not None) is is_given_up
    assert row.fault == "HEADWAY_WEBHOOK_URL answered 500"
    (line,) = told
    assert line["event"] == ("webhook.given-up" if is_given_up else "webhook.not-taken")


def test_who_is_gone_is_told_that_message_never_again_and_asked_for_the_next(
    context: Context, hook: Receiver
) -> None:
    context = waiting(context, hook, "a", "b")
    hook.statuses = [410]

    deliver(context)

    found = rows(context)
    assert found["a"].gave_up_at is not None
    assert found["b"].sent_at is not None


def test_nobody_is_sent_more_by_who_found_nobody_there_for_days(
    context: Context, hook: Receiver
) -> None:
    context = waiting(context, hook, "a", "b")
    hook.status = 500
    set_message(context, created_at=datetime.now(UTC) - GIVE_UP_AFTER - timedelta(minutes=1))

    deliver(context)

    assert ids(hook) == ["a"]
