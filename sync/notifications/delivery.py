"""Sends what is due in the outbox, tries again later what was not taken, and gives up after days.

A message may reach its receiver twice, where we are killed before its answer is noted: its id is
the same then.
"""

import threading
import time
from datetime import UTC, datetime, timedelta

import structlog

from models.notification import WaitingMessage
from sync.jira.client.retry import RetryPolicy
from sync.notifications.post import GONE, Receiver, Reply, post
from sync.notifications.signing import shape_for_slack, sign_message
from sync.pipeline.context import Context
from sync.settings.settings import Settings
from sync.store.state.outbox import claim_next, give_up, mark_sent, put_off

log = structlog.get_logger()

HOUR = 3600.0
RETRIES = RetryPolicy(first_wait=20.0, longest_wait=6 * HOUR, longest_hint=24 * HOUR, deadline=10.0)
"""Between two attempts at one message; how often is bounded by GIVE_UP_AFTER."""
GIVE_UP_AFTER = timedelta(days=3)


def deliver_due(context: Context, stop: threading.Event, seconds: float) -> None:
    """Send what is due, for about so many seconds; what is left is sent by whoever comes next.

    Where a receiver cannot be reached, all that waits for it is put off.
    """
    until = time.monotonic() + seconds
    refused: set[str] = set()
    while time.monotonic() < until and not stop.is_set():
        message = claim_next(context.state, datetime.now(UTC), refused)
        if message is None:
            return
        reply = _send(context.settings, message)
        if not _note_reply(context, message, reply):
            return
        if not reply.is_taken:
            refused.add(message.message_id)


def _send(settings: Settings, message: WaitingMessage) -> Reply:
    address, authority = settings.webhook_url or "", settings.jira_ca_file
    headers = {"Content-Type": "application/json"}
    if settings.speaks_slack:
        content = shape_for_slack(message.body)
    else:
        content = message.body.encode()
        keys = settings.webhook_secret or ()
        headers |= sign_message(message.message_id, int(time.time()), content, keys)
    return post(Receiver(address, authority), content, headers, RETRIES.deadline)


def _note_reply(context: Context, message: WaitingMessage, reply: Reply) -> bool:
    """Note what came of a message; whether it is worth sending the next one now."""
    now, message_id = datetime.now(UTC), message.message_id
    if reply.is_taken:
        mark_sent(context.state, message_id, now)
        log.info("webhook.sent", message=message_id, attempts=message.attempts)
        return True
    fault = f"HEADWAY_WEBHOOK_URL {reply.fault}"
    if reply.status == GONE or now - message.created_at > GIVE_UP_AFTER:
        give_up(context.state, message_id, fault, now)
        log.error("webhook.given-up", message=message_id, attempts=message.attempts, why=fault)
        return reply.is_refused
    wait = _choose_wait(message, now, reply.hint)
    put_off(context.state, message_id, now + wait, fault, all_others=not reply.is_refused)
    log.warning("webhook.not-taken", message=message_id, attempts=message.attempts, why=fault)
    return reply.is_refused


def _choose_wait(message: WaitingMessage, now: datetime, hint: float | None) -> timedelta:
    """As long again as it waits already, at most.

    It is tried whenever another message comes after it: such attempts make it wait no longer.
    """
    waits = max(now - message.created_at, timedelta(0)).total_seconds()
    doublings = (int(waits / RETRIES.first_wait) + 1).bit_length()
    return timedelta(seconds=RETRIES.choose_wait(min(message.attempts, doublings), hint))
