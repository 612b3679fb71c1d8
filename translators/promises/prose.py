"""Finds promises in what people wrote freely: documents, not the texts of a rule book.

Lines break where a page ends, words are set in markup, and nobody minds hidden characters; what
overlaps is told once, and with the sentence that it stands in.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from models.promises import Tier
from translators.promises.linter import Linter
from translators.promises.violation import Violation

FORM = ("L8", "L9", "Q1")
"""Classes of how a published text is written; a document may be written as it likes."""
_WILL = {"P3", "P4"}
"""What is intended and what is promised of it: `we will` and `will add` are one promise."""
_PLAIN = str.maketrans(
    dict.fromkeys("\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u2007\u2009\u202f\u2028\u2029", " ")
)
_ENDS = re.compile(r"[.!?\u2026](?=[\s\"'\u201d\u00bb)])|\n[ \t]*\n")
_BLANK = re.compile(r"\n[ \t]*\n")
_LONGEST_SENTENCE = 1_000
_AROUND = 300
"""Letters before and behind a sentence in which the thing that it speaks of may be named."""


class ProseViolation(Struct, frozen=True):
    """What is wrong in a document, the sentence that it stands in, and the words around that."""

    violation: Violation
    sentence: str
    around: str


def find_in_prose(linter: Linter, text: str) -> Iterator[ProseViolation]:
    """Every place, from the beginning to the end, without what a waiver lets through."""
    plain = text.translate(_PLAIN)
    told = [each for each in linter.find_unwaived(plain) if each.rule not in FORM]
    if not told:
        return
    sentences = [match.end() for match in _ENDS.finditer(text)]
    blanks = [match.end() for match in _BLANK.finditer(text)]
    for violation in _join_overlapping(plain, told):
        at = violation.start, violation.end
        start, end = _widen(at, sentences, len(text), _LONGEST_SENTENCE)
        first, last = _widen((start, end), blanks, len(text), _AROUND)
        yield ProseViolation(violation, _squeeze(plain[start:end]), _squeeze(plain[first:last]))


def _widen(span: tuple[int, int], ends: list[int], length: int, most: int) -> tuple[int, int]:
    """The span up to the nearest ends before and behind it, and no further than `most` letters."""
    before = bisect_right(ends, span[0])
    behind = bisect_left(ends, span[1])
    start = ends[before - 1] if before else 0
    end = ends[behind] if behind < len(ends) else length
    return max(start, span[0] - most), min(end, span[1] + most)


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _join_overlapping(text: str, found: list[Violation]) -> Iterator[Violation]:
    """Each place once: `by March` and `March 2027` are one date, the `will` of `we will` is in it.

    Where one blocks, so do both.
    """
    last: Violation | None = None
    for each in found:
        if last is None or each.start >= last.end:
            if last is not None:
                yield last
            last = each
        elif _is_in(text, last, each) or last.rule == each.rule or {last.rule, each.rule} <= _WILL:
            tier = Tier.BLOCK if Tier.BLOCK in (each.tier, last.tier) else last.tier
            end = last.end if _is_in(text, last, each) else each.end
            span = text[last.start : end].strip()
            last = replace(last, tier=tier, end=end, span=span)
        else:
            yield last
            last = each
    if last is not None:
        yield last


def _is_in(text: str, last: Violation, each: Violation) -> bool:
    """Whether one stands within another, punctuation aside."""
    return not any(letter.isalnum() for letter in text[last.end : each.end])
