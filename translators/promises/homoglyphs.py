"""Reads a text in the forms a pattern can match: as written, and with its disguises taken off."""

import re
import unicodedata
from collections.abc import Callable

import re2

_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})

_SAME_SIGNS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u207b\ufe58\ufe63\uff0d", "-")
    | dict.fromkeys("\u2018\u2019\u201b\u2032\u02bc\u02b9\u00b4`\uff07", "'")
    | dict.fromkeys("\u2044\u2215\u29f8", "/")
    | dict.fromkeys("\u066a\u2052\u2030", "%")
    | dict.fromkeys("\u3002\uff61\u2024", ".")
)

_LOOKS = {
    "a": "аαᴀɑ",
    "b": "ьвβʙᏏ",
    "c": "сϲᴄ",
    "d": "ԁᴅɗ",
    "e": "еєεᴇ",
    "f": "ꜰ",
    "g": "ɡɢ",
    "h": "һнʜ",
    "i": "іιıɪӏ",
    "j": "јᴊ",
    "k": "кκᴋ",
    "l": "ⅼʟ",
    "m": "мᴍ",
    "n": "пηɴꮑᏁν",
    "o": "оοσᴏօꮎᏎΟ",
    "p": "рρᴘƥ",
    "q": "ԛզ",
    "r": "гʀ",
    "s": "ѕꜱꮪꚂᏚ",
    "t": "тτᴛ",
    "u": "υᴜս",
    "v": "ѵᴠ",
    "w": "ԝωᴡ",
    "x": "хχ",
    "y": "уγʏү",
    "z": "ᴢ",
}
_AS_LATIN = str.maketrans(
    {look.casefold(): letter for letter, looks in _LOOKS.items() for look in looks}
)

_OTHER = r"\p{Cyrillic}\p{Cherokee}\p{Armenian}\p{Coptic}Α-Ψα-λν-ψ"
_MIXED = re2.compile(rf"\p{{Latin}}\pM*[{_OTHER}]|[{_OTHER}]\pM*\p{{Latin}}")
"""Two neighbouring letters that no one language writes in one word (micro and ohm are units)."""

_DISGUISED = re2.compile(
    r"[\x{1D00}-\x{1D7F}\x{1F100}-\x{1F1FF}\x{13A0}-\x{13FF}\x{AB70}-\x{ABBF}]"
)
_JOINERS = re.compile(r"[\s\-_/·•~(),\"\[\]*]+")
_SPACED_OUT = re.compile(r"(?<!\w)(?:\w ){3,}\w(?!\w)")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_ZERO, _ONE = re.compile(r"(?<=[a-z])0+(?=[a-z])"), re.compile(r"(?<=[a-z])1+(?=[a-z])")
_ROUND = re.compile(r"(?<=\d)o(?=\d)")


def find_hidden_characters(text: str) -> list[str]:
    """The characters of a text that nobody sees."""
    return [char for char in text if unicodedata.category(char) in _HIDDEN]


def normalize_signs(text: str) -> str:
    """The text without what is hidden, every sign in its plain form, letters still as large."""
    seen = "".join(char for char in text if unicodedata.category(char) not in _HIDDEN)
    return unicodedata.normalize("NFKC", seen.translate(_SAME_SIGNS)).translate(_SAME_SIGNS)


def find_homoglyphs(plain: str) -> str:
    """The first place where letters stand in for others; empty where none do."""
    match = _MIXED.search(plain) or _DISGUISED.search(plain)
    return match.group() if match else ""


def latinize_text(folded: str) -> str:
    """A folded text as Latin letters without marks, plain digits and single spaces."""
    bare = "".join(map(_strip_mark, unicodedata.normalize("NFD", folded)))
    latin = _JOINERS.sub(" ", bare.translate(_AS_LATIN))
    joined = _SPACED_OUT.sub(lambda match: match.group().replace(" ", ""), latin)
    lettered = _ONE.sub(_repeat_letter("l"), _ZERO.sub(_repeat_letter("o"), joined)).replace(
        "vv", "w"
    )
    return _ROUND.sub("0", _STRETCHED.sub(r"\1\1", lettered)).strip()


def _strip_mark(char: str) -> str:
    if unicodedata.category(char) == "Mn":
        return ""
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)


def _repeat_letter(letter: str) -> Callable[[re.Match[str]], str]:
    return lambda match: letter * len(match.group())
