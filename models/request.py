"""What customers asked for, as somebody wrote it down: outside text, never published."""

from datetime import date

from msgspec import Struct


class CustomerRequest(Struct, frozen=True, kw_only=True):
    """One row of the requests file: the customer's words, when, and why they asked."""

    asked_on: date
    words: str
    why: str
    line: int
