"""One fold for words: what is written alike, or differs in its dress alone, is one word.

Case, width and compatible forms, accents joined or apart, invisible letters, apostrophes, and what
parts words (spaces, dashes, `_ . / :`) make no difference. Both sides are folded: rules and Jira.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

_INVISIBLE_RANGES = (
    *((0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5)),
    *((0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164)),
    *((0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB), (0xE0001, 0xE01EF)),
)
"""Soft hyphens, zero widths, bidi marks, fillers, variation selectors: first and last of each."""
_INVISIBLE = {
    number: None for first, last in _INVISIBLE_RANGES for number in range(first, last + 1)
}
_PLAIN = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4`", "'")) | _INVISIBLE

_DASHES = (
    "\\-\u058a\u05be\u1806\u2010-\u2015\u2043\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u301c\u3030\u30a0"
)
_SEPARATORS = f"\\s_./:{_DASHES}"
_BETWEEN = re.compile(f"[{_SEPARATORS}]+")
_AROUND = re.compile(f"^[#,;!?{_SEPARATORS}]+|[,;!?{_SEPARATORS}]+$")
_BETWEEN_DIGITS = re.compile("(?<=[0-9])\0(?=[0-9])")
_SCOPE = re.compile(r".*[/:](?=[^/:]*\w)", re.DOTALL)

BARRIER = "|"
"""Stands in spaced text where a phrase ends: at a comma, an ampersand, a bracket, a sentence."""
_ENDING = ",;&()[]{}|\n"
_ENDS_PHRASE = re.compile(
    f"[{re.escape(_ENDING)}\u00b7\u2022\u3001\u3002\u060c\u061b]+|[.:!?](?=\\s)|[+/](?<=\\s.)(?=\\s)"
)
_ENDS_SENTENCE = re.compile(r"[.:!?](?=\s)|[+/](?<=\s.)(?=\s)")
_ASCII = "".join(
    chr(n).lower() if chr(n).isalnum() else BARRIER if chr(n) in _ENDING else " "
    for n in range(128)
)

_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0eff"
"""Signs within words that `\\w` does not take for letters: accents, vowel points, Indic vowels."""
_BETWEEN_WORDS = re.compile(f"(?:[^\\w{_MARKS}|]|_)+")
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17d3\u3005-\u3007\u3040-\u30ff\u3400-\u9fff"
    "\uac00-\ud7af\U00020000-\U0003ffff"
)
"""Thai to Khmer, Japanese, Chinese; Korean too, whose particles join their words."""
UNSPACED = re.compile(f"[{_UNSPACED}]+")
"""A run of letters of a script that is written without spaces."""

_TIGHT = re.compile(
    f"[_./:{_DASHES}](?<=[^\\W\\d_].)(?=\\w)|[_./:{_DASHES}](?<=\\d.)(?=[^\\W\\d_])"
)
_HUMP = re.compile(
    "(?=[A-Z\u00c0-\u00de])(?<=[a-z\u00df-\u00f6\u00f8-\u00ff]{3})(?=[A-Z\u00c0-\u00de][^\\W\\d_]{2})"
)
_MAYBE_HUMP = re.compile("[A-Z\u00c0-\u00de](?<=[^\\W\\d_A-Z].)")
"""A quick look spares most titles the slow one."""
_ONE_WORD = re.compile(
    r"\b(?:Java|Type|Action|Post)Scripts?\b|\bGit(?:Hub|Lab)\b|\b(?:Share|Power)Point\b"
    r"|\bPayPal\b|\bYouTube\b|\bWhatsApp\b|\bHubSpot\b|\bWordPress\b|\bQuickBooks\b"
)
"""Names that are no camel case: Java is not in JavaScript."""
_SHORTEST_JOINED = 4
_PLAIN_WORDS = re.compile(
    "\\*?[a-z\u00e0-\u00f6\u00f8-\u00ff]+(?:[ -][a-z\u00e0-\u00f6\u00f8-\u00ff]+)*\\*?"
)
"""What is folded and spaced already, as most words of rules are."""
_WORDY = re.compile("[A-Za-z0-9]")
"""Where one of these is, there is a word, however the text is folded."""


def fold_text(text: str) -> str:
    """Text for comparing: compatible forms and apostrophes are one, invisible letters are gone."""
    if text.isascii():
        return text.replace("`", "'").lower()
    return unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN).casefold()


@lru_cache(100_000)
def fold_value(text: str) -> str:
    """A whole value for comparing: `tech debt`, `#TechDebt` and `tech-debt,` are `techdebt`.

    Only between two digits does it matter that they stand apart: 4.2 and 4-2 are not 42.
    """
    folded = fold_text(text)
    bare = _AROUND.sub("", folded)
    return _BETWEEN_DIGITS.sub(" ", _BETWEEN.sub("\0", bare)).replace("\0", "") or folded.strip()


@lru_cache(100_000)
def fold_label(text: str) -> tuple[str, ...]:
    """A label for comparing, and the value alone of one with a scope: `type/tech-debt`."""
    whole = fold_value(text)
    scope = _SCOPE.match(text.rstrip("/: "))
    value = fold_value(text[scope.end() :]) if scope else whole
    return (whole,) if value == whole else (whole, value)


def space_words(text: str) -> str:
    """Text as words between single spaces, with one at either end; punctuation is a space.

    So a whole word or phrase is found by a plain search, in linear time, whatever the text. Where
    a phrase cannot go on stands a BARRIER. Camel case parted, and words put together (tech-debt,
    techdebt), follow on lines of their own.
    """
    spaced = _space_folded(fold_text(text))
    has_hump, has_tight = _MAYBE_HUMP.search(text), _TIGHT.search(text)
    if not has_hump and not has_tight:
        return spaced
    forms = [spaced]
    if has_hump:
        forms.append(_space_folded(fold_text(_part_humps(text))))
    if has_tight:
        forms.append(_space_folded(fold_text(_TIGHT.sub("", text))))
    return "\n".join(dict.fromkeys(forms))


@lru_cache(10_000)
def find_forms(word: str) -> tuple[str, ...]:
    """What to search for in spaced text for a word or phrase.

    `invoic*` is the start of a word, `*umstellung` the end of one: German puts words together.
    Camel case is parted, and a phrase is found written as one word too. Scripts written without
    spaces have no word ends, so there a word is found anywhere.
    """
    if word.isascii() and word.isalpha() and word.islower():
        return (f" {word} ",)
    if _PLAIN_WORDS.fullmatch(word):
        return _find_plain_forms(word)
    is_start, is_end = word.rstrip().endswith("*"), word.lstrip().startswith("*")
    parted = _space_folded(fold_text(_part_humps(word)))
    forms = dict.fromkeys((_space_folded(fold_text(word)), parted))
    if joined := _join_words(parted):
        forms[f" {joined} "] = None
    return tuple(_trim_form(form, is_start, is_end) for form in forms if form.strip())


def _find_plain_forms(word: str) -> tuple[str, ...]:
    before, after = "" if word[0] == "*" else " ", "" if word[-1] == "*" else " "
    spaced = word.strip("*").replace("-", " ")
    joined = spaced.replace(" ", "")
    if joined == spaced or len(joined) < _SHORTEST_JOINED:
        return (f"{before}{spaced}{after}",)
    return f"{before}{spaced}{after}", f"{before}{joined}{after}"


def is_wordless(text: str) -> bool:
    """Whether nothing of a text is a word."""
    return not _WORDY.search(text) and not _space_folded(fold_text(text)).strip()


def split_camel_case(text: str) -> list[str]:
    """The words of a text, folded, camel case parted."""
    words = _space_folded(fold_text(_part_humps(text))).split()
    return [word for word in words if word != BARRIER]


def _space_folded(text: str) -> str:
    if text.isascii():
        parted = _ENDS_SENTENCE.sub(BARRIER, text).translate(_ASCII)
    else:
        text = _ENDS_PHRASE.sub(BARRIER, UNSPACED.sub(r" \g<0> ", text))
        parted = _BETWEEN_WORDS.sub(" ", text)
    if BARRIER not in parted:
        return f" {' '.join(parted.split())} "
    phrases = (" ".join(phrase.split()) for phrase in parted.split(BARRIER))
    return f" {f' {BARRIER} '.join(filter(None, phrases))} "


def _part_humps(text: str) -> str:
    return text if _ONE_WORD.search(text) else _HUMP.sub(" ", text)


def _join_words(spaced: str) -> str:
    """The words of a phrase as one; nothing where that would be another word."""
    words = spaced.split()
    if len(words) == 1:
        return "" if len(words[0]) < _SHORTEST_JOINED else words[0]
    digits = any(a[-1].isdigit() and b[0].isdigit() for a, b in pairwise(words))
    joined = "".join(words)
    is_short = len(joined) < _SHORTEST_JOINED
    return "" if digits or is_short or BARRIER in words else joined


def _trim_form(form: str, is_start: bool, is_end: bool) -> str:
    if is_end or UNSPACED.match(form, 1):
        form = form.lstrip()
    if UNSPACED.match(form.rstrip()[-1:]):
        form = form.rstrip()
    return form.rstrip() if is_start else form
