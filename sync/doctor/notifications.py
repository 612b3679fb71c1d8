"""Who is told how it goes, and what they were not told."""

from collections.abc import Iterator

from sync.doctor.checks import Check, note, ok
from sync.doctor.context import DoctorContext
from sync.notifications.outbox_words import word_given_up, word_waiting
from sync.store.state.outbox import read_outbox

REMEDY = "See that the receiver answers 2xx to a POST, and that HEADWAY_WEBHOOK_URL is its address."


def look_at_notifications(context: DoctorContext) -> Iterator[Check]:
    """Whether a switch and a webhook are set, and whether the outbox was taken. Nothing is sent."""
    settings = context.settings
    if settings.heartbeat_url is None:
        yield ok("heartbeat", "no HEADWAY_HEARTBEAT_URL is set: no switch hears of runs")
    else:
        yield ok("heartbeat", "a switch hears when a run begins and how it ends")
    if settings.webhook_url is None:
        yield ok("notifications", "no HEADWAY_WEBHOOK_URL is set: nobody is told")
        return
    if context.state is None:
        yield note("notifications", "not looked at: a database cannot be read")
        return
    outbox = read_outbox(context.state)
    told = [each for each in (word_waiting(outbox), word_given_up(outbox)) if each]
    for each in told:
        yield note("notifications", each, REMEDY)
    if not told:
        yield ok("notifications", "a webhook was told all that there was to tell")
