"""What a rule asks of an issue: comparisons of fields, and what joins them."""

from enum import StrEnum

from msgspec import Struct


class Line(Struct, frozen=True, order=True):
    """Where something stands in the rule book."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Operator(StrEnum):
    """How one line of a condition compares a field."""

    EQUALS = "equals"
    HAS = "has"
    EMPTY = "empty"
    SET = "set"
    MATCHES = "matches"
    WEIGHS = "weighs"


class Comparison(Struct, frozen=True, cache_hash=True, tag="comparison"):
    """`field: [a, b]`, `field has: [..]`, `field is: empty`, `field matches: 're'`.

    The values of `field weighs:` are lines, each a weight with its words: `9: flaky, node pool*`.
    """

    field: str
    operator: Operator
    values: tuple[str, ...]
    at: Line


class All(Struct, frozen=True, tag="all"):
    """Every part must hold: several lines in one block."""

    parts: tuple["Condition", ...]
    at: Line


class Some(Struct, frozen=True, tag="any"):
    """At least one part must hold: `any:`."""

    parts: tuple["Condition", ...]
    at: Line


class Not(Struct, frozen=True, tag="not"):
    """The part must not hold: `not:`; on an empty field it holds."""

    part: "Condition"
    at: Line


Condition = Comparison | All | Some | Not
