"""What happened to the list that others are told of, and the message that tells it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct


class Event(StrEnum):
    """The kinds of messages, as the field `type` of each has them."""

    PUBLISHED = "list.published"
    HELD = "list.held"
    PARTIAL = "list.partial"
    FAILING = "list.failing"
    RECOVERED = "list.recovered"
    STALE = "list.stale"
    DIGEST = "list.digest"
    TOKEN_ENDS = "token.ends"


class RunCondition(StrEnum):
    """How the last run went, as far as anybody is told of it."""

    GOOD = "good"
    PARTIAL = "partial"
    HELD = "held"
    FAILING = "failing"


class OutboxMark(Struct, frozen=True, kw_only=True):
    """Up to which revision, and of which condition, the outbox has told.

    `cause` tells two failures apart: the digest of what a run said, whatever numbers were in it.
    `digested_at` is up to when a digest of the list was told, `token_told` the last warning of the
    token's end: its last day and how near that was.
    """

    revision: int
    condition: RunCondition
    cause: str
    is_stale: bool
    digested_at: datetime
    token_told: str = ""


class Message(Struct, frozen=True, kw_only=True):
    """One message; its id stays the same however often it is sent. `body` is JSON."""

    message_id: str
    kind: Event
    body: str


class WaitingMessage(Struct, frozen=True, kw_only=True):
    """A message that somebody is about to send; it was created then, and tried so often."""

    message_id: str
    body: str
    created_at: datetime
    attempts: int


class OutboxState(Struct, frozen=True, kw_only=True):
    """How the outbox fares: what waits, why, and what was given up."""

    waiting: int
    oldest: datetime | None
    fault: str | None
    given_up: int
    given_up_fault: str | None


class LoggedRevision(Struct, frozen=True, kw_only=True):
    """A publication as its log has it, with how many rows it changed."""

    revision: int
    epoch: str
    run_id: str
    as_of: datetime
    published_at: datetime
    change_seq: int
    hash: str
    rows: int


class EndedRun(Struct, frozen=True, kw_only=True):
    """How the newest run ended that came to an end of its own."""

    run_id: str
    finished_at: datetime
    outcome: str
    exit_code: int
    message: str


Payload = dict[str, Any]
