"""Finds values in Jira that a rule all but names: one typo away, and matched by nothing."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping

from msgspec import Struct

from models.rulebook import Line, Operator, RuleBook
from translators.rules.conditions import find_comparisons
from translators.words import fold_label, fold_value

SHORTEST = 5
"""Shorter values are one letter from too many others."""


class NearMiss(Struct, frozen=True, order=True):
    """A value of a field that so many issues have, and the rule's value that may mean it."""

    field: str
    value: str
    issues: int
    meant: str


def list_asked_values(book: RuleBook, fields: Container[str]) -> dict[str, dict[str, Line]]:
    """The values that rules match these fields by, and where each stands first."""
    asked: dict[str, dict[str, Line]] = defaultdict(dict)
    conditions = [*(r.when for r in book.screening), *(r.when for r in book.capabilities)]
    for line in (line for when in conditions if when for line in find_comparisons(when)):
        if line.operator is Operator.EQUALS and line.field in fields:
            for value in line.values:
                asked[line.field].setdefault(value, line.at)
    return {field: dict(sorted(values.items())) for field, values in sorted(asked.items())}


def find_near_misses(
    present: Mapping[str, Mapping[str, int]], asked: Mapping[str, Collection[str]]
) -> tuple[NearMiss, ...]:
    """Values that no rule names but for a typo or a sign, the most used first.

    `present` counts issues by field and value as Jira has them; `asked` are the values of rules by
    field. A digit makes another thing (iso-27001, iso-27002), so numbers must be the same.
    """
    found = [
        NearMiss(field, value, number, meant)
        for field, values in asked.items()
        for value, number in present.get(field, {}).items()
        if (meant := _find_meant(field, value, {fold_value(each): each for each in values}))
    ]
    return tuple(sorted(found, key=lambda miss: (-miss.issues, miss)))


def fold_values(field: str, values: Iterable[str]) -> frozenset[str]:
    """The values of a field as rules compare them."""
    if field == "labels":
        return frozenset(form for value in values for form in fold_label(value))
    return frozenset(map(fold_value, values))


def _find_meant(field: str, value: str, asked: Mapping[str, str]) -> str | None:
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - for mistakes alone
    from rapidfuzz.process import extract  # noqa: PLC0415

    forms = fold_label(value) if field == "labels" else (fold_value(value),)
    if not asked.keys().isdisjoint(forms):
        return None
    for form in map(_keep_letters, forms):
        plain = {_keep_letters(folded): written for folded, written in asked.items()}
        for close, *_ in extract(form, list(plain), scorer=OSA.distance, score_cutoff=1, limit=5):
            if min(len(form), len(close)) >= SHORTEST and _digits(form) == _digits(close):
                return plain[close]
    return None


def _keep_letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
