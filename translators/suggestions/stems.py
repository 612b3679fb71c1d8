"""Words by their stem."""

from functools import lru_cache

from translators.words import split_camel_case

_SMALL_WORDS = frozenset(
    "a an and any are can could do does for from has have how i in is it me my need of on or our "
    "please send show that the their them then there they this to us want we what when where "
    "which who with would you your".split()
)
_SUFFIXES = ("ations", "ation", "ings", "ing", "ies", "es", "ed", "s", "y", "e")
_SHORTEST_STEM = 3


def find_stems(text: str) -> dict[str, str]:
    """The telling words of a question by their stem, each once, in their order."""
    stems: dict[str, str] = {}
    for word in split_camel_case(text):
        if word not in _SMALL_WORDS:
            stems.setdefault(stem_word(word), word)
    return stems


@lru_cache(100_000)
def stem_word(word: str) -> str:
    """A word without its ending, where enough is left of it."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            return word[: -len(suffix)]
    return word
