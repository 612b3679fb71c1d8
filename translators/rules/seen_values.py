"""The values that a field has in Jira, and which of them a rule's value may have been meant for."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from translators.rules.fields import fold_values
from translators.rules.near_misses import SHORTEST, is_one_slip
from translators.words import fold_value, split_camel_case

SHORTEST_START = 3
"""Letters of a value that another may begin with: sso of sso-old."""


class SeenValues:
    """The values that a field has in Jira, and how many issues have each."""

    def __init__(self, field: str, values: Mapping[str, int]) -> None:
        self.field = field
        self._values = values
        self._counts: Counter[str] = Counter()
        for value, number in values.items():
            for folded in set(fold_values(field, (value,))):
                self._counts[folded] += number

    def count_issues(self, value: str) -> int:
        """How many issues a rule's value is met by."""
        return self._counts[fold_value(value)]

    def find_nearest(self, value: str) -> str | None:
        """The value that it may be meant for, of several the most used.

        That is one slip away, or has some words more or fewer at its end. A digit makes another.
        """
        ours = _Form.of(value)
        for known in self._known:
            if ours.is_a_slip_of(known):
                return known.written
        return next((known.written for known in self._known if ours.goes_on_with(known)), None)

    @cached_property
    def _known(self) -> list["_Form"]:
        """The values, the most used first."""
        by_use = sorted(self._values.items(), key=lambda each: (-each[1], each[0]))
        return [_Form.of(value) for value, _ in by_use]


class _Form(NamedTuple):
    """A value as it is written, folded, and as words."""

    written: str
    folded: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, value: str) -> "_Form":
        return cls(value, fold_value(value), tuple(split_camel_case(value)))

    def is_a_slip_of(self, other: "_Form") -> bool:
        one, two = self.folded, other.folded
        if abs(len(one) - len(two)) > 1 or min(len(one), len(two)) < SHORTEST:
            return False
        return is_one_slip(one, two) and _keep_digits(one) == _keep_digits(two)

    def goes_on_with(self, other: "_Form") -> bool:
        short, long = sorted((self.words, other.words), key=len)
        is_start = short == long[: len(short)] and len("".join(short)) >= SHORTEST_START
        return is_start and not _keep_digits("".join(long[len(short) :]))


def _keep_digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())
