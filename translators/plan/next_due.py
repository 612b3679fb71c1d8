"""Finds the next moments at which time alone, with nothing new in Jira, would change something."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from models.rulebook import RuleBook
from models.snapshot import Snapshot
from translators.backlog.fortnights import GRACE, last_closed, window_start
from translators.plan.attribution import NOTHING
from translators.plan.states import next_ageing
from translators.plan.translate import Translation


def find_next_due(snapshot: Snapshot, book: RuleBook, translation: Translation) -> datetime:
    """When a state ages, or all is to be reckoned anew, if that is sooner."""
    moments = (find_next_full_translation(snapshot.as_of, book), *_find_ageings(translation))
    return min(moment for moment in moments if moment > snapshot.as_of)


def find_next_full_translation(as_of: datetime, book: RuleBook) -> datetime:
    """When the next fortnight may be booked, or a pin ends, if that is sooner."""
    ends = (
        datetime.combine(pin.until + timedelta(days=1), time.min, UTC)
        for pin in book.pins
        if pin.until is not None and pin.until < date.max
    )
    closes = window_start(last_closed(as_of) + 2) + GRACE
    return min([closes, *(moment for moment in ends if moment > as_of)])


def _find_ageings(translation: Translation) -> Iterable[datetime]:
    for capability, row in translation.rows.items():
        evidence = translation.attribution.evidence.get(capability, NOTHING)
        if ages := next_ageing(evidence.work.newest, row.state_code):
            yield ages
