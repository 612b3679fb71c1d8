"""Guards hold a publication back when data, not a rule, would change too much.

At once, or in steps: what data moved before counts along, until a person let it through
(`let_through`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from msgspec.structs import replace

from models.decision import Outcome
from models.plan import Hold, Plan
from models.rulebook import Guards
from models.snapshot import Snapshot
from translators.plan.attribution import NOTHING, Attribution
from translators.plan.let_through import find_lapsed, find_level_let_through, had_epic
from translators.plan.rule_diff import RuleDiff
from translators.plurals import count_noun, join_few

JUMP = 2
EPICS, ITEMS = "epics", "items without an epic"
"""What is decided; a guard counts each kind by itself."""


def check_guards(
    snapshot: Snapshot, attribution: Attribution, plan: Plan, rule_diff: RuleDiff, limits: Guards
) -> tuple[Hold, ...]:
    """Every guard that holds `plan` back, each with a sentence and a remedy; () lets it through.

    A first publication is judged for emptiness alone. What a rule `moves`, which a person decided,
    is not counted; but what it takes out of screening waits for a second person.
    """
    found = [*_guard_nothing_came(attribution)]
    if snapshot.published_state.revision:
        found += _guard_measured_anew(snapshot, plan)
        found += _guard_lost_capabilities(snapshot, attribution, rule_diff.reattributed, limits)
        found += _guard_level_jumps(snapshot, plan, rule_diff.relevelled, limits)
        found += _guard_unscreened(snapshot, rule_diff)
        found += _guard_decisions(snapshot, attribution, rule_diff, limits)
        if snapshot.is_shared:
            found += _guard_new_sites(snapshot, plan)
            found += _guard_sites(
                snapshot, attribution, rule_diff, limits, {h.guard for h in found}
            )
    return tuple(found)


def _guard_new_sites(snapshot: Snapshot, plan: Plan) -> Iterable[Hold]:
    """What a site brings when it is there for the first time, a person sees before sales does."""
    if snapshot.new_sites and plan.changes:
        entries = count_noun(len(plan.changes), "entry", "would change", one="would change")
        sites = join_few(list(snapshot.new_sites))
        yield Hold(
            guard="site-added",
            why=f"Nothing of site {sites} was published before, and {entries} with it.",
            remedy="headway plan shows them; headway approve RUN publishes them.",
        )


def _guard_sites(
    snapshot: Snapshot,
    attribution: Attribution,
    rule_diff: RuleDiff,
    limits: Guards,
    known: Collection[str],
) -> Iterable[Hold]:
    """The same of each site by itself, so that a small one is not lost in large ones; nothing that
    holds the whole already is told again.
    """
    for site in sorted({decision.site for decision in attribution.decisions}):
        decisions = tuple(each for each in attribution.decisions if each.site == site)
        ids = frozenset(each.epic_id for each in decisions)
        alone = replace(
            snapshot,
            decided=snapshot.decided & ids,
            once_decided=snapshot.once_decided & ids,
            screened_out=snapshot.screened_out & ids,
            once_screened_out={
                each: what for each, what in snapshot.once_screened_out.items() if each in ids
            },
            restricted=snapshot.restricted & ids,
            once_restricted=snapshot.once_restricted & ids,
        )
        of_site = replace(attribution, decisions=decisions)
        for hold in _guard_decisions(alone, of_site, rule_diff, limits):
            if hold.guard not in known:
                yield replace(hold, why=f"Site {site}: {hold.why}")


def _guard_decisions(
    snapshot: Snapshot, attribution: Attribution, rule_diff: RuleDiff, limits: Guards
) -> Iterable[Hold]:
    for kind in (EPICS, ITEMS):
        yield from _guard_newly_undecided(snapshot, attribution, rule_diff, limits, kind)
        yield from _guard_unscreened_by_data(snapshot, attribution, rule_diff, limits, kind)
        yield from _guard_unrestricted(snapshot, attribution, rule_diff, limits, kind)


def _guard_nothing_came(attribution: Attribution) -> Iterable[Hold]:
    if all(decision.is_item for decision in attribution.decisions):
        yield Hold(
            guard="nothing-came",
            why="Jira shows no epic at all.",
            remedy="Check what the account may see and HEADWAY_JIRA_PROJECTS.",
        )


def _guard_measured_anew(snapshot: Snapshot, plan: Plan) -> Iterable[Hold]:
    """A new way to measure is a person's business, unless no level comes out another."""
    if snapshot.published_state.generation in (None, snapshot.generation):
        return
    other = sorted(
        change.capability_id
        for change in plan.changes
        if change.before and change.before.effort_code is not change.after.effort_code
    )
    if other:
        levels = count_noun(len(other), "level", "come out", one="comes out")
        yield Hold(
            guard="measured-anew",
            why="Effort is measured anew (the story point fields, the teams, or what counts as "
            f"done are others), and {levels} different: {join_few(other)}.",
            remedy="headway plan shows them; headway approve RUN publishes them.",
        )


def _guard_lost_capabilities(
    snapshot: Snapshot, attribution: Attribution, reattributed: frozenset[str], limits: Guards
) -> Iterable[Hold]:
    active = [kept for kept in snapshot.published_state.capabilities.values() if kept.row.is_active]
    lost = [
        kept
        for kept in active
        if had_epic(kept, snapshot.as_of)
        and kept.capability_id not in reattributed
        and not attribution.evidence.get(kept.capability_id, NOTHING).is_claimed
        and not attribution.evidence.get(kept.capability_id, NOTHING).is_left_out
    ]
    earlier = sum(not kept.is_claimed for kept in lost)
    enough = earlier < len(lost) >= limits.lost_capabilities
    if enough and _exceeds_share(len(lost), len(active), limits.lost_capabilities_percent):
        yield Hold(
            guard="lost-capabilities",
            why=f"{len(lost)} of {len(active)} capabilities would lose their last epic"
            f"{_tell_earlier(earlier)}: {join_few(sorted(kept.capability_id for kept in lost))}.",
            remedy="See whether Jira lost access or fields; headway explain CAPABILITY says more.",
        )


def _guard_level_jumps(
    snapshot: Snapshot, plan: Plan, relevelled: frozenset[str], limits: Guards
) -> Iterable[Hold]:
    changes = {change.capability_id: change for change in plan.changes}
    rated, jumped, earlier = 0, [], 0
    for key, kept in snapshot.published_state.capabilities.items():
        change = changes.get(key)
        was, now = (change.before, change.after) if change else (kept.row, kept.row)
        let_through = find_level_let_through(kept, snapshot.as_of).rank or 0
        rated += bool(let_through)
        if key in relevelled or was is None or not (was.is_active and now.is_active):
            continue
        before, after = was.effort_rank or 0, now.effort_rank or 0
        fell = after < let_through
        if let_through and (fell or after - let_through >= JUMP):
            jumped.append(key)
            earlier += before <= after if fell else before >= after
    enough = earlier < len(jumped) >= limits.level_jumps
    if enough and _exceeds_share(len(jumped), rated, limits.level_jumps_percent):
        yield Hold(
            guard="level-jumps",
            why=f"{len(jumped)} of {rated} levels would fall, or jump by two"
            f"{_tell_earlier(earlier)}: {join_few(sorted(jumped))}.",
            remedy="See whether points, teams or statuses changed in Jira since the last run.",
        )


def _guard_newly_undecided(
    snapshot: Snapshot,
    attribution: Attribution,
    rule_diff: RuleDiff,
    limits: Guards,
    kind: str,
) -> Iterable[Hold]:
    had = _of_kind(snapshot.decided | snapshot.once_decided, snapshot, kind)
    once = snapshot.once_decided & had
    fresh = find_lapsed(snapshot, attribution.decisions, rule_diff).keys() & had
    lapsed = sorted(
        decision.key
        for decision in attribution.decisions
        if decision.epic_id in fresh
        or (decision.epic_id in once and decision.outcome is Outcome.NEEDS_DECISION)
    )
    if fresh and _exceeds_share(len(lapsed), len(had), limits.undecided_percent):
        yield Hold(
            guard="newly-undecided",
            why=f"{len(lapsed)} of {len(had)} {kind} that had a decision now need one"
            f"{_tell_earlier(len(lapsed) - len(fresh))}: {join_few(lapsed)}.",
            remedy="See whether a field or component was renamed; headway explain KEY says more.",
        )


def _guard_unscreened(snapshot: Snapshot, rule_diff: RuleDiff) -> Iterable[Hold]:
    """What screening left out when last published is not to be read because one rule changed."""
    found = rule_diff.list_unscreened(snapshot.screened_out, snapshot.once_screened_out)
    if not found:
        return
    by_heading: dict[str, list[str]] = defaultdict(list)
    for each in sorted(found, key=lambda each: (each.heading, each.key)):
        by_heading[each.heading].append(each.key)
    left_out = " and ".join(
        f"{join_few(keys)} {'was' if len(keys) == 1 else 'were'} left out as {heading}"
        for heading, keys in by_heading.items()
    )
    owners = sorted({each.owner for each in found if each.owner})
    needs = f"; needs {' and '.join(owners)}" if owners else ""
    yield Hold(
        guard="unscreened",
        why=f"{left_out} and would be published{needs}.",
        remedy="If sales may read of it: headway approve RUN. If not, mend the rule that shows it.",
    )


def _guard_unscreened_by_data(
    snapshot: Snapshot,
    attribution: Attribution,
    rule_diff: RuleDiff,
    limits: Guards,
    kind: str,
) -> Iterable[Hold]:
    """What comes out of screening and no rule was changed: labels went, or somebody took them.

    A few in each run are many in the end: what came out before counts along until it is approved.
    """
    had = _of_kind(snapshot.screened_out, snapshot, kind)
    once = _of_kind(snapshot.once_screened_out, snapshot, kind)
    by_data = had - (rule_diff.screened_before or frozenset())
    keys = _find_freed(snapshot, attribution, by_data, once - rule_diff.shown.keys())
    if _are_many_freed(len(keys), len(had | once), limits):
        yield Hold(
            guard="unscreened-by-data",
            why=f"{len(keys)} of {len(had | once)} {kind} that screening left out are not left out "
            f"any more, and no rule was changed: {join_few(keys)}.",
            remedy="See whether labels, components or types went in Jira; headway explain KEY says "
            "more. If sales may read of them: headway approve RUN.",
        )


def _guard_unrestricted(
    snapshot: Snapshot,
    attribution: Attribution,
    rule_diff: RuleDiff,
    limits: Guards,
    kind: str,
) -> Iterable[Hold]:
    """What loses its security level in Jira, at once or a few in each run.

    Counted apart from screening: of many that one keeps, the few of the other would be no share.
    """
    had = _of_kind(snapshot.restricted, snapshot, kind)
    once = _of_kind(snapshot.once_restricted, snapshot, kind)
    keys = _find_freed(snapshot, attribution, had, once - rule_diff.shown.keys())
    if _are_many_freed(len(keys), len(had | once), limits):
        yield Hold(
            guard="unscreened-by-data",
            why=f"{len(keys)} of {len(had | once)} {kind} that had a security level have none any "
            f"more: {join_few(keys)}.",
            remedy="See who took the levels away in Jira. If sales may read of them: headway "
            "approve RUN.",
        )


def _find_freed(
    snapshot: Snapshot, attribution: Attribution, had: Collection[int], once: Collection[int]
) -> list[str]:
    """The keys of what is left out no more, and of what `once` was and sales would read of.

    None where sales has read of all of them.
    """
    shown = (Outcome.PUBLISHED, Outcome.WAITING)
    found = {
        each.epic_id: each.key
        for each in attribution.decisions
        if (each.epic_id in had and each.outcome is not Outcome.LEFT_OUT)
        or (each.epic_id in once and each.outcome in shown)
    }
    known = snapshot.shown.intersection(once)
    return sorted(found.values()) if found.keys() - known else []


def _are_many_freed(number: int, whole: int, limits: Guards) -> bool:
    return number > limits.unscreened and _exceeds_share(number, whole, limits.unscreened_percent)


def _of_kind(found: Collection[int], snapshot: Snapshot, kind: str) -> frozenset[int]:
    """Those that are epics, or those that are items without one: each has a share of its own."""
    ids = frozenset(found)
    return ids & snapshot.items if kind == ITEMS else ids - snapshot.items


def _tell_earlier(number: int) -> str:
    """How many of those that are held came in runs before, each with too few to hold them."""
    return f", {number} of them since earlier runs" if number else ""


def _exceeds_share(part: int, whole: int, percent: int) -> bool:
    return part * 100 > whole * percent
