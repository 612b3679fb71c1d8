"""Puts a rule book and the whole picture of both databases together; asks Jira nothing."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from models.backlog import Issue
from models.capability import ContributingEpic, PublishedState
from models.effort import Ledger
from models.errors import Problem, RuleBookError, SchemaError, UsageError
from models.rollup import EpicRollup
from models.rulebook import RuleBook, Ruling
from models.snapshot import Snapshot
from sync.pipeline.context import Context
from sync.rulebook import rulebook_from_texts
from sync.store.clean.published_state import read_published_state, read_stored_rulebook
from sync.store.state.decisions import (
    StoredDecision,
    epics_decided_under,
    epics_screened_out,
    read_decisions,
)
from sync.store.state.ledger import read_ledger
from sync.store.state.mirror_queries import find_by_keys
from sync.store.state.mirror_rows import SiteRecord
from translators.effort.booking import book_finished_items, generation_of
from translators.plan.attribution import projects_in, projects_of
from translators.plan.rollup import Rollup
from translators.plan.rule_diff import diff_rules
from translators.plan.translate import Translation, translate
from translators.rules.decide import CompiledRules, compile_rules


@dataclass(frozen=True)
class TranslationInputs:
    """A rule book compiled, the world as that book sees it, and the book in force before.

    `kept` are the decisions of the last publication, by epic.
    """

    book: RuleBook
    compiled: CompiledRules
    snapshot: Snapshot
    before: RuleBook | None
    kept: Mapping[int, StoredDecision]

    def translate(self, found: Rollup | None = None) -> Translation:
        """The translation; capabilities that the new book moved are rated afresh.

        `found` is the survey of the world, if it was made already.
        """
        rule_diff = diff_rules(self.before, self.book, self.compiled, self.snapshot)
        return translate(self.snapshot, self.book, self.compiled, rule_diff, found)


def load_inputs(
    context: Context,
    rulebook: RuleBook,
    issues: tuple[Issue, ...] | None = None,
    ledger: Ledger | None = None,
) -> TranslationInputs:
    """Read mirror, ledger and memory as of the last whole walk.

    `issues` and `ledger` are what the caller has just read or booked.

    A rule book with other team, field or done rules has a ledger of its own; what is not booked
    in it yet is booked here, in memory. Raises UsageError where no walk came through yet.
    """
    record, as_of = _record(context)
    if issues is None:
        issues = tuple(context.mirror.issues())
    if ledger is None:
        site = context.settings.site
        visible = frozenset(project.key for project in context.site_store.projects())
        generation = generation_of(rulebook.effort, record.points_fields)
        ledger = read_ledger(context.state, site, generation)
        booking = book_finished_items(issues, ledger, rulebook.effort, as_of, visible)
        ledger = ledger.with_(booking.entries, booking.windows)
    seen = frozenset(issue.project for issue in issues)
    inputs = _opened(context, rulebook, compile_rules(rulebook), projects_of(issues), seen)
    snapshot = replace(
        inputs.snapshot,
        generation=ledger.generation,
        issues=issues,
        entries=tuple(ledger.entries),
        windows=tuple(ledger.windows),
    )
    return dataclasses.replace(inputs, snapshot=snapshot)


def load_partial_inputs(
    context: Context,
    rulebook: RuleBook,
    compiled: CompiledRules,
    groups: Mapping[int, EpicRollup],
    generation: str,
) -> TranslationInputs | None:
    """An office for a translation of known `groups`: of issues it has only those that rules name.

    None if the last publication, or any of its decisions, was of another rule book: what that
    moves only the whole mirror tells.
    """
    seen = frozenset(context.mirror.seen_projects())
    inputs = _opened(context, rulebook, compiled, projects_in(groups), seen)
    digests = {each.rulebook_digest for each in inputs.kept.values()}
    digests.add(inputs.snapshot.published_state.rulebook_digest or "")
    if digests != {rulebook.digest}:
        return None
    snapshot = replace(inputs.snapshot, generation=generation, issues=_named(context, rulebook))
    return dataclasses.replace(inputs, snapshot=snapshot)


def _opened(
    context: Context,
    rulebook: RuleBook,
    compiled: CompiledRules,
    projects: Mapping[int, str],
    seen: frozenset[str],
) -> TranslationInputs:
    """An office whose world has everything but issues and ledger.

    `projects` are where the epics are now, `seen` all that issues were ever seen in.
    """
    site = context.settings.site
    published_state = _with_projects_of_today(read_published_state(context.clean), site, projects)
    visible = frozenset(project.key for project in context.site_store.projects())
    kept = read_decisions(context.state, site)
    snapshot = Snapshot(
        as_of=_record(context)[1],
        generation="",
        issues=(),
        entries=(),
        windows=(),
        published_state=published_state,
        unseen_projects=_unseen(published_state, context.settings.jira_projects, visible, seen),
        decided=epics_decided_under(kept, rulebook.digest),
        screened_out=epics_screened_out(kept),
    )
    before = (
        rulebook
        if published_state.rulebook_digest == rulebook.digest
        else load_rulebook_in_force(context, published_state)
    )
    return TranslationInputs(rulebook, compiled, snapshot, before, kept)


def _record(context: Context) -> tuple[SiteRecord, datetime]:
    """The site's record, and when its last whole walk began."""
    record = context.site_store.find_record()
    if record is None or record.as_of is None:
        raise UsageError(Problem("mirror", "is empty", "Run `headway sync` first."))
    return record, record.as_of


def _named(context: Context, rulebook: RuleBook) -> tuple[Issue, ...]:
    """The issues that the rule book names one by one, and their epics."""
    rules = rulebook.effort
    released = [each for each in rules.release if isinstance(each, Ruling)]
    keys = {pin.issue.upper() for pin in rulebook.pins}
    keys |= {each.issue.upper() for each in (*rules.void, *released)}
    if not keys:
        return ()
    found = find_by_keys(context.mirror, keys)
    epics = context.mirror.some({issue.epic_id for issue in found if issue.epic_id})
    by_id = {issue.id: issue for issue in (*found, *epics)}
    return tuple(by_id[each] for each in sorted(by_id))


def load_rulebook_in_force(context: Context, published_state: PublishedState) -> RuleBook | None:
    """The rule book of the last publication, compiled again from its stored text."""
    if published_state.rulebook_digest is None:
        return None
    texts = read_stored_rulebook(context.clean, published_state.rulebook_digest)
    if texts is None:
        what = "does not hold the rule book of its own last publication"
        raise SchemaError(Problem("clean database", what, "Restore it from a backup."))
    return rulebook_from_texts(texts)


def _with_projects_of_today(
    published_state: PublishedState, site: str, projects: Mapping[int, str]
) -> PublishedState:
    """The memory, its epics in the projects where they are now: epics and project keys move."""

    def project(feed: ContributingEpic) -> str:
        return projects.get(feed.epic_id, feed.project) if feed.site == site else feed.project

    return replace(
        published_state,
        capabilities={
            key: replace(
                kept,
                contributing_epics=tuple(
                    replace(feed, project=project(feed)) for feed in kept.contributing_epics
                ),
            )
            for key, kept in published_state.capabilities.items()
        },
    )


def check_no_published_id_deleted(
    rulebook: RuleBook, published_state: PublishedState, folder: Path
) -> None:
    """A published id stands for ever: RuleBookError if the rule book of `folder` lacks one."""
    missing = set(published_state.capabilities) - {rule.id for rule in rulebook.capabilities}
    if missing:
        raise RuleBookError(
            Problem(
                str(folder),
                f"lacks the published capability {capability_id!r}",
                "Published ids are never deleted: give it `withdrawn: {reason: ...}`.",
            )
            for capability_id in sorted(missing)
        )


def _unseen(
    published_state: PublishedState,
    named: Iterable[str],
    visible: frozenset[str],
    seen: frozenset[str],
) -> tuple[str, ...]:
    """The projects that cannot be seen: of those that the settings name, and that feed a row."""
    known = {key.upper() for key in named} & seen
    fed = {
        feed.project
        for kept in published_state.capabilities.values()
        for feed in kept.contributing_epics
    }
    return tuple(sorted((fed | known) - visible))
