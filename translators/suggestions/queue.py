"""Lays out what waits for a person: every undecided epic once, by the edit that decides most."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from models.backlog import HierarchyLevel, Issue
from models.conditions import Line
from models.decision import Cause, Decision, Outcome
from models.finding import Finding
from models.rollup import EpicRollup
from models.snapshot import LostClaims, Snapshot
from translators.plan.translate import Translation
from translators.plurals import round_percent
from translators.rules.decide import CompiledRules
from translators.suggestions.grouping import GroupKind, group_epics
from translators.suggestions.rule_edit import RuleEdit
from translators.suggestions.rule_edits import Undecided
from translators.suggestions.suggestion import Learnt, Suggestion


class QueuedEpic(Struct, frozen=True, kw_only=True):
    """One epic that waits: `days` since it does, if that is known; `title` None where it is
    withheld, `suggestion` what will likely become of it, if anything is likely enough. `held_by`
    tells each screening rule that holds it, the words of the epic's by which it does, and its line;
    nothing where the title is withheld, since that is where the words are.
    """

    key: str
    title: str | None
    share: int
    days: int | None
    suggestion: Suggestion | None
    held_by: tuple[str, ...] = ()


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


class QueuedItems(Struct, frozen=True, kw_only=True):
    """Items without an epic that wait: `keys` are the first of them, most past work first."""

    number: int
    share: int
    keys: tuple[str, ...]


class Queue(Struct, frozen=True, kw_only=True):
    """All that needs a decision: the groups' numbers of epics and shares add up to these.

    `items` are those without an epic, told apart, if any wait. `learnt` is what suggestions are
    made from. `to_look_at` is what is decided and wants a person's word all the same.
    """

    number: int
    share: int
    groups: tuple[QueueGroup, ...]
    learnt: Learnt
    items: QueuedItems | None = None
    to_look_at: tuple[Finding, ...] = ()


_TO_LOOK_AT = ("available-proposed", "no-rule-feeds", "nothing-behind", "word-outweighed")
"""Findings about what is decided and wants a person's word all the same."""
_PUBLISHABLE = ("published", "waiting", "items_published", "items_waiting")
FIRST_ITEMS = 3


def build_queue(
    undecided: Undecided,
    work: Mapping[int, EpicRollup],
    publishable: int,
    *,
    lost: LostClaims,
    since: Mapping[int, datetime],
    as_of: datetime,
    private: Collection[int] = (),
    items: Iterable[Decision] = (),
    to_look_at: Iterable[Finding] = (),
) -> Queue:
    """The queue. `work` is by epic, `publishable` all past work that could be published.

    `items` are the decisions about items without an epic that wait.

    `since` is when epics began to wait, `private` those whose titles are withheld.
    """
    decisions = undecided.decisions

    def weigh(epics: Iterable[int]) -> int:
        return sum(work[each].work.credit for each in epics if each in work)

    waiting = [each for each in decisions.values() if each.outcome is Outcome.NEEDS_DECISION]
    groups = list(group_epics(undecided, waiting, lost, weigh))
    groups.sort(key=lambda g: (-weigh(g.epics), -len(g.epics), g.kind, g.subject))
    total = weigh(each.epic_id for each in waiting)
    share = round_percent(total, publishable)
    shares = _round_shares([weigh(group.epics) for group in groups], total, share)

    def tell(epic_id: int) -> QueuedEpic:
        return QueuedEpic(
            key=decisions[epic_id].key,
            title=None if epic_id in private else undecided.epics[epic_id].summary,
            share=round_percent(weigh([epic_id]), publishable),
            days=max((as_of - since[epic_id]).days, 0) if epic_id in since else None,
            suggestion=undecided.suggest(epic_id),
            held_by=() if epic_id in private else _tell_holding(decisions[epic_id]),
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
        learnt=undecided.suggestions.learnt,
        items=_count_items(items, weigh, publishable),
        to_look_at=tuple(to_look_at),
    )


def _tell_holding(decision: Decision) -> tuple[str, ...]:
    holding = (each for each in decision.reasons if each.cause is Cause.SCREENING)
    return tuple(f"{each.text}  {each.at}" for each in holding)


def _count_items(
    items: Iterable[Decision], weigh: Callable[[Iterable[int]], int], publishable: int
) -> QueuedItems | None:
    ranked = sorted(items, key=lambda each: (-weigh([each.epic_id]), each.key))
    if not ranked:
        return None
    return QueuedItems(
        number=len(ranked),
        share=round_percent(weigh(each.epic_id for each in ranked), publishable),
        keys=tuple(each.key for each in ranked[:FIRST_ITEMS]),
    )


def sum_publishable(account: Mapping[str, int]) -> int:
    """The past work that is on the list or may come onto it, in micro-person-weeks."""
    return sum(account.get(each, 0) for each in _PUBLISHABLE)


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


def find_private(issues: Iterable[Issue]) -> frozenset[int]:
    """The epics whose titles are withheld: what is above or below them has a security level."""
    issues = tuple(issues)
    restricted = {issue.id for issue in issues if issue.restricted}
    keys = {issue.key for issue in issues if issue.restricted}
    below = {issue.epic_id for issue in issues if issue.restricted and issue.epic_id}
    return frozenset(
        issue.id
        for issue in issues
        if issue.hierarchy_level is HierarchyLevel.EPIC
        and (
            issue.restricted
            or issue.id in below
            or (issue.parent and (issue.parent.id in restricted or issue.parent.key in keys))
        )
    )


def list_undecided(
    snapshot: Snapshot,
    compiled: CompiledRules,
    translation: Translation,
    groups: Mapping[int, EpicRollup],
    since: Mapping[int, datetime],
    *,
    reveal: bool = False,
) -> Queue:
    """The queue of a translation; `since` is when epics began to wait, by id.

    Titles are withheld where what is above or below an epic has a security level, unless `reveal`.
    """
    attribution = translation.attribution
    private = find_private(snapshot.issues)
    on = snapshot.as_of.date()
    waiting = [d for d in attribution.decisions if d.outcome is Outcome.NEEDS_DECISION]
    publishable = sum_publishable(attribution.account)
    publishable += sum(groups[d.epic_id].work.credit for d in waiting if d.epic_id in groups)
    return build_queue(
        Undecided(
            snapshot.issues,
            attribution.decisions,
            compiled,
            on,
            private,
            below=snapshot.titles_below,
        ),
        groups,
        publishable,
        lost=snapshot.lost_claims,
        since=since,
        as_of=snapshot.as_of,
        private=() if reveal else private,
        items=[each for each in waiting if each.is_item],
        to_look_at=[each for each in translation.plan.findings if each.code in _TO_LOOK_AT],
    )
