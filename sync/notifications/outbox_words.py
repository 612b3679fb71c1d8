"""Says how the outbox fares, for whoever asks how the service does."""

from models.notification import OutboxState
from translators.plain_text import format_moment
from translators.plurals import count_noun


def word_waiting(outbox: OutboxState) -> str:
    """What is not told yet, since when, and why; empty where nothing waits."""
    if not outbox.waiting or outbox.oldest is None:
        return ""
    number = count_noun(outbox.waiting, "message", "wait", one="waits")
    why = f": {outbox.fault}" if outbox.fault else ""
    return f"{number}, the oldest since {format_moment(outbox.oldest)}{why}"


def word_given_up(outbox: OutboxState) -> str:
    """What is never told; empty where there is no such message."""
    if not outbox.given_up:
        return ""
    number = count_noun(outbox.given_up, "message", "were", one="was")
    return f"{number} given up in the last 30 days: {outbox.given_up_fault}"
