"""Finds the words of an ask that tell nothing: what is said around what is asked for."""

from collections.abc import Iterable, Mapping, Sequence

from translators.find.inflection import ENGLISH, FRENCH, GERMAN, SPANISH
from translators.find.letters import Word, plain_words
from translators.find.lexicon.english import ENGLISH as ENGLISH_BOOK
from translators.find.lexicon.french import FRENCH as FRENCH_BOOK
from translators.find.lexicon.german import GERMAN as GERMAN_BOOK
from translators.find.lexicon.shape import Phrasebook
from translators.find.lexicon.spanish import SPANISH as SPANISH_BOOK

BOOKS: Mapping[str, Phrasebook] = {
    ENGLISH: ENGLISH_BOOK,
    GERMAN: GERMAN_BOOK,
    FRENCH: FRENCH_BOOK,
    SPANISH: SPANISH_BOOK,
}
_SMALL = {language: book.small for language, book in BOOKS.items()}
POINTING = frozenset(
    word
    for book in BOOKS.values()
    for words in (book.away, book.toward, book.maybe_away, book.maybe_toward, book.negation)
    for word in words
)
"""Words that give the word behind them a way."""
JOINING = POINTING.union(*(book.link for book in BOOKS.values()))
"""Words of a name that may be left out of an ask, or stand in it otherwise."""
_UNTELLING = {language: book.link | book.talk for language, book in BOOKS.items()}
_SHOWING = frozenset().union(*_SMALL.values(), *_UNTELLING.values())
_DOUBTFUL = frozenset(
    plain_words(
        "die den man will hat war was bald gut art am pour par son ton sur per con sin me mes te "
        "se no on si ni es uno sale pan"
    )
)
"""Words of several languages: alone they show none."""
_LETTERS = frozenset("aiyo")
"""Letters that are a word by themselves."""


def guess_languages(texts: Sequence[str]) -> frozenset[str]:
    """The language that most of the small words are of; all that are level."""
    counts = {
        language: sum(text in small for text in texts)
        for language, small in _SMALL.items()
        if any(text in small and text not in _DOUBTFUL for text in texts)
    }
    most = max(counts.values(), default=0)
    return frozenset(language for language, count in counts.items() if count == most)


def find_untelling(texts: Iterable[str]) -> frozenset[str]:
    """The words that tell nothing in what a row says of itself, by its language."""
    there = [text for text in texts if text in _SHOWING]
    return frozenset().union(*(_UNTELLING[each] for each in guess_languages(there)))


def find_small(
    words: Sequence[Word], texts: Sequence[str], books: Mapping[str, Phrasebook]
) -> set[int]:
    """Where words stand that tell nothing in any of the languages that know them."""
    by_language: dict[str, set[int]] = {}
    for language, book in books.items():
        phrases = _find_phrases(texts, book)
        mine = {at for at, text in enumerate(texts) if text in book.talk or text in book.link}
        mine = {at for at in mine if not is_lone_letter(words, at)}
        mine |= phrases | _find_products(texts, book)
        _open(texts, book, mine)
        _close(texts, book, mine)
        by_language[language] = mine
    small = {
        at
        for at in set[int]().union(*by_language.values())
        if all(
            at in mine or texts[at] not in _SMALL[language]
            for language, mine in by_language.items()
        )
    }
    return {at for at in small if not _is_prefix(words, at, small)}


def _is_prefix(words: Sequence[Word], at: int, small: set[int]) -> bool:
    """Whether a hyphen joins a small word to the telling one behind it: `re-search`."""
    return at + 1 < len(words) and words[at + 1].is_hyphenated and at + 1 not in small


def is_lone_letter(words: Sequence[Word], at: int) -> bool:
    """Whether a letter is no word here: in `e-mail`, and in `T shirts`, but not in `l'export`."""
    word = words[at]
    if len(word.text) > 1 or word.is_elided:
        return False
    return is_glued(words, at) or word.text not in _LETTERS


def is_glued(words: Sequence[Word], at: int) -> bool:
    """Whether no space stands on one side of a word."""
    return words[at].glued or (at + 1 < len(words) and words[at + 1].glued)


def find_verbs(texts: Sequence[str], books: Sequence[Phrasebook], small: set[int]) -> set[int]:
    """Where small words stand that have a subject beside them: `do you support customers`."""
    pronouns = frozenset(word for book in books for word in book.pronoun)
    subjects = {at for at in small if texts[at] in pronouns}
    links = frozenset(word for book in books for word in book.link)
    beside = {place for at in subjects for place in (at - 1, at + 1)}
    return {at for at in beside & small if texts[at] not in links | pronouns}


def _find_phrases(texts: Sequence[str], book: Phrasebook) -> set[int]:
    found: set[int] = set()
    longest = max(map(len, book.phrases), default=0)
    for at in range(len(texts)):
        for length in range(2, longest + 1):
            if tuple(texts[at : at + length]) in book.phrases and at + length <= len(texts):
                found |= set(range(at, at + length))
    return found


def _find_products(texts: Sequence[str], book: Phrasebook) -> set[int]:
    """`your product` is the one that is asked about."""
    return {
        at
        for at in range(1, len(texts))
        if texts[at] in book.product and texts[at - 1] in book.owner
    }


def _open(texts: Sequence[str], book: Phrasebook, small: set[int]) -> None:
    """Adds what tells nothing before the first telling word: who asks, and how."""
    at, last = 0, ""
    while at < len(texts):
        text, following = texts[at], texts[at + 1] if at + 1 < len(texts) else ""
        is_agent = text in book.agent and following in book.wish
        is_people = text in book.people and last in book.modal
        is_question = at == 0 and text in book.question
        if not (at in small or text in book.opening or is_agent or is_people or is_question):
            return
        if not (text in book.toward and not is_infinitive(texts, at, book)):
            small.add(at)
        if is_agent:
            small.add(at + 1)
        if text not in book.link and not (is_people and text not in book.modal):
            last = text
        at += 2 if is_agent else 1


def _close(texts: Sequence[str], book: Phrasebook, small: set[int]) -> None:
    """Adds what tells nothing after the last telling word."""
    for at in range(len(texts) - 1, 0, -1):
        if at not in small and texts[at] not in book.closing:
            return
        small.add(at)


def is_infinitive(texts: Sequence[str], at: int, book: Phrasebook) -> bool:
    """Whether `to` stands before a verb: `we want to export`, `to use`."""
    before = texts[at - 1] if at else ""
    after = texts[at + 1] if at + 1 < len(texts) else ""
    return before in book.infinitive or after in book.talk
