"""The kinds of single values in a rule book: texts, ids, keys, days, numbers, yes and no."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from itertools import chain
from typing import Any

from msgspec.structs import replace

from sync.rulebook.values.kinds import Kind, Read, list_of, scalar_of
from sync.rulebook.yaml.tree import Node
from translators.spelling import suggest_spelling

ANY_SCALAR = ["string", "number", "boolean"]
"""What a text can look like to a reader of YAML who knows more kinds than texts."""
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal, or turns the direction of reading around."""
_LIKE_A_KEY = "^[a-z][a-z0-9]*-[0-9]+$"


def _parse_words(text: str) -> str:
    if hidden := _UNSEEN.search(text):
        raise ValueError(f"holds a character that nobody sees: U+{ord(hidden[0]):04X}")
    if not any(letter.isprintable() and not letter.isspace() for letter in text):
        raise ValueError("is empty")
    return text.strip()


TEXT = scalar_of("a text", _parse_words, {"type": ANY_SCALAR, "pattern": r"\S"})
"""Any words, without the white space around them."""


def _parse_lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, _parse_words(text).split("\n"))))


_LISTED = list_of(scalar_of("a text, or several, each on a line", _parse_lines, TEXT.json_schema))


def _read_phrases(node: Node) -> Read:
    listed, mistakes = _LISTED.read(node)
    return tuple(chain.from_iterable(filter(None, listed))), mistakes


PHRASES = replace(_LISTED, read=_read_phrases)
"""A list of texts, or a text with one of them on each line."""


def text_up_to(longest: int) -> Kind:
    """Words of no more than so many characters."""

    def parse(text: str) -> str:
        words = _parse_words(text)
        if len(words) > longest:
            raise ValueError(f"is longer than {longest} characters")
        return words

    limited = TEXT.json_schema | {"maxLength": longest}
    return scalar_of(f"a text of at most {longest} characters", parse, limited)


def one_of(codes: Iterable[str] | Mapping[str, Any], *meanings: str) -> Kind:
    """One of a few words: a member of an enum, or what a word is mapped to.

    `meanings` are told by an editor, one for each word.
    """
    known = dict(codes) if isinstance(codes, Mapping) else {str(code): code for code in codes}
    numbers = [int(code) for code in known if code.isdigit()]  # as an editor reads them
    *others, last = map(repr, known)
    words = f"{', '.join(others)} or {last}" if others else last

    def parse(text: str) -> Any:
        if text not in known:
            raise ValueError(f"must be {words}{suggest_spelling(text, known)}")
        return known[text]

    told = {"enumDescriptions": list(meanings)} if meanings else {}
    return scalar_of(words, parse, {"enum": [*known, *numbers]} | told)


def whole_number(least: int, most: int = 1_000_000) -> Kind:
    """A whole number within limits, both included."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise ValueError("must be a whole number")
        if int(text) < least:
            raise ValueError(f"must be {least} or more")
        if int(text) > most:
            raise ValueError(f"must be {most:,} or less")
        return int(text)

    schema = {"type": ["integer", "string"], "pattern": "^[0-9]+$"}
    words = f"a whole number, {least} or more" + (f", at most {most}" if most <= 100 else "")
    return scalar_of(words, parse, schema | {"minimum": least, "maximum": most})


def text_like(words: str, pattern: str, parse: Callable[[str], Any] = str, **schema: Any) -> Kind:
    """A text of one form. `parse` gives None for one that has it and still is none of these."""
    form = re.compile(pattern)

    def parse_formed(text: str) -> Any:
        value = parse(text) if form.fullmatch(text) else None
        if value is None:
            raise ValueError(f"must be {words}")
        return value

    return scalar_of(words, parse_formed, {"type": "string", "pattern": pattern} | schema)


def find_project(text: str) -> str:
    """The project of which a text would be an issue key; "" where it cannot be one."""
    return text.partition("-")[0].upper() if re.fullmatch(_LIKE_A_KEY, text) else ""


def _parse_code(text: str) -> str:
    if find_project(text):
        raise ValueError(f"{text!r} reads like an issue key, which sales must never see")
    return text


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _parse_month(text: str) -> str | None:
    return text if _parse_day(f"{text}-01"[:10]) else None


def _parse_ratio(text: str) -> Fraction | None:
    try:
        return Fraction(text) or None
    except ZeroDivisionError:
        return None


def _parse_yes_no(text: str) -> bool:
    return text.casefold() in ("true", "yes")


_SLUG = "lower-case letters, digits and dashes, a letter first"
_NO_KEY = {"not": {"pattern": _LIKE_A_KEY}}

SLUG = text_like(f"2 to 63 {_SLUG}", "^[a-z][a-z0-9-]{1,62}$", examples=["audit-log"])
CODE = text_like(f"2 to 40 {_SLUG}", "^[a-z][a-z0-9-]{1,39}$", _parse_code, **_NO_KEY)
KEY = text_like(
    "an issue key such as PAY-431",
    "^([a-z][a-z0-9-]{0,39}/)?[A-Za-z][A-Za-z0-9_]*-[0-9]+$",
    examples=["PAY-431"],
)
DAY = text_like(
    'a date such as "2027-03-31"',
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    _parse_day,
    examples=["2027-03-31"],
)
MONTH = text_like(
    'a month or a date, such as "2026-03"',
    "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$",
    _parse_month,
    examples=["2026-03"],
)
RATIO = text_like(
    "a number above 0, such as 10, 0.5 or 1/3",
    "^[0-9]{1,9}([./][0-9]{1,9})?$",
    _parse_ratio,
    type=["number", "string"],
    exclusiveMinimum=0,
    examples=[10, 0.5, "1/3"],
)
YES_NO = text_like(
    "true or false",
    "^([Tt]rue|TRUE|[Ff]alse|FALSE|[Yy]es|YES|[Nn]o|NO)$",
    _parse_yes_no,
    type=["boolean", "string"],
)
