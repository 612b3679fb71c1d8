"""A quick look at an issue's bare values, which spares most of a large backlog the slow one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from models.conditions import All, Comparison, Condition, Operator, Some
from translators.rules.examples import CATEGORY
from translators.words import find_forms, fold_value

Values = Mapping[str, tuple[str, ...]]
Needed = set[tuple[str, str]]
"""Fields, each with letters of which a value must hold one: all the letters of a word or phrase."""

_BARE = {n: chr(n).lower() if chr(n).isalnum() else None for n in range(128)}


def compile_quick_look(conditions: Iterable[Condition]) -> Callable[[Values], bool]:
    """A closure that says whether any of these may hold; where it says no, none does.

    However text is folded and parted, its letters and digits stay, in their order.
    """
    needed: Needed = set()
    for condition in conditions:
        found = _find_needed(condition)
        if found is None:
            return lambda _values: True
        needed |= found
    by_field: dict[str, list[str]] = defaultdict(list)
    for field, letters in needed:
        by_field[field].append(letters)

    def may_hold(values: Values) -> bool:
        for field, several in by_field.items():
            for text in values.get(field, ()):
                if not text.isascii():
                    return True
                bare = text.translate(_BARE)
                for letters in several:
                    if letters in bare:
                        return True
        return False

    return may_hold


def _find_needed(condition: Condition) -> Needed | None:
    """Of what one must be there for a condition to hold; None where that cannot be told."""
    match condition:
        case All(parts=parts):
            return next((each for each in map(_find_needed, parts) if each is not None), None)
        case Some(parts=parts):
            needed: Needed = set()
            for found in map(_find_needed, parts):
                if found is None:
                    return None
                needed |= found
            return needed
        case Comparison(field=field, operator=Operator.HAS, values=values):
            return _strip(field, (form for value in values for form in find_forms(value)))
        case Comparison(field=field, operator=Operator.EQUALS, values=values):
            return None if field == CATEGORY else _strip(field, map(fold_value, values))
        case _:
            return None


def _strip(field: str, texts: Iterable[str]) -> Needed | None:
    texts = list(texts)
    bare = {text.translate(_BARE) for text in texts}
    return None if "" in bare or not all(map(str.isascii, texts)) else {(field, b) for b in bare}
