"""Says what can be the telling words of an ask, wherever they come from."""

import re

LONGEST, MOST_WORDS, MOST_DIGITS = 80, 5, 4
NEVER = ("@", "://")
"""Signs of what names a person or a place."""

_LONG_NUMBER = re.compile(rf"\d{{{MOST_DIGITS + 1}}}")


def may_be_counted(noted: str) -> bool:
    """Whether a text can be what was noted of an ask: a few plain words, no address, no number."""
    words = noted.split()
    is_plain = noted == " ".join(words) and noted.isprintable() and any(map(str.isalnum, noted))
    is_bounded = 0 < len(words) <= MOST_WORDS and len(noted) <= LONGEST
    return is_plain and is_bounded and not _names_somebody(noted)


def _names_somebody(noted: str) -> bool:
    return any(sign in noted for sign in NEVER) or _LONG_NUMBER.search(noted) is not None
