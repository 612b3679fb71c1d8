"""Answers why a capability reads as it does, and where its level comes from. Never published."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from models.backlog import Issue
from models.capability import Capability, State
from models.decision import Cause, Decision
from models.effort import Entry, LevelChange, Rating
from models.rollup import rollup_number
from models.rulebook import CapabilityRule, Withdrawal, WithdrawnReason
from models.snapshot import Snapshot
from translators.explain.circumstances import Circumstances, is_in_force
from translators.explain.ledger_sentence import write_sentence
from translators.explain.ledger_statement import (
    Credit,
    Fortnights,
    format_hundredths,
    list_credits,
    sum_fortnights,
)
from translators.explain.levels import describe_distances, describe_last_change
from translators.explain.outcomes import find_refusal
from translators.plan.attribution import NOTHING, Evidence
from translators.plan.decided import is_hidden
from translators.plan.renames import find_lost_epics
from translators.plan.states import evidence_of, find_proposed_state, propose_word
from translators.plan.translate import Translation
from translators.plurals import join_few
from translators.rules.decide import CompiledRules


class CapabilityExplanation(Struct, frozen=True, kw_only=True):
    """Why a capability reads as it does. Edges and credits stay inside the product team.

    `total` is what the credits' `weeks` add up to. `items` are the items without an epic that feed
    it beside the `epics`; `gone` those of both that are missing and count as last seen.
    `also_claims` are those that its rule claims and that do not feed it, by why not. `noticed` is
    what a person should know: epics that feed it as they did before, though no rule gives them to
    it any more, and words that the linter refuses. `in_force` says that the rules it is decided by
    are those of the last publication.
    """

    capability_id: str
    name: str
    in_force: bool
    row: Capability | None
    state_because: str | None
    withdrawn: Withdrawal | None
    sentence: str
    credits: tuple[Credit, ...]
    total: str
    rating: Rating
    distances: tuple[str, ...]
    last_change: str | None
    epics: tuple[str, ...]
    items: tuple[str, ...]
    gone: tuple[str, ...]
    also_claims: dict[str, tuple[str, ...]]
    noticed: tuple[str, ...]
    not_listed_because: str | None


_TOLD_ELSEWHERE = ("available-proposed", "no-rule-feeds")
"""Findings that the account of a capability tells in its own words."""
_CLAIMS = (Cause.CAPABILITY, Cause.DRAFT, Cause.WITHDRAWN)


def explain_capability(
    rule: CapabilityRule,
    snapshot: Snapshot,
    compiled: CompiledRules,
    translation: Translation,
    *,
    change: LevelChange | None = None,
    undecided_since: Mapping[int, datetime] | None = None,
    circumstances: Circumstances | None = None,
    fortnights: Fortnights | None = None,
) -> CapabilityExplanation:
    """The account of one capability.

    `fortnights` are those of its credits, where the snapshot has not every entry of them.
    `change` is when its published level last became another, `undecided_since` when epics lost
    their decision, by id.
    """
    evidence = translation.attribution.evidence.get(rule.id, NOTHING)
    entries = _find_entries(evidence, snapshot, compiled)
    edges = compiled.book.effort.edges
    keys = {issue.id: snapshot.name_on_site(issue.site, issue.key) for issue in snapshot.issues}
    if fortnights is None:
        fortnights = sum_fortnights(snapshot.entries)
    rating = translation.ratings[rule.id]
    row = translation.rows.get(rule.id)
    epics = _name_feeds(evidence, keys, is_item=False)
    items = _name_feeds(evidence, keys, is_item=True)
    gone = tuple(sorted({keys.get(e.id, e.key) for e in snapshot.gone_epics} & {*epics, *items}))
    return CapabilityExplanation(
        capability_id=rule.id,
        name=rule.name,
        in_force=is_in_force(compiled, snapshot),
        row=row,
        state_because=_explain_state(rule, evidence, row, translation) if row else None,
        withdrawn=rule.withdrawn,
        sentence=write_sentence(rule.name, entries, rating, edges, fortnights),
        credits=list_credits(entries, keys, fortnights),
        total=format_hundredths(sum(entry.credit for entry in entries)),
        rating=rating,
        distances=describe_distances(rating, edges),
        last_change=describe_last_change(change, entries),
        epics=epics,
        items=items,
        gone=gone,
        also_claims=_find_other_claims(rule, translation.attribution.decisions, {*epics, *items}),
        noticed=(
            *_tell_publication(rule, snapshot, compiled, translation, circumstances),
            *_tell_noticed(
                rule, translation, undecided_since or {}, snapshot.published_state.as_of
            ),
        ),
        not_listed_because=None if row else _why_not_listed(rule, evidence, translation),
    )


def _name_feeds(evidence: Evidence, keys: Mapping[int, str], *, is_item: bool) -> tuple[str, ...]:
    """The keys of the epics behind a capability, or of the items without an epic."""
    feeds = (feed for feed in evidence.contributing_epics if feed.is_item is is_item)
    return tuple(sorted(keys.get(feed.epic_id, "?") for feed in feeds))


def _tell_noticed(
    rule: CapabilityRule,
    translation: Translation,
    since: Mapping[int, datetime],
    published_as_of: datetime | None,
) -> Iterator[str]:
    """What fed it before and feeds it still, since when no rule says so; and what was renamed."""
    decisions = translation.attribution.decisions
    lost = find_lost_epics(decisions)
    kept = [each for each in decisions if each.epic_id in lost and each.counts_for == rule.id]
    if kept and not rule.is_taken_off:
        keys = ", ".join(sorted(each.key for each in kept))
        known = [since[each.epic_id] for each in kept if each.epic_id in since]
        last = f"last {published_as_of:%Y-%m-%d}" if published_as_of else ""
        when = f"since {min(known):%Y-%m-%d}" if known else last
        yield f"no rule gives it {keys} any more ({when}); what fed it is kept until it is decided"
    for finding in translation.plan.findings:
        is_told = finding.code == "promise-in-text" and rule.id not in translation.rows
        if finding.where == rule.id and finding.code not in _TOLD_ELSEWHERE and not is_told:
            yield finding.what


def _tell_publication(
    rule: CapabilityRule,
    snapshot: Snapshot,
    compiled: CompiledRules,
    translation: Translation,
    circumstances: Circumstances | None,
) -> Iterator[str]:
    """What sales reads, where that is not what is told here; and projects that nobody sees."""
    if circumstances is None:
        return
    row, kept = translation.rows.get(rule.id), snapshot.published_state.capabilities.get(rule.id)
    before = kept.row if kept else None
    if row != before:
        reads = f'sales reads "{before.statement}"' if before else "sales reads nothing of it yet"
        yield f"{reads}; {circumstances.tell_publishing()}"
    evidence = translation.attribution.evidence.get(rule.id, NOTHING)
    feeding = {epic.epic_id for epic in evidence.contributing_epics}
    unseen: dict[str, list[str]] = defaultdict(list)
    for issue in snapshot.issues:
        if issue.id not in feeding or issue.missing_since:
            continue
        if why := circumstances.tell_unseen(issue, compiled.book):
            unseen[why].append(snapshot.name_on_site(issue.site, issue.key))
    for why, keys in unseen.items():
        yield f"{why}; what {join_few(sorted(keys))} brought it stays as it was last seen"


def _explain_state(
    rule: CapabilityRule, evidence: Evidence, row: Capability, translation: Translation
) -> str:
    """What a state rests on; and what released versions propose instead."""
    if row.state_code is State.WITHDRAWN:
        return _explain_withdrawal(rule, evidence, row, translation)
    because = evidence_of(evidence.work, rule.available, row.state_code)
    proposed = find_proposed_state(evidence.work, rule.available, row.state_code)
    if proposed is None:
        return because
    return f"{because}; {propose_word(evidence.work, proposed)}"


def _explain_withdrawal(
    rule: CapabilityRule, evidence: Evidence, row: Capability, translation: Translation
) -> str:
    if rule.redact:
        return f"redacted by the rule book ({rule.at}): its words are blanked for every reader"
    if rule.withdrawn:
        return f"taken off the list by the rule book ({rule.withdrawn.at})"
    if row.withdrawn_reason is WithdrawnReason.MISTAKE:
        told = find_refusal(rule.id, translation) or "its words are refused"
        return f"taken off the list: {told}"
    decisions = {each.epic_id: each for each in translation.attribution.decisions}
    left_out = [decisions[e.epic_id] for e in evidence.left_out if e.epic_id in decisions]
    epics = join_few([f"{each.key} ({each.heading})" for each in left_out])
    which = f": {epics}" if epics else ""
    return f"taken off the list: every epic that fed it is left out or gone{which}"


def _find_entries(
    evidence: Evidence, snapshot: Snapshot, compiled: CompiledRules
) -> tuple[Entry, ...]:
    """What the ledger has of a capability, epic by epic and issue by issue, without hidden ones."""
    entries: dict[int, list[Entry]] = defaultdict(list)
    for entry in snapshot.entries:
        entries[entry.issue_id].append(entry)
    epics = {epic.epic_id for epic in evidence.contributing_epics}
    below: dict[int, list[Issue]] = defaultdict(list)
    for issue in snapshot.issues:
        number = issue.id if issue.id in epics else rollup_number(issue)
        if issue.id not in entries or number not in epics:
            continue
        if number == issue.id or not is_hidden(issue, compiled):
            below[number].append(issue)
    return tuple(
        entry
        for epic in evidence.contributing_epics
        for issue in below.get(epic.epic_id, ())
        for entry in entries[issue.id]
    )


def _find_other_claims(
    rule: CapabilityRule, decisions: Iterable[Decision], feeding: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """The epics and items that a rule claims besides those that feed it, by what became of them."""
    keys: dict[str, list[str]] = defaultdict(list)
    for decision in decisions:
        is_claimed = any(
            reason.rule == rule.id and reason.cause in _CLAIMS for reason in decision.reasons
        )
        if is_claimed and decision.key not in feeding:
            told = f"counts toward {claimed}" if (claimed := decision.claimed_by) else None
            keys[told or decision.heading].append(decision.key)
    return {heading: tuple(sorted(group)) for heading, group in sorted(keys.items())}


def _why_not_listed(rule: CapabilityRule, evidence: Evidence, translation: Translation) -> str:
    if refused := find_refusal(rule.id, translation):
        return f"{refused} ({rule.at})"
    if rule.withdrawn or rule.redact:
        return "it was withdrawn before it was ever published"
    if rule.draft:
        return "it is a draft: a person must name it first"
    if evidence.contributing_epics:
        return "nothing behind it is finished yet"
    return "no epic is mapped to it"
