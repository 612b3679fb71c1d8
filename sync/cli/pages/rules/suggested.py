"""Tells what is suggested of an epic, in words and as the command that would decide so."""

from translators.plurals import count_noun
from translators.suggestions.decided import SuggestedOutcome
from translators.suggestions.suggestion import Learnt, Suggestion

COMMANDS = {SuggestedOutcome.HIDE: "--hide", SuggestedOutcome.HOLD: "--hold"}
OUTCOMES = {
    SuggestedOutcome.SHOW: "to be shown",
    SuggestedOutcome.HIDE: "to be left out",
    SuggestedOutcome.HOLD: "to wait for a person",
}


def describe_suggestion(suggestion: Suggestion) -> str:
    """invoicing, 0.94 sure; or that it is one of some, to be shown, to be left out."""
    what = suggestion.capability or OUTCOMES[suggestion.outcome]
    if suggestion.likely:
        named = (f"{each.capability_id} ({each.chance:.2f})" for each in suggestion.likely)
        what = f"one of {', '.join(named)}"
    return f"{what}, {suggestion.confidence:.2f} sure"


def fill_in(suggestion: Suggestion | None) -> str:
    """What `headway decide KEY` is to be given."""
    if suggestion is None:
        return "CAPABILITY  (or --hide)"
    if suggestion.outcome is not SuggestedOutcome.SHOW:
        return COMMANDS[suggestion.outcome]
    first = next((each.capability_id for each in suggestion.likely), "CAPABILITY")
    return suggestion.capability or first


def describe_learnt(learnt: Learnt) -> str:
    """What suggestions are made from, or why there are none."""
    if learnt.silent:
        return f"Nothing is called likely: {learnt.silent}."
    return (
        f"What is likely was learnt from {count_noun(learnt.decisions, 'decided epic')}: "
        f"left out, {learnt.told} could be told, {learnt.right} of these right."
    )
