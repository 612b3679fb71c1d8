"""What is wrong or odd in a rule book, and what it stops."""

from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """What a finding stops: a run, `headway check` alone, or nothing."""

    REFUSED = "error"
    FAILED = "failed check"
    WARNING = "warning"


class RuleFinding(Struct, frozen=True):
    """One thing in a rule book: `where: what`, how bad it is, and what to do about it.

    `excerpt` is the line of the rule book that it is in, and a caret below the place.
    """

    severity: Severity
    where: str
    what: str
    remedy: str = ""
    excerpt: str = ""

    @property
    def is_error(self) -> bool:
        """Whether `headway check` ends with an error because of it."""
        return self.severity is not Severity.WARNING
