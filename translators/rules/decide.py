"""Decides every epic: security level, pin, screening, capabilities, in this order and no other."""

from collections import deque
from collections.abc import Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue
from models.conditions import Comparison, Condition, Operator
from models.decision import Cause, Decision, Outcome, Reason
from models.finding import Finding
from models.rulebook import CapabilityRule, Pin, PinAction, RuleBook, ScreeningRule, Then
from translators.backlog.names import list_names
from translators.rules.condition_trace import (
    Trace,
    find_met_lines,
    find_met_values,
    trace_condition,
)
from translators.rules.fields import IssueView
from translators.rules.mapping import CompiledMapping
from translators.rules.screening import CompiledScreening

HEADINGS: Mapping[Cause, str] = {
    Cause.SECURITY_LEVEL: "security level",
    Cause.PIN: "pinned by a person",
    Cause.WITHDRAWN: "off the list",
    Cause.NO_RULE: "match no capability",
    Cause.CONFLICT: "match two capabilities",
    Cause.DRAFT: "claimed by a draft",
}
"""What people read for decisions of a kind; a screening rule says its own reason instead."""


class RuleTrace(Struct, frozen=True):
    """How one rule fared with an epic, line by line."""

    rule: str
    kind: str
    trace: Trace


class CompiledRules:
    """A compiled rule book. It never changes, so one may be used for any number of epics."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self._screening = CompiledScreening(book.screening)
        self._mapping = CompiledMapping(book.capabilities)
        self._upkeep = find_upkeep_rules(book)
        self._pins: Mapping[str, Pin] = {pin.issue.upper(): pin for pin in book.pins}

    def decide(self, epic: Issue, on: date, view: IssueView | None = None) -> Decision:
        """The one decision about an epic on a day, with its reasons.

        `view` is that of the epic, where another rule book has looked at it.
        """
        if epic.restricted:
            reason = Reason(cause=Cause.SECURITY_LEVEL, text="a security level is set in Jira")
            return _build_decision(epic, Outcome.LEFT_OUT, reason)
        pin = self._find_pin(epic, on)
        if pin is not None:
            return self._apply_pin(epic, pin)
        view = view or IssueView(epic)
        screened = self._screening.find_matches(view)
        claimants = self._mapping.find_claimants(view)
        decisive = _find_decisive(screened, bool(claimants))
        if decisive:
            return _apply_screening(epic, decisive, view)
        return self._map_epic(epic, claimants, view)

    @property
    def claims_items(self) -> bool:
        """Whether any capability claims items that have no epic."""
        return self._mapping.claims_items

    def claims_item(self, item: Issue) -> bool:
        """Whether any capability claims an item that has no epic, whatever becomes of it."""
        return self.claims_items and bool(self._mapping.find_item_claimants(IssueView(item)))

    def decide_item(self, item: Issue) -> Decision:
        """The decision about an item without an epic that a capability claims, or has claimed.

        Pins are about epics, and so is what holds: an item is decided by its security level, the
        rules that hide, and the capabilities. Of thousands of items each would wait for a person,
        because of a title that nobody reads; below an epic they are not asked about either.
        """
        view = IssueView(item)
        claimants = self._mapping.find_item_claimants(view)
        if item.restricted:
            reason = Reason(cause=Cause.SECURITY_LEVEL, text="a security level is set in Jira")
            decision = _build_decision(item, Outcome.LEFT_OUT, reason)
        elif hiding := self.list_hiding_rules(item):
            decision = _apply_screening(item, hiding, view)
        elif claimants:
            decision = self._map_epic(item, claimants, view)
        else:
            text = "no capability claims it by its `items` any more"
            reason = Reason(cause=Cause.NO_RULE, text=text)
            decision = _build_decision(item, Outcome.NEEDS_DECISION, reason)
        return replace(decision, is_item=True)

    def hides(self, item: Issue) -> bool:
        """Whether a child is kept out of its capability's effort: restricted, or screened out."""
        return item.restricted or self._screening.find_hiding_rule(item) is not None

    def list_hiding_rules(self, item: Issue) -> tuple[ScreeningRule, ...]:
        """Every rule that hides an issue outright."""
        matches = self._screening.find_matches(IssueView(item))
        return tuple(rule for rule in matches if rule.then is Then.HIDE)

    def keeps_running(self, item: Issue) -> bool:
        """Whether an issue is what the sentence on the past year calls work on keeping it so."""
        if self._screening.find_hiding_rule(item) is None:  # sooner told than every rule that does
            return False
        return any(rule.id in self._upkeep for rule in self.list_hiding_rules(item))

    def explain_hiding(self, item: Issue) -> str:
        """What hides a child, for people; "" where nothing does."""
        if item.restricted:
            return HEADINGS[Cause.SECURITY_LEVEL]
        rule = self._screening.find_hiding_rule(item)
        return f"{rule.reason} ({rule.at})" if rule else ""

    def trace_rules(self, epic: Issue) -> tuple[RuleTrace, ...]:
        """How every rule that has anything to say about an epic fared with it."""
        view = IssueView(epic)
        screening = [(r.id, "screening", r.when) for r in self._screening.find_matches(view)]
        claiming = [(r.id, "capability", r.when) for r in self._mapping.find_claimants(view)]
        return tuple(
            RuleTrace(rule, kind, trace_condition(when, view))
            for rule, kind, when in (*screening, *claiming)
            if when
        )

    def list_pins(self, epic: Issue) -> tuple[Pin, ...]:
        """The pins of an epic, by any key that it has or had, expired ones too."""
        names = dict.fromkeys(list_names(epic))
        return tuple(self._pins[name] for name in names if name in self._pins)

    def list_claimants(self, epic: Issue) -> tuple[CapabilityRule, ...]:
        """The capabilities that claim an epic and that no other claimant beats."""
        return self._mapping.find_claimants(IssueView(epic))

    def list_beaten(self, epic: Issue) -> tuple[tuple[CapabilityRule, CapabilityRule], ...]:
        """The capabilities that claim an epic too, each with one that beats it."""
        return self._mapping.find_beaten(IssueView(epic))

    def find_expired_pins(self, on: date) -> tuple[Finding, ...]:
        """Pins that have run out: they stopped applying."""
        return tuple(
            Finding("pin-expired", str(pin.at), f"the pin of {pin.issue} ran out on {pin.until}")
            for pin in self.book.pins
            if _is_expired(pin, on)
        )

    def _find_pin(self, epic: Issue, on: date) -> Pin | None:
        if not self._pins:
            return None
        for name in list_names(epic):
            pin = self._pins.get(name)
            if pin is not None and not _is_expired(pin, on):
                return pin
        return None

    def _apply_pin(self, epic: Issue, pin: Pin) -> Decision:
        text = f"{pin.by} pinned it: {pin.reason}"
        reason = Reason(cause=Cause.PIN, text=text, rule=pin.issue, at=pin.at)
        if pin.action is PinAction.HIDE:
            return _build_decision(epic, Outcome.LEFT_OUT, reason)
        if pin.action is PinAction.HOLD:
            return _build_decision(epic, Outcome.NEEDS_DECISION, reason)
        return self._accept_claim(epic, self._mapping.by_id[pin.capability or ""], reason)

    def _map_epic(
        self, epic: Issue, claimants: tuple[CapabilityRule, ...], view: IssueView
    ) -> Decision:
        if not claimants:
            reason = Reason(cause=Cause.NO_RULE, text="no capability's rule matches it")
            return _build_decision(epic, Outcome.NEEDS_DECISION, reason)
        is_item = epic.hierarchy_level is not HierarchyLevel.EPIC
        reasons = tuple(
            _explain_claim(rule, rule.items if is_item else rule.when, view) for rule in claimants
        )
        if len(claimants) > 1:
            both = " and ".join(rule.id for rule in claimants)
            conflict = Reason(cause=Cause.CONFLICT, text=f"{both} both claim it; one must beat")
            return _build_decision(epic, Outcome.NEEDS_DECISION, conflict, *reasons)
        return self._accept_claim(epic, claimants[0], reasons[0])

    def _accept_claim(self, epic: Issue, rule: CapabilityRule, reason: Reason) -> Decision:
        """What becomes of an epic that a rule claims, or the one that is to be read instead."""
        replacement = self._mapping.find_replacement(rule)
        if replacement is rule or replacement.is_taken_off:
            return _check_claim(epic, rule, reason)
        text = f"'{replacement.id}' is to be read instead"
        instead = Reason(cause=Cause.CAPABILITY, text=text, rule=replacement.id, at=replacement.at)
        return _check_claim(epic, replacement, reason, instead)


def find_upkeep_rules(book: RuleBook) -> tuple[str, ...]:
    """The screening rules whose work keeps the product lawful, safe and running."""
    return next((term.rules for term in book.terms if term.rules), ())


_latest: deque[CompiledRules] = deque(maxlen=2)
"""Of the rule book in force, and of the one that is tried."""


def compile_rules(book: RuleBook) -> CompiledRules:
    """The rule book compiled; raises nothing, since the book was checked when it was read.

    The last ones are kept: one command asks for the same book in several places.
    """
    for kept in list(_latest):
        if kept.book is book:
            return kept
    compiled = CompiledRules(book)
    _latest.append(compiled)
    return compiled


def _find_decisive(screened: tuple[ScreeningRule, ...], claimed: bool) -> tuple[ScreeningRule, ...]:
    """Of the matching rules, the strongest first, those that decide; a claim outweighs the weakest.

    That is all whose outcome is as strong as the first one's.
    """
    if not screened or (screened[0].then is Then.HOLD_UNCLAIMED and claimed):
        return ()
    return tuple(rule for rule in screened if rule.then is screened[0].then)


def _apply_screening(epic: Issue, decisive: tuple[ScreeningRule, ...], view: IssueView) -> Decision:
    outcome = Outcome.LEFT_OUT if decisive[0].then is Then.HIDE else Outcome.NEEDS_DECISION
    reasons = (_explain_screening(rule, view) for rule in decisive)
    return _build_decision(epic, outcome, *reasons, heading=decisive[0].reason)


def _check_claim(epic: Issue, rule: CapabilityRule, *reasons: Reason) -> Decision:
    """Published as `rule`, unless that is a draft or off the list."""
    if rule.is_taken_off:
        at = rule.withdrawn.at if rule.withdrawn else rule.at
        text = f"{rule.id} is withdrawn"
        withdrawn = Reason(cause=Cause.WITHDRAWN, text=text, rule=rule.id, at=at)
        return _build_decision(epic, Outcome.LEFT_OUT, withdrawn, *reasons)
    if rule.draft:
        draft = Reason(cause=Cause.DRAFT, text=f"{rule.id} is a draft", rule=rule.id, at=rule.at)
        return _build_decision(epic, Outcome.NEEDS_DECISION, draft, *reasons)
    return _build_decision(epic, Outcome.PUBLISHED, *reasons, claimed_by=rule.id)


def _build_decision(
    epic: Issue,
    outcome: Outcome,
    *reasons: Reason,
    heading: str | None = None,
    claimed_by: str | None = None,
) -> Decision:
    return Decision(
        site=epic.site,
        epic_id=epic.id,
        key=epic.key,
        outcome=outcome,
        heading=heading or claimed_by or HEADINGS[reasons[0].cause],
        reasons=reasons,
        claimed_by=claimed_by,
    )


def _explain_screening(rule: ScreeningRule, view: IssueView) -> Reason:
    text = f"rule '{rule.id}' matched{_describe_match(rule.when, view)}"
    return Reason(cause=Cause.SCREENING, text=text, rule=rule.id, at=rule.at)


def _explain_claim(rule: CapabilityRule, when: Condition | None, view: IssueView) -> Reason:
    match = _describe_match(when, view) if when else ""
    text = f"'{rule.id}' claims it{match}"
    return Reason(cause=Cause.CAPABILITY, text=text, rule=rule.id, at=rule.at)


def _describe_match(condition: Condition, view: IssueView) -> str:
    lines = (f"{line.field} {_word_line(line, view)}" for line in find_met_lines(condition, view))
    return f" ({'; '.join(lines)})"


def _word_line(line: Comparison, view: IssueView) -> str:
    if line.operator is Operator.MATCHES:
        return "matches its pattern"
    return ", ".join(find_met_values(line, view)) or f"is {line.operator}"


def _is_expired(pin: Pin, on: date) -> bool:
    return pin.until is not None and pin.until < on
