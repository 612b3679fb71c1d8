"""Writes texts, lists and small blocks as YAML that is read back as it is, by anybody's parser."""

import json
import re
from collections.abc import Mapping, Sequence

from sync.rulebook.edit.spans import Plain

_SAFE = re.compile(r"[^\W\d_](?:[\w ./()+&'-]*[\w.)+'])?")
"""Begins with a letter and holds no sign that means anything, wherever it stands."""
_WORDS = frozenset("true false yes no on off null y n nan inf".split())


class Bare(str):
    """A word that is written without quotes, whatever it is."""

    __slots__ = ()


YES = Bare("true")


def write_value(value: Plain, style: str = "") -> str:
    """A value on one line; a text in the quotes of `style` where they can hold it."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {write_value(each)}' for key, each in value.items())}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(write_value(each) for each in value)}]"
    return value if isinstance(value, Bare) else _write_text(str(value), style)


def write_key(key: str) -> str:
    """A key."""
    return write_value(key)


def _write_text(text: str, style: str) -> str:
    if style == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    is_word = text.casefold() in _WORDS
    if style in ("", "|", ">") and _SAFE.fullmatch(text) and "  " not in text and not is_word:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else _escape(each) for each in quoted)


def _escape(letter: str) -> str:
    code = ord(letter)
    if code > 0xFFFF:
        return f"\\U{code:08X}"
    return f"\\u{code:04X}"
