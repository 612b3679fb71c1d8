"""Signs and letters that look like others, and those that they look like."""

SAME_SIGNS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u207b\ufe58\ufe63\uff0d", "-")
    | dict.fromkeys("\u2018\u2019\u201b\u2032\u02bc\u02b9\u00b4`\uff07", "'")
    | dict.fromkeys("\u2044\u2215\u29f8", "/")
    | dict.fromkeys("\u066a\u2052\u2030", "%")
    | dict.fromkeys("\u3002\uff61\u2024", ".")
)
"""Signs that mean the same, in their plain form."""

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
_JOINED = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
AS_LATIN = str.maketrans(
    {look.casefold(): letter for letter, looks in _LOOKS.items() for look in looks} | _JOINED
)
"""The Latin letters that a letter looks like, or is written as where its own is missing."""
