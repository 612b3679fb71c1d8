"""`headway check`: all that is wrong or odd in the rule book, before any run meets it."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from models.errors import DatabaseError, EmptyDatabaseError, UsageError
from models.promises import NONE_PASSED, PassedTexts
from models.rule_finding import RuleFinding, Severity
from models.rulebook import RuleBook
from sync.cli.output import print_json, print_page
from sync.cli.pages.rules import check as pages
from sync.pipeline.context import Context, open_context
from sync.pipeline.rule_check.surroundings import (
    Surroundings,
    describe_sites_now,
    find_surroundings,
)
from sync.pipeline.rule_check.verdict import (
    compile_rulebook,
    count_own_examples,
    find_own_false_examples,
    judge_rulebook,
)
from sync.pipeline.translation_cache import read_passed_texts
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
    with ExitStack() as stack:
        context, passed, unread = _open_databases(settings, stack)
        book, findings = compile_rulebook(folder, passed)
        surroundings = Surroundings()
        try:
            if context and book:
                surroundings = find_surroundings(context, book)
        except DatabaseError as error:
            unread = error
        basis, warnings = _word_basis(surroundings, book, unread)
        if live:
            profile = describe_sites_now([site.connect() for site in settings.sites])
            surroundings = replace(surroundings, profile=profile)
            basis += " Fields and projects are those of Jira now."
        examples = None
        if book is not None:
            false = find_own_false_examples(book, surroundings)
            findings = judge_rulebook(book, folder, surroundings, false)
            examples = count_own_examples(book, surroundings, false)
    findings += warnings
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


def _open_databases(
    settings: Settings, stack: ExitStack
) -> tuple[Context | None, PassedTexts, DatabaseError | None]:
    """The databases, open as long as the `stack`, and what passed the promise linter.

    Or why they cannot be read: a rule book needs none.
    """
    try:
        context = stack.enter_context(open_context(settings, reading=True))
        return context, read_passed_texts(context.first.site_store), None
    except DatabaseError as error:
        return None, NONE_PASSED, error


def _word_basis(
    surroundings: Surroundings, book: RuleBook | None, unread: DatabaseError | None
) -> tuple[str, tuple[RuleFinding, ...]]:
    """What the rules are held against, in words, and a warning of what cannot be read.

    A database that is not there yet, or empty, is none to warn of.
    """
    if unread is not None:
        where, what, remedy = unread.problems[0]
        basis = f"Held against no backlog: {where} {what}."
        if isinstance(unread, EmptyDatabaseError):
            return basis, ()
        return basis, (RuleFinding(Severity.WARNING, where, what, remedy),)
    if book is None:
        return "Held against no backlog: the rules cannot be read.", ()
    if surroundings.backlog is None:
        return "Held against no backlog: none was read yet.", ()
    return f"Held against the {surroundings.backlog.total:,} issues that were last read.", ()
