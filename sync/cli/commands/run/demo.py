"""`headway demo`: the main job on the sample Jira, and a page that explains the product."""

import fcntl
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Literal

from models.errors import DatabaseError, Problem, UsageError
from models.snapshot import Snapshot
from sync.cli.marks import Meaning, mark
from sync.cli.pages import results
from sync.cli.pages.phrases import shorten_text
from sync.cli.progress import show_progress
from sync.cli.terminal import write_lines
from sync.pipeline.context import Context, migrate_databases, open_context
from sync.pipeline.inputs.account import load_account_of_issues
from sync.pipeline.inputs.inputs import load_inputs
from sync.pipeline.record.result import RunResult
from sync.pipeline.run.run import run_once
from sync.rulebook import read_rulebook
from sync.sample.company.company import build_company
from sync.sample.server.server import SampleJira
from sync.service.signals import stop_on_signal
from sync.settings.settings import PARSERS, read_settings
from sync.settings.sources import PREFIX
from sync.store.clean.readers_view import read_list
from translators.explain.issue_account import explain_issue
from translators.find.search import find_capability
from translators.plan.translate import Translation
from translators.rules.decide import CompiledRules

FOLDER = Path("var/demo")
TOUR = ("ID-140", "CORE-212", "PAY-310")
"""Three issues of the made-up company that show what becomes of issues; the rest is the run's."""

QUESTION = "do you have an audit trail?"
SHOWN = 12
TRY = (
    ("explain CORE-212", "why it was left out"),
    ("explain audit-log", "where its level comes from"),
    ("plan", "after an edit in var/demo/config"),
)


def run_demo(dialect: Literal["cloud", "datacenter"], keep: bool) -> None:
    """Run the sample twice, print the page, and with `keep` serve the sample until Ctrl-C."""
    with (
        _prepare_folder(),
        stop_on_signal() as stop,
        SampleJira(build_company(), dialect=dialect) as jira,
    ):
        email = jira.email if dialect == "cloud" else None
        env_file = write_env_file(jira.url, email, jira.token)
        settings = read_settings({}, env_file)
        with open_context(settings, check=False) as context:
            migrate_databases(context)
            with show_progress("the sample Jira") as progress:
                first = run_once(context, stop=stop, progress=progress)
                asked = len(jira.requests)
                second = run_once(context, stop=stop)
            requests = (asked, len(jira.requests) - asked)
            page = _lay_out_page(context, (first, second), requests)
        write_lines(page, sys.stdout)
        sys.stdout.flush()
        if keep:
            _keep_serving(jira.url, stop)


@contextmanager
def _prepare_folder() -> Iterator[None]:
    """The demo's own folder, emptied and filled anew, and locked; nothing else is touched."""
    try:
        FOLDER.mkdir(parents=True, exist_ok=True)
        lock = os.open(FOLDER, os.O_RDONLY)
    except OSError as error:
        raise _refuse_folder(error) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _fill_folder()
    except BlockingIOError:
        what = "belongs to a demo that is still going on"
        remedy = "End that one first (Ctrl-C), or run this one in another folder."
        raise UsageError(Problem(str(FOLDER), what, remedy)) from None
    except OSError as error:
        raise _refuse_folder(error) from None
    try:
        yield
    finally:
        os.close(lock)


def _refuse_folder(error: OSError) -> DatabaseError:
    what = f"cannot be written: {error.strerror or error}"
    remedy = "Run the demo in a folder that this user may write to."
    return DatabaseError(Problem(str(FOLDER), what, remedy))


def _fill_folder() -> None:
    for old in FOLDER.iterdir():
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    config = FOLDER / "config"
    config.mkdir()
    for shipped in (files("sync.sample") / "config").iterdir():
        if shipped.name.endswith(".yaml"):
            (config / shipped.name).write_text(shipped.read_text("utf-8"), "utf-8")


def write_env_file(url: str, email: str | None, token: str) -> Path:
    """Write the demo's settings, which name its own folder from here, and say where."""
    given = {
        "jira_url": url,
        "jira_email": email or "",
        "jira_token": token,
        "clean_url": f"sqlite:///{FOLDER}/clean.db",
        "state_url": f"sqlite:///{FOLDER}/internal/state.db",
        "config_dir": f"{FOLDER}/config",
        "clock_tolerance": "none",
    }
    values = dict.fromkeys(PARSERS, "") | given
    lines = [
        "# The demo's settings: `headway --env-file var/demo/env ...` works against its databases.",
        "# An empty value keeps out what the environment says.",
        *(f"{PREFIX}{name.upper()}={value}" for name, value in values.items()),
    ]
    path = FOLDER / "env"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path


def _lay_out_page(
    context: Context, runs: tuple[RunResult, RunResult], requests: tuple[int, int]
) -> list[str]:
    """The page, line by line; `requests` are those of each of the two runs."""
    first, second = runs
    inputs = load_inputs(context, read_rulebook(context.settings.config_dir))
    translation = inputs.translate()
    told = load_account_of_issues(context, inputs, TOUR).snapshot
    rows = read_list(context.settings.clean_url).rows
    areas = list(dict.fromkeys(rule.area for rule in inputs.book.capabilities))
    tally = results.word_tally(first.plan.tally)
    left, right = "WHAT ENGINEERING WROTE", "WHAT BECAME OF IT"
    number = f"{left} ({len(TOUR)} of {first.walk.issues:,} issues)"
    return [
        "Headway demo: a made-up company. Its Jira was read over real HTTP, on this machine only.",
        "",
        mark(f"{number:<50}{right}", Meaning.HEADING),
        *_show_issues(told, inputs.compiled, translation),
        "",
        mark(f"{'WHAT SALES READS':<43}ENGINEERING WORK TO DATE", Meaning.HEADING),
        *results.format_reading_list(rows, areas, SHOWN),
        "",
        *_answer_question(context),
        "",
        mark("EVERY EPIC ACCOUNTED FOR", Meaning.HEADING),
        f"  {results.format_tally(first.plan.tally)}",
        f"  left out   {results.format_counts(tally['left_out'])}",
        f"  to decide  {results.format_counts(tally['undecided'])}",
        "",
        f"First run: {requests[0]} requests, {first.seconds:.1f} s. "
        f"Second: {requests[1]} requests, {second.seconds:.1f} s, "
        f"{second.rows_written} rows rewritten, the CRM stays quiet.",
        "",
        *_list_commands(),
    ]


def _show_issues(
    snapshot: Snapshot, compiled: CompiledRules, translation: Translation
) -> list[str]:
    lines = []
    for key in TOUR:
        story = explain_issue(key, snapshot, compiled, translation)
        if story is not None:
            lines.append(f"  {story.key:<9} {shorten_text(story.summary, 36):<38}{story.outcome}")
    return lines


def _answer_question(context: Context) -> list[str]:
    shown = read_list(context.settings.clean_url)
    answer = find_capability(QUESTION, shown.rows)
    asked_when = next((term for term in shown.terms if term.kind == "asked_when"), None)
    head, *rest = results.format_answer(QUESTION, answer, asked_when, shown.freshness)
    name = answer.row.name if answer.row else head
    return [f'A customer asks: "{QUESTION}"   The rep finds {name}:', *rest[:-2]]


def _list_commands() -> list[str]:
    """Commands that work exactly as printed, from this folder, after the demo has ended."""
    call = _find_call()
    width = max(len(f"{call} {arguments}") for arguments, _ in TRY)
    lines: list[str] = [
        mark(f"{f'{call} {arguments}':<{width}}   # {why}", Meaning.COMMAND, f"{call} {arguments}")
        for arguments, why in TRY
    ]
    query = "select name, state_label, effort_label from v1_active_capability"
    if shutil.which("sqlite3"):
        lines.append(f'sqlite3 {FOLDER}/clean.db "{query}"')
    else:
        lines.append(f"any SQLite client on {FOLDER}/clean.db: {query}")
    return [f"{'' if number else 'Try':<5}" + line for number, line in enumerate(lines)]


def _find_call() -> str:
    """How to call headway from here on the demo's databases."""
    return f"{'headway' if shutil.which('headway') else _find_own_path()} --env-file {FOLDER}/env"


def _find_own_path() -> str:
    path = Path(sys.argv[0])
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _keep_serving(url: str, stop: threading.Event) -> None:
    told = f"The sample Jira answers at {url} until you press Ctrl-C."
    write_lines(["", told, f"In another terminal:  {_find_call()} sync"], sys.stdout)
    sys.stdout.flush()
    stop.wait()
