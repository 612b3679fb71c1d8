"""Cleans the texts that Jira sends: bounded, printable, and fit for every database."""

import hashlib
import re

LONGEST_TEXT = 32_768
LONGEST_NAME = 255
LONGEST_KEY, LONGEST_ID = 80, 40
"""Keys of issues and projects, and the ids of types and fields; Jira's own are half as long."""

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_BREAKS = re.compile("[\t\n\r\u2028\u2029]+")


def strip_controls(text: str) -> str:
    """Text of bounded length without what no reader sees and some are harmed by.

    Databases refuse NUL and halves of surrogate pairs; terminals obey controls and marks of
    direction.
    """
    return _UNPRINTABLE.sub("", text)[:LONGEST_TEXT]


def clean_name(text: str) -> str:
    """A name that Jira shows in one line, as one line of bounded length."""
    return strip_controls(_BREAKS.sub(" ", text))[:LONGEST_NAME]


def clean_key(text: str, most: int = LONGEST_KEY) -> str:
    """A key or an id as it is, or a short stand-in for one that is longer than any can be.

    The same key always has the same stand-in, so what belongs together stays together.
    """
    if len(text) <= most:
        return clean_name(text)
    digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()
    return f"{clean_name(text)[: most - len(digest) - 1]}~{digest}"
