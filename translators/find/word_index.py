"""The words of rows and where they stand: parted with little ado, since few are ever asked for."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from models.capability import Capability
from translators.find.letters import Word, split_words
from translators.find.meanings import follow_phrases, index_meanings
from translators.find.small_words import find_untelling
from translators.find.stems import stem_roughly, stem_word

WEIGHTS = (1.0, 0.7, 0.5, 0.4)
"""What a word counts by where it stands in a row: name or alias, summary, today, area."""
_NAME, _SUMMARY, _TODAY, _AREA = range(len(WEIGHTS))

Places = dict[int, float]
"""Rows by their numbers, with what a word counts in each."""


class WordIndex:
    """Which rows have a word, or a phrase with a meaning of its own, and what it counts there.

    `written`: all words of the rows as they stand. `words`: those that tell something.
    """

    def __init__(self, rows: Sequence[Capability]) -> None:
        self.written: set[str] = set()
        self._starting: set[str] = set()
        self._having: dict[str, list[int]] = defaultdict(list)
        for number, row in enumerate(rows):
            self._add(number * len(WEIGHTS), [(split_words(t), at) for t, at in _list_texts(row)])
        self.words = [word for word in self._having if not word.startswith("#")]

    def find_rows(self, word: str) -> Places:
        """The rows that have a word, or a meaning `#n` of several words."""
        found: Places = {}
        for code in self._having.get(word, ()):
            number, at = divmod(code, len(WEIGHTS))
            found[number] = max(found.get(number, 0.0), WEIGHTS[at])
        return found

    def _add(self, first: int, texts: Sequence[tuple[list[Word], int]]) -> None:
        untelling = find_untelling(word.text for words, _ in texts for word in words)
        for words, at in texts:
            self._note({word.text for word in words})
            telling = [word for word in words if word.text not in untelling] or words
            for word in telling:
                self._having[word.text[:-1] if word.is_marked_plural else word.text].append(
                    first + at
                )
            if any(word.text in self._starting for word in words):
                for meaning in _find_phrases(words):
                    self._having[meaning].append(first + at)

    def _note(self, words: set[str]) -> None:
        """Keeps what is written, and which words may begin a phrase."""
        new = words - self.written
        self.written |= new
        starts = index_meanings().phrase_starts
        self._starting |= {word for word in new if stem_roughly(word) in starts}


def _list_texts(row: Capability) -> Iterator[tuple[str, int]]:
    yield row.name, _NAME
    for alias in row.aliases:
        yield alias, _NAME
    yield row.summary, _SUMMARY
    yield row.today_text or "", _TODAY
    yield row.product_area, _AREA


def _find_phrases(words: Sequence[Word]) -> Iterator[str]:
    stems = [stem_word(word) for word in words]
    by_stems = index_meanings().by_stems
    for _, length, run in follow_phrases(stems):
        if length > 1:
            yield from by_stems.get(run, ())
