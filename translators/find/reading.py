"""Reads an ask or a name: which words tell something, and which way they point."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from msgspec import Struct

from translators.find.inflection import find_irregular
from translators.find.letters import Word, plain_words, split_words
from translators.find.lexicon.shape import Phrasebook
from translators.find.small_words import (
    BOOKS,
    find_small,
    find_verbs,
    guess_languages,
    is_glued,
    is_infinitive,
    is_lone_letter,
)

_FEWEST_SHOUTED = 4
"""Words in capitals that are no acronyms any more."""
_LINKS = frozenset(word for book in BOOKS.values() for word in book.link)
_ARTICLES = frozenset(plain_words("the a an"))
MOST_LETTERS, MOST_WORDS = 1_000, 60
"""No name is as long: of more, the beginning is looked at, and it is never a name."""

_MOVING = (
    *plain_words("move moves moving switch switching migrat import export transfer convert send"),
    *plain_words("bring umzug umzieh umsteig umstieg wechsel ubernahme ubernehm ubertrag schick"),
    *plain_words("send migr pass transf bascul venir viens chang quitt envoy pasar cambi traslad"),
    *plain_words("mud envi connect verbind synchron sincron sync"),
)
"""Beginnings of words that move something, so that `von` or `de` is where from."""
COMES, GOES = find_irregular("import"), find_irregular("export")
"""What is imported comes from there, and what is exported goes there, unsaid."""


class Way(StrEnum):
    """What a small word before it does to a telling word."""

    PLAIN = ""
    AWAY = "from"
    TOWARD = "to"
    NOT = "not"


class Telling(Struct, frozen=True):
    """A word at its place; an `is_small` one may also be passed over.

    `lean`: the way that a small word before it may point, where nothing that moves shows that it
    does: `von`. It matters against the other way alone, `an`.
    """

    word: Word
    at: int
    way: Way
    is_small: bool
    lean: Way = Way.PLAIN


class Reading(Struct, frozen=True):
    """The words of a text, the languages that its small words show; `is_cut`: not all of it.

    `is_loose`: a direction or negation stands at its end, and points at nothing. `is_literal`: a
    name of small words alone, to be met word for word.
    """

    words: tuple[Telling, ...]
    languages: frozenset[str]
    is_cut: bool = False
    is_loose: bool = False
    is_literal: bool = False

    @property
    def telling(self) -> list[Telling]:
        """The words that tell something."""
        return [each for each in self.words if not each.is_small]


def read_ask(text: str) -> Reading:
    """What a customer's words tell."""
    words = split_words(text[:MOST_LETTERS])
    is_cut = len(text) > MOST_LETTERS or len(words) > MOST_WORDS
    words = words[:MOST_WORDS]
    texts = _list_texts(words)
    languages = guess_languages(texts)
    books = [BOOKS[language] for language in sorted(languages)]
    small = find_small(words, texts, dict(zip(sorted(languages), books, strict=True)))
    verbs = find_verbs(texts, books, small)
    return _point(words, small, books, languages, verbs=verbs, is_cut=is_cut)


def read_name(text: str) -> Reading:
    """What a name or alias tells: all but what joins its words.

    What joins none is a part of it: `in` in `clocking in`, the first word, a letter. So is every
    word of one that has no others.
    """
    words = split_words(text)
    texts = _list_texts(words)
    languages = guess_languages(texts)
    books = [BOOKS[language] for language in sorted(languages)]
    inside = [at for at in range(1, len(words) - 1) if not is_glued(words, at)]
    small = {at for at in inside if texts[at] in _LINKS and not is_lone_letter(words, at)}
    small |= {at for at in range(len(words) - 1) if at == 0 and texts[at] in _ARTICLES}
    is_literal = all(_is_talk(text, books) for text in texts)
    return _point(words, set() if is_literal else small, books, languages, is_literal=is_literal)


def _list_texts(words: Sequence[Word]) -> list[str]:
    """The words to be looked up; what is an acronym in capitals among others is none of them."""
    if len(words) >= _FEWEST_SHOUTED and all(word.is_capitals for word in words):
        return [word.text for word in words]
    acronyms = frozenset(each for book in BOOKS.values() for each in book.acronyms)
    return [
        f"({word.text})" if word.is_capitals and word.text in acronyms else word.text
        for word in words
    ]


def _is_talk(text: str, books: Sequence[Phrasebook]) -> bool:
    return any(text in book.talk | book.link for book in books)


def _point(
    words: Sequence[Word],
    small: set[int],
    books: Sequence[Phrasebook],
    languages: frozenset[str],
    *,
    verbs: Collection[int] = (),
    is_cut: bool = False,
    is_literal: bool = False,
) -> Reading:
    """Gives each telling word the way that the small words before it point."""
    texts = [word.text for word in words]
    found: list[Telling] = []
    way = lean = Way.PLAIN
    for at, word in enumerate(words):
        here = _find_way(texts, at, books, small)
        lean = _find_lean(texts[at], books) or lean
        if here is not None:
            way = here or way
            continue
        if at in verbs:
            continue
        if at in small:
            found.append(Telling(word, at, Way.PLAIN, is_small=True))
            continue
        found.append(Telling(word, at, way, is_small=False, lean=way or lean))
        way = lean = Way.PLAIN
    return Reading(tuple(found), languages, is_cut, way is not Way.PLAIN, is_literal)


def _find_way(
    texts: Sequence[str], at: int, books: Sequence[Phrasebook], small: set[int]
) -> Way | None:
    """The way that a word points; PLAIN where it would and does not; None for other words."""
    text = texts[at]
    for book in books:
        if text in book.negation and at not in small:
            return Way.NOT
        if text in book.away and at not in small:
            return Way.AWAY
        if text in book.toward:
            is_one = at in small or is_infinitive(texts, at, book)
            return Way.PLAIN if is_one else Way.TOWARD
        maybe = Way.AWAY if text in book.maybe_away else Way.TOWARD
        if text in book.maybe_away | book.maybe_toward and _has_moved(texts[:at]):
            return maybe
    return None


def _find_lean(text: str, books: Sequence[Phrasebook]) -> Way:
    """The way that a word may point; none where it may point both ways."""
    is_away = any(text in book.away | book.maybe_away for book in books)
    is_toward = any(text in book.toward | book.maybe_toward for book in books)
    if is_away == is_toward:
        return Way.PLAIN
    return Way.AWAY if is_away else Way.TOWARD


def _has_moved(texts: Sequence[str]) -> bool:
    return any(text.startswith(_MOVING) for text in texts)
