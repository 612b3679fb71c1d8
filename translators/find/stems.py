"""Words without what four languages hang on them: enough to compare, never to name."""

from functools import lru_cache

from translators.find.letters import Word

_ENDINGS = frozenset(
    (
        "ungen ung ations ation aciones acion ieren iert iere ements ement mente ings ing ers er "
        "eurs eur ies ied es ed en em ern s e y a o ar ir as os an n te ten t ez ons ent al aux ly "
        "ment ments ion ions ador adora able"
    ).split()
)
_LONGEST_ENDING = max(map(len, _ENDINGS))
_SHORTEST_STEM = 4
_STRIPPED = 2
"""How many endings a word may lose."""


@lru_cache(50_000)
def stem_roughly(word: str) -> str:
    """A word without its endings."""
    for number in range(_STRIPPED):
        most = min(_LONGEST_ENDING, len(word) - _SHORTEST_STEM - number)
        length = next((n for n in range(most, 0, -1) if word[-n:] in _ENDINGS), 0)
        if not length:
            return word
        word = word[:-length]
    return word


def stem_word(word: Word) -> str:
    """The same of a word that was read: of letters in capitals, without a small s behind them."""
    return stem_roughly(word.text[:-1] if word.is_marked_plural else word.text)
