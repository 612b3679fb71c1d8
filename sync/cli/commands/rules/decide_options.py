"""What `headway decide` is asked for, as far as it can be told without a rule book."""

import re
from argparse import Namespace
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from models.errors import Problem, UsageError
from models.rulebook import PinAction
from sync.cli.asked import read_asked
from sync.settings.settings import Settings

LONGEST = 500
"""Characters of a reason, or of who gives it: they stand on one line of the rule book."""
OF_PIN = ("reason", "by", "until")
OF_NEW = {
    "name": "what sales calls it",
    "area": "the part of the product it belongs to",
    "summary": "what it does for a customer",
}
"""What a capability that is made at once is told by."""
_ID = re.compile(r"(?![a-z0-9]+-[0-9]+$)[a-z][a-z0-9-]*")
"""A word that looks like a capability's id and not like an issue's key."""


@dataclass(frozen=True, kw_only=True)
class DecideOptions:
    """The keys of epics as they were given, and what is to become of them.

    `capability` is what they are to count toward, `new` what it is told by where it is made first.
    Without an `action` their pins are taken out.
    """

    keys: tuple[str, ...]
    action: PinAction | None
    capability: str | None = None
    new: Mapping[str, str] = field(default_factory=dict)


def read_decide_options(given: Namespace, settings: Settings) -> DecideOptions:
    """UsageError for what does not go together."""
    words = list(given.epics)
    action, capability = _read_action(given, words)
    keys = {key.upper(): key for key in (read_asked(each, settings) for each in words)}
    return DecideOptions(
        keys=tuple(keys.values()), action=action, capability=capability, new=_read_new(given)
    )


def _read_action(given: Namespace, words: list[str]) -> tuple[PinAction | None, str | None]:
    """What is to be done, and toward which capability, which is taken off the end of the words."""
    told: list[tuple[PinAction | None, str | None]] = []
    told += [(PinAction.HIDE, None)] if given.hide else []
    told += [(PinAction.HOLD, None)] if given.hold else []
    told += [(PinAction.CAPABILITY, given.new)] if given.new is not None else []
    told += [(None, None)] if given.undo else []
    if len(words) > 1 and (not told or _ID.fullmatch(words[-1])):
        told.append((PinAction.CAPABILITY, words.pop()))
    if len(told) != 1:
        what = "takes one of CAPABILITY, --hide, --hold, --new and --undo"
        raise UsageError(Problem("decide", what, "See `headway decide --help`."))
    return told[0]


def _read_new(given: Namespace) -> dict[str, str]:
    """What a capability that is made is told by, all of it."""
    if given.new is None:
        what = "tells of a capability that --new makes"
        refuse_options(given, OF_NEW, what, "Leave it out, or give --new ID.")
        return {}
    require_words(given.new, "new", "the id of the capability")
    return {each: require_words(getattr(given, each), each, OF_NEW[each]) for each in OF_NEW}


def refuse_options(given: Namespace, names: Iterable[str], what: str, remedy: str) -> None:
    """UsageError for the first of these options that is given."""
    for name in names:
        if getattr(given, name) not in (None, False):
            raise UsageError(Problem(f"--{name}", what, remedy))


def require_words(text: str | None, name: str, meaning: str) -> str:
    """The words of an option, without spaces around; UsageError where there are none."""
    if text is None or not text.strip():
        raise UsageError(Problem(f"--{name}", f"is missing: {meaning}", f"Give --{name} TEXT."))
    if len(text.strip()) > LONGEST:
        what = f"is {len(text.strip()):,} characters long, and {LONGEST} at most is read by people"
        raise UsageError(
            Problem(f"--{name}", what, "Say it shorter; a ticket or page has the rest.")
        )
    return text.strip()


def read_until(text: str | None) -> date | None:
    """A day that is not over; None where none is given."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or text != day.isoformat():
        what = f"{text!r} is no date"
        raise UsageError(Problem("--until", what, "Write it as 2027-03-31."))
    if day < datetime.now(UTC).date():
        raise UsageError(Problem("--until", f"{text} is over", "Give the last day it is to hold."))
    return day
