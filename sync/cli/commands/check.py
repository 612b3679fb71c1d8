"""`headway check`: all that is wrong or odd in the rule book, before any run meets it."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from models.errors import DatabaseError, EmptyDatabaseError, UsageError
from models.rule_finding import RuleFinding, Severity
from models.rulebook import RuleBook
from sync.cli.output import print_json, print_page
from sync.cli.pages import check as pages
from sync.pipeline.context import open_context
from sync.pipeline.rule_check import (
    compile_rulebook,
    count_own_examples,
    find_own_false_examples,
    judge_rulebook,
)
from sync.pipeline.surroundings import Surroundings, describe_site_now, find_surroundings
from sync.settings.settings import Settings


def show_verdict(
    settings: Settings,
    config: Path | None,
    *,
    live: bool,
    shape: str,
    strict: bool,
    show_values: bool,
) -> int:
    """The verdict on a rule book, in a `shape` of `pages.SHAPES`.

    2 where a run would refuse it or a check fails; where it is `strict`, for a warning too.
    """
    folder = config or settings.config_dir
    book, findings = compile_rulebook(folder)
    with ExitStack() as stack:
        surroundings, basis, unread = _look_around(settings, book, stack, live=live)
        examples = None
        if book is not None:
            false = find_own_false_examples(book, surroundings)
            findings = judge_rulebook(book, folder, surroundings, false)
            examples = count_own_examples(book, surroundings, false)
    findings += unread
    is_bad = any(finding.is_error or strict for finding in findings)
    verdict = pages.Verdict(
        exit_code=UsageError.exit_code if is_bad else 0,
        basis=basis,
        findings=findings,
        examples=examples,
        folder=str(folder),
    )
    if shape == pages.JSON:
        print_json(pages.list_for_programs(verdict))
    else:
        print_page(pages.SHAPES[shape](verdict, show_values))
    return verdict.exit_code


def _look_around(
    settings: Settings, book: RuleBook | None, stack: ExitStack, *, live: bool
) -> tuple[Surroundings, str, tuple[RuleFinding, ...]]:
    """What the rules can be held against, that in words, and a warning of what cannot be read.

    A rule book needs no database: one that is not there yet, or empty, is none to warn of. What is
    opened stays open as long as the `stack`.
    """
    surroundings, basis = Surroundings(), "Held against no backlog: none was read yet."
    unread: tuple[RuleFinding, ...] = ()
    try:
        context = stack.enter_context(open_context(settings, reading=True))
        if book is None:
            basis = "Held against no backlog: the rules cannot be read."
        else:
            surroundings = find_surroundings(context, book)
    except DatabaseError as error:
        where, what, remedy = error.problems[0]
        basis = f"Held against no backlog: {where} {what}."
        if not isinstance(error, EmptyDatabaseError):
            unread = (RuleFinding(Severity.WARNING, where, what, remedy),)
    if surroundings.backlog is not None:
        total = surroundings.backlog.total
        basis = f"Held against the {total:,} issues that were last read."
    if live:
        profile = describe_site_now(settings.connection())
        surroundings = replace(surroundings, profile=profile)
        basis += " Fields and projects are those of Jira now."
    return surroundings, basis, unread
