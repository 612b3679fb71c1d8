"""Suggests the known word that a mistyped one was probably meant to be."""

from collections.abc import Iterable


def suggest_spelling(word: str, known: Iterable[str], score: float = 70) -> str:
    """` (did you mean 'labels'?)`, or nothing where no known word is like it.

    `score` is how like it must be, from 0 to 100.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - for mistakes alone

    close = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=score)
    return f" (did you mean {close[0]!r}?)" if close else ""
