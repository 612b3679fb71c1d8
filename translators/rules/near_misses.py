"""Finds values in Jira that a rule all but names: one typo away, and matched by nothing."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from models.conditions import Line, Operator
from models.finding import Finding
from models.rulebook import RuleBook
from translators.plurals import count_noun
from translators.rules.conditions import find_comparisons
from translators.words import fold_label, fold_value

SHORTEST = 5
"""Shorter values are one letter from too many others."""
MOST_NAMED = 3


class NearMiss(Struct, frozen=True, order=True):
    """A value of a field that so many issues have, and the rule's value that may mean it."""

    field: str
    value: str
    issues: int
    meant: str


def list_asked_values(book: RuleBook, fields: Container[str]) -> dict[str, dict[str, Line]]:
    """The values that rules match these fields by, and where each stands first."""
    asked: dict[str, dict[str, Line]] = defaultdict(dict)
    claims = [condition for r in book.capabilities for condition in (r.when, r.items)]
    conditions = [*(r.when for r in book.screening), *claims]
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
    spellings = {field: _Spellings(values) for field, values in asked.items()}
    found = [
        NearMiss(field, value, number, meant)
        for field, values in spellings.items()
        for value, number in present.get(field, {}).items()
        if (meant := _find_meant(field, value, values))
    ]
    return tuple(sorted(found, key=lambda miss: (-miss.issues, miss)))


def report_near_misses(misses: Sequence[NearMiss]) -> Iterator[Finding]:
    """In one finding how many values these are, with the first of them."""
    if misses:
        values = count_noun(len(misses), "value", "match nothing,", one="matches nothing,")
        first = ", ".join(repr(miss.value) for miss in misses[:MOST_NAMED])
        what = f"{values} one typo or sign away from a rule's: {first}; headway check lists them"
        yield Finding("near-misses", "rules", what)


class _Spellings:
    """The values that rules name, found by what is left of them without any one letter.

    Whatever is one letter more, less, or other, or has two in each other's place, shares one of
    those with the value that is meant.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self.folded = {fold_value(each) for each in values}
        self._written: dict[str, str] = {}
        self._by_rest: dict[str, list[str]] = defaultdict(list)
        for written in values:
            letters = _keep_letters(fold_value(written))
            self._written[letters] = written
            for rest in _leave_out_one(letters):
                self._by_rest[rest].append(letters)

    def find_close(self, form: str) -> str | None:
        """The value that a form is one slip away from; None where it is no value's."""
        for rest in sorted(_leave_out_one(form)):
            for close in self._by_rest.get(rest, ()):
                is_long = min(len(form), len(close)) >= SHORTEST
                if is_long and _digits(form) == _digits(close) and is_one_slip(form, close):
                    return self._written[close]
        return None


def is_one_slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter at most: added, left out, other, or changed places."""
    if one == other:
        return True
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return abs(len(one) - len(other)) == 1
    rest, of_other = one[start:], other[start:]
    swapped = of_other[1:2] + of_other[:1] + of_other[2:]
    alike = (rest[1:], of_other), (rest, of_other[1:]), (rest[1:], of_other[1:]), (rest, swapped)
    return any(left == right for left, right in alike)


def _leave_out_one(text: str) -> set[str]:
    return {text, *(text[:place] + text[place + 1 :] for place in range(len(text)))}


def _find_meant(field: str, value: str, asked: _Spellings) -> str | None:
    forms = fold_label(value) if field == "labels" else (fold_value(value),)
    if not asked.folded.isdisjoint(forms):
        return None
    found = (asked.find_close(_keep_letters(form)) for form in forms)
    return next((meant for meant in found if meant), None)


def _keep_letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
