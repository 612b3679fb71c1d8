"""What a field can be compared with: whole values, words, patterns, weighed words, or nothing."""

import re
from collections.abc import Callable, Iterator, Sized

from models.conditions import Operator
from sync.rulebook.mistakes import Mistake
from sync.rulebook.values.kinds import Kind, Read, any_of, list_of, read_all, scalar_of
from sync.rulebook.values.scalars import ANY_SCALAR, text_like
from sync.rulebook.yaml.tree import Mapping, Node
from translators.rules.conditions import BadPatternError, compile_pattern
from translators.words import is_wordless

_INNER_STAR = re.compile(r"\w.*\*.*\w|\*\s*\*|^\s*\*.*\*\s*$")

_PLAIN_LIST = re.compile(r"(?:(?:\*?\w+(?: \w+)*\*?|\^ \w+|\w+ [$.:!?;])(?:,[ \n]|\n|$))+")
"""Words as they are mostly listed, of which none needs a closer look."""


def _parse_value(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty: write `is: empty` to ask for a missing value")
    return text


def _parse_words(text: str) -> str:
    if is_wordless(_parse_value(text)):
        raise ValueError(f"{text!r} contains no word to look for")
    if "*" in text and _INNER_STAR.search(text):
        raise ValueError(f"{text!r} has a * that does not stand at its end, or at its beginning")
    return text


def _parse_pattern(text: str) -> str:
    try:
        compile_pattern([_parse_value(text)])
    except BadPatternError as error:
        raise ValueError(f"{text!r} is not a pattern RE2 understands: {error}") from None
    return text


def _read_weights(node: Node) -> Read:
    """Lines of weights, each with its words."""
    if not isinstance(node, Mapping) or not node.items:
        remedy = "Write each weight as a key, and behind it the words that have it."
        return (), [Mistake(node.at, f"must be {WEIGHTS.words}", remedy)]
    return read_all(_read_weight(key, inner) for key, inner in node.items.items())


def _read_weight(key: str, node: Node) -> Read:
    if not _WEIGHT.fullmatch(key):
        what = f"{key!r} is no weight: it is a whole number from -99 to 99"
        return None, [Mistake(node.key_at, what)]
    listed, mistakes = _WEIGHED.read(node)
    words = ",".join(text.replace("\n", ",") for text in listed if text)
    return f"{int(key)}: {words}", mistakes


def _parse_weighed(text: str) -> str:
    if _PLAIN_LIST.fullmatch(text):
        return text
    for word in split_listed(_parse_value(text)):
        if not (word.isalpha() or word[:-1].isalpha() or word[1:].isalpha()):
            _parse_words(word)
    return text


def split_listed(text: str) -> list[str]:
    """Words that stand behind commas, on one line or several."""
    return [word for each in text.replace("\n", ",").split(",") if (word := each.strip())]


def _list_of_values(parse: Callable[[str], str]) -> Kind:
    """One text or several, each read by `parse`."""
    value = scalar_of("a text, or a list of texts", parse, {"type": ANY_SCALAR, "pattern": r"\S"})
    return list_of(value, _refuse_none, {"minItems": 1})


def _refuse_none(node: Node, values: Sized) -> Iterator[Mistake]:
    if not values:
        yield Mistake(node.at, "is an empty list: it would never match")


_WEIGHED = _list_of_values(_parse_weighed)
_WORDS = _list_of_values(_parse_words)
_WEIGHT = re.compile("[+-]?[0-9]{1,2}")
WEIGHTS = Kind(
    "a block of weights, such as `9: flaky, node pool*`",
    any_of(
        {
            "type": "object",
            "minProperties": 1,
            "patternProperties": {f"^{_WEIGHT.pattern}$": _WEIGHED.json_schema},
            "additionalProperties": False,
        },
        _WORDS.json_schema,
    ),
    _read_weights,
)
"""Words with what they weigh. JSON Schema knows no `without`, which takes the words alone."""
VALUE_KINDS: dict[str, Kind] = {
    "": _list_of_values(_parse_value),
    "has": _WORDS,
    "matches": _list_of_values(_parse_pattern),
    "is": text_like(
        "'empty' or 'set'", "^([Ee]mpty|EMPTY|[Ss]et|SET)$", lambda s: Operator(s.lower())
    ),
    "weighs": WEIGHTS,
}
"""What a field is compared with, by the word that stands behind its name."""
TAKEN_KINDS = {**VALUE_KINDS, "weighs": _WORDS}
"""What is taken out of a line: of one that weighs words, the words alone."""
