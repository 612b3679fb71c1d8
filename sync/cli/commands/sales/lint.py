"""`headway lint`: promises in what was written already, against what could be read that day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from os import fsencode
from pathlib import Path
from zoneinfo import ZoneInfo

from models.errors import DatabaseError, Problem
from models.rulebook import RuleBook
from sync.cli.output import print_json, print_page
from sync.cli.pages.sales import lint as pages
from sync.cli.pages.sales.lint_sarif import write_sarif
from sync.documents import DocumentWalk, UnreadableError, read_document
from sync.documents.limits import MOST_FINDINGS
from sync.rulebook import read_rulebook, rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from sync.settings.settings import Settings
from sync.store.clean.history import PastLists, open_history, read_past_lists
from translators.explain.promise_ledger import Remark, write_ledger
from translators.promises.linter import Linter, compile_linter
from translators.promises.prose import find_in_prose


@dataclass(frozen=True, kw_only=True)
class LintOptions:
    """What is linted, by which rules, and how the result is said."""

    files: Sequence[str]
    exclude: Sequence[str] = ()
    columns: frozenset[str] = frozenset()
    as_of: date | None = None
    config: Path | None = None
    shape: str = "text"


def lint_documents(settings: Settings, options: LintOptions) -> int:
    """Lint files and folders: 1 where something was found, 2 where one could not be read."""
    book, basis = _find_rules(settings, options.config)
    on = options.as_of or datetime.now(ZoneInfo(settings.timezone)).date()
    work = _Work(compile_linter(book, on), options)
    remarks = tuple(work.lint_all())
    lists, missing = _find_lists(settings, remarks)
    result = pages.LintResult(
        documents=work.documents,
        remarks=remarks,
        ledger=write_ledger(remarks, lists.by_day, lists.ever) if lists else None,
        first=lists.first if lists else None,
        missing=missing,
        unread=tuple(work.unread),
        odd=tuple(work.odd),
        passed_over=dict(sorted(work.walk.passed_over.items())),
        basis=basis,
    )
    if options.shape == pages.JSON:
        print_json(pages.list_for_programs(result))
    elif options.shape == pages.SARIF:
        print_json(write_sarif(result))
    else:
        print_page(pages.SHAPES[options.shape](result))
    return result.exit_code


def _find_rules(settings: Settings, config: Path | None) -> tuple[RuleBook, str]:
    """The rule book, or where none was made yet the shipped rules alone; and that in words."""
    folder = config or settings.config_dir
    is_named = config is not None or "config_dir" in settings.given
    if is_named or folder.exists():
        return read_rulebook(folder), f"By the rules in {folder}."
    basis = f"By the rules that come with Headway alone: there are none in {folder}."
    return rulebook_from_texts(read_shipped_texts()), basis


def _find_lists(
    settings: Settings, remarks: Sequence[Remark]
) -> tuple[PastLists | None, Problem | None]:
    """What could be read on the days of all promises, or why that is not known."""
    if not any(each.is_promise for each in remarks):
        return None, None
    try:
        with open_history(settings.clean_url) as engine:
            days = {each.day for each in remarks if each.is_promise and each.day}
            return read_past_lists(engine, days, ZoneInfo(settings.timezone)), None
    except DatabaseError as error:
        return None, error.problems[0]


@dataclass
class _Work:
    """Goes through all documents, and notes of each what cannot be read."""

    linter: Linter
    options: LintOptions
    walk: DocumentWalk = field(init=False)
    documents: int = 0
    unread: list[Problem] = field(default_factory=list)
    odd: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.walk = DocumentWalk(self.options.exclude)

    def lint_all(self) -> Iterator[Remark]:
        """What is found, document by document."""
        for path in self.walk.list_documents(map(Path, self.options.files)):
            yield from self._lint(path, _show_path(path))
        self.unread += [_word(_show_path(path), each) for path, each in self.walk.unreadable]

    def _lint(self, path: Path, name: str) -> Iterator[Remark]:
        unread: list[UnreadableError] = []
        try:
            document = read_document(path, self.options.columns)
            self.documents += 1
            unread = document.unread
            day = self.options.as_of or document.dated_on
            if document.oddity:
                self.odd.append(Problem(name, document.oddity))
            number = 0
            for passage in document.passages:
                for found in find_in_prose(self.linter, passage.text):
                    number += 1
                    if number > MOST_FINDINGS:
                        what = f"has more than {MOST_FINDINGS:,} findings; the rest was not read"
                        raise UnreadableError(what)
                    at = found.violation.start
                    yield Remark(
                        file=name,
                        place=passage.name_place(at),
                        line=passage.find_line(at),
                        day=day,
                        violation=found.violation,
                        sentence=found.sentence,
                        around=found.around,
                    )
        except UnreadableError as error:
            self.unread.append(_word(name, error))
        self.unread += [_word(name, each) for each in unread]


def _show_path(path: Path) -> str:
    """A name in letters that can be written, whatever bytes it has."""
    name = "(standard input)" if path == Path("-") else str(path)
    return fsencode(name).decode("utf-8", "replace")


def _word(name: str, error: UnreadableError) -> Problem:
    return Problem(name, error.what, error.remedy)
