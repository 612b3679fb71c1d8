"""Counts what a plan came to: epics by outcome, items without an epic, what is not rated."""

from collections import Counter
from collections.abc import Iterable, Mapping

from models.capability import PublishedCapability
from models.decision import Decision, Outcome
from models.effort import Level, Rating
from models.plan import ItemTally, Tally
from models.rulebook import RuleBook
from translators.plan.attribution import Attribution
from translators.plan.rollup import Rollup
from translators.plurals import cut_percent


def count_unrated(
    passed: Mapping[str, PublishedCapability], ratings: Mapping[str, Rating]
) -> dict[str, int]:
    """How many capabilities on the list are not rated, by why, the most first."""
    found = Counter(
        ratings[key].why or "it stays as it was last published"
        for key, kept in passed.items()
        if kept.row.is_active and kept.row.effort_code is Level.NOT_RATED
    )
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def tally_decisions(decisions: Iterable[Decision]) -> Tally:
    """Every epic once: by outcome, and what was left out or waits for a person by rule."""
    decisions = tuple(decision for decision in decisions if not decision.is_item)
    outcomes = Counter(decision.outcome for decision in decisions)
    left_out = Counter(d.rule for d in decisions if d.outcome is Outcome.LEFT_OUT)
    undecided = Counter(d.rule for d in decisions if d.outcome is Outcome.NEEDS_DECISION)
    return Tally(
        epics=len(decisions),
        by_outcome={outcome: outcomes.get(outcome, 0) for outcome in Outcome},
        left_out=dict(sorted(left_out.items())),
        undecided=dict(sorted(undecided.items())),
        headings={
            rule: heading
            for rule, heading in sorted({(d.rule, d.heading) for d in decisions})
            if rule in left_out or rule in undecided
        },
    )


def tally_items(book: RuleBook, attribution: Attribution, rollup: Rollup) -> ItemTally | None:
    """The account of items without an epic; None where nothing claims any, or did."""
    items = [decision for decision in attribution.decisions if decision.is_item]
    if not items and not any(rule.items for rule in book.capabilities):
        return None
    outcomes = Counter(decision.outcome for decision in items)
    decided = {decision.epic_id for decision in items}
    fed = {
        feed.epic_id: capability
        for capability, evidence in attribution.evidence.items()
        for feed in evidence.contributing_epics
        if feed.is_item
    }
    worked = {d.epic_id for d in items if d.outcome is Outcome.PUBLISHED}
    counted = worked | (fed.keys() - decided)
    unclaimed = sum(
        group.work.finished
        for number, group in rollup.groups.items()
        if number < 0 or (group.is_item and number not in decided and number not in fed)
    )
    account = attribution.account
    return ItemTally(
        counted=len(counted),
        capabilities=len({fed[number] for number in counted if number in fed}),
        waiting=outcomes[Outcome.WAITING],
        left_out=outcomes[Outcome.LEFT_OUT],
        undecided=outcomes[Outcome.NEEDS_DECISION],
        unclaimed=unclaimed,
        unclaimed_percent=cut_percent(account.get("no_epic", 0), sum(account.values())),
    )
