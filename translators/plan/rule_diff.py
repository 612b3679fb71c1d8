"""Tells what a changed rule book moves, on one and the same world: by rule, and not by data."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from models.capability import PublishedState
from models.decision import Decision, Outcome, is_screened_out
from models.finding import Finding
from models.rulebook import EffortRules, RuleBook
from translators.plan.attribution import attribute_epics, feeds_of, projects_in
from translators.plan.rollup import Rollup


class Unscreened(Struct, frozen=True, kw_only=True):
    """An epic that a screening rule of `owner` leaves out, and a changed rule book publishes."""

    epic_id: int
    key: str
    heading: str
    owner: str | None


class RuleDiff(Struct, frozen=True):
    """Capabilities that a rule change moves: whose epics are others, whose level is read anew.

    A level is read anew, without the band that steadies it, where the epics behind it, the edges,
    or who may be rated were changed; guards, which judge data, do not count it. `unscreened` are
    epics that the change takes out of screening to where sales may read of them; `screened_before`
    are all that the former book would leave out today, None where the book is the same. `shown` are
    the keys of epics, by id, that sales may read of by the change alone, `decided_before` the epics
    that the former book would decide today, where the book is another.
    """

    reattributed: frozenset[str] = frozenset()
    relevelled: frozenset[str] = frozenset()
    unscreened: tuple[Unscreened, ...] = ()
    screened_before: frozenset[int] | None = None
    shown: Mapping[int, str] = {}
    decided_before: frozenset[int] = frozenset()
    findings: tuple[Finding, ...] = ()

    def list_unscreened(
        self, screened_out: Collection[int], once: Mapping[int, str]
    ) -> tuple[Unscreened, ...]:
        """Those that the last publication left out by screening, or one before did.

        `once` has the latter by id as what: a rule that is taken away in one run, and one that
        claims what it had left out in the next, are one change.
        """
        now = tuple(each for each in self.unscreened if each.epic_id in screened_out)
        before = (
            Unscreened(epic_id=epic_id, key=key, heading=once[epic_id], owner=None)
            for epic_id, key in self.shown.items()
            if epic_id in once
        )
        return (*now, *before)


def diff_rules(
    before: RuleBook | None,
    book: RuleBook,
    rollup: Rollup,
    published: PublishedState,
    gone: Sequence[Decision] = (),
) -> RuleDiff:
    """What `book` moves against the one that was in force before, if any and if it is another.

    `gone` is what it decides of missing epics.
    """
    if before is None or before.digest == book.digest or rollup.decisions_before is None:
        return RuleDiff()
    then = attribute_epics(rollup.decisions_before, published)
    now = attribute_epics((*rollup.decisions, *gone), published)
    projects = projects_in(rollup.groups)
    old, new = (feeds_of(decisions, published, projects) for decisions in (then, now))
    reattributed = frozenset(
        capability
        for capability in old.keys() | new.keys()
        if old.get(capability) != new.get(capability)
    )
    withheld = {rule.id: rule.withhold_effort for rule in before.capabilities}
    relevelled = {
        rule.id
        for rule in book.capabilities
        if _how_levels_are_read(before.effort) != _how_levels_are_read(book.effort)
        or withheld.get(rule.id, rule.withhold_effort) != rule.withhold_effort
    }
    unscreened = tuple(_find_unscreened(before, then, now))
    return RuleDiff(
        reattributed=reattributed,
        relevelled=reattributed | relevelled,
        unscreened=unscreened,
        screened_before=frozenset(each.epic_id for each in then if is_screened_out(each)),
        shown=_find_shown(then, now),
        decided_before=frozenset(
            each.epic_id for each in then if each.outcome is not Outcome.NEEDS_DECISION
        ),
        findings=tuple(_find_unversioned_edges(before.effort, book.effort)),
    )


def _find_unscreened(
    before: RuleBook, then: Iterable[Decision], now: Iterable[Decision]
) -> Iterable[Unscreened]:
    shown = {each.epic_id for each in now if each.outcome in (Outcome.PUBLISHED, Outcome.WAITING)}
    owners = {rule.id: rule.owner for rule in before.screening}
    for each in then:
        if is_screened_out(each) and each.epic_id in shown:
            yield Unscreened(
                epic_id=each.epic_id,
                key=each.key,
                heading=each.heading,
                owner=owners.get(each.reasons[0].rule or ""),
            )


def _find_shown(then: Iterable[Decision], now: Iterable[Decision]) -> dict[int, str]:
    """What the changed book shows, and the former one would not."""
    shown = (Outcome.PUBLISHED, Outcome.WAITING)
    before = {each.epic_id for each in then if each.outcome in shown}
    return {
        each.epic_id: each.key
        for each in now
        if each.outcome in shown and each.epic_id not in before
    }


def _find_unversioned_edges(before: EffortRules, after: EffortRules) -> Iterable[Finding]:
    """Edges are pinned under a number, so that whoever asks later knows which were in force."""
    if before.edges != after.edges and before.scheme == after.scheme:
        what = f"the edges were changed and the scheme is still {after.scheme}; count it up"
        yield Finding("edges-unversioned", "effort: scheme", what)


def _how_levels_are_read(rules: EffortRules) -> tuple[object, ...]:
    return (rules.scheme, rules.edges, rules.minimum_people, rules.minimum_people_of)
