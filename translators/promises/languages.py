"""Guesses which languages a text may be in, by its small words."""

from translators.promises.patterns import compile_set

ANY = "any"
"""The language of phrases that are found in texts of all."""
_TELLING = {
    "en": ("the|an?|of|and|for|with|your|you|is|are|will|to|we|our|all|by|from|this|that|it|be|on"),
    "de": (
        r"der|die|das|und|fur|mit|ist|sind|wird|werden|wir|sie|ein|eine|im|zu|auf|nicht|von|den|"
        r"dem|des|noch|auch|kann|konnen|unser\w*|fertig|soll\w*|ihr\w*|aus|bei"
    ),
    "fr": (
        r"le|la|les|des|du|et|pour|avec|est|sont|nous|vous|une?|dans|sur|par|votre|vos|notre|nos|"
        r"pas|en|au|aux|il|ce|cette|que|qui|[cdljnst]'\w+"
    ),
    "es": (
        r"el|la|los|las|del|y|para|con|es|son|una?|en|por|su|sus|se|nuestr\w+|que|de|lo|al|este|"
        r"esta|no"
    ),
}
_NAMES = tuple(_TELLING)
_TONGUES = compile_set([rf"\b(?:{words})\b" for words in _TELLING.values()])


def guess_languages(words: str) -> set[str]:
    """The languages that a text may be in, and "any"; of one without small words, all."""
    told = {_NAMES[at] for at in _TONGUES.Match(words) or range(len(_NAMES))}
    return told | {ANY}
