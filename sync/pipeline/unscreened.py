"""Finds what a changed rule book would let sales read of, that screening kept from them."""

from sync.pipeline.inputs import TranslationInputs
from translators.plan.rollup import decide_gone
from translators.plan.rule_diff import Unscreened, diff_rules


def find_unscreened(inputs: TranslationInputs) -> tuple[Unscreened, ...]:
    """The epics that the last publication left out by screening, and these rules would publish."""
    snapshot = inputs.snapshot
    rule_diff = diff_rules(
        inputs.in_force.rulebook,
        inputs.book,
        inputs.rollup,
        snapshot.published_state,
        decide_gone(snapshot, inputs.compiled),
    )
    return tuple(each for each in rule_diff.unscreened if each.epic_id in snapshot.screened_out)
