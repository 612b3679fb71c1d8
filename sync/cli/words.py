"""Small words that pages share: numbers with their nouns, moments, the first few of many."""

from collections.abc import Sequence
from datetime import datetime


def counted(number: int, noun: str) -> str:
    """1 row, 2 rows, 2 entries."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {plural}"


def some(keys: Sequence[str], most: int = 5) -> str:
    """The first few, and how many more."""
    shown = " ".join(keys[:most])
    return f"{shown} +{len(keys) - most}" if len(keys) > most else shown


def at(moment: datetime) -> str:
    """2026-11-23 06:00 UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
