"""Puts together what a translation reads from both databases; asks Jira nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from operator import attrgetter

from models.backlog import Issue
from models.capability import PublishedState
from models.effort import Entry, TeamWindow
from models.rulebook import RuleBook, Ruling
from models.snapshot import LostClaims, Snapshot
from sync.pipeline.consistency.fed import load_fed
from sync.pipeline.context import Context
from sync.pipeline.inputs.site_inputs import (
    book_site,
    find_groups,
    find_sights,
    name_ledgers,
    name_projects,
    roll_up_standing,
)
from sync.pipeline.rules.in_force import RulesInForce, load_rules_in_force
from sync.pipeline.sites.health import find_silent_sites
from sync.pipeline.sites.walked import find_oldest, list_walked
from sync.store.state.decisions.decisions import (
    StoredDecision,
    epics_decided_under,
    epics_freed,
    epics_lapsed,
    epics_once_screened_out,
    epics_restricted,
    epics_screened_out,
    epics_shown,
    read_decisions,
)
from sync.store.state.mirror.queries import find_by_keys
from sync.store.state.mirror.streams import (
    read_above_and_withheld,
    read_epics_and_withheld,
)
from sync.store.state.mirror.values import count_values
from sync.store.state.rollups import read_rollups
from translators.plan.attribution import attribute_epics, projects_in
from translators.plan.decided import decide_gone, decide_items, list_fed_items
from translators.plan.let_through import choose_lately
from translators.plan.renames import find_lost_epics
from translators.plan.rollup import Rollup, roll_up_backlog
from translators.plan.rule_diff import RuleDiff, Unscreened, diff_rules
from translators.plan.several_sites import SiteRollup, join_rollups
from translators.plan.translate import Translation, translate
from translators.rules.decide import CompiledRules, compile_rules
from translators.rules.fields import fold_values

Values = Mapping[str, Mapping[str, int]]
"""How many issues have each value, by field."""


@dataclass(frozen=True)
class TranslationInputs:
    """Everything that a translation reads, and the backlog rolled up.

    `stored` are the decisions of the last publication, by epic. `is_whole` says that the snapshot
    has every issue and entry.
    """

    compiled: CompiledRules
    in_force: RulesInForce
    snapshot: Snapshot
    rollup: Rollup
    stored: Mapping[int, StoredDecision]
    is_whole: bool = False

    @property
    def book(self) -> RuleBook:
        """The rule book that translates."""
        return self.compiled.book

    @cached_property
    def rule_diff(self) -> RuleDiff:
        """What the rule book moves against the one in force."""
        published = self.snapshot.published_state
        gone = (*decide_gone(self.snapshot, self.compiled), *self.rollup.released)
        return diff_rules(self.in_force.rulebook, self.book, self.rollup, published, gone)

    def translate(self) -> Translation:
        """The translation; capabilities that the new book moved are rated afresh."""
        return translate(self.snapshot, self.book, self.compiled, self.rule_diff, self.rollup)

    def find_unscreened(self) -> tuple[Unscreened, ...]:
        """The epics that the last publication screened out, and these rules would publish."""
        return self.rule_diff.list_unscreened(
            self.snapshot.screened_out, self.snapshot.once_screened_out
        )


def load_inputs(
    context: Context,
    rulebook: RuleBook,
    issues: tuple[Issue, ...] | None = None,
    in_force: RulesInForce | None = None,
    *,
    values: Values | None = None,
    epics: Sequence[Issue] | None = None,
) -> TranslationInputs:
    """What a translation reads of the mirror as of the last whole walk, to answer any question.

    Where the rollups of the last translation still hold, its snapshot has no other issues than
    epics with what is above them, those with a security level, and those that the rules name, and
    nothing of the ledger; `sync.pipeline.inputs.account` reads more. Else it is that of
    `load_whole_inputs`, which takes `issues`. `values` are those that issues have, where the caller
    has counted them, `epics` all that there are, where it has read them. Raises UsageError where no
    walk came through yet.
    """
    in_force = in_force or load_rules_in_force(context, rulebook)
    context = context.with_left(in_force.published_state)
    compiled = compile_rules(rulebook)
    sites = list_walked(context)
    groups = find_groups(sites, compiled, in_force)
    if groups is None:
        return load_whole_inputs(context, rulebook, issues, in_force)
    if epics is None:
        read = read_epics_and_withheld(context.mirror)
    else:
        read = [*epics, *read_above_and_withheld(context.mirror)]
    by_id = {issue.id: issue for issue in (*read, *read_named_issues(context, rulebook))}
    kept = tuple(by_id[issue_id] for issue_id in sorted(by_id))
    return build_inputs(
        context,
        compiled,
        in_force,
        roll_up_standing(context, sites, groups, compiled=compiled, in_force=in_force, kept=kept),
        as_of=find_oldest(context, sites),
        generation=name_ledgers(context, sites, rulebook, in_force),
        issues=kept,
        values=values,
    )


def load_inputs_before(
    context: Context, after: TranslationInputs, values: Values | None = None
) -> TranslationInputs | None:
    """The inputs of the rule book in force, beside those of another; None if none was published.

    What was read and decided for the other is not read and decided again.
    """
    in_force, book = after.in_force, after.in_force.rulebook
    if book is None:
        return None
    context = context.with_left(in_force.published_state)
    decided = after.rollup.decisions_before
    if after.is_whole or decided is None or context.is_shared:
        read = after.snapshot.issues if after.is_whole else None
        return load_inputs(context, book, read, in_force, values=values)
    groups, compiled = read_rollups(context.state, context.settings.site), compile_rules(book)
    standing = sorted(number for number, group in groups.items() if group.is_item)
    by_themselves = sorted(context.mirror.read_by_ids(standing), key=attrgetter("id"))
    items = decide_items(by_themselves, groups, compiled, list_fed_items(in_force.published_state))
    epics = (decision for decision in decided if not decision.is_item)
    read = (*after.snapshot.issues, *read_named_issues(context, book))
    by_id = {issue.id: issue for issue in read}
    return build_inputs(
        context,
        compiled,
        in_force,
        Rollup(
            decisions=(*epics, *items.decisions),
            groups=groups,
            released=items.released,
            teams_of_a_year=after.rollup.teams_of_a_year,
        ),
        as_of=after.snapshot.as_of,
        generation=after.snapshot.generation,
        issues=tuple(by_id[issue_id] for issue_id in sorted(by_id)),
        stored=after.stored,
        values=values,
    )


def load_whole_inputs(
    context: Context,
    rulebook: RuleBook,
    issues: tuple[Issue, ...] | None = None,
    in_force: RulesInForce | None = None,
) -> TranslationInputs:
    """Read the whole mirror and the ledger as of the last whole walk.

    `issues` and `in_force` are given where the caller has read them already. A rule book with
    other team, field or done rules has a ledger of its own; what is not booked in it yet is booked
    here, in memory. Raises UsageError where no walk came through yet.
    """
    in_force = in_force or load_rules_in_force(context, rulebook)
    context = context.with_left(in_force.published_state)
    sites, compiled = list_walked(context), compile_rules(rulebook)
    issues = tuple(context.mirror.read_issues()) if issues is None else issues
    booked = [book_site(each, rulebook, issues, in_force) for each in sites]
    other = in_force.compile_other(rulebook)
    rollups = [
        SiteRollup(each.site, roll_up_backlog(of_site, compiled, before=other))
        for each, of_site in zip(sites, booked, strict=True)
    ]
    inputs = build_inputs(
        context,
        compiled,
        in_force,
        join_rollups(rollups, is_shared=context.is_shared),
        as_of=find_oldest(context, sites),
        generation=name_ledgers(context, sites, rulebook, in_force),
        issues=issues,
        entries=tuple(entry for of_site in booked for entry in of_site.entries),
        windows=tuple(window for of_site in booked for window in of_site.windows),
    )
    return replace(inputs, is_whole=True)


def build_inputs(
    context: Context,
    compiled: CompiledRules,
    in_force: RulesInForce,
    rollup: Rollup,
    *,
    as_of: datetime,
    generation: str,
    issues: tuple[Issue, ...],
    entries: tuple[Entry, ...] = (),
    windows: tuple[TeamWindow, ...] = (),
    stored: Mapping[int, StoredDecision] | None = None,
    values: Values | None = None,
) -> TranslationInputs:
    """The inputs of a translation of what was rolled up.

    Of `issues` those that rules name are enough; entries and windows are for who explains.
    """
    if stored is None:
        stored = read_decisions(context.state, *context.sites)
    projects = projects_in(rollup.groups)
    sights = find_sights(context)
    fed = load_fed(
        context.mirror,
        in_force.published_state,
        sights,
        book=compiled.book,
        decided={d.epic_id: projects[d.epic_id] for d in rollup.decisions},
    )
    snapshot = Snapshot(
        as_of=as_of,
        generation=generation,
        issues=issues,
        entries=entries,
        windows=windows,
        published_state=fed.published_state,
        unseen_projects=fed.unseen,
        named_projects=name_projects(context, ((s.site, s.named) for s in sights)),
        doubted_projects=name_projects(context, ((s.site, s.doubted) for s in sights)),
        gone_epics=fed.gone,
        decided=epics_decided_under(stored, *_list_comparable(compiled.book, in_force, rollup)),
        once_decided=choose_lately(epics_lapsed(stored), as_of),
        screened_out=epics_screened_out(stored),
        once_screened_out=epics_once_screened_out(stored),
        restricted=epics_restricted(stored),
        once_restricted=choose_lately(epics_freed(stored), as_of),
        shown=epics_shown(stored),
        items=frozenset(number for number, each in stored.items() if each.decision.is_item),
        lost_claims=_read_lost_claims(context, fed.published_state, rollup, values),
        is_shared=context.is_shared,
        new_sites=_find_new_sites(rollup, stored) if context.is_shared else (),
        unseen_sites=tuple(each.site for each in find_silent_sites(context, compiled.book)),
    )
    return TranslationInputs(compiled, in_force, snapshot, rollup, stored)


def _list_comparable(book: RuleBook, in_force: RulesInForce, rollup: Rollup) -> set[str]:
    """The digests of the rule books of which it is known what they would decide today."""
    before = in_force.rulebook
    is_known = before is not None and rollup.decisions_before is not None
    return {book.digest} | ({before.digest} if before and is_known else set())


def _find_new_sites(rollup: Rollup, stored: Mapping[int, StoredDecision]) -> tuple[str, ...]:
    """The sites of which something is decided, and nothing was when last published."""
    known = {each.decision.site for each in stored.values()}
    return tuple(sorted({decision.site for decision in rollup.decisions} - known))


def read_named_issues(context: Context, rulebook: RuleBook) -> tuple[Issue, ...]:
    """The issues that the rule book names one by one, and their epics."""
    rules = rulebook.effort
    released = [each for each in rules.release if isinstance(each, Ruling)]
    keys = {pin.issue.upper() for pin in rulebook.pins}
    keys |= {ruling.issue.upper() for ruling in (*rules.void, *released)}
    if not keys:
        return ()
    named = find_by_keys(context.mirror, keys)
    epics = context.mirror.read_by_ids({issue.epic_id for issue in named if issue.epic_id})
    by_id = {issue.id: issue for issue in (*named, *epics)}
    return tuple(by_id[issue_id] for issue_id in sorted(by_id))


def _read_lost_claims(
    context: Context, published_state: PublishedState, rollup: Rollup, values: Values | None
) -> LostClaims:
    """Those epics, and the values that all issues have; both are read only where there are any."""
    lost = find_lost_epics(attribute_epics(rollup.decisions, published_state))
    if not lost:
        return LostClaims()
    values = values or count_values(context.state, *context.sites)
    present = {field: frozenset(fold_values(field, found)) for field, found in values.items()}
    return LostClaims(tuple(context.mirror.read_by_ids(lost)), present)
