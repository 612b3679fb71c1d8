"""Puts a rule book and the whole picture of both databases together; asks Jira nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from models.backlog import Issue
from models.capability import Feed, Memory
from models.effort import Ledger
from models.errors import Problem, SchemaError, UsageError
from models.rulebook import RuleBook
from models.world import World
from sync.rulebook import rulebook_from_texts
from sync.store.decisions import decided_under
from sync.store.ledger import read_ledger
from sync.store.memory import read_memory, stored_rulebook
from sync.workshop import Workshop
from translators.deciding import Judge, compile_rules
from translators.effort import book, generation_of
from translators.planning import Translation, translate
from translators.standing import NOTHING, Evidence, gather


@dataclass(frozen=True)
class Office:
    """A rule book compiled, the world as that book sees it, and the book in force before."""

    book: RuleBook
    judge: Judge
    world: World
    before: RuleBook | None

    def translate(self) -> Translation:
        """The translation; capabilities whose epics the new book moved are rated afresh."""
        return translate(self.world, self.book, self.judge, self._reattributed())

    def _reattributed(self) -> frozenset[str]:
        if self.before is None or self.before.digest == self.book.digest:
            return frozenset()
        old = gather(self.world, compile_rules(self.before), self.before.effort).evidence
        new = gather(self.world, self.judge, self.book.effort).evidence
        return frozenset(
            capability
            for capability in old.keys() | new.keys()
            if _feeds(old, capability) != _feeds(new, capability)
        )


def open_office(
    workshop: Workshop,
    rulebook: RuleBook,
    issues: tuple[Issue, ...] | None = None,
    ledger: Ledger | None = None,
) -> Office:
    """Read mirror, ledger and memory as of the last whole walk.

    `issues` and `ledger` are what the caller has just read or booked.

    A rule book with other team, field or done rules has a ledger of its own; if that was never
    booked it is booked here, in memory. Raises UsageError where no walk came through yet.
    """
    site = workshop.settings.site
    record = workshop.sitebook.find_record()
    if record is None or record.as_of is None:
        raise UsageError(Problem("mirror", "is empty", "Run `headway sync` first."))
    if issues is None:
        issues = tuple(workshop.mirror.issues())
    memory = _with_projects_of_today(read_memory(workshop.clean), site, issues)
    generation = generation_of(rulebook.effort, record.points_fields)
    booked = ledger or read_ledger(workshop.state, site, generation)
    if not booked.windows:
        projects = frozenset(issue.project for issue in issues)
        booking = book(issues, Ledger(generation), rulebook.effort, record.as_of, projects)
        booked = booked.with_(booking.entries, booking.windows)
    visible = {project.key for project in workshop.sitebook.projects()}
    world = World(
        as_of=record.as_of,
        issues=issues,
        entries=tuple(booked.entries),
        windows=tuple(booked.windows),
        memory=memory,
        unseen_projects=_unseen(memory, workshop.settings.jira_projects, visible, issues),
        decided=decided_under(workshop.state, site, rulebook.digest),
    )
    return Office(rulebook, compile_rules(rulebook), world, book_in_force(workshop, memory))


def book_in_force(workshop: Workshop, memory: Memory) -> RuleBook | None:
    """The rule book of the last publication, compiled again from its stored text."""
    if memory.rulebook_digest is None:
        return None
    texts = stored_rulebook(workshop.clean, memory.rulebook_digest)
    if texts is None:
        what = "does not hold the rule book of its own last publication"
        raise SchemaError(Problem("clean database", what, "Restore it from a backup."))
    return rulebook_from_texts(texts)


def _with_projects_of_today(memory: Memory, site: str, issues: Iterable[Issue]) -> Memory:
    """The memory, its epics in the projects where they are now: epics and project keys move."""
    projects = {(site, issue.id): issue.project for issue in issues}
    return replace(
        memory,
        capabilities={
            key: replace(
                kept,
                feeds=tuple(
                    replace(feed, project=projects.get((feed.site, feed.epic_id), feed.project))
                    for feed in kept.feeds
                ),
            )
            for key, kept in memory.capabilities.items()
        },
    )


def _unseen(
    memory: Memory, named: Iterable[str], visible: set[str], issues: Iterable[Issue]
) -> tuple[str, ...]:
    """The projects that cannot be seen: of those that the settings name, and that feed a row."""
    known = {key.upper() for key in named} & {issue.project for issue in issues}
    fed = {feed.project for kept in memory.capabilities.values() for feed in kept.feeds}
    return tuple(sorted((fed | known) - visible))


def _feeds(evidence: Mapping[str, Evidence], capability: str) -> tuple[Feed, ...]:
    return evidence.get(capability, NOTHING).feeds
