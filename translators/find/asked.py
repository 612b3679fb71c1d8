"""Says what of an ask is counted where the list knew no name for it: the telling words alone."""

from collections.abc import Sequence

from translators.find.countable import MOST_DIGITS, MOST_WORDS, NEVER, may_be_counted
from translators.find.letters import Word
from translators.find.reading import MOST_LETTERS, Telling, read_ask
from translators.find.search import Answer, SearchResult


def note_answer(ask: str, result: SearchResult) -> str | None:
    """What is counted of an ask that was answered so; None where the list knew it, or of nothing.

    All who are asked count by this, be it the command, the board or an assistant.
    """
    return note_words(ask) if result.answer in (Answer.CLOSE, Answer.NOTHING) else None


def note_words(text: str) -> str | None:
    """The telling words of an ask, as they are counted; None where they are no name of a thing.

    An address or a long number is left out; more words than a name has are a story of somebody's.
    """
    if len(text) > MOST_LETTERS:
        return None
    chunks = [each for each in text.split() if not any(sign in each for sign in NEVER)]
    words = read_ask(" ".join(chunks)).words
    kept = [
        each.word
        for number, each in enumerate(words)
        if (not each.is_small or _hangs_on(words, number)) and not _is_long_number(each.word)
    ]
    noted = "".join(f"{_find_gap(word)}{_write(word)}" for word in kept).strip()
    return noted if len(kept) <= MOST_WORDS and may_be_counted(noted) else None


def _hangs_on(words: Sequence[Telling], number: int) -> bool:
    """Whether a small word is a part of a telling one: `in` in `sign-in`."""
    before = words[number - 1] if number else None
    return bool(before and words[number].word.glued and not before.is_small)


def _is_long_number(word: Word) -> bool:
    return word.text[:1].isdigit() and len(word.text) > MOST_DIGITS


def _find_gap(word: Word) -> str:
    return "" if word.glued and word.text[:1].isdigit() else " "


def _write(word: Word) -> str:
    return word.written.upper() if word.is_capitals else word.written
