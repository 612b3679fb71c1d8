"""Tells a webhook what happened to the list: what is there is noted first, and sent then.

What happened is taken from what stands in the databases, and not from the run that did it: a run
that is killed after it published has published, and whoever comes next tells of it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime

import structlog

from models.errors import DatabaseError, HeadwayError, StoppedError
from models.notification import OutboxMark
from sync.notifications.events import Observed, make_mark, tell_events
from sync.pipeline.context import Context, open_context
from sync.pipeline.record.failures import keep_going
from sync.pipeline.sales.digest import read_digest
from sync.settings.settings import Settings
from sync.store.clean.freshness import read_freshness
from sync.store.clean.publications_since import read_publications
from sync.store.clean.readers_view import read_list_head
from sync.store.state.outbox import (
    find_last_ending,
    find_next_due,
    forget_outbox,
    note_messages,
    read_mark,
)

log = structlog.get_logger()

LONGEST_WAIT = 20.0
"""Seconds that a command that has done its work goes on for what is to be sent."""
LOOK_EVERY = 60.0
"""Seconds; a list that grows stale is noticed after so long."""


def note_events(context: Context) -> None:
    """Put into the outbox what happened since it was last looked.

    At first only where things stand is noted: nobody is told the past. DatabaseError where a
    database does not answer.
    """
    if context.settings.webhook_url is None:
        forget_outbox(context.state)
        return
    before = read_mark(context.state)
    observed = _observe(context, before)
    if before is None or make_mark(observed, before) != before:
        note_messages(
            context.state,
            lambda mark: (make_mark(observed, mark), tell_events(observed, mark)),
        )


@contextmanager
def note_webhooks(context: Context) -> Iterator[None]:
    """Note what is there before a run, and what it did after; a `WebhookSender` sends it."""
    with _keep_going():
        note_events(context)
    try:
        yield
    finally:
        if context.settings.webhook_url is not None:
            with _keep_going():
                note_events(context)


@contextmanager
def tell_webhooks(context: Context) -> Iterator[None]:
    """Note what is there before and after what a command does, and then send what is due.

    Whatever comes of it is told in the log, and changes nothing else.
    """
    is_stopped = False
    try:
        with note_webhooks(context):
            yield
    except StoppedError:
        is_stopped = True
        raise
    finally:
        if context.settings.webhook_url is not None and not is_stopped:
            with _keep_going():
                _deliver(context, threading.Event())


class WebhookSender:
    """Sends what is due for as long as a service goes on, in a thread of its own."""

    def __init__(self, read_settings: Callable[[], Settings]) -> None:
        self.read_settings = read_settings
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._said = ""
        self._thread = threading.Thread(target=self._work, name="webhooks", daemon=True)

    @contextmanager
    def keep_sending(self) -> Iterator[None]:
        """Send until the end of the block; what is left then is sent at the next start."""
        self._thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._wake.set()
            self._thread.join(LONGEST_WAIT)

    def wake(self) -> None:
        """Something has happened: look now."""
        self._wake.set()

    def _work(self) -> None:
        while not self._stop.is_set():
            seconds = self._try_to_send()
            self._wake.wait(seconds)
            self._wake.clear()

    def _try_to_send(self) -> float:
        """One look; the seconds until the next."""
        try:
            settings = self.read_settings()
            if settings.webhook_url is None:
                return LOOK_EVERY
            with open_context(settings) as context:
                note_events(context)
                _deliver(context, self._stop)
                due = find_next_due(context.state)
            self._said = ""
        except HeadwayError as error:
            if str(error) != self._said:
                self._said = str(error)
                log.warning("webhook.not-told", why=self._said)
        except Exception:
            log.exception("webhook.bug")
        else:
            if due is not None:
                left = (due - datetime.now(UTC)).total_seconds()
                return min(max(left, 1.0), LOOK_EVERY)
        return LOOK_EVERY


def _deliver(context: Context, stop: threading.Event) -> None:
    from sync.notifications.delivery import deliver_due  # noqa: PLC0415 - for who has a webhook

    deliver_due(context, stop, LONGEST_WAIT)


def _keep_going() -> AbstractContextManager[None]:
    return keep_going(failed="webhook.not-told", bug="webhook.bug")


def _observe(context: Context, before: OutboxMark | None) -> Observed:
    """What readers see now; on SQLite their file may be behind what is published."""
    now, settings = datetime.now(UTC), context.settings
    fresh = read_freshness(context.clean)
    seen = 0
    with suppress(DatabaseError):
        seen = read_list_head(settings.clean_url).revision
    revision = min(fresh.revision, seen)
    after = min(before.revision, revision) if before else revision
    published = read_publications(context.clean, min(after, revision - 1), revision)
    due = _find_digest_due(settings, before, now) if published else None
    return Observed(
        now=now,
        revision=revision,
        is_stale=fresh.is_stale,
        checked_at=fresh.checked_at,
        stale_after=fresh.stale_after,
        status=fresh.status,
        run=find_last_ending(context.state, context.run_site, is_failing=fresh.status == "failing"),
        list_name=settings.list_name if settings.is_one_of_several else "",
        last=published[-1] if published else None,
        published=tuple(published),
        digest=read_digest(context, before.digested_at, now) if before and due else None,
        digest_due=due,
        token_ends=min(
            (each.token_expires for each in settings.sites if each.token_expires), default=None
        ),
    )


def _find_digest_due(
    settings: Settings, before: OutboxMark | None, now: datetime
) -> datetime | None:
    """Since when the next digest is due; None where it is not yet, or nobody wants any."""
    if settings.digest is None or before is None:
        return None
    firings = settings.digest.next_firings(settings.timezone, before.digested_at, 1)
    return firings[0] if firings and firings[0] <= now else None
