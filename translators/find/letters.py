"""Parts text into folded words, the same way for asks, names and tables."""

import unicodedata
from functools import lru_cache

from msgspec import Struct

from translators.words import fold_text

FIRST_ACCENT, LAST_ACCENT = "\u0300", "\u036f"
_ENDINGS = frozenset(("s", "re", "ve", "ll", "d", "m"))
"""What English hangs on a word by an apostrophe, and that says nothing."""
_LONGEST_KEPT = 40
"""Letters of a word that is worth remembering."""
_HYPHENS = frozenset("-\u2010\u2011")
_JOINED = str.maketrans({"\u0153": "oe", "\u00e6": "ae", "\u00f8": "o", "\u0142": "l"})
"""Letters that a keyboard without them writes so: œ, æ, ø, ł."""


class Word(Struct, frozen=True):
    """A folded word without accents. `glued`: no space parts it from the word before it.
    `is_hyphenated`: a hyphen alone does.

    `is_capitals` says that it is written in capitals, `is_marked_plural` that a small s stands
    behind them: IDs, `is_elided` that an apostrophe does: l'. `written` has its accents.
    """

    text: str
    glued: bool = False
    is_marked_plural: bool = False
    is_capitals: bool = False
    is_elided: bool = False
    written: str = ""
    is_hyphenated: bool = False


def split_words(text: str) -> list[Word]:
    """The words of a text in their order; signs part them, and digits part from letters."""
    words: list[Word] = []
    for chunk in text.replace("&", " and ").split():
        words += _read_chunk(chunk) if len(chunk) <= _LONGEST_KEPT else _part_chunk(chunk)
    return words


def plain_words(text: str) -> tuple[str, ...]:
    """The words alone."""
    return tuple(word.text for word in split_words(text))


@lru_cache(50_000)
def _read_chunk(chunk: str) -> tuple[Word, ...]:
    return _part_chunk(chunk)


def _part_chunk(chunk: str) -> tuple[Word, ...]:
    """The words of what stands between spaces."""
    if chunk.isalpha() and chunk.isascii():
        return (_read_plainly(chunk),)
    words: list[Word] = []
    for piece, is_hyphenated in _split_chunk(chunk):
        words += _read_piece(piece, glued=bool(words), is_hyphenated=is_hyphenated)
    return tuple(words)


def _read_plainly(chunk: str) -> Word:
    """What the long way comes to for letters without accents."""
    marked, lowered = _is_marked_plural(chunk), chunk.lower()
    return Word(lowered, False, marked, chunk.isupper(), False, lowered)


def _is_marked_plural(piece: str) -> bool:
    return len(piece) > 2 and piece[-1] == "s" and piece[:-1].isupper()


def _split_chunk(chunk: str) -> list[tuple[str, bool]]:
    """What stands between signs, and whether a hyphen alone is before it.

    An apostrophe stays, and so does a point between digits.
    """
    pieces: list[tuple[str, bool]] = []
    current, signs = "", ""
    for at, letter in enumerate(chunk):
        after = chunk[at + 1 : at + 2]
        if _is_letter(letter) or letter in "'\u2019\u02bc":
            current += letter
        elif letter in ".," and current[-1:].isdigit() and after.isdigit():
            current += "."
        elif letter in "+#" and current and (current[-1].isalnum() or current[-1] in "+#"):
            current += letter
        elif current:
            pieces.append((current, signs in _HYPHENS))
            current, signs = "", letter
        else:
            signs += letter
    return [*pieces, (current, signs in _HYPHENS)] if current else pieces


def _is_letter(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter) in ("Mn", "Mc", "Cf")


def _read_piece(piece: str, *, glued: bool, is_hyphenated: bool) -> list[Word]:
    marked = _is_marked_plural(piece)
    parts = [part for part in fold_text(piece).split("'") if part]
    words: list[Word] = []
    for number, part in enumerate(parts):
        if number and part in _ENDINGS:
            continue
        if number and part == "t" and words:
            words[-1] = Word(words[-1].text + "t", words[-1].glued)
            continue
        is_elided = number < len(parts) - 1
        for run in _split_digits(part):
            words.append(
                Word(
                    _strip_accents(run),
                    not words[-1].is_elided if words else glued,
                    marked,
                    piece.isupper(),
                    is_elided,
                    run,
                    is_hyphenated and glued and not words,
                )
            )
    return words


def _strip_accents(text: str) -> str:
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFD", text.translate(_JOINED))
    kept = "".join(letter for letter in apart if not FIRST_ACCENT <= letter <= LAST_ACCENT)
    return unicodedata.normalize("NFC", kept)


def _split_digits(text: str) -> list[str]:
    runs: list[str] = []
    for letter in text:
        is_number = letter.isdigit() or letter == "."
        if runs and is_number == (runs[-1][-1].isdigit() or runs[-1][-1] == "."):
            runs[-1] += letter
        else:
            runs.append(letter)
    return [run.strip(".") for run in runs if run.strip(".")]
