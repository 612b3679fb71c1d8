"""`headway demo`: the main job on the sample Jira, and a page that explains the product."""

import os
import shutil
import sys
from importlib.resources import files
from pathlib import Path
from typing import Literal

from models.errors import DatabaseError, Problem
from sync.cli import pages
from sync.cli.commands import progress_bar
from sync.logbook import RunResult
from sync.logs import start_logging
from sync.office import Office, open_office
from sync.rulebook import read_rulebook
from sync.run import run_once
from sync.sample.company import build_company
from sync.sample.server import SampleJira
from sync.settings import read_settings
from sync.store import schemas
from sync.store.memory import read_rows, read_terms
from sync.workshop import Workshop, open_workshop
from translators.explaining import explain_issue
from translators.planning import Translation
from translators.searching import find

FOLDER = Path("var/demo")
TOUR = ("ID-140", "CORE-212", "PAY-310")
"""Three issues of the made-up company that show what becomes of issues; the rest is the run's."""

QUESTION = "can I log who did what and send it to Splunk?"
SHOWN = 12


def demo(dialect: Literal["cloud", "datacenter"], keep: bool) -> None:
    """Run the sample twice, print the page, and with `keep` serve the sample until Ctrl-C."""
    start_logging(quiet=True)
    _clear()
    with SampleJira(build_company(), dialect=dialect) as jira:
        email = jira.email if dialect == "cloud" else None
        env_file = _write_env(jira.url, email, jira.token)
        settings = read_settings({}, env_file)
        with open_workshop(settings, check=False) as workshop:
            schemas.migrate(workshop.clean, workshop.state)
            with progress_bar("Reading the sample Jira") as progress:
                first = run_once(workshop, progress=progress)
                asked = len(jira.requests)
                second = run_once(workshop)
            page = _page(workshop, first, second, asked)
        print("\n".join(page))
        if keep:
            _serve(jira.url, env_file)


def _clear() -> None:
    """The demo's own folder, made anew; nothing else is touched."""
    try:
        shutil.rmtree(FOLDER, ignore_errors=False) if FOLDER.exists() else None
        FOLDER.mkdir(parents=True)
        config = FOLDER / "config"
        config.mkdir()
        for found in (files("sync.sample") / "config").iterdir():
            if found.name.endswith(".yaml"):
                (config / found.name).write_text(found.read_text("utf-8"), "utf-8")
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        remedy = "Run the demo in a folder that this user may write to."
        raise DatabaseError(Problem(str(FOLDER), what, remedy)) from None


def _write_env(url: str, email: str | None, token: str) -> Path:
    lines = [
        "# The demo's settings: `headway --env-file var/demo/env ...` works against its databases.",
        f"HEADWAY_JIRA_URL={url}",
        *([f"HEADWAY_JIRA_EMAIL={email}"] if email else []),
        f"HEADWAY_JIRA_TOKEN={token}",
        f"HEADWAY_CLEAN_URL=sqlite:///{FOLDER}/clean.db",
        f"HEADWAY_STATE_URL=sqlite:///{FOLDER}/internal/state.db",
        f"HEADWAY_CONFIG_DIR={FOLDER}/config",
    ]
    path = FOLDER / "env"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path


def _page(workshop: Workshop, first: RunResult, second: RunResult, asked: int) -> list[str]:
    office = open_office(workshop, read_rulebook(workshop.settings.config_dir))
    translation = office.translate()
    rows = read_rows(workshop.clean)
    areas = list(dict.fromkeys(rule.area for rule in office.book.capabilities))
    tally = first.plan.tally
    left, right = "WHAT ENGINEERING WROTE", "WHAT BECAME OF IT"
    number = f"{left} ({len(TOUR)} of {first.walk.issues:,} issues)"
    return [
        "Headway demo: a made-up company. Its Jira was read over real HTTP, on this machine only.",
        "",
        f"{number:<50}{right}",
        *_tour(office, translation),
        "",
        f"{'WHAT SALES READS':<43}ENGINEERING WORK TO DATE",
        *pages.reading_list(rows, areas, SHOWN),
        "",
        *_question(workshop),
        "",
        f"EVERY EPIC ACCOUNTED FOR   {pages.account(tally)}",
        f"  left out     {pages.headings(tally.left_out)}",
        f"  to decide    {pages.headings(tally.undecided)}",
        "",
        f"Second run on the same Jira: {second.rows_written} rows rewritten, the CRM stays quiet."
        f"     {first.seconds:.1f} s, {asked} requests",
        "",
        *_commands(),
    ]


def _tour(office: Office, translation: Translation) -> list[str]:
    lines = []
    for key in TOUR:
        story = explain_issue(key, office.world, office.judge, translation)
        if story is not None:
            lines.append(f"  {story.key:<9} {story.summary[:36]:<38}{story.outcome}")
    return lines


def _question(workshop: Workshop) -> list[str]:
    answer = find(QUESTION, read_rows(workshop.clean))
    asked_when = next((t for t in read_terms(workshop.clean) if t.kind == "asked_when"), None)
    head, *rest = pages.found(QUESTION, answer, asked_when)
    name = answer.row.name if answer.row else head
    return [f'A customer asks: "{QUESTION}"   The rep finds {name}:', *rest[:-1]]


def _commands() -> list[str]:
    """Commands that work exactly as printed, from this folder, after the demo has ended."""
    headway = "headway" if shutil.which("headway") else _own_path()
    call = f"{headway} --env-file {FOLDER}/env"
    query = "select name, state_label, effort_label from v1_active_capability"
    return [
        f"Try  {call} explain CORE-212   # why it was left out: the rule and its line",
        f"     {call} explain audit-log  # where its level comes from",
        f"     {call} plan               # after an edit in {FOLDER}/config: what sales would read",
        f"     {_sql(query)}",
    ]


def _own_path() -> str:
    path = Path(sys.argv[0])
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _sql(query: str) -> str:
    database = FOLDER / "clean.db"
    if shutil.which("sqlite3"):
        return f'sqlite3 {database} "{query}"'
    rows = f"sqlite3.connect('{database}').execute('{query}')"
    code = f"import sqlite3; [print(*row, sep=' | ') for row in {rows}]"
    return f'python3 -c "{code}"'


def _serve(url: str, env_file: Path) -> None:
    import threading

    print(f"\nThe sample Jira answers at {url} until you press Ctrl-C.", flush=True)
    print(f"In another terminal:  headway --env-file {env_file} sync", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print()
