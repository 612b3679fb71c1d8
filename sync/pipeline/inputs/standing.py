"""Answers from the rollups that the last translation left, where they are what the mirror holds.

A question about a rule book then costs the epics, which are decided anew, and those rollups alone
in which the rules hide other items than the rules in force; where they claim other items without an
epic, all of those.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from models.backlog import Issue
from models.rollup import ALL, EpicRollup
from models.rulebook import RuleBook, ScreeningRule, Then
from sync.pipeline.context import Context
from sync.pipeline.inputs.changes import read_changes
from sync.pipeline.translation_cache import load_cached
from sync.store.db.engines import open_reader
from sync.store.state import ledger, rollups
from sync.store.state.mirror import streams
from sync.store.state.mirror.queries import find_members
from sync.store.state.mirror.values import read_counted_fields
from translators.backlog.fortnights import first_of_year
from translators.backlog.items import find_parents
from translators.effort.bulk_closes import quarantine_bulk_closes
from translators.effort.rating import select_experienced_teams
from translators.plan.hidden_items import hide_otherwise
from translators.plan.rollup import RollupRules, roll_up
from translators.rules.conditions import find_comparisons
from translators.rules.decide import CompiledRules, compile_rules, find_upkeep_rules
from translators.rules.examples import view_fields
from translators.rules.quick_look import compile_quick_look
from translators.rules.screening import CompiledScreening

GROUPS = 50
"""So many rollups are made anew at once: memory for what is in them is bounded."""


def find_standing_groups(
    context: Context,
    compiled: CompiledRules,
    in_force: RuleBook | None,
    generation: str,
    as_of: datetime,
    *,
    fed: Collection[int],
) -> dict[int, EpicRollup] | None:
    """Every rollup under these rules, without what teams finished day by day; nothing is written.

    `fed` are the items without an epic that feed what was published last.

    None where the last translation's do not hold: it was of other rules than those `in_force`, by
    other code, or held back; something that bears on the list changed; a fortnight closed; or
    these rules count work otherwise.
    """
    if in_force is None or not _is_work_counted_alike(compiled.book, in_force):
        return None
    if load_cached(context.site_store, in_force.digest, generation, as_of) is None:
        return None
    before = compile_rules(in_force)
    if read_changes(context, before, as_of.date()).issues:
        return None
    groups = rollups.read_rollups(context.state, context.settings.site)
    moved = _find_otherwise_hidden(context, compiled, before, generation)
    ready = partial(_make_ready, context, compiled, generation, as_of)
    by_hiding, changed = _hide_otherwise(context, ready, generation, groups, moved)
    groups |= by_hiding
    if _index_upkeep(compiled.book) != _index_upkeep(in_force):
        changed |= {number for number in groups if number < 0}
    if _list_items_claims(compiled.book) != _list_items_claims(in_force):
        changed |= {number for number in groups if number < 0}
        groups = {number: group for number, group in groups.items() if not group.is_item}
    if changed:
        groups.update(_roll_up_anew(context, ready(fed), generation, sorted(changed)))
    return groups


def _is_work_counted_alike(book: RuleBook, other: RuleBook) -> bool:
    """Whether the same items count, for as much; what is hidden and where edges are is apart."""
    if book.gone_places != other.gone_places:
        return False
    kept = {"scheme": 0, "edges": (0, 0, 0, 0)}
    one, two = (replace(each.effort, **kept) for each in (book, other))
    return bool(_without_places(one) == _without_places(two))


def _find_otherwise_hidden(
    context: Context, compiled: CompiledRules, before: CompiledRules, generation: str
) -> list[Issue]:
    """The items below epics that count and are hidden now and were not, or the other way."""
    old, new = _index_hiding(before.book), _index_hiding(compiled.book)
    differing = [(old | new)[what] for what in old.keys() ^ new.keys()]
    if not differing:
        return []
    screening = CompiledScreening(differing)
    conditions = (each for rule in differing for each in (rule.when, rule.unless) if each)
    fields = {line.field for each in conditions for line in find_comparisons(each)}
    may_hide = compile_quick_look(rule.when for rule in differing)
    with open_reader(context.state) as connection:
        ids = [
            issue_id
            for issue_id, values in read_counted_fields(
                connection, context.mirror, generation, fields
            )
            if may_hide(values) and screening.hides(view_fields(values))
        ]
    return [i for i in context.mirror.read_by_ids(ids) if compiled.hides(i) != before.hides(i)]


def _hide_otherwise(
    context: Context,
    ready: Callable[[], RollupRules],
    generation: str,
    groups: Mapping[int, EpicRollup],
    moved: Sequence[Issue],
) -> tuple[dict[int, EpicRollup], set[int]]:
    """The rollups in which these are hidden otherwise, and the numbers of those to roll up anew."""
    if not moved:
        return {}, set()
    rules = ready()
    missing = {issue.id for issue in moved if issue.missing_since}
    rules = replace(rules, no_items=streams.find_uncredited(context.mirror, missing))
    with open_reader(context.state) as connection:
        ids = [issue.id for issue in moved]
        booked = ledger.read_entries(connection, context.settings.site, generation, ids)
    return hide_otherwise(groups, moved, booked, rules)


def _make_ready(
    context: Context,
    compiled: CompiledRules,
    generation: str,
    as_of: datetime,
    fed: Collection[int] = (),
) -> RollupRules:
    """What is rolled up by; which issues are no items depends on the issues."""
    state, site = context.state, context.settings.site
    throughput = rollups.read_throughput(state, site, {ALL})
    quarantine = quarantine_bulk_closes(throughput[ALL].days, compiled.book.effort)
    closed = ledger.count_closed_windows(state, site, generation)
    experienced = select_experienced_teams(closed)
    return RollupRules(compiled, quarantine, experienced, (), fed, first_of_year(as_of))


def _roll_up_anew(
    context: Context, ready: RollupRules, generation: str, numbers: list[int]
) -> Iterator[tuple[int, EpicRollup]]:
    state, site, mirror = context.state, context.settings.site, context.mirror
    for first in range(0, len(numbers), GROUPS):
        members = find_members(mirror, numbers[first : first + GROUPS])
        missing = {issue.id for issue in members if issue.missing_since}
        no_items = find_parents(members) | streams.find_uncredited(mirror, missing)
        rules = replace(ready, no_items=no_items)
        with open_reader(state) as connection:
            ids = [issue.id for issue in members]
            booked = ledger.read_entries(connection, site, generation, ids)
        yield from roll_up(members, booked, rules, {}).items()


def _index_hiding(book: RuleBook) -> dict[str, ScreeningRule]:
    """The rules that hide, by what they hide; two that hide the same are one."""
    hiding = (rule for rule in book.screening if rule.then is Then.HIDE)
    return {repr(_without_places((rule.when, rule.unless))): rule for rule in hiding}


def _index_upkeep(book: RuleBook) -> set[str]:
    """The rules that hide what the sentence on the past year tells of, by what they hide."""
    rules = find_upkeep_rules(book)
    return {what for what, rule in _index_hiding(book).items() if rule.id in rules}


def _list_items_claims(book: RuleBook) -> Any:
    """What capabilities claim items without an epic by, each condition once: whichever claims one,
    it stands by itself."""
    return {repr(_without_places(rule.items)) for rule in book.capabilities if rule.items}


def _without_places(what: Any) -> Any:
    """What rules say, whatever line they say it in."""
    plain = msgspec.to_builtins(what, enc_hook=str)
    return _drop_places(plain)


def _drop_places(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {key: _drop_places(each) for key, each in plain.items() if key != "at"}
    if isinstance(plain, list | tuple):
        return [_drop_places(each) for each in plain]
    return plain
