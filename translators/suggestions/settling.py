"""Finds what settles epics that do not lack a claim: a word between two, a name, a new value."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from models.backlog import Issue
from models.decision import Cause, Decision, Outcome
from models.rulebook import CapabilityRule
from models.snapshot import LostClaims
from translators.plan.renames import find_renames, list_named_values
from translators.rules.conditions import compile_condition
from translators.rules.decide import compile_rules
from translators.suggestions.rule_edit import EditKind, RuleEdit
from translators.suggestions.rule_edits import Undecided


def find_claimants(decision: Decision) -> tuple[str, ...]:
    """The capabilities that claim an epic, of one that more than one claims."""
    claims = (each.rule for each in decision.reasons if each.cause is Cause.CAPABILITY)
    return tuple(filter(None, claims))


def settle_conflict(undecided: Undecided, claimants: Sequence[str]) -> RuleEdit | None:
    """The `beats` line that decides most epics of this conflict: the narrower rule has the word.

    None where any such line would close a circle or move what is decided otherwise.
    """
    book = undecided.compiled.book
    rules = {rule.id: rule for rule in book.capabilities}
    if not all(each in rules for each in claimants):
        return None
    views = undecided.views
    claims = {}
    for name in claimants:
        when = rules[name].when
        matcher = compile_condition(when) if when else None
        claims[name] = {e for e, view in views.items() if matcher and matcher(view)}
    titles = [undecided.epics[e].summary for e in set.intersection(*claims.values())]
    rank = {
        name: (rules[name].draft, -undecided.likeness.count_named(name, titles), len(claims[name]))
        for name in claimants
    }
    first, second = sorted(rank.values())[:2]
    if first == second:
        return None
    for name in sorted(claimants, key=lambda each: (rank[each], each)):
        others = [each for each in claimants if each != name]
        rule = rules[name]
        if rule.draft or any(_reaches(other, name, rules) for other in others):
            continue
        beats = (*rule.beats, *(each for each in others if each not in rule.beats))
        touched = claims[name] & set().union(*(claims[each] for each in others))
        changed = _try_book(undecided, replace(rule, beats=beats), touched)
        if changed:
            return RuleEdit(
                kind=EditKind.BEATS,
                capability_id=name,
                at=rule.at,
                before=f"beats: [{', '.join(rule.beats)}]" if rule.beats else "",
                after=f"beats: [{', '.join(beats)}]",
                decides=changed,
                because=f"it claims {len(claims[name])}, "
                + ", ".join(f"{each} {len(claims[each])}" for each in others),
            )
    return None


def name_draft(undecided: Undecided, draft: str) -> RuleEdit | None:
    """To name a draft: its epics are decided once it is one no more."""
    rule = next((r for r in undecided.compiled.book.capabilities if r.id == draft), None)
    if rule is None:
        return None
    touched = {
        each.epic_id
        for each in undecided.decisions.values()
        if any(reason.rule == draft for reason in each.reasons)
    }
    changed = _try_book(undecided, replace(rule, draft=False), touched)
    if not changed:
        return None
    return RuleEdit(
        kind=EditKind.NAME,
        capability_id=draft,
        at=rule.at,
        before="draft: true",
        after="",
        decides=changed,
    )


def _try_book(
    undecided: Undecided, rule: CapabilityRule, touched: Collection[int]
) -> tuple[str, ...] | None:
    """The keys of the epics that a changed rule decides as its own; None where it moves others."""
    book = undecided.compiled.book
    rules = tuple(rule if each.id == rule.id else each for each in book.capabilities)
    compiled = compile_rules(replace(book, capabilities=rules))
    keys = []
    for epic_id in touched:
        before, after = undecided.decisions[epic_id], undecided.decide(epic_id, compiled)
        if after.claimed_by == before.claimed_by:
            continue
        if before.outcome is not Outcome.NEEDS_DECISION or after.claimed_by != rule.id:
            return None
        keys.append(before.key)
    return tuple(sorted(keys))


def _reaches(start: str, end: str, rules: Mapping[str, CapabilityRule]) -> bool:
    """Whether one capability beats another, be it over others."""
    seen, ahead = set(), [start]
    while ahead:
        name = ahead.pop()
        if name == end:
            return True
        if name not in seen and name in rules:
            seen.add(name)
            ahead += rules[name].beats
    return False


def rename_values(undecided: Undecided, lost: LostClaims) -> Iterator[RuleEdit]:
    """For epics whose rule's value nobody has any more: the line with the new one."""
    by_capability: dict[str | None, list[Issue]] = defaultdict(list)
    for epic in lost.epics:
        if epic.id in undecided.lacking:
            by_capability[undecided.decisions[epic.id].counts_for].append(epic)
    book = undecided.compiled.book
    named = list_named_values(book)
    for rule in book.capabilities:
        if rule.is_taken_off or rule.draft or rule.id not in by_capability:
            continue
        for found in find_renames(rule, by_capability[rule.id], lost.present, named):
            edit = undecided.replace_value(rule, found.line, found.kept, found.now)
            if edit is not None:
                yield edit
