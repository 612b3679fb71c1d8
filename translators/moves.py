"""Tells what a changed rule book moves, on one and the same world: by rule, and not by data."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from models.capability import Feed
from models.finding import Finding
from models.rulebook import EffortRules, RuleBook
from models.world import World
from translators.deciding import Judge, compile_rules
from translators.standing import NOTHING, Evidence, gather


class Moves(Struct, frozen=True):
    """Capabilities that a rule change moves: whose epics are others, whose level is read anew.

    A level is read anew, without the band that steadies it, where the epics behind it, the edges,
    or who may be rated were changed; guards, which judge data, do not count it.
    """

    reattributed: frozenset[str] = frozenset()
    relevelled: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def moves_between(before: RuleBook | None, book: RuleBook, judge: Judge, world: World) -> Moves:
    """What `book` (compiled: `judge`) moves against the one that was in force before, if any."""
    if before is None or before.digest == book.digest:
        return Moves()
    old = gather(world, compile_rules(before), before.effort).evidence
    new = gather(world, judge, book.effort).evidence
    reattributed = frozenset(
        capability
        for capability in old.keys() | new.keys()
        if _feeds(old, capability) != _feeds(new, capability)
    )
    withheld = {rule.id: rule.withhold_effort for rule in before.capabilities}
    relevelled = {
        rule.id
        for rule in book.capabilities
        if _how_levels_are_read(before.effort) != _how_levels_are_read(book.effort)
        or withheld.get(rule.id, rule.withhold_effort) != rule.withhold_effort
    }
    return Moves(
        reattributed, reattributed | relevelled, tuple(_unversioned(before.effort, book.effort))
    )


def _unversioned(before: EffortRules, after: EffortRules) -> Iterable[Finding]:
    """Edges are pinned under a number, so that whoever asks later knows which were in force."""
    if before.edges != after.edges and before.scheme == after.scheme:
        what = f"the edges were changed and the scheme is still {after.scheme}; count it up"
        yield Finding("edges-unversioned", "effort: scheme", what)


def _feeds(evidence: Mapping[str, Evidence], capability: str) -> tuple[Feed, ...]:
    return evidence.get(capability, NOTHING).feeds


def _how_levels_are_read(rules: EffortRules) -> tuple[object, ...]:
    return (rules.scheme, rules.edges, rules.minimum_people, rules.minimum_people_of)
