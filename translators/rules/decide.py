"""Decides every epic: security level, pin, screening, capabilities, in this order and no other."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from models.backlog import Issue
from models.decision import Cause, Decision, Outcome, Reason
from models.finding import Finding
from models.rulebook import (
    CapabilityRule,
    Comparison,
    Condition,
    Operator,
    Pin,
    PinAction,
    RuleBook,
    ScreeningRule,
    Then,
)
from translators.rules.conditions import Trace, matched_words, trace_condition, winning_lines
from translators.rules.fields import IssueView
from translators.rules.mapping import CompiledMapping
from translators.rules.screening import CompiledScreening

SECURITY_LEVEL = "security level"
PINNED = "pinned by a person"
NO_RULE = "match no capability"
CONFLICT = "match two capabilities"
DRAFT = "claimed by a draft"
WITHDRAWN = "off the list"


class RuleTrace(Struct, frozen=True):
    """How one rule fared with an epic, line by line."""

    rule: str
    kind: str
    trace: Trace


class CompiledRules:
    """A compiled rule book. It never changes, so one may be used for any number of epics."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self._screen = CompiledScreening(book.screening)
        self._atlas = CompiledMapping(book.capabilities)
        self._pins: Mapping[str, Pin] = {pin.issue.upper(): pin for pin in book.pins}

    def decide(self, epic: Issue, on: date) -> Decision:
        """The one decision about an epic on a day, with its reasons."""
        if epic.restricted:
            reason = Reason(cause=Cause.SECURITY_LEVEL, text="a security level is set in Jira")
            return _decision(epic, Outcome.LEFT_OUT, SECURITY_LEVEL, (reason,))
        pin = self._pin(epic, on)
        if pin is not None:
            return self._pinned(epic, pin)
        subject = IssueView(epic)
        screened = self._screen.matches(subject)
        claims = self._atlas.claims(subject)
        decisive = _decisive(screened, bool(claims))
        if decisive:
            outcome = Outcome.LEFT_OUT if decisive[0].then is Then.HIDE else Outcome.NEEDS_DECISION
            reasons = tuple(_screening_reason(rule, subject) for rule in decisive)
            return _decision(epic, outcome, decisive[0].reason, reasons)
        return self._mapped(epic, claims, subject)

    def hides(self, item: Issue) -> bool:
        """Whether a child is kept out of its capability's effort: restricted, or screened out."""
        return item.restricted or self._screen.hiding_rule(item) is not None

    def why_hidden(self, item: Issue) -> str:
        """What hides a child, for explaining."""
        if item.restricted:
            return SECURITY_LEVEL
        rule = self._screen.hiding_rule(item)
        return f"{rule.reason} ({rule.at})" if rule else ""

    def traces(self, epic: Issue) -> tuple[RuleTrace, ...]:
        """How every rule that has anything to say about an epic fared with it."""
        subject = IssueView(epic)
        screening = [(r.id, "screening", r.when) for r in self._screen.matches(subject)]
        claiming = [(r.id, "capability", r.when) for r in self._atlas.claims(subject)]
        found: list[tuple[str, str, Condition | None]] = [*screening, *claiming]
        return tuple(
            RuleTrace(rule, kind, trace_condition(when, subject))
            for rule, kind, when in found
            if when
        )

    def findings(self, on: date) -> tuple[Finding, ...]:
        """Pins that have run out: they stopped applying."""
        return tuple(
            Finding("pin-expired", str(pin.at), f"the pin of {pin.issue} ran out on {pin.until}")
            for pin in self.book.pins
            if _expired(pin, on)
        )

    def _pin(self, epic: Issue, on: date) -> Pin | None:
        for key in (epic.key, *epic.former_keys):
            pin = self._pins.get(key.upper())
            if pin is not None and not _expired(pin, on):
                return pin
        return None

    def _pinned(self, epic: Issue, pin: Pin) -> Decision:
        text = f"{pin.by} pinned it: {pin.reason}"
        reason = Reason(cause=Cause.PIN, text=text, rule=pin.issue, at=pin.at)
        if pin.action is PinAction.HIDE:
            return _decision(epic, Outcome.LEFT_OUT, PINNED, (reason,))
        if pin.action is PinAction.HOLD:
            return _decision(epic, Outcome.NEEDS_DECISION, PINNED, (reason,))
        return self._claimed(epic, self._atlas.by_id[pin.capability or ""], reason)

    def _mapped(
        self, epic: Issue, claims: tuple[CapabilityRule, ...], subject: IssueView
    ) -> Decision:
        if not claims:
            reason = Reason(cause=Cause.NO_RULE, text="no capability's rule matches it")
            return _decision(epic, Outcome.NEEDS_DECISION, NO_RULE, (reason,))
        reasons = tuple(_capability_reason(rule, subject) for rule in claims)
        if len(claims) > 1:
            both = " and ".join(rule.id for rule in claims)
            conflict = Reason(cause=Cause.CONFLICT, text=f"{both} both claim it; one must beat")
            return _decision(epic, Outcome.NEEDS_DECISION, CONFLICT, (conflict, *reasons))
        return self._claimed(epic, claims[0], reasons[0])

    def _claimed(self, epic: Issue, rule: CapabilityRule, reason: Reason) -> Decision:
        """What becomes of an epic that a rule claims, or the one that is to be read instead."""
        replacement = self._atlas.replacement(rule)
        if replacement is rule or replacement.is_taken_off:
            return _claimed(epic, rule, (reason,))
        text = f"'{replacement.id}' is to be read instead"
        instead = Reason(cause=Cause.CAPABILITY, text=text, rule=replacement.id, at=replacement.at)
        return _claimed(epic, replacement, (reason, instead))


def compile_rules(book: RuleBook) -> CompiledRules:
    """A judge for a rule book; raises nothing, since the book was checked when it was read."""
    return CompiledRules(book)


def _decisive(screened: tuple[ScreeningRule, ...], claimed: bool) -> tuple[ScreeningRule, ...]:
    """The matching rules of the strongest outcome; a claim outweighs the weakest."""
    for strength in Then:
        if strength is Then.HOLD_UNCLAIMED and claimed:
            return ()
        found = tuple(rule for rule in screened if rule.then is strength)
        if found:
            return found
    return ()


def _claimed(epic: Issue, rule: CapabilityRule, reasons: tuple[Reason, ...]) -> Decision:
    if rule.is_taken_off:
        gone = Reason(
            cause=Cause.WITHDRAWN,
            text=f"{rule.id} is withdrawn",
            rule=rule.id,
            at=rule.withdrawn.at if rule.withdrawn else rule.at,
        )
        return _decision(epic, Outcome.LEFT_OUT, WITHDRAWN, (gone, *reasons))
    if rule.draft:
        draft = Reason(cause=Cause.DRAFT, text=f"{rule.id} is a draft", rule=rule.id, at=rule.at)
        return _decision(epic, Outcome.NEEDS_DECISION, DRAFT, (draft, *reasons))
    return _decision(epic, Outcome.PUBLISHED, rule.id, reasons, rule.id)


def _decision(
    epic: Issue,
    outcome: Outcome,
    heading: str,
    reasons: tuple[Reason, ...],
    claimed_by: str | None = None,
) -> Decision:
    return Decision(
        site=epic.site,
        epic_id=epic.id,
        key=epic.key,
        outcome=outcome,
        heading=heading,
        reasons=reasons,
        claimed_by=claimed_by,
    )


def _screening_reason(rule: ScreeningRule, subject: IssueView) -> Reason:
    text = f"rule '{rule.id}' matched{_met(rule.when, subject)}"
    return Reason(cause=Cause.SCREENING, text=text, rule=rule.id, at=rule.at)


def _capability_reason(rule: CapabilityRule, subject: IssueView) -> Reason:
    met = _met(rule.when, subject) if rule.when else ""
    return Reason(
        cause=Cause.CAPABILITY, text=f"'{rule.id}' claims it{met}", rule=rule.id, at=rule.at
    )


def _met(condition: Condition, subject: IssueView) -> str:
    lines: Iterable[str] = (
        f"{line.field} {_words(line, subject)}" for line in winning_lines(condition, subject)
    )
    return f" ({'; '.join(lines)})"


def _words(line: Comparison, subject: IssueView) -> str:
    if line.operator is Operator.MATCHES:
        return "matches its pattern"
    return ", ".join(matched_words(line, subject)) or f"is {line.operator}"


def _expired(pin: Pin, on: date) -> bool:
    return pin.until is not None and pin.until < on
