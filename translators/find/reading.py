"""Reads an ask or a name: which words tell something, and which way they point."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from translators.find.inflection import ENGLISH, FRENCH, GERMAN, SPANISH, find_irregular
from translators.find.letters import Word, plain_words, split_words
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
_FEWEST_SHOUTED = 4
"""Words in capitals that are no acronyms any more."""
_LINKS = frozenset(word for book in BOOKS.values() for word in book.link)
_ARTICLES = frozenset(plain_words("the a an"))
_DOUBTFUL = frozenset(
    plain_words(
        "die den man will hat war was bald gut art am pour par son ton sur per con sin me mes te "
        "se no on si ni es uno sale pan"
    )
)
"""Words of several languages: alone they show none."""
_LETTERS = frozenset("aiyo")
"""Letters that are a word by themselves."""
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
    """A word at its place; an `is_small` one may also be passed over."""

    word: Word
    at: int
    way: Way
    is_small: bool


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
    languages = _guess_languages(texts)
    books = [BOOKS[language] for language in sorted(languages)]
    small = _find_small(words, texts, dict(zip(sorted(languages), books, strict=True)))
    verbs = _find_verbs(texts, books, small)
    return _point(words, small, books, languages, verbs=verbs, is_cut=is_cut)


def read_name(text: str) -> Reading:
    """What a name or alias tells: all but what joins its words.

    What joins none is a part of it: `in` in `clocking in`, the first word, a letter. So is every
    word of one that has no others.
    """
    words = split_words(text)
    texts = _list_texts(words)
    languages = _guess_languages(texts)
    books = [BOOKS[language] for language in sorted(languages)]
    inside = [at for at in range(1, len(words) - 1) if not _is_glued(words, at)]
    small = {at for at in inside if texts[at] in _LINKS and not _is_lone_letter(words, at)}
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


def _guess_languages(texts: Sequence[str]) -> frozenset[str]:
    """The language that most of the small words are of; all that are level."""
    counts = {
        language: sum(text in small for text in texts)
        for language, small in _SMALL.items()
        if any(text in small and text not in _DOUBTFUL for text in texts)
    }
    most = max(counts.values(), default=0)
    return frozenset(language for language, count in counts.items() if count == most)


def _find_small(
    words: Sequence[Word], texts: Sequence[str], books: Mapping[str, Phrasebook]
) -> set[int]:
    """Where words stand that tell nothing in any of the languages that know them."""
    by_language: dict[str, set[int]] = {}
    for language, book in books.items():
        phrases = _find_phrases(texts, book)
        mine = {at for at, text in enumerate(texts) if text in book.talk or text in book.link}
        mine = {at for at in mine if not _is_lone_letter(words, at)}
        mine |= phrases | _find_products(texts, book)
        _open(texts, book, mine)
        _close(texts, book, mine)
        by_language[language] = mine
    return {
        at
        for at in set[int]().union(*by_language.values())
        if all(
            at in mine or texts[at] not in _SMALL[language]
            for language, mine in by_language.items()
        )
    }


def _is_lone_letter(words: Sequence[Word], at: int) -> bool:
    """Whether a letter is no word here: in `e-mail`, and in `T shirts`, but not in `l'export`."""
    word = words[at]
    if len(word.text) > 1 or word.is_elided:
        return False
    return _is_glued(words, at) or word.text not in _LETTERS


def _is_glued(words: Sequence[Word], at: int) -> bool:
    return words[at].glued or (at + 1 < len(words) and words[at + 1].glued)


def _find_verbs(texts: Sequence[str], books: Sequence[Phrasebook], small: set[int]) -> set[int]:
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
        if not (text in book.toward and not _is_infinitive(texts, at, book)):
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


def _is_infinitive(texts: Sequence[str], at: int, book: Phrasebook) -> bool:
    """Whether `to` stands before a verb: `we want to export`, `to use`."""
    before = texts[at - 1] if at else ""
    after = texts[at + 1] if at + 1 < len(texts) else ""
    return before in book.infinitive or after in book.talk


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
    way = Way.PLAIN
    for at, word in enumerate(words):
        here = _find_way(texts, at, books, small)
        if here is not None:
            way = here or way
            continue
        if at in verbs:
            continue
        if at in small:
            found.append(Telling(word, at, Way.PLAIN, is_small=True))
            continue
        found.append(Telling(word, at, way, is_small=False))
        way = Way.PLAIN
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
            is_one = at in small or _is_infinitive(texts, at, book)
            return Way.PLAIN if is_one else Way.TOWARD
        maybe = Way.AWAY if text in book.maybe_away else Way.TOWARD
        if text in book.maybe_away | book.maybe_toward and _has_moved(texts[:at]):
            return maybe
    return None


def _has_moved(texts: Sequence[str]) -> bool:
    return any(text.startswith(_MOVING) for text in texts)


def follow_phrases(words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Runs of one to three words with their place and length, joined by a space."""
    for length in (1, 2, 3):
        for at in range(len(words) - length + 1):
            yield at, length, " ".join(words[at : at + length])
