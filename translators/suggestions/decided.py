"""Reads what the team decided as examples: what became of an epic, and what told so of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from models.conditions import Condition
from models.decision import Cause, Decision, Outcome
from models.rulebook import RuleBook
from translators.rules.condition_trace import find_met_lines, find_met_values
from translators.rules.fields import IssueView
from translators.suggestions.features import (
    EpicReader,
    EpicText,
    Masked,
    mask_values,
    read_authored,
)


class SuggestedOutcome(StrEnum):
    """What may become of an epic by a person's word."""

    SHOW = "show"
    HIDE = "hide"
    HOLD = "hold"


Answer = tuple[SuggestedOutcome, str | None]
"""What a person says of an epic: its outcome, and the capability where it is shown."""


class Kind(Struct, frozen=True, order=True):
    """What decided epics have in common: an outcome, by one capability, rule or cause."""

    outcome: SuggestedOutcome
    by: str

    @property
    def answer(self) -> Answer:
        """What a person would say: all that is left out is left out alike."""
        return self.outcome, self.by if self.outcome is SuggestedOutcome.SHOW else None


class KindText(Struct, frozen=True):
    """What tells of an epic of a kind."""

    of: Kind
    text: EpicText


def classify_decision(decision: Decision) -> Kind | None:
    """What a decision teaches; nothing where none was made, or where nobody may read why.

    That an epic waits by a rule is no decision: only a person's pin says that it is to wait.
    """
    first = decision.reasons[0]
    if decision.is_item or first.cause is Cause.SECURITY_LEVEL:
        return None
    if decision.claimed_by:
        return Kind(SuggestedOutcome.SHOW, decision.claimed_by)
    by_person = first.cause is Cause.PIN
    if decision.outcome is Outcome.LEFT_OUT:
        by = first.cause.value if by_person else f"{first.cause}:{first.rule}"
        return Kind(SuggestedOutcome.HIDE, by)
    return Kind(SuggestedOutcome.HOLD, first.cause.value) if by_person else None


def lacks_a_claim(decision: Decision, weak: Collection[str]) -> bool:
    """Whether all that an epic lacks is a claim; `weak` are the rules that yield to one."""
    return decision.outcome is Outcome.NEEDS_DECISION and all(
        reason.cause is Cause.NO_RULE or (reason.cause is Cause.SCREENING and reason.rule in weak)
        for reason in decision.reasons
    )


def read_decided(
    kinds: Mapping[int, Kind],
    decisions: Mapping[int, Decision],
    book: RuleBook,
    views: Mapping[int, IssueView],
    reader: EpicReader,
) -> Sequence[KindText]:
    """Decided epics in this order, without the values by which a rule decided.

    An undecided epic has none of these: with them, guesses would seem better than they are.
    """
    asked = {(Cause.SCREENING, rule.id): rule.when for rule in book.screening}
    asked |= {(Cause.CAPABILITY, rule.id): rule.when for rule in book.capabilities if rule.when}
    return [
        KindText(kind, reader.read_text(epic, _mask(decisions[epic], asked, views[epic])))
        for epic, kind in kinds.items()
    ]


def read_book(book: RuleBook) -> Iterable[KindText]:
    """What the authors of capabilities say of them."""
    for rule in book.capabilities:
        if not rule.draft and not rule.is_taken_off:
            authored = read_authored(rule)
            yield KindText(Kind(SuggestedOutcome.SHOW, rule.id), EpicText(authored, authored))


def _mask(
    decision: Decision, asked: Mapping[tuple[Cause, str], Condition], view: IssueView
) -> Masked:
    """The fields and values by which rules decided; of a pin, none."""
    masked: set[tuple[str, str]] = set()
    if decision.reasons[0].cause is not Cause.PIN:
        for reason in decision.reasons:
            when = asked.get((reason.cause, reason.rule or ""))
            for line in find_met_lines(when, view) if when else ():
                masked.update(mask_values(line, find_met_values(line, view)))
    return frozenset(masked)
