"""Small words that pages share: the first few of many."""

from collections.abc import Sequence


def join_first(keys: Sequence[str], most: int = 5) -> str:
    """The first few between spaces, and how many more: PAY-1 PAY-2 +3."""
    shown = " ".join(keys[:most])
    return f"{shown} +{len(keys) - most}" if len(keys) > most else shown
