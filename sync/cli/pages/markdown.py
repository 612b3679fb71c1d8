"""Text of others in Markdown: shown as it is, and nothing else."""

import re

from translators.plain_text import show_plainly

_HYPHENS = re.compile(r"(?<=[^\W_])-(?=[^\W_])")
"""A hyphen inside a word is no sign of Markdown's."""
HARMLESS = " ,;%'\"?"
"""Signs that mean nothing to Markdown, wherever they stand."""
APART = "&#8288;"
"""A word joiner: after @ and #, nobody is called and nothing is linked."""


def escape_text(text: str) -> str:
    """Text that Markdown and HTML show as it is: no sign in it is markup, a name, or a link."""
    plain = " ".join(show_plainly(text).split())
    words = (_HYPHENS.split(word) for word in plain.split(" "))
    return " ".join("-".join("".join(map(_escape_letter, part)) for part in word) for word in words)


def _escape_letter(letter: str) -> str:
    if letter.isalnum() or letter in HARMLESS or ord(letter) > 127:
        return letter
    return f"&#{ord(letter)};{APART if letter in '@#' else ''}"
