"""Words that mean much the same in four languages: for offers to look at, never for an answer."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from typing import NamedTuple

from translators.find.letters import plain_words
from translators.find.lexicon import meanings_first, meanings_second, meanings_third
from translators.find.stems import stem_roughly

GROUPS = tuple(
    " ".join(group.split())
    for part in (meanings_first, meanings_second, meanings_third)
    for group in part.GROUPS.replace("\n    ", " ").strip().split("\n")
)
"""Each group's words, parted by spaces; a phrase's words are joined by `_`."""


def follow_phrases(words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Runs of one to three words with their place and length, joined by a space."""
    for length in (1, 2, 3):
        for at in range(len(words) - length + 1):
            yield at, length, " ".join(words[at : at + length])


class Meanings(NamedTuple):
    """The meanings `#n` of each stemmed word or phrase, and all their words as they are written.

    `phrase_starts`: the stems with which a phrase of several words begins.
    """

    by_stems: Mapping[str, Set[str]]
    written: Set[str]
    phrase_starts: Set[str]


@cache
def index_meanings() -> Meanings:
    """The meanings, ready to be looked up.

    Made when somebody asks for something: other commands only know of this module.
    """
    found: dict[str, set[str]] = defaultdict(set)
    written: set[str] = set()
    for number, group in enumerate(GROUPS):
        for entry in group.split():
            words = plain_words(entry.replace("_", " "))
            written.update(words)
            found[" ".join(map(stem_roughly, words))].add(f"#{number}")
    starts = frozenset(phrase.split()[0] for phrase in found if " " in phrase)
    return Meanings(dict(found), written, starts)
