"""Tells a dead man's switch when a run begins, and how it ends.

The switch raises the alarm when it hears nothing: so does nobody here. It is told at
`address/start`, `address` and `address/fail`, with the same `rid` for one run and the last lines
of what was said as the body, as Healthchecks has it (https://healthchecks.io/docs/http_api/).
A run neither waits for it nor fails by it: a thread of its own sends, and is left when it takes
long.
"""

import queue
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import structlog

from models.errors import HeadwayError, LeaseHeldError, StoppedError
from sync.jira.client.retry import RetryPolicy
from sync.notifications.secrets import hide_secrets
from sync.pipeline.record.failures import keep_going
from sync.settings.settings import Settings
from translators.backlog.losses import tell_losses, word_kept

if TYPE_CHECKING:
    from sync.pipeline.record.result import RunResult

log = structlog.get_logger()

RETRIES = RetryPolicy(attempts=3, first_wait=0.5, longest_wait=2.0, longest_hint=2.0, deadline=5.0)
LONGEST_WAIT = 20.0
"""Seconds that the end of a run is waited for to be sent; the run itself is over by then."""
LONGEST_BODY = 10_000
"""Bytes; the last ones tell most."""


class Heartbeat:
    """The signals of one run, sent in their order by a thread; without an address, none."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.has_begun = False
        self._rid = str(uuid.uuid4())
        self._signals: queue.SimpleQueue[tuple[str, str] | None] = queue.SimpleQueue()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def tell_start(self) -> None:
        """The run has the lease and begins."""
        self.has_begun = True
        self._send("/start", "")

    def tell_result(self, result: "RunResult") -> None:
        """The run came to a plan: a success, unless its exit code asks something of people."""
        said = [f"{result.outcome}: revision {result.revision}, {result.rows_written} rows written"]
        kept = word_kept(result.kept, result.plan.active, tell_losses(result.losses))
        said += [f"project {key}: {told}" for key, told in kept.items()]
        said += [f"{finding.where}: {finding.what}" for finding in result.findings]
        self._end("/fail" if result.exit_code else "", "\n".join(said))

    def tell_failure(self, error: Exception) -> None:
        """The run came to no plan. Who was asked to stop, or leaves another at it, says nothing."""
        if isinstance(error, StoppedError):
            return
        if isinstance(error, LeaseHeldError) and not self.has_begun:
            return
        is_ours = isinstance(error, HeadwayError | OSError)
        self._end("/fail", str(error) if is_ours else f"a bug in Headway: {type(error).__name__}")

    def close(self) -> None:
        """Wait, for a while, until what was told is sent."""
        if self._thread:
            self._signals.put(None)
            if self._ending.is_set():
                self._thread.join(LONGEST_WAIT)

    def _end(self, kind: str, said: str) -> None:
        self._ending.set()
        self._send(kind, said)

    def _send(self, kind: str, said: str) -> None:
        if self.settings.heartbeat_url is None:
            return
        body = hide_secrets(said, self.settings)
        self._signals.put((_find_address(self.settings.heartbeat_url, kind, self._rid), body))
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="heartbeat", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (signal := self._signals.get()) is not None:
            address, body = signal
            with keep_going(failed="heartbeat.not-told", bug="heartbeat.bug"):
                self._post(address, body.encode()[-LONGEST_BODY:])

    def _post(self, address: str, body: bytes) -> None:
        """Send one signal as often as the policy has it; a start that is over is let go."""
        from sync.notifications.post import Receiver, post  # noqa: PLC0415 - for who has a switch

        receiver = Receiver(address, self.settings.jira_ca_file)
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        was_ending = self._ending.is_set()
        for attempt in range(1, RETRIES.attempts + 1):
            reply = post(receiver, body, headers, RETRIES.deadline)
            if reply.is_taken:
                return
            if reply.is_refused or attempt == RETRIES.attempts:
                break
            wait = RETRIES.choose_wait(attempt, reply.hint)
            if was_ending:
                threading.Event().wait(wait)
            elif self._ending.wait(wait):
                break
        log.warning("heartbeat.not-told", why=f"HEADWAY_HEARTBEAT_URL {reply.fault}")


def _find_address(url: str, kind: str, rid: str) -> str:
    """The address of one kind of signal; what the query holds already stays."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, f"rid={rid}")))
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + kind, query=query))


@contextmanager
def keep_heartbeat(settings: Settings) -> Iterator[Heartbeat]:
    """The heartbeat of one run; whatever the run raises is told, and raised on."""
    heartbeat = Heartbeat(settings)
    try:
        yield heartbeat
    except Exception as error:
        heartbeat.tell_failure(error)
        raise
    finally:
        heartbeat.close()
