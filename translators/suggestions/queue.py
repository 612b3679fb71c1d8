"""Lays out what waits for a person: every undecided epic once, by the edit that decides most."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import Issue
from models.decision import Cause, Decision, Outcome
from models.rollup import EpicRollup
from models.rulebook import CapabilityRule, Line, RuleBook
from models.snapshot import LostClaims
from translators.plan.renames import find_renames, list_named_values
from translators.rules.conditions import compile_condition
from translators.rules.decide import CompiledRules, compile_rules
from translators.suggestions.rule_edits import EditKind, RuleEdit, Undecided


class GroupKind(StrEnum):
    """Why epics wait, and so what decides them."""

    UNCLAIMED = "unclaimed"
    CONFLICT = "conflict"
    HELD = "held"
    DRAFT = "draft"
    PIN = "pin"
    RENAMED = "renamed"
    SINGLE = "single"


class QueuedEpic(Struct, frozen=True, kw_only=True):
    """One epic that waits: `days` since it does, if that is known; `title` None where it is
    withheld."""

    key: str
    title: str | None
    share: int
    days: int | None


class QueueGroup(Struct, frozen=True, kw_only=True):
    """Epics that one thing would decide, most past work first; `share` is in percent.

    `subject` is what they have in common: a value, capabilities, a rule. Without an `edit` each is
    decided by itself. `edit.decides` may have epics of groups before this one.
    """

    kind: GroupKind
    subject: tuple[str, ...]
    at: Line | None
    share: int
    is_below_one: bool
    epics: tuple[QueuedEpic, ...]
    edit: RuleEdit | None


class Queue(Struct, frozen=True, kw_only=True):
    """All that needs a decision: the groups' numbers of epics and shares add up to these."""

    number: int
    share: int
    groups: tuple[QueueGroup, ...]


class _Group(Struct, frozen=True):
    kind: GroupKind
    subject: tuple[str, ...]
    at: Line | None
    epics: tuple[int, ...]
    edit: RuleEdit | None


def build_queue(
    undecided: Undecided,
    work: Mapping[int, EpicRollup],
    publishable: int,
    *,
    lost: LostClaims,
    since: Mapping[int, datetime],
    as_of: datetime,
    private: Collection[int] = (),
) -> Queue:
    """The queue. `work` is by epic, `publishable` all past work that could be published.

    `since` is when epics began to wait, `private` those whose titles are withheld.
    """
    decisions = undecided.decisions

    def weigh(epics: Iterable[int]) -> int:
        return sum(work[each].work.credit for each in epics if each in work)

    waiting = [each for each in decisions.values() if each.outcome is Outcome.NEEDS_DECISION]
    groups = list(_group_epics(undecided, waiting, lost, weigh))
    groups.sort(key=lambda g: (-weigh(g.epics), -len(g.epics), g.kind, g.subject))
    total = weigh(each.epic_id for each in waiting)
    share = _percent(total, publishable)
    shares = _round_shares([weigh(group.epics) for group in groups], total, share)

    def tell(epic_id: int) -> QueuedEpic:
        return QueuedEpic(
            key=decisions[epic_id].key,
            title=None if epic_id in private else undecided.epics[epic_id].summary,
            share=_percent(weigh([epic_id]), publishable),
            days=max((as_of - since[epic_id]).days, 0) if epic_id in since else None,
        )

    return Queue(
        number=len(waiting),
        share=share,
        groups=tuple(
            QueueGroup(
                kind=group.kind,
                subject=group.subject,
                at=group.at,
                share=part,
                is_below_one=part == 0 and weigh(group.epics) > 0,
                epics=tuple(
                    tell(each)
                    for each in sorted(group.epics, key=lambda e: (-weigh([e]), decisions[e].key))
                ),
                edit=group.edit,
            )
            for group, part in zip(groups, shares, strict=True)
        ),
    )


def _group_epics(
    undecided: Undecided,
    waiting: Sequence[Decision],
    lost: LostClaims,
    weigh: Callable[[Iterable[int]], int],
) -> Iterator[_Group]:
    by_key = {each.key: each.epic_id for each in waiting}
    left = dict.fromkeys(each.epic_id for each in waiting if each.epic_id in undecided.lacking)
    for edit in _rename_values(undecided, lost):
        epics = tuple(e for key in edit.decides if (e := by_key[key]) in left)
        if epics:
            yield _Group(GroupKind.RENAMED, (edit.field, edit.value), edit.at, epics, edit)
        for each in epics:
            del left[each]
    yield from _cover(undecided.find_edits(), left, by_key, weigh)
    yield from _group_others(undecided, waiting, left)


def _cover(
    edits: Iterable[RuleEdit],
    left: dict[int, None],
    by_key: Mapping[str, int],
    weigh: Callable[[Iterable[int]], int],
) -> Iterator[_Group]:
    """Take the edit that decides most of what is left, again and again, and empty `left` so."""
    found = [*edits]
    decides = {n: [by_key[key] for key in edit.decides] for n, edit in enumerate(found)}
    having: dict[int, list[int]] = defaultdict(list)
    for number, epics in decides.items():
        for each in epics:
            having[each].append(number)
    open_epics = {n: {each for each in epics if each in left} for n, epics in decides.items()}
    order = list(EditKind)

    def rank(number: int) -> tuple[object, ...]:
        epics, edit = open_epics[number], found[number]
        is_new = edit.kind is EditKind.NEW
        fits = len(epics) >= (2 if is_new else 1)
        return (
            fits,
            weigh(epics),
            len(epics),
            not is_new,
            edit.field != "summary",
            -order.index(edit.kind),
            -len(edit.decides),
            len(edit.value),
            edit.capability_id,
            str(edit.at),
            edit.value,
        )

    while open_epics:
        best = max(open_epics, key=rank)
        if not rank(best)[0]:
            return
        epics, edit = open_epics.pop(best), found[best]
        yield _Group(
            GroupKind.UNCLAIMED, (edit.field, edit.value), edit.at, tuple(sorted(epics)), edit
        )
        for each in epics:
            del left[each]
            for number in having[each]:
                if number in open_epics:
                    open_epics[number].discard(each)
        open_epics = {n: epics for n, epics in open_epics.items() if epics}


def _group_others(
    undecided: Undecided, waiting: Sequence[Decision], left: Collection[int]
) -> Iterator[_Group]:
    """What no claim decides, by what does; and what has nothing in common with others."""
    groups: dict[tuple[GroupKind, tuple[str, ...]], list[Decision]] = defaultdict(list)
    for decision in waiting:
        if decision.epic_id not in undecided.lacking or decision.epic_id in left:
            groups[_classify(decision)].append(decision)
    for (kind, subject), members in groups.items():
        epics = tuple(each.epic_id for each in members)
        edit = None
        if kind is GroupKind.CONFLICT:
            edit = settle_conflict(undecided, subject)
        elif kind is GroupKind.DRAFT:
            edit = name_draft(undecided, subject[0])
        yield _Group(kind, subject, members[0].reasons[0].at, epics, edit)


def _classify(decision: Decision) -> tuple[GroupKind, tuple[str, ...]]:
    first = decision.reasons[0]
    match first.cause:
        case Cause.CONFLICT:
            claims = (r.rule for r in decision.reasons if r.cause is Cause.CAPABILITY and r.rule)
            return GroupKind.CONFLICT, tuple(claims)
        case Cause.SCREENING:
            return GroupKind.HELD, (first.rule or "",)
        case Cause.DRAFT:
            return GroupKind.DRAFT, (first.rule or "",)
        case Cause.PIN:
            return GroupKind.PIN, ()
        case _:
            return GroupKind.SINGLE, ()


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
        name: (rules[name].draft, -undecided.count_named(name, titles), len(claims[name]))
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
        if changed is not None and changed:
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
    compiled: CompiledRules = compile_rules(replace(book, capabilities=rules))
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


def _rename_values(undecided: Undecided, lost: LostClaims) -> Iterator[RuleEdit]:
    """For epics whose rule's value nobody has any more: the line with the new one."""
    by_capability: dict[str | None, list[Issue]] = defaultdict(list)
    for epic in lost.epics:
        if epic.id in undecided.lacking:
            by_capability[undecided.decisions[epic.id].counts_for].append(epic)
    book: RuleBook = undecided.compiled.book
    named = list_named_values(book)
    for rule in book.capabilities:
        if rule.is_taken_off or rule.draft or rule.id not in by_capability:
            continue
        for found in find_renames(rule, by_capability[rule.id], lost.present, named):
            edit = undecided.replace_value(rule, found.line, found.kept, found.now)
            if edit is not None:
                yield edit


def _percent(part: int, whole: int) -> int:
    """To the nearest whole; a half goes up."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def _round_shares(parts: Sequence[int], total: int, percent: int) -> list[int]:
    """Whole percents that add up to `percent`, as near to the parts of the total as they can."""
    if not total:
        return [0] * len(parts)
    shares = [part * percent // total for part in parts]
    missing = percent - sum(shares)
    nearest = sorted(range(len(parts)), key=lambda n: (-(parts[n] * percent % total), n))
    for number in nearest[:missing]:
        shares[number] += 1
    return shares
