"""Puts numbers for people: 1 issue, 2 issues; the first few of many; a share of a whole."""

from collections.abc import Sequence


def count_noun(number: int, noun: str, then: str = "", *, one: str = "") -> str:
    """`count_noun(1, "entry")` is 1 entry, 2 are 2 entries.

    `then` is what follows, in the plural (`are late`), and `one` the same for a single one.
    """
    if number == 1:
        return f"1 {noun} {one or then}".rstrip()
    if noun.endswith("y") and noun[-2:-1] not in "aeou":
        plural = f"{noun[:-1]}ies"
    else:
        plural = f"{noun}es" if noun.endswith(("s", "x", "z", "ch", "sh")) else f"{noun}s"
    return f"{number} {plural} {then}".rstrip()


def join_few(texts: Sequence[str], most: int = 5) -> str:
    """The first few, and how many more there are: PAY-1, PAY-2 and 3 more."""
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return f"{', '.join(texts[:most])}{more}"


def cut_percent(part: int, whole: int) -> int:
    """Whole percents, what is over cut off: 100 is all of it. Of nothing it is 0."""
    return 100 * part // whole if whole > 0 else 0


def round_percent(part: int, whole: int) -> int:
    """To the nearest whole percent; a half goes up. Of nothing it is 0."""
    return (200 * part + whole) // (2 * whole) if whole else 0
