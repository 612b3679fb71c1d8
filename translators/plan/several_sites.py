"""Puts together what several sites come to: every epic, team and project stays its own.

Ids of issues differ over sites by themselves. Keys of issues, teams and projects do not, and are
called by their site as well: `main/PAY-310`. Where one site feeds a list, nothing is.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from models.decision import Cause, Decision, Outcome
from models.finding import Finding
from models.plan import canonical_json
from models.rollup import EpicRollup
from translators.backlog.names import explain_ambiguous
from translators.plan.rollup import Rollup

BETWEEN = "/"
AMBIGUOUS = "pinned by a key of several sites"


class SiteRollup(Struct, frozen=True):
    """What one site comes to."""

    site: str
    rollup: Rollup


def name_on_site(site: str, name: str) -> str:
    """A key, team or project of one site among several."""
    return f"{site}{BETWEEN}{name}"


def part_name(name: str) -> tuple[str | None, str]:
    """The site and what it calls so; None where no site is named."""
    site, _, rest = name.rpartition(BETWEEN)
    return site or None, rest


def join_rollups(sites: Sequence[SiteRollup], *, is_shared: bool) -> Rollup:
    """All of them as one, the decisions in the order of ids, those about items behind the rest.

    A list is shared though of several sites only one was read yet.
    """
    if not is_shared:
        return sites[0].rollup
    named = [_name_rollup(each.site, each.rollup) for each in sites]
    named = _hold_ambiguous(named)
    is_changed = any(each.decisions_before is not None for each in named)
    return Rollup(
        decisions=_sort_decisions(d for each in named for d in each.decisions),
        groups={number: group for each in named for number, group in each.groups.items()},
        released=_sort_decisions(d for each in named for d in each.released),
        decisions_before=_sort_decisions(
            d
            for each in named
            for d in (each.decisions if each.decisions_before is None else each.decisions_before)
        )
        if is_changed
        else None,
        teams_of_a_year=sum(each.teams_of_a_year for each in named),
    )


def name_findings(site: str, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What was noticed of one site among several."""
    return tuple(replace(each, where=f"site {site}: {each.where}") for each in findings)


def name_generation(published: str | None, sites: Mapping[str, tuple[str | None, str]]) -> str:
    """What the ledgers of several sites together are called, each known as before and now.

    They are called as they were published as long as none is measured anew: a site that is added
    changes no level by that alone.
    """
    if published and all(before in (None, now) for before, now in sites.values()):
        return published
    names = sorted((site, now) for site, (_, now) in sites.items())
    return hashlib.sha256(canonical_json(names)).hexdigest()[:16]


def is_held_as_ambiguous(decision: Decision) -> bool:
    """Whether it waits because of a pin by a key that other sites have as well."""
    return decision.heading == AMBIGUOUS and decision.reasons[0].cause is Cause.PIN


def name_decision(decision: Decision) -> Decision:
    """The decision about an epic of one site among several."""
    if decision.key.startswith(f"{decision.site}{BETWEEN}"):
        return decision
    return replace(decision, key=name_on_site(decision.site, decision.key))


def _name_rollup(site: str, rollup: Rollup) -> Rollup:
    before = rollup.decisions_before
    return replace(
        rollup,
        decisions=tuple(map(name_decision, rollup.decisions)),
        released=tuple(map(name_decision, rollup.released)),
        decisions_before=None if before is None else tuple(map(name_decision, before)),
        groups={number: _name_group(site, group) for number, group in rollup.groups.items()},
    )


def _name_group(site: str, group: EpicRollup) -> EpicRollup:
    """A rollup with its teams and its odd issues called by their site."""
    if group.work.people:
        people = {name_on_site(site, team): seen for team, seen in group.work.people.items()}
        group = replace(group, work=replace(group.work, people=people))
    if group.anomalies:
        anomalies = {
            code: replace(each, key=name_on_site(site, each.key))
            for code, each in group.anomalies.items()
        }
        group = replace(group, anomalies=anomalies)
    return group


def _hold_ambiguous(rollups: Sequence[Rollup]) -> list[Rollup]:
    """The same, but that no pin counts epics of several sites toward a capability: they wait.

    It names one key that all of them have. One that hides or holds them does so on each site.
    """
    sites: dict[str, set[str]] = {}
    for rollup in rollups:
        for each in rollup.decisions:
            if each.reasons[0].cause is Cause.PIN and each.reasons[0].rule:
                sites.setdefault(each.reasons[0].rule, set()).add(each.site)
    ambiguous = {pin: names for pin, names in sites.items() if len(names) > 1}
    if not ambiguous:
        return list(rollups)
    return [
        replace(rollup, decisions=tuple(_hold_pinned(each, ambiguous) for each in rollup.decisions))
        for rollup in rollups
    ]


def _hold_pinned(decision: Decision, ambiguous: Mapping[str, Collection[str]]) -> Decision:
    reason = decision.reasons[0]
    pinned = reason.rule or ""
    if reason.cause is not Cause.PIN or pinned not in ambiguous or not decision.claimed_by:
        return decision
    what, remedy = explain_ambiguous(pinned, ambiguous[pinned])
    text = f"the pin of {pinned} {what}. {remedy}"
    return replace(
        decision,
        outcome=Outcome.NEEDS_DECISION,
        claimed_by=None,
        heading=AMBIGUOUS,
        reasons=(replace(reason, text=text), *decision.reasons),
    )


def _sort_decisions(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    return tuple(sorted(decisions, key=lambda each: (each.is_item, each.epic_id)))
