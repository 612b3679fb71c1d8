"""Puts a rule book and the whole picture of both databases together; asks Jira nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from models.backlog import Issue
from models.capability import Memory
from models.effort import Ledger
from models.errors import Problem, RuleBookError, SchemaError, UsageError
from models.rulebook import RuleBook
from models.world import World
from sync.rulebook import rulebook_from_texts
from sync.store.decisions import decided_under, screened_out
from sync.store.ledger import read_ledger
from sync.store.memory import read_memory, stored_rulebook
from sync.workshop import Workshop
from translators.deciding import Judge, compile_rules
from translators.effort import book, generation_of
from translators.moves import moves_between
from translators.planning import Translation, translate
from translators.surveying import Survey


@dataclass(frozen=True)
class Office:
    """A rule book compiled, the world as that book sees it, and the book in force before."""

    book: RuleBook
    judge: Judge
    world: World
    before: RuleBook | None

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
    site = workshop.settings.site
    record = workshop.sitebook.find_record()
    if record is None or record.as_of is None:
        raise UsageError(Problem("mirror", "is empty", "Run `headway sync` first."))
    if issues is None:
        issues = tuple(workshop.mirror.issues())
    memory = _with_projects_of_today(read_memory(workshop.clean), site, issues)
    visible = frozenset(project.key for project in workshop.sitebook.projects())
    if ledger is None:
        generation = generation_of(rulebook.effort, record.points_fields)
        ledger = read_ledger(workshop.state, site, generation)
        booking = book(issues, ledger, rulebook.effort, record.as_of, visible)
        ledger = ledger.with_(booking.entries, booking.windows)
    world = World(
        as_of=record.as_of,
        generation=ledger.generation,
        issues=issues,
        entries=tuple(ledger.entries),
        windows=tuple(ledger.windows),
        memory=memory,
        unseen_projects=_unseen(memory, workshop.settings.jira_projects, visible, issues),
        decided=decided_under(workshop.state, site, rulebook.digest),
        screened_out=screened_out(workshop.state, site),
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
    memory: Memory, named: Iterable[str], visible: frozenset[str], issues: Iterable[Issue]
) -> tuple[str, ...]:
    """The projects that cannot be seen: of those that the settings name, and that feed a row."""
    known = {key.upper() for key in named} & {issue.project for issue in issues}
    fed = {feed.project for kept in memory.capabilities.values() for feed in kept.feeds}
    return tuple(sorted((fed | known) - visible))
