"""Puts a rule book and the whole picture of both databases together; asks Jira nothing."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from models.backlog import Issue
from models.capability import Feed, Memory
from models.effort import Ledger
from models.errors import Problem, RuleBookError, SchemaError, UsageError
from models.rollup import Group
from models.rulebook import RuleBook, Ruling
from models.snapshot import World
from sync.pipeline.context import Workshop
from sync.rulebook import rulebook_from_texts
from sync.store.clean.published_state import read_memory, stored_rulebook
from sync.store.state.decisions import Kept, decided_under, read_decisions, screened_out
from sync.store.state.ledger import read_ledger
from sync.store.state.mirror_queries import called
from sync.store.state.mirror_rows import SiteRecord
from translators.effort.booking import book, generation_of
from translators.plan.attribution import projects_in, projects_of
from translators.plan.rollup import Survey
from translators.plan.rule_diff import moves_between
from translators.plan.translate import Translation, translate
from translators.rules.decide import Judge, compile_rules


@dataclass(frozen=True)
class Office:
    """A rule book compiled, the world as that book sees it, and the book in force before.

    `kept` are the decisions of the last publication, by epic.
    """

    book: RuleBook
    judge: Judge
    world: World
    before: RuleBook | None
    kept: Mapping[int, Kept]

    def translate(self, found: Survey | None = None) -> Translation:
        """The translation; capabilities that the new book moved are rated afresh.

        `found` is the survey of the world, if it was made already.
        """
        moves = moves_between(self.before, self.book, self.judge, self.world)
        return translate(self.world, self.book, self.judge, moves, found)


def open_office(
    workshop: Workshop,
    rulebook: RuleBook,
    issues: tuple[Issue, ...] | None = None,
    ledger: Ledger | None = None,
) -> Office:
    """Read mirror, ledger and memory as of the last whole walk.

    `issues` and `ledger` are what the caller has just read or booked.

    A rule book with other team, field or done rules has a ledger of its own; what is not booked
    in it yet is booked here, in memory. Raises UsageError where no walk came through yet.
    """
    record, as_of = _record(workshop)
    if issues is None:
        issues = tuple(workshop.mirror.issues())
    if ledger is None:
        site = workshop.settings.site
        visible = frozenset(project.key for project in workshop.sitebook.projects())
        generation = generation_of(rulebook.effort, record.points_fields)
        ledger = read_ledger(workshop.state, site, generation)
        booking = book(issues, ledger, rulebook.effort, as_of, visible)
        ledger = ledger.with_(booking.entries, booking.windows)
    seen = frozenset(issue.project for issue in issues)
    office = _opened(workshop, rulebook, compile_rules(rulebook), projects_of(issues), seen)
    world = replace(
        office.world,
        generation=ledger.generation,
        issues=issues,
        entries=tuple(ledger.entries),
        windows=tuple(ledger.windows),
    )
    return dataclasses.replace(office, world=world)


def open_small_office(
    workshop: Workshop,
    rulebook: RuleBook,
    judge: Judge,
    groups: Mapping[int, Group],
    generation: str,
) -> Office | None:
    """An office for a translation of known `groups`: of issues it has only those that rules name.

    None if the last publication, or any of its decisions, was of another rule book: what that
    moves only the whole mirror tells.
    """
    seen = frozenset(workshop.mirror.seen_projects())
    office = _opened(workshop, rulebook, judge, projects_in(groups), seen)
    digests = {each.rulebook_digest for each in office.kept.values()}
    digests.add(office.world.memory.rulebook_digest or "")
    if digests != {rulebook.digest}:
        return None
    world = replace(office.world, generation=generation, issues=_named(workshop, rulebook))
    return dataclasses.replace(office, world=world)


def _opened(
    workshop: Workshop,
    rulebook: RuleBook,
    judge: Judge,
    projects: Mapping[int, str],
    seen: frozenset[str],
) -> Office:
    """An office whose world has everything but issues and ledger.

    `projects` are where the epics are now, `seen` all that issues were ever seen in.
    """
    site = workshop.settings.site
    memory = _with_projects_of_today(read_memory(workshop.clean), site, projects)
    visible = frozenset(project.key for project in workshop.sitebook.projects())
    kept = read_decisions(workshop.state, site)
    world = World(
        as_of=_record(workshop)[1],
        generation="",
        issues=(),
        entries=(),
        windows=(),
        memory=memory,
        unseen_projects=_unseen(memory, workshop.settings.jira_projects, visible, seen),
        decided=decided_under(kept, rulebook.digest),
        screened_out=screened_out(kept),
    )
    before = (
        rulebook if memory.rulebook_digest == rulebook.digest else book_in_force(workshop, memory)
    )
    return Office(rulebook, judge, world, before, kept)


def _record(workshop: Workshop) -> tuple[SiteRecord, datetime]:
    """The site's record, and when its last whole walk began."""
    record = workshop.sitebook.find_record()
    if record is None or record.as_of is None:
        raise UsageError(Problem("mirror", "is empty", "Run `headway sync` first."))
    return record, record.as_of


def _named(workshop: Workshop, rulebook: RuleBook) -> tuple[Issue, ...]:
    """The issues that the rule book names one by one, and their epics."""
    rules = rulebook.effort
    released = [each for each in rules.release if isinstance(each, Ruling)]
    keys = {pin.issue.upper() for pin in rulebook.pins}
    keys |= {each.issue.upper() for each in (*rules.void, *released)}
    if not keys:
        return ()
    found = called(workshop.mirror, keys)
    epics = workshop.mirror.some({issue.epic_id for issue in found if issue.epic_id})
    by_id = {issue.id: issue for issue in (*found, *epics)}
    return tuple(by_id[each] for each in sorted(by_id))


def book_in_force(workshop: Workshop, memory: Memory) -> RuleBook | None:
    """The rule book of the last publication, compiled again from its stored text."""
    if memory.rulebook_digest is None:
        return None
    texts = stored_rulebook(workshop.clean, memory.rulebook_digest)
    if texts is None:
        what = "does not hold the rule book of its own last publication"
        raise SchemaError(Problem("clean database", what, "Restore it from a backup."))
    return rulebook_from_texts(texts)


def _with_projects_of_today(memory: Memory, site: str, projects: Mapping[int, str]) -> Memory:
    """The memory, its epics in the projects where they are now: epics and project keys move."""

    def project(feed: Feed) -> str:
        return projects.get(feed.epic_id, feed.project) if feed.site == site else feed.project

    return replace(
        memory,
        capabilities={
            key: replace(
                kept,
                feeds=tuple(replace(feed, project=project(feed)) for feed in kept.feeds),
            )
            for key, kept in memory.capabilities.items()
        },
    )


def check_none_deleted(rulebook: RuleBook, memory: Memory, folder: Path) -> None:
    """A published id stands for ever: RuleBookError if the rule book of `folder` lacks one."""
    missing = set(memory.capabilities) - {rule.id for rule in rulebook.capabilities}
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
    memory: Memory, named: Iterable[str], visible: frozenset[str], seen: frozenset[str]
) -> tuple[str, ...]:
    """The projects that cannot be seen: of those that the settings name, and that feed a row."""
    known = {key.upper() for key in named} & seen
    fed = {feed.project for kept in memory.capabilities.values() for feed in kept.feeds}
    return tuple(sorted((fed | known) - visible))
