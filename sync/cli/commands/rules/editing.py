"""What every command that edits the rule book does around its edit: shows, asks, writes."""

import difflib
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from models.backlog import Issue
from models.capability import PublishedState
from models.decision import Decision
from models.errors import DatabaseError, Problem, RuleBookError, UsageError
from models.plan import Change
from models.rule_finding import RuleFinding
from models.rulebook import RuleBook
from sync.cli.marks import Meaning, mark
from sync.cli.output import print_json, print_page
from sync.cli.pages.rules.editing import format_edit, format_effect
from sync.pipeline.context import open_context
from sync.pipeline.rule_check.surroundings import Surroundings, find_surroundings
from sync.pipeline.rule_check.verdict import find_faults, find_missing_examples
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


@dataclass(frozen=True)
class TriedEdit:
    """An edit that the rule book bears, and what is to be said of it; nothing is written yet.

    `verdict` says what became of what was asked for, `lacking` what is still to do.
    """

    editing: EditContext
    edit: Edit
    effect: Effect | None
    verdict: str
    lacking: list[str]
    diff: list[str]


Propose = Callable[[EditContext], Edit]
Judge = Callable[[EditContext, Effect], str]


def carry_out(
    settings: Settings, given: Namespace, propose: Propose, judge: Judge | None = None
) -> int:
    """Show what the edit does, ask unless told, and write it whole or not at all.

    `judge` says what became of what was asked for. An edit that the rule book would not bear is
    refused before anything is shown.
    """
    tried = _try_edit(settings, propose, judge)
    opened, texts, has_changes = tried.editing.opened, tried.edit.texts, bool(tried.diff)
    # What is written unasked is written first: a page that says so is true.
    is_unasked = given.yes and not given.dry_run and has_changes
    files = opened.write(texts) if is_unasked else []
    if not given.as_json:
        print_page(_lay_out(tried, only_diff=given.dry_run))
    is_written = is_unasked or _decide_writing(given, has_changes=has_changes)
    if is_written and not is_unasked:
        files = opened.write(texts)
    _tell_end(tried, given, files)
    if has_changes and not is_written and not given.dry_run and not _is_asked(given):
        what = "was shown and not written: there is no terminal to ask on"
        raise UsageError(Problem("the edit", what, "Give --yes to write it, or --dry-run."))
    return 0


def _try_edit(settings: Settings, propose: Propose, judge: Judge | None) -> TriedEdit:
    with _open_editing(settings) as editing:
        edit = propose(editing)
        book = _compile_edited(editing, edit)
        lacking = _refuse_new_faults(editing, book)
        effect = _find_effect(editing, book)
        verdict = judge(editing, effect) if judge and effect else ""
    diff = _list_differences(editing.opened, edit)
    return TriedEdit(editing, edit, effect, verdict, lacking, diff)


def _lay_out(tried: TriedEdit, *, only_diff: bool) -> list[str]:
    effect, verdict = tried.effect, tried.verdict
    told = format_effect(effect.changes, effect.moved) if effect else []
    return format_edit(
        tried.edit.done.splitlines(),
        [f"  {line}" for line in verdict.splitlines()],
        tried.diff,
        [*told, *tried.lacking, tried.editing.basis],
        only_diff=only_diff,
    )


def _tell_end(tried: TriedEdit, given: Namespace, files: list[str]) -> None:
    """All of it for programs, or which files were written; nothing where there was no edit."""
    if given.as_json:
        told: dict[str, Any] = {
            "done": tried.edit.done,
            "verdict": tried.verdict,
            "basis": tried.editing.basis,
            "diff": tried.diff,
            "changes": tried.effect.changes if tried.effect else None,
            "written": files,
            "decisions": tried.effect.moved if tried.effect else None,
        }
        print_json(told)
    elif files:
        written = f"Wrote {', '.join(files)}"
        print_page([mark(f"{written}. `headway sync` publishes it.", Meaning.GOOD, written)])
    elif tried.diff and not given.dry_run:
        print_page([mark("Nothing was written.", Meaning.DOUBT)])


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
            found, basis = Surroundings(), f"{shown.capitalize()}: {where} {what}."
        else:
            basis = f"No backlog was read yet: {shown}."
            if found.issues is not None:
                basis = f"Held against the {len(found.issues):,} issues that were last read."
        yield EditContext(opened, found, basis)


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
    folder, surroundings = editing.opened.folder, editing.surroundings
    faults = [each for each in find_faults(book, folder, surroundings) if each.is_error]
    if not faults:
        return []
    new = _drop_known(faults, find_faults(editing.opened.book, folder, surroundings))
    lacking = find_missing_examples(book, folder)
    refused = [
        Problem(fault.where, f"{fault.what}; nothing was written", fault.remedy)
        for fault in new
        if fault not in lacking
    ]
    if refused:
        raise RuleBookError(refused)
    return [f"{fault.where}: still to do: {fault.what}" for fault in new]


def _drop_known(faults: Iterable[RuleFinding], before: Iterable[RuleFinding]) -> list[RuleFinding]:
    """The faults that were not there before, wherever the others stand now."""
    known = Counter(map(_identify, before))
    new = []
    for fault in faults:
        if known[_identify(fault)]:
            known[_identify(fault)] -= 1
        else:
            new.append(fault)
    return new


def _identify(fault: RuleFinding) -> tuple[str, str, str]:
    """A fault by the line it is in: its place, and those that its sentence names, may move."""
    return fault.severity, fault.excerpt or fault.what, fault.remedy


def _find_effect(editing: EditContext, book: RuleBook) -> Effect | None:
    translate = editing.surroundings.translate
    if translate is None:
        return None
    return _compare(translate(editing.opened.book), translate(book), book)


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
