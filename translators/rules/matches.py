"""Which epics each rule of a book matches, found out once for all that is asked about it.

The conditions are those that decide epics, compiled. They are asked only of epics that can meet
them: those that have a value or a word that the rule asks for, as an index of the epics says.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice, takewhile

from models.backlog import Issue
from models.conditions import All, Comparison, Condition, Operator, Some
from models.rulebook import CapabilityRule, RuleBook, ScreeningRule
from translators.rules.conditions import compile_condition, find_asserted
from translators.rules.fields import IssueView
from translators.words import find_forms, fold_value

Rule = CapabilityRule | ScreeningRule
Places = frozenset[int]
"""Places of epics in the list of them."""
NONE: Places = frozenset()
Index = Mapping[str, Mapping[str, Places]]
"""By field and value, or by field and word, the epics that have it."""


class Matches:
    """The epics that rules match. `met` is by their `when` alone, `kept` without what is spared."""

    def __init__(self, book: RuleBook, epics: Sequence[Issue]) -> None:
        self.views = [IssueView(epic) for epic in epics]
        self.restricted = frozenset(i for i, epic in enumerate(epics) if epic.restricted)
        rules: list[Rule] = [*book.screening, *book.capabilities]
        lines = [line for rule in rules if rule.when for line in find_asserted(rule.when)]
        values = {line.field for line in lines if line.operator is Operator.EQUALS}
        texts = {line.field for line in lines if line.operator is Operator.HAS}
        self._values = _index(self.views, values, IssueView.fold_values)
        self.words = _index(self.views, texts, IssueView.split_words)
        self._sorted_words = {field: sorted(words) for field, words in self.words.items()}
        self._all = frozenset(range(len(self.views)))
        self._met = {_name(rule): self._match_rule(rule) for rule in rules}
        self._kept = {_name(rule): self._match_unspared(rule) for rule in rules}

    def find_met(self, rule: Rule) -> Places:
        """The epics that its `when` matches."""
        return self._met[_name(rule)]

    def find_kept(self, rule: Rule) -> Places:
        """Those of them that its `unless` does not spare."""
        return self._kept[_name(rule)]

    def find_meeting(self, condition: Condition, among: Places) -> Places:
        """Those of some epics that meet a condition."""
        matcher = compile_condition(condition)
        return frozenset(place for place in among if matcher(self.views[place]))

    def _match_rule(self, rule: Rule) -> Places:
        if rule.when is None:
            return NONE
        possible = self._find_possible(rule.when)
        return self.find_meeting(rule.when, self._all if possible is None else possible)

    def _match_unspared(self, rule: Rule) -> Places:
        met = self.find_met(rule)
        unless = rule.unless if isinstance(rule, ScreeningRule) else None
        return met - self.find_meeting(unless, met) if unless else met

    def _find_possible(self, condition: Condition) -> Places | None:
        """The epics that may meet a condition, at least all that do; None where any may."""
        match condition:
            case All(parts=parts):
                known = [each for each in map(self._find_possible, parts) if each is not None]
                return frozenset.intersection(*known) if known else None
            case Some(parts=parts):
                return _unite(map(self._find_possible, parts))
            case Comparison(field=field, operator=Operator.EQUALS, values=values):
                known_values = self._values[field]
                return _unite(known_values.get(fold_value(value), NONE) for value in values)
            case Comparison(field=field, operator=Operator.HAS, values=values):
                forms = (form for value in values for form in find_forms(value))
                return _unite(self._find_having(form, field) for form in forms)
            case _:
                return None

    def _find_having(self, form: str, field: str) -> Places | None:
        """The epics with the first word of what is searched for, or a word that begins so."""
        first, *more = form.split()
        if not form.startswith(" "):
            return None
        words = self.words[field]
        if more or form.endswith(" "):
            return words.get(first, NONE)
        listed = self._sorted_words[field]
        begun = takewhile(
            lambda word: word.startswith(first), islice(listed, bisect_left(listed, first), None)
        )
        return _unite(map(words.__getitem__, begun))


def _unite(several: Iterable[Places | None]) -> Places | None:
    united: set[int] = set()
    for places in several:
        if places is None:
            return None
        united |= places
    return frozenset(united)


def _index(
    views: Sequence[IssueView],
    fields: Iterable[str],
    read: Callable[[IssueView, str], Iterable[str]],
) -> Index:
    index: dict[str, dict[str, set[int]]] = {field: defaultdict(set) for field in fields}
    for field, found in index.items():
        for place, view in enumerate(views):
            for value in read(view, field):
                found[value].add(place)
    return {
        field: {value: frozenset(places) for value, places in found.items()}
        for field, found in index.items()
    }


def _name(rule: Rule) -> tuple[bool, str]:
    return isinstance(rule, ScreeningRule), rule.id
