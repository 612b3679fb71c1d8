"""What one edit of the rule book is: what is written, where, and what it decides."""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from models.conditions import All, Comparison, Condition, Line, Some


class EditKind(StrEnum):
    """What is written."""

    WIDEN = "widen"
    NEW = "new_capability"
    BEATS = "beats"
    NAME = "name"
    RENAME = "rename"


class RuleEdit(Struct, frozen=True, kw_only=True):
    """One edit of the rule book, before and after.

    `at` is where `before` stands; a capability that is new stands nowhere. `decides` are the keys
    of all epics that it decides, carried out alone; `because` is why this capability, if it is a
    guess.
    """

    kind: EditKind
    capability_id: str
    at: Line | None
    before: str
    after: str
    decides: tuple[str, ...]
    because: str = ""
    value: str = ""
    field: str = ""


def replace_line(condition: Condition, line: Comparison, widened: Comparison) -> Condition:
    """The condition with one of its lines replaced."""
    match condition:
        case All(parts=parts) | Some(parts=parts):
            return replace(condition, parts=tuple(replace_line(p, line, widened) for p in parts))
        case Comparison():
            return widened if condition is line else condition
        case _:
            return condition
