"""Finds edits of the rule book that decide epics: each holds what it says, or is not offered.

An edit gives one line of a capability one value more, or is a new capability with a single line.
It holds a telling word, claims nothing that anybody decided otherwise, and what it decides is found
by carrying it out.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property

from msgspec.structs import replace

from models.backlog import Issue
from models.conditions import Comparison, Line, Operator
from models.decision import Cause, Decision
from models.rulebook import CapabilityRule, Then
from translators.promises.linter import compile_linter
from translators.rules.condition_trace import format_yaml
from translators.rules.conditions import compile_condition, find_asserted
from translators.rules.decide import CompiledRules
from translators.rules.fields import IssueView
from translators.suggestions.decided import lacks_a_claim
from translators.suggestions.likeness import NEW_FROM, Likeness
from translators.suggestions.rule_edit import EditKind, RuleEdit, replace_line
from translators.suggestions.suggestion import Suggestion, Suggestions
from translators.suggestions.values import index_values, list_values

WIDENED = {"component": Operator.EQUALS, "labels": Operator.EQUALS, "summary": Operator.HAS}
"""The lines an edit may widen, the surest first: a title says less than a component."""
BROADEST = {"component": 0.3, "labels": 0.3, "summary": 0.1}
"""The share of all epics that may have a value, if it is to tell anything: a word that every tenth
title has is the product's name."""
UNNAMED = "unnamed-capability"
"""The id of one whose value has no letters for an id, or those of a promise."""
FEW = 12
"""Where there are fewer epics, shares say nothing."""
_KEPT_AWAY = (Cause.SECURITY_LEVEL, Cause.PIN, Cause.SCREENING)


class Undecided:
    """A backlog with its decisions, looked at for what would decide what waits for a rule.

    Decisions about items without an epic are passed over: nothing is offered for these. `private`
    are the epics of whose titles no word is offered. `issues` has what is above, `below` the first
    titles below each epic.
    """

    def __init__(
        self,
        issues: Iterable[Issue],
        decisions: Iterable[Decision],
        compiled: CompiledRules,
        on: date,
        private: Collection[int] = (),
        *,
        below: Mapping[int, Sequence[str]] = {},
    ) -> None:
        self._on = on
        self.compiled = compiled
        self.decisions = {each.epic_id: each for each in decisions if not each.is_item}
        self._issues = tuple(issues)
        self.epics = {each.id: each for each in self._issues if each.id in self.decisions}
        self._private = private
        self._below = below
        self.views = {each.id: IssueView(each) for each in self.epics.values()}
        weak = {r.id for r in compiled.book.screening if r.then is Then.HOLD_UNCLAIMED}
        self.lacking = frozenset(
            each.epic_id for each in self.decisions.values() if lacks_a_claim(each, weak)
        )
        self.likeness = Likeness(
            self.epics, self.decisions, compiled.book.capabilities, self.suggest
        )
        self._before = {
            rule.id: compile_condition(rule.when) for rule in self.likeness.rules if rule.when
        }

    @cached_property
    def suggestions(self) -> Suggestions:
        """What was learnt of all that is decided, once it is asked for."""
        book = self.compiled.book
        return Suggestions(
            self._issues,
            self.decisions,
            book,
            self.views,
            private=self._private,
            below=self._below,
        )

    def suggest(self, epic_id: int) -> Suggestion | None:
        """What will likely become of an epic that waits, if anything is likely enough."""
        return self.suggestions.suggest(epic_id)

    def find_smallest_edit(self, epic_id: int) -> RuleEdit | None:
        """Of the edits that decide an epic the surest, then that which decides fewest others."""
        key = self.decisions[epic_id].key
        order, fields = list(EditKind), list(WIDENED)
        found = [each for each in self.find_edits((epic_id,)) if key in each.decides]
        return min(
            found,
            key=lambda e: (
                order.index(e.kind),
                fields.index(e.field),
                len(e.decides),
                e.capability_id,
                e.after,
            ),
            default=None,
        )

    def find_edits(self, wanted: Collection[int] | None = None) -> list[RuleEdit]:
        """Every edit fit to be offered that decides one of the `wanted` epics (else any)."""
        asked = self.lacking if wanted is None else self.lacking.intersection(wanted)
        projects = {each.project for each in self.epics.values()}
        values = list_values((self.epics[e] for e in sorted(asked)), self._private, projects)
        having = index_values(values, self.views)
        edits: list[RuleEdit] = []
        for (field, folded), value in values.items():
            found = having.get((field, folded), ())
            if len(found) <= max(BROADEST[field] * len(self.epics), FEW):
                edits += self._find_edits_of(field, value, found)
        return edits

    def decide(self, epic_id: int, compiled: CompiledRules) -> Decision:
        """What other rules decide of an epic on the same day."""
        return compiled.decide(self.epics[epic_id], self._on)

    def replace_value(
        self, rule: CapabilityRule, line: Comparison, kept: Sequence[str], now: str
    ) -> RuleEdit | None:
        """The edit of a line whose value is called otherwise `now`; None where it disputes any."""
        edited = replace(line, values=(*kept, now))
        if rule.when is None:
            return None
        after = compile_condition(replace_line(rule.when, line, edited))
        before = compile_condition(rule.when)
        moved = [each for each, view in self.views.items() if after(view) != before(view)]
        decides = [each for each in moved if each in self.lacking and after(self.views[each])]
        if not decides or any(map(self.is_taken, moved)):
            return None
        return RuleEdit(
            kind=EditKind.RENAME,
            capability_id=rule.id,
            at=line.at,
            before=format_yaml(line),
            after=format_yaml(edited),
            decides=self._sort_keys(decides),
            because="they fed it before",
            value=now,
            field=line.field,
        )

    def _find_edits_of(self, field: str, value: str, having: Sequence[int]) -> Iterator[RuleEdit]:
        """The edits that one value allows: of the likeliest capability, or of a new one."""
        lacking = [each for each in having if each in self.lacking]
        if field == "labels" and not self.likeness.is_topical(value, having):
            return
        if field == "summary" and not self.likeness.leads_titles(value, having):
            return
        target = self.likeness.find_target(field, value, having, lacking)
        if target:
            rule, because = target
            yield from self._widen_rule(rule, field, value, having, because)
        elif len(lacking) >= NEW_FROM and not any(map(self.is_taken, having)):
            yield self._write_new(field, value, lacking)

    def is_taken(self, epic_id: int) -> bool:
        """Whether a further claim would bear on what is decided otherwise."""
        decision = self.decisions[epic_id]
        return epic_id not in self.lacking and decision.reasons[0].cause not in _KEPT_AWAY

    def _widen_rule(
        self, rule: CapabilityRule, field: str, value: str, having: Sequence[int], because: str
    ) -> Iterator[RuleEdit]:
        for line in find_asserted(rule.when) if rule.when else ():
            if line.field != field or WIDENED[field] is not line.operator or rule.when is None:
                continue
            widened = replace(line, values=(*line.values, value))
            after = compile_condition(replace_line(rule.when, line, widened))
            before = self._before[rule.id]
            new = [e for e in having if after(self.views[e]) and not before(self.views[e])]
            decides = [each for each in new if each in self.lacking]
            if decides and not any(map(self.is_taken, new)):
                yield RuleEdit(
                    kind=EditKind.WIDEN,
                    capability_id=rule.id,
                    at=line.at,
                    before=format_yaml(line),
                    after=format_yaml(widened),
                    decides=self._sort_keys(decides),
                    because=because,
                    value=value,
                    field=field,
                )

    def _write_new(self, field: str, value: str, lacking: Sequence[int]) -> RuleEdit:
        line = Comparison(field, WIDENED[field], (value,), Line("", 0))
        return RuleEdit(
            kind=EditKind.NEW,
            capability_id=self._name_id(value),
            at=None,
            before="",
            after=format_yaml(line),
            decides=self._sort_keys(lacking),
            value=value,
            field=field,
        )

    def _name_id(self, value: str) -> str:
        """An id that is free, and that a rule book takes, of the value's plain letters."""
        plain = "".join(c if c.isascii() and c.isalpha() else " " for c in value.casefold())
        words = " ".join(plain.split())[:40].strip()
        linter = compile_linter(self.compiled.book)
        base = UNNAMED if len(words) < 2 or linter.lint_code(words) else words.replace(" ", "-")
        taken = {rule.id for rule in self.compiled.book.capabilities}
        names = (base, *(f"{base}-{letter}" for letter in "bcdefghijklmnopqrstuvwxyz"))
        return next((name for name in names if name not in taken), f"{base}-zz")

    def _sort_keys(self, epics: Iterable[int]) -> tuple[str, ...]:
        return tuple(sorted(self.decisions[each].key for each in epics))
