"""Suggests the known word that a mistyped one was probably meant to be."""

from collections.abc import Iterable


def suggest_spelling(word: str, known: Iterable[str], score: float = 70) -> str:
    """` (did you mean 'labels'?)`, or nothing where no known word is like it.

    `score` is how like it must be, from 0 to 100.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - for mistakes alone

    close = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=score)
    return f" (did you mean {close[0]!r}?)" if close else ""


def find_close_names(
    name: str, known: Iterable[str], score: float = 70, most: int = 1
) -> list[str]:
    """The known names that are most like one, parts of it included; the likest first."""
    from rapidfuzz import process  # noqa: PLC0415 - for mistakes alone

    return [
        close for close, *_ in process.extract(name, list(known), limit=most, score_cutoff=score)
    ]
