"""Guesses which languages a text may be in, by its small words."""

ANY = "any"
"""The language of phrases that are found in texts of all."""
_TELLING = {
    "en": (
        "the an of and for with your you is are will to we our all by from this that it be on no "
        "which when how who what has have can more into they their as at or die den war per"
    ),
    "de": (
        "der die das und fur mit ist sind wird werden wir sie ein eine einen einer im zu auf nicht "
        "von den dem des noch auch kann konnen unser unsere unserer fertig soll sollen ihr ihre "
        "aus bei an all will am zum zur nach wie oder als es bis ab man war uber beim per jetzt "
        "dass nur sich ihnen wenn"
    ),
    "fr": (
        "le la les des du et pour avec est sont nous vous un une dans sur par votre vos notre nos "
        "pas en au aux il ce cette que qui de on se ou ne plus d'une d'un c'est elle ils leur tout "
        "es per y"
    ),
    "es": (
        "el la los las del y para con es son un una en por su sus se nuestro nuestra que de lo al "
        "este esta no nos les le sur o como mas tu ya muy cuando hay le ha os vos par"
    ),
}


def _index_words() -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for name, words in _TELLING.items():
        for word in words.split():
            index[word] = (*index.get(word, ()), name)
    return index


_LANGUAGES = _index_words()


def guess_languages(words: str) -> set[str]:
    """The languages that a text may be in, and "any"; of one without small words, all.

    Words of one language alone outweigh those that several have.
    """
    told = {found for word in words.split() if (found := _LANGUAGES.get(word))}
    certain = {names[0] for names in told if len(names) == 1}
    return {ANY, *(certain or {name for names in told for name in names} or _TELLING)}
