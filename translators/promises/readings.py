"""Reads a text in the forms a pattern can match: as written, and with its disguises taken off.

Every form remembers where in the text each of its characters comes from.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from msgspec import Struct

from translators.promises.homoglyphs import AS_LATIN, SAME_SIGNS
from translators.promises.patterns import LatePattern, PatternSet

HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
BLANKS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufff0-\ufff8\U000e0100-\U000e01ef]"
)
"""Letters, marks and signs by their category, of which nobody sees anything all the same."""
_OTHER = (
    r"\p{Cyrillic}\p{Cherokee}\p{Armenian}\p{Coptic}\x{391}-\x{3A8}\x{3B1}-\x{3BB}\x{3BD}-\x{3C8}"
)
_MIXED = LatePattern(rf"\p{{Latin}}\pM*[{_OTHER}]|[{_OTHER}]\pM*\p{{Latin}}")
"""Two neighbouring letters that no one language writes in one word (micro and ohm are units)."""
_DISGUISED = LatePattern(
    r"[\x{1D00}-\x{1D7F}\x{1F100}-\x{1F1FF}\x{13A0}-\x{13FF}\x{AB70}-\x{ABBF}\p{Lisu}]"
)
_SPACE = " "
_JOINED = LatePattern(r"\p{Ll}[\p{Lu}\d]")
"""Where a word begins within another: at a capital or a figure."""


class Form(Struct, frozen=True):
    """One form of a text; `origins` gives for each character its place in the text."""

    text: str
    origins: Sequence[int]

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """The part of the text that a part of the form was made of."""
        return self.origins[start], self.origins[end - 1] + 1


_PARTING = frozenset({"So", "Sk", "Sm", "Zs"})
"""Categories of signs that part words: pictures, arrows, spaces."""
_LATIN = re.compile(
    r"LATIN (?:(?:SMALL|CAPITAL) LETTER|LETTER SMALL CAPITAL) (?:DOTLESS |SCRIPT )?"
    r"([A-Z])(?: WITH .*)?"
)

Change = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]
_LEET = {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"}
SPELLED_OUT: Change = (
    re.compile(r"(?<!\w)(?:\w ){3,}\w(?!\w)"),
    lambda match: match.group().replace(" ", ""),
)
SPACES: Change = (
    re.compile(
        r"\s*[\-_/·•~(),\"\[\]*«»„“”¿¡|=^\\][\s\-_/·•~(),\"\[\]*«»„“”¿¡|=^\\]*|[^\S ]\s*|\s{2,}"
        r"|(?<=[^\W\d_])\++(?=[^\W\d_])|(?<!\.)\s?\.{2,}+\s*+(?=\w)"
    ),
    lambda _: _SPACE,
)
_STRETCHABLE = (
    "january february march april june july august september october november december januar "
    "februar juni juli oktober dezember janvier fevrier mars avril juin juillet septembre octobre "
    "novembre decembre enero febrero marzo abril mayo junio julio agosto septiembre octubre "
    "noviembre diciembre quarter quartal trimestre week woche semaine semana month monat soon "
    "shortly tomorrow shipping guaranteed promise summer autumn winter"
).split()
_SQUEEZE = re.compile(r"(\w)\1+")
_STRETCHED = {_SQUEEZE.sub(r"\1", word): word for word in _STRETCHABLE}
_STRETCHED_WORD = rf"\b(?:{'|'.join('+'.join((*word, '')) for word in _STRETCHABLE)})\b"


@cache
def list_changes() -> tuple[Change, ...]:
    """What is done to the letters of a text, one after the other, until only words are left.

    Few texts need any of it, and the stretched words take milliseconds to compile.
    """
    return (
        SPELLED_OUT,
        (
            re.compile(r"(?<=[a-z])[013457@$]+(?=[a-z])"),
            lambda match: "".join(_LEET[sign] for sign in match.group()),
        ),
        (re.compile(r"([a-z])\1{2,}"), lambda match: match.group(1) * 2),
        (re.compile(r"vv"), lambda _: "w"),
        (re.compile(r"(?<=\d)o(?=\d)"), lambda _: "0"),
        (re.compile(_STRETCHED_WORD), lambda match: _STRETCHED[_SQUEEZE.sub(r"\1", match.group())]),
        (re.compile(r"(?<=\w)[:;!?]+ (?=\w+[:;!?])"), lambda _: _SPACE),
    )


_SIGNS = r"\-_/·•~(),\"\[\]*«»„“”¿¡|=^\\\t-\r"
_TRIPLED = "|".join(letter * 3 for letter in "abcdefghijklmnopqrstuvwxyz")
_TO_CHANGE = PatternSet(
    [
        rf"[{_SIGNS}]|[^\S ]|\s\s|\pZ\pZ|\pL\+|\.\.",
        r"(?:^|[^\pL\pN_])(?:[\pL\pN_][^\pL\pN]){3}|[a-z][013457@$]+[a-z]|vv|\do\d"
        rf"|{_STRETCHED_WORD}|[\pL\pN_][:;!?]+ [\pL\pN_]+[:;!?]",
        _TRIPLED,
    ]
)
"""What SPACES would find, and what any of the others would: most texts hold nothing of that."""


def find_hidden_characters(text: str) -> list[int]:
    """Where in a text the characters stand that nobody sees."""
    if text.isascii() and text.isprintable():
        return []
    return [
        at
        for at, char in enumerate(text)
        if unicodedata.category(char) in HIDDEN or BLANKS.match(char)
    ]


def find_homoglyphs(plain: Form) -> tuple[int, int] | None:
    """The first place where letters stand in for others."""
    if plain.text.isascii():
        return None
    match = _MIXED.search(plain.text) or _DISGUISED.search(plain.text)
    return plain.locate(*match.span()) if match else None


def read_plainly(text: str) -> Form:
    """The text without what is hidden, every sign in its plain form, letters still as large."""
    if text.isascii() and text.isprintable() and "`" not in text:
        return Form(text, range(len(text)))
    return _map_characters(Form(text, range(len(text))), _plain_of)


def read_words(plain: Form) -> Form:
    """The text as Latin letters without marks, plain digits and single spaces."""
    folded = plain.text.lower()
    if plain.text.isascii():
        form = Form(folded, plain.origins)
    else:
        form = _map_characters(plain, _latin_of)
    to_change = _TO_CHANGE.find(form.text)
    if not to_change:
        return form
    if to_change == [0]:
        return _substitute(form, *SPACES)
    form = _substitute(_substitute(form, *SPELLED_OUT), *SPACES)
    for pattern, replace in list_changes():
        form = _substitute(form, pattern, replace)
    return form


def part_joined_words(plain: Form) -> Form | None:
    """The text with `ComingInMarch2027` as four words; None where none are joined so."""
    parts = list(_JOINED.finditer(plain.text))
    if not parts:
        return None
    pieces: list[str] = []
    origins: list[int] = []
    done = 0
    for part in parts:
        at = part.start() + 1
        pieces += (plain.text[done:at], _SPACE)
        origins += (*plain.origins[done:at], plain.origins[at])
        done = at
    return Form("".join((*pieces, plain.text[done:])), [*origins, *plain.origins[done:]])


def latinize(text: str) -> str:
    """A phrase as `read_words` would read it, its signs left as they are."""
    return text.lower() if text.isascii() else "".join(map(_latin_of, text))


def _map_characters(form: Form, change: Callable[[str], str]) -> Form:
    pieces: list[str] = []
    origins: list[int] = []
    for char, origin in zip(form.text, form.origins, strict=True):
        piece = change(char)
        pieces.append(piece)
        origins.extend([origin] * len(piece))
    return Form("".join(pieces), origins)


def _substitute(
    form: Form, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]
) -> Form:
    """The form with every match replaced; a replacement comes from the whole of its match."""
    if not pattern.search(form.text):
        return form
    pieces: list[str] = []
    origins: list[int] = []
    done = 0
    for match in pattern.finditer(form.text):
        piece = replace(match)
        start, end = match.span()
        pieces += (form.text[done:start], piece)
        origins += form.origins[done:start]
        origins += _spread(form.origins[start:end], len(piece))
        done = end
    pieces.append(form.text[done:])
    origins += form.origins[done:]
    return Form("".join(pieces), origins)


def _spread(origins: Sequence[int], length: int) -> list[int]:
    """The origins of `length` characters made of those of a match: its last one ends it."""
    return [*origins[: length - 1], origins[-1]] if length else []


@lru_cache(maxsize=16_384)
def _plain_of(char: str) -> str:
    if unicodedata.category(char) in HIDDEN and char not in "\t\n\r":
        return ""
    same = unicodedata.normalize("NFKC", char.translate(SAME_SIGNS)).translate(SAME_SIGNS)
    return "".join(map(_plain_sign, same))


def _plain_sign(char: str) -> str:
    if unicodedata.category(char)[0] == "M" or BLANKS.match(char):
        return ""
    digit = unicodedata.digit(char, None)
    return char if digit is None else str(digit)


@lru_cache(maxsize=16_384)
def _latin_of(char: str) -> str:
    bare = unicodedata.normalize("NFD", char.casefold())
    return "".join(_plain_letter(each) for each in bare)


def _plain_letter(char: str) -> str:
    category = unicodedata.category(char)
    if category[0] == "M":
        return ""
    if category in _PARTING and not char.isascii():
        return _SPACE
    return AS_LATIN.get(ord(char)) or _find_base(char)


def _find_base(char: str) -> str:
    """The Latin letter that a letter is by its name: one with a stroke, a hook or a tail."""
    named = _LATIN.fullmatch(unicodedata.name(char, ""))
    return named.group(1).lower() if named else char
