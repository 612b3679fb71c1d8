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
from sync.pipeline.context import Context
from sync.pipeline.fed import load_fed
from sync.pipeline.in_force import RulesInForce, load_rules_in_force
from sync.pipeline.standing import find_standing_groups
from sync.store.state.decisions import (
    StoredDecision,
    epics_decided_under,
    epics_once_screened_out,
    epics_screened_out,
    epics_shown,
    read_decisions,
)
from sync.store.state.ledger import count_closed_windows, read_ledger
from sync.store.state.mirror_queries import find_by_keys
from sync.store.state.mirror_streams import (
    read_above_and_withheld,
    read_epics_and_withheld,
    read_gone,
)
from sync.store.state.mirror_values import count_values
from sync.store.state.rollups import read_rollups
from translators.effort.booking import book_finished_items, generation_of
from translators.effort.rating import count_teams_of_a_year
from translators.plan.attribution import attribute_epics, projects_in
from translators.plan.renames import find_lost_epics
from translators.plan.rollup import (
    Rollup,
    decide_epics_twice,
    decide_gone,
    decide_items,
    list_fed_items,
    roll_up_backlog,
)
from translators.plan.rule_diff import RuleDiff, Unscreened, diff_rules
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
    nothing of the ledger; `sync.pipeline.account` reads more. Else it is that of
    `load_whole_inputs`, which takes `issues`. `values` are those that issues have, where the caller
    has counted them, `epics` all that there are, where it has read them. Raises UsageError where no
    walk came through yet.
    """
    record, as_of = context.require_walk()
    in_force = in_force or load_rules_in_force(context, rulebook)
    compiled = compile_rules(rulebook)
    generation = generation_of(rulebook.effort, record.points_fields)
    fed = list_fed_items(in_force.published_state)
    groups = find_standing_groups(context, compiled, in_force.rulebook, generation, as_of, fed=fed)
    if groups is None:
        return load_whole_inputs(context, rulebook, issues, in_force)
    if epics is None:
        read = read_epics_and_withheld(context.mirror)
    else:
        read = [*epics, *read_above_and_withheld(context.mirror)]
    by_id = {issue.id: issue for issue in (*read, *read_named_issues(context, rulebook))}
    kept = tuple(by_id[issue_id] for issue_id in sorted(by_id))
    other, on = in_force.compile_other(rulebook), as_of.date()
    standing = sorted(number for number, group in groups.items() if group.is_item)
    by_themselves = sorted(context.mirror.read_by_ids(standing), key=attrgetter("id"))
    items = decide_items(by_themselves, groups, compiled, fed, other)
    now, before = decide_epics_twice(kept, compiled, other, on)
    rollup = Rollup(
        decisions=(*now, *items.decisions),
        groups=groups,
        released=items.released,
        decisions_before=None if before is None else (*before, *items.before),
        teams_of_a_year=count_teams_of_a_year(
            count_closed_windows(context.state, context.settings.site, generation)
        ),
    )
    return build_inputs(
        context,
        compiled,
        in_force,
        rollup,
        as_of=as_of,
        generation=generation,
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
    decided = after.rollup.decisions_before
    if after.is_whole or decided is None:
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
    record, as_of = context.require_walk()
    site, compiled = context.settings.site, compile_rules(rulebook)
    issues = tuple(context.mirror.read_issues()) if issues is None else issues
    visible = frozenset(project.key for project in context.site_store.list_projects())
    complete = visible | rulebook.gone_projects
    generation = generation_of(rulebook.effort, record.points_fields)
    ledger = read_ledger(context.state, site, generation)
    gone = read_gone(context.mirror)
    booking = book_finished_items(issues, ledger, rulebook.effort, as_of, complete, gone=gone)
    ledger = ledger.extend(booking.entries, booking.windows)
    in_force = in_force or load_rules_in_force(context, rulebook)
    everything = Snapshot(
        as_of=as_of,
        generation=generation,
        issues=issues,
        entries=tuple(ledger.entries),
        windows=tuple(ledger.windows),
        published_state=in_force.published_state,
    )
    rollup = roll_up_backlog(everything, compiled, before=in_force.compile_other(rulebook))
    inputs = build_inputs(
        context,
        compiled,
        in_force,
        rollup,
        as_of=as_of,
        generation=generation,
        issues=issues,
        entries=everything.entries,
        windows=everything.windows,
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
    site = context.settings.site
    if stored is None:
        stored = read_decisions(context.state, site)
    projects = projects_in(rollup.groups)
    named = frozenset(key.upper() for key in context.settings.jira_projects)
    doubted = frozenset(loss.project for loss in context.site_store.list_losses())
    fed = load_fed(
        context.mirror,
        in_force.published_state,
        context.site_store.list_projects(),
        named=named | {key.upper() for key in doubted},
        given_up=compiled.book.gone_projects,
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
        named_projects=named,
        doubted_projects=doubted,
        gone_epics=fed.gone,
        decided=epics_decided_under(stored, compiled.book.digest),
        screened_out=epics_screened_out(stored),
        once_screened_out=epics_once_screened_out(stored),
        shown=epics_shown(stored),
        items=frozenset(number for number, each in stored.items() if each.decision.is_item),
        lost_claims=_read_lost_claims(context, fed.published_state, rollup, values),
    )
    return TranslationInputs(compiled, in_force, snapshot, rollup, stored)


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
    values = values or count_values(context.state, context.settings.site)
    present = {field: frozenset(fold_values(field, found)) for field, found in values.items()}
    return LostClaims(tuple(context.mirror.read_by_ids(lost)), present)
