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

    Availability comes by the product team's word alone; once published it stays until the product
    team says otherwise.
    """
    if word is not None and word.state in _SAID:
        return _SAID[word.state]
    if word is None and before in USABLE:
        return before
    return _judge_activity(work.newest, before, as_of)


def find_proposed_state(
    work: EffortTotals, word: Availability | None, before: State | None
) -> State | None:
    """What released fix versions propose, better than what is said: never published by itself.

    All of the finished work, or some of it: a version may well release the removal of a thing.
    """
    if word is not None or not work.released:
        return None
    proposed = State.AVAILABLE if work.released == work.finished else State.PARTLY_AVAILABLE
    return None if before in (State.AVAILABLE, proposed) else proposed


def propose_word(work: EffortTotals, proposed: State) -> str:
    """Why a word of the product team is asked for, and the line to write."""
    extent = Extent.ALL if proposed is State.AVAILABLE else Extent.PART
    return (
        f"{work.released} of its {work.finished} finished items are in a released version; if a "
        f'customer can use it today, write `available: {{state: {extent}, by: "@you"}}`, and until '
        "then sales is not told so"
    )


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
        return "it was published so, and stays until the product team says otherwise"
    if work.newest is None:
        return "no finished work is known"
    return f"its newest work was finished on {work.newest:%Y-%m-%d}"
