"""Small words that pages share: moments, the first few of many."""

from collections.abc import Sequence
from datetime import datetime


def join_first(keys: Sequence[str], most: int = 5) -> str:
    """The first few between spaces, and how many more: PAY-1 PAY-2 +3."""
    shown = " ".join(keys[:most])
    return f"{shown} +{len(keys) - most}" if len(keys) > most else shown


def format_moment(moment: datetime) -> str:
    """2026-11-23 06:00 UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
