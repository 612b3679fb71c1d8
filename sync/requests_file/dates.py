"""Reads dates as people and table programs write them."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_PLAIN = re.compile(r"(\d{4})(\d\d)(\d\d)")
_NUMBERED = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?: .*)?")
_NAMED = re.compile(
    r"(\d{1,2})\.? ([a-z]{3})[a-z]*\.?,? (\d{4})|([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})"
)
_SERIAL = re.compile(r"[34567]\d{4}")
_FIRST_SERIAL = date(1899, 12, 30)


class DateReading:
    """Reads dates; whether the day or the month comes first, the file's own dates tell."""

    def __init__(self, cells: Iterable[str]) -> None:
        numbered = [found for cell in cells if (found := _NUMBERED.fullmatch(cell.strip()))]
        slashed = [each for each in numbered if each[2] != "."]
        is_day_first = any(int(each[1]) > 12 for each in slashed)
        self._month_first = any(int(each[3]) > 12 for each in slashed) and not is_day_first
        self.is_guess = bool(slashed) and not is_day_first and not self._month_first

    def read_date(self, cell: str) -> date | None:
        """The date of a cell, or None."""
        cell = " ".join(cell.split())
        if found := _ISO.fullmatch(cell) or _PLAIN.fullmatch(cell):
            return _build_date(*found.groups()[:3])
        if found := _NUMBERED.fullmatch(cell):
            day, month = found[1], found[3]
            if self._month_first and found[2] != ".":
                day, month = month, day
            year = found[4] if len(found[4]) == 4 else f"20{found[4]}"
            return _build_date(year, month, day)
        if found := _NAMED.fullmatch(cell.casefold()):
            day, name, year = found.groups()[:3] if found[1] else (found[5], found[4], found[6])
            month = str(_MONTHS.index(name) + 1) if name in _MONTHS else "0"
            return _build_date(year, month, day)
        if _SERIAL.fullmatch(cell):
            return _FIRST_SERIAL + timedelta(days=int(cell))
        return None


def _build_date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
