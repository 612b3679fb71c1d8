"""Puts a plan in the order in which a person looks at it: risk first, and each with its cause."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from models.capability import Capability, State
from models.conditions import Line
from models.decision import Decision, Outcome
from models.finding import Finding
from models.plan import Change, Hold, ItemTally, Plan, Tally
from models.rule_finding import RuleFinding
from models.rulebook import CapabilityRule, Pin, RuleBook, ScreeningRule
from translators.plan.changed_lines import compare_lines
from translators.plan.decision_diff import DecisionChange
from translators.plan.rule_diff import Unscreened

LEVELS = ("effort_code", "effort_label", "effort_rank", "statement")
_USABLE = {State.AVAILABLE: 2, State.PARTLY_AVAILABLE: 1}
_REFUSED = ("promise-in-text", "promise-in-alias", "promise-in-wording")


class Kind(StrEnum):
    """What a change is to sales; each is of one kind, the first that fits."""

    USABLE = "usable"
    """It would newly say that something can be used."""
    WITHDRAWN = "withdrawn"
    NEW = "new"
    BACK = "back"
    LEVEL = "level"
    """Nothing but the level, and the sentence with it."""
    REWORDED = "reworded"


class Step(Struct, frozen=True, kw_only=True):
    """One row that sales would read otherwise.

    `because` is the line that causes it, and the epics behind the capability; `at` is that line
    alone. `moved` are epics that come to it or leave it.
    """

    kind: Kind
    capability_id: str
    name: str
    before: Capability | None
    after: Capability
    at: str
    because: tuple[str, ...]
    moved: tuple[str, ...] = ()

    @property
    def change(self) -> Change:
        """The same as a change of the list."""
        return Change(
            capability_id=self.capability_id,
            before=self.before,
            after=self.after,
            because=self.because,
        )


class Risk(Struct, frozen=True, kw_only=True):
    """An epic that screening leaves out and that sales would read of: it waits for `approve`.

    `owner` answers for the screening rule at `was_at`; `at` is the line that lets it out.
    """

    key: str
    heading: str
    owner: str | None
    was_at: str
    at: str
    capability_id: str | None


class Preview(Struct, frozen=True, kw_only=True):
    """All that `headway plan` tells. `counts` are the lengths of the lists, by kind.

    `changes` come from rules, `drift` from Jira since the last publication. `was_undecided` is the
    number under the rules in force, `was_items` their account of items without an epic, None where
    they claim none. `digest` names the plan.
    """

    digest: str
    as_of: datetime
    base_revision: int
    high: tuple[Risk, ...]
    holds: tuple[Hold, ...]
    changes: tuple[Step, ...]
    drift: tuple[Step, ...]
    counts: dict[str, int]
    unchanged: int
    refused: tuple[Finding, ...]
    decisions: tuple[DecisionChange, ...]
    was_undecided: int
    was_items: ItemTally | None
    undecided: int
    tally: Tally
    findings: tuple[Finding, ...]
    remarks: tuple[RuleFinding, ...]
    plan: Plan

    @property
    def is_change(self) -> bool:
        """Whether publishing it would change anything: what sales reads, or an epic's decision."""
        decided = self.decisions or self.was_items != self.tally.items
        return bool(self.changes or self.drift or decided or self.plan.terms is not None)


def build_preview(
    new: Plan,
    *,
    books: tuple[RuleBook | None, RuleBook],
    was: Plan | None,
    by_rules: Sequence[Change],
    drift: Sequence[Change],
    moved: Sequence[DecisionChange],
    unscreened: Iterable[Unscreened],
    unchanged: int,
    remarks: Sequence[RuleFinding] = (),
) -> Preview:
    """The preview of a plan; `books` are the rules in force, if any, and those it was made with.

    `was` is the plan under the rules in force, None where it is the same or there is none.
    """
    before, book = books
    causes = _Causes(before, book, moved)
    steps = sorted(map(causes.explain_change, by_rules), key=_rank)
    undecided = new.tally.by_outcome[Outcome.NEEDS_DECISION]
    return Preview(
        digest=new.digest,
        as_of=new.as_of,
        base_revision=new.base_revision,
        high=tuple(map(causes.explain_risk, sorted(unscreened, key=lambda each: each.key))),
        holds=new.holds,
        changes=tuple(steps),
        drift=tuple(sorted((_build_step(change, "", ()) for change in drift), key=_rank)),
        counts={kind: sum(step.kind is kind for step in steps) for kind in Kind},
        unchanged=unchanged,
        refused=tuple(finding for finding in new.findings if finding.code in _REFUSED),
        decisions=tuple(moved),
        was_items=was.tally.items if was else None,
        was_undecided=was.tally.by_outcome[Outcome.NEEDS_DECISION] if was else undecided,
        undecided=undecided,
        tally=new.tally,
        findings=new.findings,
        remarks=tuple(remarks),
        plan=new,
    )


class _Causes:
    """Finds the line behind each change: where rules were changed, and whose epics went where."""

    def __init__(
        self, before: RuleBook | None, book: RuleBook, moved: Sequence[DecisionChange]
    ) -> None:
        self._old = _index_rules(before) if before else {}
        self._new = _index_rules(book)
        self._moved = {each.after.epic_id: each for each in moved}
        self._lines = compare_lines(before.texts if before else {}, book.texts)

    def explain_change(self, change: Change) -> Step:
        """The line that causes a change, and the epics that come or go with it."""
        capability_id = change.capability_id
        moved = [
            each
            for each in self._moved.values()
            if capability_id in _claims_of(each.before) | _claims_of(each.after)
        ]
        at = self._find_own_line(capability_id) or next(
            filter(None, map(self.find_line, moved)), None
        )
        if at is None and (all_lines := self._lines.list_all()):
            at = all_lines[0]
        where = str(at) if at else next(iter(change.because), "")
        return _build_step(change, where, tuple(sorted(each.key for each in moved)))

    def explain_risk(self, each: Unscreened) -> Risk:
        """What lets an epic out of screening, and who answers for the rule that kept it in."""
        moved = self._moved.get(each.epic_id)
        reason = moved.before.reasons[0] if moved else None
        at = self.find_line(moved) if moved else None
        return Risk(
            key=each.key,
            heading=each.heading,
            owner=each.owner,
            was_at=str(reason.at) if reason and reason.at else "",
            at=str(at) if at else "",
            capability_id=moved.after.claimed_by if moved else None,
        )

    def find_line(self, moved: DecisionChange) -> Line | None:
        """The changed line that decides an epic otherwise, of what decides it now, or did.

        A rule that is gone is told by where it stood.
        """
        after = [each.at for each in moved.after.reasons if each.at]
        before = [each.at for each in moved.before.reasons if each.at]
        found = (
            *map(self._lines.find_after, after),
            *map(self._find_successor, moved.before.reasons),
            *map(self._lines.find_before, before),
        )
        return next(filter(None, found), None)

    def _find_successor(self, reason: object) -> Line | None:
        """The changed line of the rule that decided before, by where it stands now."""
        rule = self._new.get(getattr(reason, "rule", None) or "")
        return self._lines.find_after(rule.at) if rule else None

    def _find_own_line(self, capability_id: str) -> Line | None:
        new, old = self._new.get(capability_id), self._old.get(capability_id)
        at = self._lines.find_after(new.at) if new else None
        return at or (self._lines.find_before(old.at) if old else None)


def _index_rules(book: RuleBook) -> Mapping[str, CapabilityRule | ScreeningRule | Pin]:
    rules: dict[str, CapabilityRule | ScreeningRule | Pin] = {pin.issue: pin for pin in book.pins}
    rules |= {rule.id: rule for rule in book.screening}
    return rules | {rule.id: rule for rule in book.capabilities}


def _claims_of(decision: Decision) -> set[str | None]:
    return {decision.claimed_by, decision.counts_for} - {None}


def _build_step(change: Change, at: str, moved: tuple[str, ...]) -> Step:
    keys = change.because[1:]
    return Step(
        kind=tell_kind(change.before, change.after),
        capability_id=change.capability_id,
        name=change.after.name,
        before=change.before,
        after=change.after,
        at=at or next(iter(change.because), ""),
        because=(at, *keys) if at else change.because,
        moved=moved,
    )


def tell_kind(before: Capability | None, after: Capability) -> Kind:
    """What a change is to sales: a sentence of use before all else."""
    if _says_usable(after) > _says_usable(before):
        return Kind.USABLE
    if before is None:
        return Kind.NEW if after.is_active else Kind.WITHDRAWN
    if before.is_active and not after.is_active:
        return Kind.WITHDRAWN
    if after.is_active and not before.is_active:
        return Kind.BACK
    same = all(
        getattr(before, name) == getattr(after, name)
        for name in after.__struct_fields__
        if name not in LEVELS
    )
    return Kind.LEVEL if same and before.effort_code is not after.effort_code else Kind.REWORDED


def _says_usable(row: Capability | None) -> int:
    return _USABLE.get(row.state_code, 0) if row and row.is_active else 0


def _rank(step: Step) -> tuple[int, str]:
    return list(Kind).index(step.kind), step.capability_id
