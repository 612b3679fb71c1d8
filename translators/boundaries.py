"""Finds the next moment at which time alone, with nothing new in Jira, would change something."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from models.rulebook import RuleBook
from models.world import World
from translators.planning import Translation
from translators.standing import NOTHING
from translators.states import next_ageing
from translators.windows import GRACE, last_closed, window_start


def next_boundary(world: World, book: RuleBook, translation: Translation) -> datetime:
    """When the next fortnight may be booked, or a state ages, or a pin ends, if that is sooner."""
    return min(moment for moment in _moments(world, book, translation) if moment > world.as_of)


def _moments(world: World, book: RuleBook, translation: Translation) -> Iterable[datetime]:
    yield window_start(last_closed(world.as_of) + 2) + GRACE
    for capability, row in translation.rows.items():
        evidence = translation.standing.evidence.get(capability, NOTHING)
        if ages := next_ageing(evidence.work.newest, row.state_code):
            yield ages
    for pin in book.pins:
        if pin.until is not None and pin.until < date.max:
            yield datetime.combine(pin.until + timedelta(days=1), time.min, UTC)
