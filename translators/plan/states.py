"""Tells the state of a capability: what is true of it now, never what might become of it."""

from datetime import datetime, timedelta

from models.capability import State
from models.rollup import EffortTotals
from models.rulebook import Availability, Extent

ENTER_RECENT = timedelta(days=45)
LEAVE_RECENT = timedelta(days=90)

_SAID = {Extent.ALL: State.AVAILABLE, Extent.PART: State.PARTLY_AVAILABLE}
USABLE = (State.AVAILABLE, State.PARTLY_AVAILABLE)


def state_of(
    work: EffortTotals, word: Availability | None, before: State | None, as_of: datetime
) -> State:
    """The state of a capability behind which this `work` stands.

    Availability comes by the product team's word, or by released versions on all (some) of the
    finished work; once published it stays until the product team says otherwise.
    """
    if word is not None and word.state in _SAID:
        return _SAID[word.state]
    revoked = word is not None and word.state is Extent.NONE
    if not revoked:
        candidates = [released_state(work), before if before in USABLE else None]
        for usable in USABLE:
            if usable in candidates:
                return usable
    return _judge_activity(work.newest, before, as_of)


def released_state(work: EffortTotals) -> State | None:
    """What released fix versions prove: all of the finished work, some of it, or nothing."""
    if not work.released:
        return None
    return State.AVAILABLE if work.released == work.finished else State.PARTLY_AVAILABLE


def _judge_activity(newest: datetime | None, before: State | None, as_of: datetime) -> State:
    if newest is None:
        return State.EARLIER
    limit = LEAVE_RECENT if before is State.RECENT else ENTER_RECENT
    return State.RECENT if as_of - newest <= limit else State.EARLIER


def next_ageing(newest: datetime | None, state: State) -> datetime | None:
    """The first moment at which `recent` is `earlier` if nothing more is finished."""
    if newest is None or state is not State.RECENT:
        return None
    try:
        return newest + LEAVE_RECENT + timedelta(microseconds=1)
    except OverflowError:
        return None


def evidence_of(work: EffortTotals, word: Availability | None, state: State) -> str:
    """What a state rests on, in one sentence for the product team."""
    if state is State.WITHDRAWN:
        return "it was taken off the list"
    if state in USABLE:
        if word is not None and word.state in _SAID:
            since = f" since {word.since}" if word.since else ""
            return f"by the word of {word.by}{since}, at {word.at}"
        if work.released:
            part = f"{work.released} of its {work.finished} finished items"
            return f"{part} are in a released version"
        return "it was published so, and stays until the product team says otherwise"
    if work.newest is None:
        return "no finished work is known"
    return f"its newest work was finished on {work.newest:%Y-%m-%d}"
