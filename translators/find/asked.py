"""Says what of an ask is counted where the list knew no name for it: the telling words alone."""

from translators.find.reading import MOST_LETTERS, read_ask

LONGEST, MOST_WORDS, MOST_DIGITS = 80, 5, 4
_NEVER = ("@", "://")
"""Signs of what names a person or a place."""


def note_words(text: str) -> str | None:
    """The telling words of an ask, as they are counted; None where they are no name of a thing.

    An address or a long number is left out; more words than a name has are a story of somebody's.
    """
    if len(text) > MOST_LETTERS:
        return None
    chunks = [each for each in text.split() if not any(sign in each for sign in _NEVER)]
    telling = [each.word for each in read_ask(" ".join(chunks)).telling]
    kept = [
        word.written.upper() if word.is_capitals else word.written
        for word in telling
        if not (word.text[0].isdigit() and len(word.text) > MOST_DIGITS)
    ]
    words = " ".join(kept)
    fits = 0 < len(kept) <= MOST_WORDS and len(words) <= LONGEST
    return words if fits and words.isprintable() else None
