"""What every command that edits the rule book does around its edit: shows, asks, writes."""

import difflib
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from models.backlog import Issue
from models.capability import PublishedState
from models.decision import Decision
from models.errors import DatabaseError, Problem, RuleBookError, UsageError
from models.plan import Change
from models.rulebook import RuleBook
from sync.cli.marks import Meaning, mark
from sync.cli.output import print_json, print_page
from sync.cli.pages.editing import format_edit, format_effect
from sync.pipeline.context import Context, open_context
from sync.pipeline.inputs import load_inputs
from sync.pipeline.rule_check import Surroundings, find_surroundings, judge_rulebook
from sync.rulebook.edit.edits import Edit
from sync.rulebook.edit.folder import OpenedFolder, open_folder
from sync.settings.settings import Settings
from translators.plan.decision_diff import DecisionChange, diff_decisions
from translators.plan.translate import Translation, changes_between, find_causes
from translators.promises.linter import compile_linter


@dataclass(frozen=True)
class EditContext:
    """A rule book opened for an edit, and what it is held against, as far as that was read."""

    opened: OpenedFolder
    surroundings: Surroundings
    context: Context | None
    basis: str

    @property
    def issues(self) -> tuple[Issue, ...] | None:
        """The mirror's issues, None where no backlog was read."""
        return self.surroundings.issues

    @property
    def published_state(self) -> PublishedState | None:
        """What was published, None where no database says it."""
        return self.surroundings.published_state


@dataclass(frozen=True)
class Effect:
    """What an edit would make sales read, and where epics would go."""

    changes: tuple[Change, ...]
    moved: tuple[DecisionChange, ...]
    decisions: tuple[Decision, ...]


Propose = Callable[[EditContext], Edit]
Judge = Callable[[EditContext, Effect], str]


def carry_out(
    settings: Settings, given: Namespace, propose: Propose, judge: Judge | None = None
) -> int:
    """Show what the edit does, ask unless told, and write it whole or not at all.

    `judge` says what became of what was asked for. An edit that the rule book would not bear is
    refused before anything is shown.
    """
    with _open_editing(settings) as editing:
        edit = propose(editing)
        book = _compile_edited(editing, edit)
        lacking = _refuse_new_faults(editing, book)
        effect = _find_effect(editing, book)
        verdict = judge(editing, effect) if judge and effect else ""
    diff = _list_differences(editing.opened, edit)
    page = format_edit(
        [edit.done, *([f"  {verdict}"] if verdict else [])],
        diff,
        [*(format_effect(effect.changes, effect.moved) if effect else []), *lacking, editing.basis],
        only_diff=given.dry_run,
    )
    # What is written unasked is written first: a page that says so is true.
    is_unasked = given.yes and not given.dry_run and bool(diff)
    files = editing.opened.write(edit.texts) if is_unasked else []
    if not given.as_json:
        print_page(page)
    is_written = is_unasked or _decide_writing(given, has_changes=bool(diff))
    if is_written and not is_unasked:
        files = editing.opened.write(edit.texts)
    if given.as_json:
        told: dict[str, Any] = {
            "done": edit.done,
            "verdict": verdict,
            "basis": editing.basis,
            "diff": diff,
        }
        told |= {"changes": effect.changes if effect else None, "written": files}
        print_json(told | {"decisions": effect.moved if effect else None})
    elif files:
        written = f"Wrote {', '.join(files)}"
        print_page([mark(f"{written}. `headway sync` publishes it.", Meaning.GOOD, written)])
    elif diff and not given.dry_run:
        print_page([mark("Nothing was written.", Meaning.DOUBT)])
    if diff and not is_written and not given.dry_run and not _is_asked(given):
        what = "was shown and not written: there is no terminal to ask on"
        raise UsageError(Problem("the edit", what, "Give --yes to write it, or --dry-run."))
    return 0


@contextmanager
def _open_editing(settings: Settings) -> Iterator[EditContext]:
    opened = open_folder(settings.config_dir)
    shown = "what sales would read cannot be shown"
    with ExitStack() as stack:
        try:
            context = stack.enter_context(open_context(settings, reading=True))
            found = find_surroundings(context)
        except DatabaseError as error:
            where, what, _ = error.problems[0]
            editing = EditContext(
                opened, Surroundings(), None, f"{shown.capitalize()}: {where} {what}."
            )
        else:
            if found.issues is None:
                basis = f"No backlog was read yet: {shown}."
                editing = EditContext(opened, found, None, basis)
            else:
                basis = f"Held against the {len(found.issues):,} issues that were last read."
                editing = EditContext(opened, found, context, basis)
        yield editing


def _compile_edited(editing: EditContext, edit: Edit) -> RuleBook:
    try:
        return editing.opened.compile_with(edit.texts)
    except RuleBookError as error:
        what = "the rule book would not be read any more; nothing was written"
        raise RuleBookError([Problem("the edit", what), *error.problems]) from None


def _refuse_new_faults(editing: EditContext, book: RuleBook) -> list[str]:
    """What ends a run, or what the linter refuses to publish, is not written by a command.

    A rule without examples is written, and what it lacks is given back.
    """
    folder = editing.opened.folder
    before = {f.what for f in judge_rulebook(editing.opened.book, folder, editing.surroundings)}
    faults = [
        finding
        for finding in judge_rulebook(book, folder, editing.surroundings)
        if finding.is_error and finding.what not in before
    ]
    lacking = [f"{f.where}: still to do: {f.what}" for f in faults if "has no example" in f.what]
    refused = [
        Problem(finding.where, f"{finding.what}; nothing was written", finding.remedy)
        for finding in faults
        if "has no example" not in finding.what
    ]
    if refused:
        raise RuleBookError(refused)
    return lacking


def _find_effect(editing: EditContext, book: RuleBook) -> Effect | None:
    if editing.context is None:
        return None
    before = load_inputs(editing.context, editing.opened.book, editing.issues).translate()
    after = load_inputs(editing.context, book, editing.issues).translate()
    return _compare(before, after, book)


def _compare(before: Translation, after: Translation, book: RuleBook) -> Effect:
    decisions = tuple(after.attribution.decisions)
    return Effect(
        changes=changes_between(
            before.rows, after.rows, find_causes(book, decisions), compile_linter(book)
        ),
        moved=diff_decisions(before.attribution.decisions, decisions),
        decisions=decisions,
    )


def _list_differences(opened: OpenedFolder, edit: Edit) -> list[str]:
    """The lines that differ, as `diff -u` shows them."""
    lines: list[str] = []
    for name, text in edit.texts.items():
        old = opened.texts.get(name, "")
        if old != text:
            path = f"{opened.folder}/{name}"
            lines += difflib.unified_diff(
                old.splitlines(), text.splitlines(), path, path, lineterm="", n=2
            )
    return lines


def _decide_writing(given: Namespace, *, has_changes: bool) -> bool:
    if given.dry_run or not has_changes or not _is_asked(given):
        return False
    print("Write it? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def _is_asked(given: Namespace) -> bool:
    return not given.as_json and sys.stdin.isatty() and sys.stdout.isatty()
