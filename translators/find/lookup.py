"""Tables by which a page without Python answers asks: never more than `find` itself would.

`find` is asked beforehand. A page then looks up whole asks and single words, and knows no rule of
its own about what a word is or means: what it does not find in here it does not claim.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from models.capability import Capability
from translators.find.letters import Word, plain_words, split_words
from translators.find.meanings import index_meanings
from translators.find.reading import MOST_LETTERS
from translators.find.search import Answer, CompiledSearch
from translators.find.small_words import BOOKS, POINTING

OPENINGS = (
    *("do you have", "do you have a", "do you have an", "do you support", "do you offer"),
    *("can you do", "can i get", "can we use", "can i have a", "does it have a", "any chance of"),
    *("is there", "is there a", "is there an", "what about", "we need", "i need", "i need a"),
    *("habt ihr", "haben sie", "gibt es", "gibt es einen", "unterst\u00fctzt ihr"),
    *("avez-vous", "avez-vous un", "tienen", "hay"),
)
"""How asks begin that a page without Python knows as such."""
CLOSINGS = ("please", "support", "feature", "yet", "today")
"""How they end."""
_FRAMES = len(OPENINGS) + len(CLOSINGS) + sum("i" in each.split() for each in OPENINGS)
MOST_WORK = 2_000_000
"""How much `find` is asked beforehand: two or three seconds of a processor, about, at most."""
_ASK, _NAME, _WORD = 100, 20, 5
"""What an ask takes, more for each name that has one of its words, and for each word like these."""
MOST_ROWS = 12
"""Rows that a page knows of one word: the closest."""
EXACTNESS = 1_000
_LATER_LETTERS = frozenset("\u00df\u00ff\u00b5\u00aa\u00ba")
"""Letters whose capital is another number of letters, or none of these: ß, ÿ, µ, ª, º."""


class WordsMet(Struct, frozen=True):
    """Words that mean the same for the list: what each weighs, and what rows meet of it.

    Both in thousandths; a weight is rounded up and what is met down.
    """

    words: tuple[str, ...]
    weight: int
    rows: tuple[tuple[str, int], ...]


class AskLookup(Struct, frozen=True):
    """What a page knows of the list's words; rows are named by their capability_id.

    `names`: asks in small letters that are it, in any of `list_writings`; `written`: asks that are
    it written exactly so. `opened`: asks that are it behind any of `openings` as well, and before
    any of `closings`, but for those that stand beside each. `small` words say nothing; of all other
    words `unknown` is the weight, unless one is in `met`.
    """

    names: dict[str, str]
    written: dict[str, str]
    openings: dict[str, frozenset[str]]
    closings: dict[str, frozenset[str]]
    opened: frozenset[str]
    small: frozenset[str]
    unknown: int
    met: tuple[WordsMet, ...]


NO_LOOKUP = AskLookup({}, {}, {}, {}, frozenset(), frozenset(), 0, ())
"""For a page that asks `find` itself, and knows nothing of its own."""


@lru_cache(4)
def index_asks(rows: tuple[Capability, ...]) -> AskLookup:
    """The tables for a list; the same rows give the same tables."""
    search = CompiledSearch(rows)
    active = sorted((row for row in rows if row.is_active), key=lambda row: row.capability_id)
    texts = _list_texts(active)
    asked = _Asked(search, texts)
    known = []
    for text, row_id in texts:
        if asked.left < 0:  # of many thousand, the others would be read in vain
            break
        known.append((text, row_id))
        asked.find(text)
        asked.find(text.lower())
    names: dict[str, str] = {}
    written: dict[str, str] = {}
    for text, row_id in known:
        _note_name(asked, text, row_id, names, written)
    for text, row_id in known:
        for form in _list_forms(text.lower()):
            if asked.may_know(form):
                _note_name(asked, form, row_id, names, written)
    opened = dict(_list_opened(asked, known))
    return AskLookup(
        names=names,
        written=written,
        openings={each: _find_refused(asked, f"{each} {{}}", opened) for each in OPENINGS},
        closings={each: _find_refused(asked, f"{{}} {each}", opened) for each in CLOSINGS},
        opened=frozenset(opened),
        small=_list_small(),
        unknown=_round_up(search.ranking.unknown),
        met=tuple(_list_met(search)),
    )


def _list_texts(active: Sequence[Capability]) -> list[tuple[str, str]]:
    """Names and then aliases, each with its row: where not all can be asked, names come first."""
    names = [(row.name, row.capability_id) for row in active]
    aliases = [(alias, row.capability_id) for row in active for alias in row.aliases]
    return list(dict.fromkeys((_collapse(text), row_id) for text, row_id in [*names, *aliases]))


def list_writings(text: str) -> tuple[str, ...]:
    """A text in small letters as people write it: so, with one capital, with each, in capitals.

    Only itself where its capitals are none of Latin's plain ones: browsers may know others.
    """
    if not all(letter < "\u0100" and letter not in _LATER_LETTERS for letter in text):
        return (text,)
    titled = " ".join(word[:1].upper() + word[1:] for word in text.split(" "))
    return text, text[:1].upper() + text[1:], titled, text.upper()


class _Asked:
    """`find`, asked once for all writings that it reads as the same words; only so much of it."""

    def __init__(self, search: CompiledSearch, texts: Iterable[tuple[str, str]]) -> None:
        self._search = search
        self._known: dict[tuple[Word, ...], str | None] = {}
        self._having = Counter(word for text, _ in texts for word in plain_words(text))
        self._alike = Counter(word[:2] for word in self._having)
        self.left = MOST_WORK

    def may_know(self, ask: str) -> bool:
        """Whether it is known what an ask is, or may still be found."""
        return self.left >= 0 or tuple(split_words(ask)) in self._known

    def find(self, ask: str) -> str | None:
        """The id of the row that an ask is by name; None for any other, or where enough is."""
        if len(ask) > MOST_LETTERS // 2:
            return None
        words = tuple(split_words(ask))
        if words not in self._known:
            self.left -= self.weigh(words)
            if self.left < 0:
                return None
            result = self._search.find(ask)
            is_it = result.answer is Answer.THIS_IS_IT
            self._known[words] = result.rows[0].capability_id if is_it else None
        return self._known[words]

    def weigh(self, words: Iterable[Word]) -> int:
        """How much work an ask is, in units that are the same on every machine."""
        texts = [word.text for word in words]
        names = sum(self._having[text] for text in texts)
        return _ASK + _NAME * names + _WORD * sum(self._alike[text[:2]] for text in texts)


def _note_name(
    asked: _Asked, text: str, row_id: str, names: dict[str, str], written: dict[str, str]
) -> None:
    lowered = text.lower()
    writings = list_writings(lowered)
    if lowered not in names and all(asked.find(writing) == row_id for writing in writings):
        names[lowered] = row_id
    for writing in (text,) if lowered in names else (text, *writings):
        is_new = lowered not in names or writing not in writings
        if writing and is_new and asked.find(writing) == row_id:
            written[writing] = row_id


def _list_forms(text: str) -> Iterator[str]:
    """Other ways to write a name, to be asked about: joined, apart, one or many, turned round."""
    yield text.replace("-", " ")
    yield text.replace("-", "").replace(" ", "")
    yield text.replace(" and ", " & ")
    words = text.split(" ")
    if len(words) == 2:
        yield "-".join(words)
        yield " ".join(reversed(words))
    for at, word in enumerate(words):
        for other in _bend(word):
            yield " ".join([*words[:at], other, *words[at + 1 :]])
    yield f"the {text}"


def _bend(word: str) -> Iterator[str]:
    if word.endswith("y"):
        yield f"{word[:-1]}ies"
    elif word.endswith("ies"):
        yield f"{word[:-3]}y"
    elif word.endswith("s"):
        yield word[:-1]
    else:
        yield f"{word}s"


def _list_opened(asked: _Asked, texts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Names as they are and in small letters, with their rows: as many as can be asked framed."""
    left = asked.left
    for text, row_id in texts:
        for ask in dict.fromkeys((text.lower(), text)):
            if asked.find(ask) == row_id:
                left -= _FRAMES * asked.weigh(split_words(ask))
                if left < 0:
                    return
                yield ask, row_id


def _find_refused(asked: _Asked, framed: str, opened: Mapping[str, str]) -> frozenset[str]:
    """The asks that are it alone, and not in this frame, as `do you have {}`, however written."""
    frames = {framed, framed[:1].upper() + framed[1:]}
    frames |= {re.sub(r"\bi\b", "I", frame) for frame in frames}
    return frozenset(
        ask
        for ask, row_id in opened.items()
        if any(asked.find(frame.replace("{}", ask)) != row_id for frame in sorted(frames))
    )


def _list_small() -> frozenset[str]:
    found: set[str] = set()
    for book in BOOKS.values():
        found |= book.talk | book.link | book.modal | book.owner | book.pronoun
    return frozenset(found)


def _list_doubtful() -> frozenset[str]:
    """Words that say nothing in some places of an ask, or point: a page cannot tell where."""
    found: set[str] = set(POINTING)
    for book in BOOKS.values():
        found |= book.opening | book.closing | book.agent | book.wish | book.people | book.product
        found |= {word for phrase in book.phrases for word in phrase}
    return frozenset(found)


def _list_met(search: CompiledSearch) -> Iterator[WordsMet]:
    """Words alike together, in a fixed order."""
    alike: dict[tuple[int, tuple[tuple[str, int], ...]], list[str]] = defaultdict(list)
    own, meant = search.words, index_meanings().written
    told = meant | own | {f"{word}s" for word in own if word.isalpha()}
    for word in sorted(told - _list_doubtful()):
        met, weight = search.ranking.meet_word(word)
        best = sorted(met.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_ROWS]
        rows = tuple((search.rows[row].capability_id, _round_down(how)) for row, how in best)
        if rows:
            alike[_round_up(weight), rows].append(word)
    for (weight, rows), words in sorted(alike.items(), key=lambda pair: pair[1]):
        yield WordsMet(tuple(words), weight, rows)


def _collapse(text: str) -> str:
    return " ".join(text.split())


def _round_up(number: float) -> int:
    return math.ceil(number * EXACTNESS)


def _round_down(number: float) -> int:
    return math.floor(number * EXACTNESS)
