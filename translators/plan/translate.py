"""Puts the plan together: what sales would read, row by row, against what it reads now."""

from collections import Counter
from collections.abc import Collection, Mapping

from msgspec import Struct
from msgspec.structs import replace

from models.capability import (
    REDACTED_NAME,
    Capability,
    ChangeKind,
    PublishedCapability,
    PublishedTerm,
    State,
)
from models.conditions import Line
from models.decision import Decision
from models.effort import Rating
from models.finding import Finding
from models.plan import Change, ItemTally, Plan
from models.rulebook import RuleBook, WithdrawnReason
from models.snapshot import Snapshot
from translators.effort.rating import rate_capability
from translators.plan.attribution import NOTHING, Attribution, attribute_effort, withhold_refused
from translators.plan.decided import decide_gone
from translators.plan.guards import check_guards
from translators.plan.let_through import find_lapsed, note_moves
from translators.plan.past_year import sum_past_year, write_past_year
from translators.plan.renames import find_renamed_values
from translators.plan.rollup import Rollup, roll_up_backlog
from translators.plan.rows import RowDraft
from translators.plan.rule_diff import RuleDiff
from translators.plan.tallies import count_unrated, tally_decisions, tally_items
from translators.plurals import count_noun
from translators.promises.linter import Linter, compile_linter
from translators.promises.publishable import audit_news, audit_rows, audit_terms
from translators.promises.waivers import find_expired_waivers
from translators.rules.decide import CompiledRules, find_upkeep_rules
from translators.rules.stale_references import find_unknown_issues
from translators.wording import (
    AN_ENTRY,
    ANOTHER_ENTRY,
    find_template,
    list_terms,
    write_redacted_news,
)

SAME_RULES = RuleDiff()


class Translation(Struct, frozen=True):
    """The plan, and everything it was made from, for those who ask why.

    `lapsed` are the epics from which data takes their decision, if the plan is published.
    """

    plan: Plan
    attribution: Attribution
    ratings: Mapping[str, Rating]
    rows: Mapping[str, Capability]
    lapsed: frozenset[int] = frozenset()


def translate(
    snapshot: Snapshot,
    book: RuleBook,
    compiled: CompiledRules,
    rule_diff: RuleDiff = SAME_RULES,
    rollup: Rollup | None = None,
) -> Translation:
    """The whole translation: pure, and the same for every order of its input.

    `rollup` is that of the snapshot, made here if it is not given. With it the snapshot need hold
    no other issues than those that the rule book names.
    The levels of capabilities that a rule change moves, and all levels of a ledger that measures
    anew, are read afresh, without the band that otherwise steadies them.
    """
    measures_anew = snapshot.published_state.generation != snapshot.generation
    rollup = rollup or roll_up_backlog(snapshot, compiled)
    decided_gone = (*decide_gone(snapshot, compiled), *rollup.released)
    attribution = attribute_effort(snapshot, rollup, decided_gone)
    settled = {decision.epic_id for decision in decided_gone}
    gone = {
        epic.id: snapshot.name_on_site(epic.site, epic.key)
        for epic in snapshot.gone_epics
        if epic.id not in settled
    }
    ratings: dict[str, Rating] = {}
    candidates: dict[str, PublishedCapability] = {}
    remarks: list[Finding] = []
    awaited = set(snapshot.named_projects | snapshot.doubted_projects)
    for rule in sorted(book.capabilities, key=lambda rule: rule.id):
        kept = snapshot.published_state.capabilities.get(rule.id)
        evidence = attribution.evidence.get(rule.id, NOTHING)
        steady = None if measures_anew or rule.id in rule_diff.relevelled else kept
        ratings[rule.id] = rate_capability(evidence.work, book.effort, rule.withhold_effort, steady)
        candidate = RowDraft(rule, evidence, ratings[rule.id], kept)
        remarks += candidate.report_findings(gone)
        awaited |= candidate.find_unseen(snapshot)
        if (remembered := candidate.build_row(snapshot, book)) is not None:
            candidates[rule.id] = remembered
    passed, findings = audit_rows(
        candidates, snapshot.published_state, compile_linter(book, snapshot.as_of.date())
    )
    passed = note_moves(passed, snapshot, attribution.evidence, rule_diff)
    worked = attribution.decisions
    attribution = withhold_refused(attribution, candidates.keys() - passed.keys(), rollup)
    refused = sum(
        now != was and not now.is_item
        for now, was in zip(attribution.decisions, worked, strict=True)
    )
    on = snapshot.as_of.date()
    findings = (
        *remarks,
        *find_renamed_values(book, attribution.decisions, snapshot.lost_claims),
        *findings,
        *compiled.find_expired_pins(on),
        *find_expired_waivers(book, on),
        *find_unknown_issues(book, snapshot.issues, on),
        *rule_diff.findings,
    )
    year = sum_past_year(
        rollup.groups, rollup.decisions, find_upkeep_rules(book), rollup.teams_of_a_year
    )
    sentence = write_past_year(find_template(book), year, snapshot.published_state.terms)
    plan = _build_plan(
        replace(
            snapshot,
            unseen_projects=tuple(key for key in snapshot.unseen_projects if key in awaited),
        ),
        book,
        attribution,
        passed=passed,
        ratings=ratings,
        findings=findings,
        refused=refused,
        items=tally_items(book, attribution, rollup),
        sentence=sentence,
    )
    held = check_guards(snapshot, attribution, plan, rule_diff, book.guards)
    rows = {capability_id: remembered.row for capability_id, remembered in passed.items()}
    lapsed = frozenset(find_lapsed(snapshot, attribution.decisions, rule_diff))
    return Translation(replace(plan, holds=held), attribution, ratings, rows, lapsed)


def changes_between(
    before: Mapping[str, Capability],
    after: Mapping[str, Capability],
    because: Mapping[str, tuple[str, ...]],
    linter: Linter,
) -> tuple[Change, ...]:
    """What a reader of `before` would see change, with the rule lines that cause it."""
    return tuple(
        _build_change(before.get(capability_id), row, after, because.get(capability_id, ()), linter)
        for capability_id, row in sorted(after.items())
        if before.get(capability_id) != row
    )


def _build_plan(
    snapshot: Snapshot,
    book: RuleBook,
    attribution: Attribution,
    *,
    passed: Mapping[str, PublishedCapability],
    ratings: Mapping[str, Rating],
    findings: tuple[Finding, ...],
    refused: int,
    items: ItemTally | None,
    sentence: PublishedTerm | None,
) -> Plan:
    published_state = snapshot.published_state
    linter = compile_linter(book, snapshot.as_of.date())
    before = {key: kept.row for key, kept in published_state.capabilities.items()}
    after = {key: kept.row for key, kept in passed.items()}
    words = (*list_terms(book), *([sentence] if sentence else []))
    terms, term_findings = audit_terms(words, published_state.terms, linter)
    return Plan(
        base_revision=published_state.revision,
        as_of=snapshot.as_of,
        rulebook_digest=book.digest,
        generation=snapshot.generation,
        changes=changes_between(before, after, find_causes(book, attribution.decisions), linter),
        terms=None if terms == published_state.terms else terms,
        remembered=tuple(
            kept
            for key, kept in sorted(passed.items())
            if published_state.capabilities.get(key) != kept
        ),
        tally=replace(tally_decisions(attribution.decisions), refused=refused, items=items),
        active=sum(row.is_active for row in after.values()),
        unrated=count_unrated(passed, ratings),
        unseen_projects=snapshot.unseen_projects,
        unseen_sites=snapshot.unseen_sites,
        findings=(*findings, *term_findings),
    )


def find_causes(book: RuleBook, decisions: Collection[Decision]) -> dict[str, tuple[str, ...]]:
    """For each capability the line of its rule and the keys of the epics behind it.

    Items without an epic may be any number, and are counted.
    """
    items: Counter[str | None] = Counter(d.counts_for for d in decisions if d.is_item)
    keys: dict[str, list[str]] = {rule.id: [] for rule in book.capabilities}
    for decision in decisions:
        if decision.counts_for in keys and not decision.is_item:
            keys[decision.counts_for].append(decision.key)
    lines: dict[str, Line] = {rule.id: rule.at for rule in book.capabilities}
    return {
        key: (
            str(lines[key]),
            *sorted(found),
            *([f"{count_noun(items[key], 'item')} without an epic"] if items[key] else []),
        )
        for key, found in keys.items()
    }


def _build_change(
    before: Capability | None,
    after: Capability,
    rows: Mapping[str, Capability],
    because: tuple[str, ...],
    linter: Linter,
) -> Change:
    kind = _kind_of_news(before, after)
    successor = rows.get(after.replaced_by or "")
    is_redacted = after.name == REDACTED_NAME
    name = AN_ENTRY if is_redacted else after.name
    is_named = successor is not None and successor.name != REDACTED_NAME
    other = successor.name if successor and is_named else ANOTHER_ENTRY
    return Change(
        capability_id=after.capability_id,
        before=before,
        after=after,
        because=because,
        news=kind,
        sentence=audit_news(kind, name, other, linter, after.capability_id) if kind else None,
        redaction=write_redacted_news() if is_redacted else None,
    )


def _kind_of_news(before: Capability | None, after: Capability) -> ChangeKind | None:
    """The news of one change, if it is any: levels and recent/earlier moves are not."""
    if before is None:
        return ChangeKind.ADDED
    if before.is_active and not after.is_active:
        merged = after.withdrawn_reason is WithdrawnReason.MERGED
        return ChangeKind.MERGED if merged else ChangeKind.WITHDRAWN
    if after.is_active and (not before.is_active or before.name != after.name):
        return ChangeKind.CORRECTED
    usable = {State.AVAILABLE: 2, State.PARTLY_AVAILABLE: 1}
    was, now = usable.get(before.state_code, 0), usable.get(after.state_code, 0)
    if now > was:
        return ChangeKind.AVAILABLE if now == len(usable) else ChangeKind.PARTLY_AVAILABLE
    return ChangeKind.CORRECTED if after.is_active and now < was else None
