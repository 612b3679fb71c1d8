"""Which epics each rule of a book matches, found out once for all that is asked about it."""

from collections.abc import Callable, Sequence

from models.backlog import Issue
from models.rulebook import CapabilityRule, RuleBook, ScreeningRule
from translators.rules.conditions import compile_condition
from translators.rules.fields import IssueView

Rule = CapabilityRule | ScreeningRule
Places = frozenset[int]
"""Places of epics in the list of them."""
NONE: Places = frozenset()


class Matches:
    """The epics that rules match. `met` is by their `when` alone, `kept` without what is spared."""

    def __init__(self, book: RuleBook, epics: Sequence[Issue]) -> None:
        self.views = [IssueView(epic) for epic in epics]
        self.epics = epics
        rules: list[Rule] = [*book.screening, *book.capabilities]
        self._met = {_name(rule): self._find_met(rule) for rule in rules}
        self._kept = {_name(rule): self._find_kept(rule) for rule in rules}
        self.restricted = frozenset(i for i, epic in enumerate(epics) if epic.restricted)

    def met(self, rule: Rule) -> Places:
        """The epics that its `when` matches."""
        return self._met[_name(rule)]

    def kept(self, rule: Rule) -> Places:
        """Those of them that its `unless` does not spare."""
        return self._kept[_name(rule)]

    def find(self, matcher: Callable[[IssueView], bool], among: Places) -> Places:
        """Those of some epics that a condition matches."""
        return frozenset(place for place in among if matcher(self.views[place]))

    def _find_met(self, rule: Rule) -> Places:
        if rule.when is None:
            return NONE
        matcher = compile_condition(rule.when)
        return frozenset(place for place, view in enumerate(self.views) if matcher(view))

    def _find_kept(self, rule: Rule) -> Places:
        met = self.met(rule)
        unless = rule.unless if isinstance(rule, ScreeningRule) else None
        return met - self.find(compile_condition(unless), met) if unless else met


def _name(rule: Rule) -> tuple[bool, str]:
    return isinstance(rule, ScreeningRule), rule.id
