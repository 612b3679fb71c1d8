"""Tables by which a page without Python answers asks: never more than `find` itself would.

`find` is asked beforehand. A page then looks up whole asks and single words, and knows no rule of
its own about what a word is or means: what it does not find in here it does not claim.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from models.capability import Capability
from translators.find.closeness import WRITTEN, find_written
from translators.find.letters import Word, split_words
from translators.find.reading import MOST_LETTERS
from translators.find.search import Answer, CompiledSearch
from translators.find.small_words import BOOKS

OPENINGS = (
    "do you have",
    "do you support",
    "do you offer",
    "can you do",
    "is there",
    "what about",
    "we need",
    "i need",
    "habt ihr",
    "gibt es",
    "wir brauchen",
    "avez-vous",
    "tienen",
)
"""How asks begin that a page without Python knows as such."""
MOST_ASKED = 6_000
"""Asks that `find` is asked beforehand: some seconds at the very most. Names come first."""
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
    it written exactly so. `opened`: asks that are it behind any of `openings` as well, but for
    those that stand beside the opening. `small` words say nothing; of all other words `unknown` is
    the weight, unless one is in `met`.
    """

    names: dict[str, str]
    written: dict[str, str]
    openings: dict[str, frozenset[str]]
    opened: frozenset[str]
    small: frozenset[str]
    unknown: int
    met: tuple[WordsMet, ...]


@lru_cache(2)
def index_asks(rows: tuple[Capability, ...]) -> AskLookup:
    """The tables for a list; the same rows give the same tables."""
    search = CompiledSearch(rows)
    asked = _Asked(search)
    active = sorted((row for row in rows if row.is_active), key=lambda row: row.capability_id)
    texts = list(
        dict.fromkeys(
            (_collapse(text), row.capability_id)
            for row in active
            for text in (row.name, *row.aliases)
        )
    )
    names: dict[str, str] = {}
    written: dict[str, str] = {}
    for text, row_id in texts:
        _note_name(asked, text, row_id, names, written)
    for text, row_id in texts:
        for form in _list_forms(text.lower()):
            _note_name(asked, form, row_id, names, written)
    opened = {
        ask: row_id
        for text, row_id in texts
        for ask in (text.lower(), text)
        if asked.find(ask) == row_id
    }
    return AskLookup(
        names=names,
        written=written,
        openings={opening: _find_refused(asked, opening, opened) for opening in OPENINGS},
        opened=frozenset(opened),
        small=_list_small(),
        unknown=_round_up(search.ranking.unknown),
        met=tuple(_list_met(search, active)),
    )


def list_writings(text: str) -> tuple[str, ...]:
    """A text in small letters as people write it: so, with one capital, with each, in capitals.

    Only itself where its capitals are none of Latin's plain ones: browsers may know others.
    """
    if not all(letter < "\u0100" and letter not in _LATER_LETTERS for letter in text):
        return (text,)
    titled = " ".join(word[:1].upper() + word[1:] for word in text.split(" "))
    return text, text[:1].upper() + text[1:], titled, text.upper()


class _Asked:
    """`find`, asked once for all writings that it reads as the same words."""

    def __init__(self, search: CompiledSearch) -> None:
        self._search = search
        self._known: dict[tuple[Word, ...], str | None] = {}

    def find(self, ask: str) -> str | None:
        """The id of the row that an ask is by name; None for any other, or where enough is."""
        if len(ask) > MOST_LETTERS // 2:
            return None
        words = tuple(split_words(ask))
        if words not in self._known:
            if len(self._known) >= MOST_ASKED:
                return None
            result = self._search.find(ask)
            is_it = result.answer is Answer.THIS_IS_IT
            self._known[words] = result.rows[0].capability_id if is_it else None
        return self._known[words]


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
    if text.count(" ") == 1:
        yield text.replace(" ", "-")
        yield " ".join(reversed(text.split(" ")))
    yield f"{text}s"
    yield text.removesuffix("s")
    yield text[:-1] + "ies" if text.endswith("y") else text.removesuffix("ies") + "y"
    first, _, rest = text.partition(" ")
    if rest:
        yield f"{first}s {rest}"
        yield f"{first.removesuffix('s')} {rest}"
    yield f"the {text}"


def _find_refused(asked: _Asked, opening: str, opened: Mapping[str, str]) -> frozenset[str]:
    """The asks that are it alone, and not behind this opening, written small or with a capital."""
    writings = (opening, f"{opening[:1].upper()}{opening[1:]}")
    return frozenset(
        ask
        for ask, row_id in opened.items()
        if any(asked.find(f"{writing} {ask}") != row_id for writing in writings)
    )


def _list_small() -> frozenset[str]:
    found: set[str] = set()
    for book in BOOKS.values():
        found |= book.talk | book.link | book.modal | book.owner | book.pronoun
    return frozenset(found)


def _list_met(search: CompiledSearch, active: Sequence[Capability]) -> Iterator[WordsMet]:
    """Words alike together, in a fixed order."""
    alike: dict[tuple[int, tuple[tuple[str, int], ...]], list[str]] = defaultdict(list)
    own = find_written(active)
    for word in sorted(WRITTEN | own | {f"{word}s" for word in own if word.isalpha()}):
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
