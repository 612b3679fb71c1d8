"""Finds what a customer asked for, in the customer's own words, among what sales may read."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from models.capability import Capability

_WORD = re.compile(r"\w+")
_SMALL_WORDS = frozenset(
    "a an and any are can could do does for from have has how i in is it me my need of on or our "
    "please send show that the their them then there they this to us want we what when where "
    "which who with would you your".split()
)
_SUFFIXES = ("ations", "ation", "ings", "ing", "ies", "es", "ed", "s", "y", "e")
_SHORTEST_STEM = 3

SURE = 0.5
CLOSE = 0.2


class Answer(StrEnum):
    """How sure a find is; an honest nothing is an answer too."""

    THIS_IS_IT = "this is it"
    CLOSE = "close: ask first"
    NOTHING = "nothing on the list"


class Found(Struct, frozen=True):
    """The best entry for a question, and how sure we are."""

    answer: Answer
    row: Capability | None
    score: float


def find(words: str, rows: Iterable[Capability]) -> Found:
    """The active row that answers `words` best.

    A row is scored by how much of the question it covers, rare words counting more than common
    ones, a match in a name or alias more than one in the summary. A name or alias that stands
    in the question word for word is sure at once.
    """
    active = sorted((row for row in rows if row.is_active), key=lambda row: row.capability_id)
    stems = {row.capability_id: _weighted_stems(row) for row in active}
    rarity = _rarity(stems.values())
    asked = _stems(words)
    best = Found(Answer.NOTHING, None, 0.0)
    for row in active:
        score = _score(asked, stems[row.capability_id], rarity)
        if _says_word_for_word(words, row):
            score += SURE
        if score > best.score:
            best = Found(_answer(score), row, score)
    return best if best.score >= CLOSE else Found(Answer.NOTHING, None, best.score)


def _answer(score: float) -> Answer:
    return Answer.THIS_IS_IT if score >= SURE else Answer.CLOSE


def _score(
    asked: Sequence[str], offered: Mapping[str, float], rarity: Mapping[str, float]
) -> float:
    total = sum(rarity.get(stem, 1.0) for stem in asked)
    hit = sum(rarity.get(stem, 1.0) * offered.get(stem, 0.0) for stem in asked)
    return hit / total if total else 0.0


def _weighted_stems(row: Capability) -> dict[str, float]:
    weights = dict.fromkeys(_stems(row.summary), 0.6)
    for text in (row.name, *row.aliases):
        weights |= dict.fromkeys(_stems(text), 1.0)
    return weights


def _rarity(rows: Iterable[Mapping[str, float]]) -> dict[str, float]:
    seen: Counter[str] = Counter()
    number = 0
    for stems in rows:
        seen.update(stems.keys())
        number += 1
    return {stem: math.log(1 + number / count) for stem, count in seen.items()}


def _says_word_for_word(words: str, row: Capability) -> bool:
    asked = f" {' '.join(_WORD.findall(words.casefold()))} "
    phrases = (" ".join(_WORD.findall(text.casefold())) for text in (row.name, *row.aliases))
    return any(f" {phrase} " in asked for phrase in phrases if phrase)


def _stems(text: str) -> list[str]:
    words = (word for word in _WORD.findall(text.casefold()) if word not in _SMALL_WORDS)
    return list(dict.fromkeys(_stem(word) for word in words))


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            return word[: -len(suffix)]
    return word
