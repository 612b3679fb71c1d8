"""Tells the state of a capability: what is true of it now, never what might become of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from models.backlog import Issue
from models.capability import State
from models.rulebook import Availability, Extent

ENTER_RECENT = timedelta(days=45)
LEAVE_RECENT = timedelta(days=90)

_SAID = {Extent.ALL: State.AVAILABLE, Extent.PART: State.PARTLY_AVAILABLE}
USABLE = (State.AVAILABLE, State.PARTLY_AVAILABLE)


def state_of(
    finished: Sequence[Issue], word: Availability | None, before: State | None, as_of: datetime
) -> State:
    """The state of a capability whose finished items are `finished`.

    Availability comes by the product team's word, or by released versions on all (some) of the
    finished work; once published it stays until the product team says otherwise.
    """
    if word is not None and word.state in _SAID:
        return _SAID[word.state]
    revoked = word is not None and word.state is Extent.NONE
    if not revoked:
        candidates = [released_state(finished), before if before in USABLE else None]
        for usable in USABLE:
            if usable in candidates:
                return usable
    return _activity(finished, before, as_of)


def released_state(finished: Sequence[Issue]) -> State | None:
    """What released fix versions prove: all of the finished work, some of it, or nothing."""
    released = [any(v.released for v in issue.fix_versions) for issue in finished]
    if released and all(released):
        return State.AVAILABLE
    return State.PARTLY_AVAILABLE if any(released) else None


def _activity(finished: Sequence[Issue], before: State | None, as_of: datetime) -> State:
    moments = [issue.done_at for issue in finished if issue.done_at is not None]
    if not moments:
        return State.EARLIER
    limit = LEAVE_RECENT if before is State.RECENT else ENTER_RECENT
    return State.RECENT if as_of - max(moments) <= limit else State.EARLIER


def next_ageing(finished: Sequence[Issue], state: State) -> datetime | None:
    """The first moment at which `recent` is `earlier` if nothing more is finished."""
    moments = [issue.done_at for issue in finished if issue.done_at is not None]
    if not moments or state is not State.RECENT:
        return None
    try:
        return max(moments) + LEAVE_RECENT + timedelta(microseconds=1)
    except OverflowError:
        return None


def evidence_of(finished: Sequence[Issue], word: Availability | None, state: State) -> str:
    """What a state rests on, in one sentence for the product team."""
    if state is State.WITHDRAWN:
        return "it was taken off the list"
    if state in USABLE:
        if word is not None and word.state in _SAID:
            since = f" since {word.since}" if word.since else ""
            return f"by the word of {word.by}{since}, at {word.at}"
        released = sum(any(v.released for v in issue.fix_versions) for issue in finished)
        if released:
            return f"{released} of its {len(finished)} finished items are in a released version"
        return "it was published so, and stays until the product team says otherwise"
    moments = [issue.done_at for issue in finished if issue.done_at is not None]
    if not moments:
        return "no finished work is known"
    return f"its newest work was finished on {max(moments):%Y-%m-%d}"
