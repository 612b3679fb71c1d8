"""What became of one epic, and why."""

from enum import StrEnum

from msgspec import Struct

from models.conditions import Line


class Outcome(StrEnum):
    """Every epic has exactly one."""

    PUBLISHED = "published"
    """A capability claims it and finished work stands behind it."""
    WAITING = "waiting"
    """A capability claims it, but nothing behind it is finished yet."""
    LEFT_OUT = "left_out"
    """A rule, a pin or a security level keeps it from sales."""
    NEEDS_DECISION = "needs_decision"
    """No rule claims it, two do, or one says that a person must look."""


class Cause(StrEnum):
    """What kind of thing decided."""

    SECURITY_LEVEL = "security_level"
    PIN = "pin"
    SCREENING = "screening"
    CAPABILITY = "capability"
    WITHDRAWN = "withdrawn"
    NO_RULE = "no_rule"
    CONFLICT = "conflict"
    DRAFT = "draft"


class Reason(Struct, frozen=True, kw_only=True):
    """One reason of a decision: the rule that gave it, where it stands, and a plain sentence."""

    cause: Cause
    text: str
    rule: str | None = None
    at: Line | None = None


class Decision(Struct, frozen=True, kw_only=True):
    """The one decision about one epic, or about an item without one that a capability claims.

    `is_item` says that it is about such an item, whose id and key stand in the place of an epic's.
    `claimed_by` is the capability the rules give it; `counts_for` the one its work is added to,
    which for an undecided epic is the one it was last published under, if any.
    `heading` is what people read for its `rule` (technical debt, match no capability): words, by
    which nothing is compared, counted or found.
    """

    site: str
    epic_id: int
    key: str
    outcome: Outcome
    heading: str
    reasons: tuple[Reason, ...]
    claimed_by: str | None = None
    counts_for: str | None = None
    is_item: bool = False

    @property
    def rule(self) -> str:
        """What decided, to compare and count by: `screening:debt`, `pin:PAY-310`, `no_rule`.

        The cause of the first reason with the id that the rule book knows its rule by, if it has
        one; of an epic that is claimed, whoever says so, it is the `capability:` that has it.
        """
        if self.claimed_by:
            return f"{Cause.CAPABILITY}:{self.claimed_by}"
        first = self.reasons[0]
        return f"{first.cause}:{first.rule}" if first.rule else first.cause

    def decides_like(self, other: "Decision") -> bool:
        """Whether the other comes to the same by the same rule."""
        return (self.outcome, self.rule) == (other.outcome, other.rule)


def is_screened_out(decision: Decision) -> bool:
    """Whether a screening rule leaves it out; not a pin, and not a security level."""
    is_left_out = decision.outcome is Outcome.LEFT_OUT
    return is_left_out and decision.reasons[0].cause is Cause.SCREENING


def is_restricted(decision: Decision) -> bool:
    """Whether a security level in Jira leaves it out, whatever else would."""
    return decision.reasons[0].cause is Cause.SECURITY_LEVEL
