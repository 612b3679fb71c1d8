"""Times what asks about a backlog under a book of 50 rules: check, plan, queue and explain.

    python -m tests.benchmarks.asking [--issues 100000 1000000] [--with-items 50000 100000]
        [--keep FOLDER]

A made-up backlog is written into a mirror in SQLite and published. `plan` is asked of the book in
force, of one in which a capability claims otherwise, of one that hides other items, and of one with
a capability more. `--with-items` are backlogs in which one item in four has no epic, under a book
that claims these by component. Each command runs in a process of its own; MB are the most that it
held at once. `--keep` names a folder in which backlogs are kept for the next time; what is kept
is taken for what the code of that time would translate it to.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from models.backlog import Identity, Issue, IssueRef, Project, SiteProfile
from sync.jira.describe.field_plan import FieldPlan
from sync.pipeline.context import Context, migrate_databases, open_context
from sync.pipeline.incremental import TranslationRun, as_list, save_translation, translate_list
from sync.pipeline.translation_cache import digest_of_code
from sync.rulebook import read_rulebook
from sync.settings.settings import read_settings
from sync.store.clean.lease import acquire_lease
from sync.store.clean.publish import publish_plan
from sync.store.db.engines import open_writer
from sync.store.state.rollups import save_cached_translation
from tests.builders import AS_OF, WINDOW, an_epic, an_issue, finished
from translators.effort.booking import generation_of

BELOW = 40
"""Issues to an epic."""
RULES = 50
PROJECTS = tuple(Project(id=n, key=f"P{n:02}", name=f"P{n:02}") for n in range(1, 21))
WORDS = "invoice search audit export mobile report login tax ledger import chart mail".split()
BATCH = 10_000


@dataclass(frozen=True)
class Book:
    """A book of 50 rules: 40 capabilities by component, 10 screening rules.

    `items` of a capability are what it claims without an epic, `first` is what the first claims.
    """

    first: str = "C0"
    hidden: str = "chore"
    capabilities: int = RULES - 10
    is_with_items: bool = False
    first_items: str = "C0"

    def write(self, folder: Path) -> str:
        """Write it into a folder, made where it is missing; returns the folder's path."""
        folder.mkdir(exist_ok=True)
        text = f"capabilities:\n{self._capabilities()}screening:\n{self._screening()}"
        (folder / "rules.yaml").write_text(text)
        return str(folder)

    def _capabilities(self) -> str:
        return "".join(
            f"  - id: capability-{n}\n    name: Capability {chr(65 + n // 26)}{chr(65 + n % 26)}\n"
            "    area: Things\n    summary: What it is for.\n"
            f"    when: {{component: {f'C{n}' if n else self.first}}}\n"
            + f"    items: {{component: {f'C{n}' if n else self.first_items}}}\n"
            * self.is_with_items
            + example(f"component: {f'C{n}' if n else self.first}")
            for n in range(self.capabilities)
        )

    def _screening(self) -> str:
        return "".join(
            f"  - id: screen-{n}\n    reason: screen {n}\n    then: hide\n"
            f"    when: {{summary has: [{'chore' if n else self.hidden}-{n}, cleanup-{n}]}}\n"
            + example(f"summary: cleanup-{n}")
            for n in range(10)
        )


def example(field: str) -> str:
    """What a rule matches and what not."""
    return f"    tests: {{match: [{{{field}}}], no_match: [{{project: NONE}}]}}\n"


def make_issues(number: int, *, is_with_items: bool) -> Iterator[Issue]:
    """Epics with so many issues below in all, two in three finished within 60 fortnights.

    With items, one in four issues has no epic.
    """
    for turn in range(1, number + 1):
        project = PROJECTS[turn // BELOW % len(PROJECTS)]
        told = {
            "id": turn,
            "key": f"{project.key}-{turn}",
            "project": project.key,
            "project_id": project.id,
            "summary": f"{WORDS[turn % 12]} {WORDS[turn // 12 % 12]} chore-{turn % 97}",
            "description": f"As a customer I want {WORDS[turn % 7]}. " * 6,
            "components": (f"C{turn // BELOW % 47}",),
        }
        if turn % BELOW == 1:
            yield an_epic(**told)
            continue
        if not is_with_items or turn % 4:
            told["parent"] = IssueRef(id=turn - (turn - 1) % BELOW)
        if turn % 3:
            yield finished(
                WINDOW - turn % 60,
                points=Decimal(1 + turn % 5),
                contributor=f"person-{turn % 7}",
                **told,
            )
        else:
            yield an_issue(**told)


def fill(context: Context, issues: Iterable[Issue], at: datetime = AS_OF) -> None:
    """Write a mirror, as of one whole walk."""
    profile = SiteProfile(
        deployment="cloud",
        version="1",
        server_time=at,
        described_at=at,
        identity=Identity("a1", "Reader"),
        projects=PROJECTS,
        types=(),
        fields=(),
    )
    fields = FieldPlan(requested=("summary",), points=())
    context.site_store.ensure_record()
    context.site_store.begin_walk(profile, fields.requested, 1, token=1)
    left = iter(issues)
    while some := list(islice(left, BATCH)):
        context.mirror.write_issues(some, {}, 1)
    context.site_store.finish_walk(profile, fields, 1, token=1, is_translation_kept=False)


def publish(context: Context, at: datetime = AS_OF) -> None:
    """Translate all that is in the mirror, and publish it."""
    rulebook = read_rulebook(context.settings.config_dir)
    generation = generation_of(rulebook.effort, ())
    projects = frozenset(each.key for each in PROJECTS)
    this = TranslationRun(context, rulebook, generation, projects, at, 1)
    translated = translate_list(as_list(this))
    with acquire_lease(context.clean) as lease:
        published = publish_plan(
            context.clean,
            translated.cached.plan,
            rulebook,
            run_id="run-1",
            token=lease.token,
            fresh_for=timedelta(days=3650),
        )
    save_translation(this, translated, published.revision)


def vouch(context: Context) -> None:
    """Take what was translated for translated by the code as it is now."""
    kept = context.site_store.read_cached_translation()
    with open_writer(context.state) as connection:
        save_cached_translation(
            connection, context.settings.site, {**(kept or {}), "by": digest_of_code()}
        )


def ask(settings: dict[str, str], what: str, *arguments: str) -> None:
    """Run one command of Headway's."""
    run(settings, what, [sys.executable, "-c", "from sync.cli import main; main()", *arguments])


def run(settings: dict[str, str], what: str, command: list[str]) -> None:
    """Run a command and print a line: its wall and CPU seconds, its memory, its exit code."""
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall, cpu = time.monotonic() - began, used.ru_utime + used.ru_stime
    print(
        f"  {what:<34}{wall:>8.2f}{cpu:>8.2f}{used.ru_maxrss / 1024:>8.0f}{process.returncode:>6}",
        flush=True,
    )


def measure(issues: int, folder: Path, *, is_with_items: bool) -> None:
    """Ask all there is to ask of so many issues, which are written if the folder lacks them."""
    book = Book(is_with_items=is_with_items)
    place = folder / f"{issues}{'-with-items' * is_with_items}"
    is_new = not place.exists()
    place.mkdir(exist_ok=True)
    settings = {
        "HEADWAY_CLEAN_URL": f"sqlite:///{place / 'clean.db'}",
        "HEADWAY_STATE_URL": f"sqlite:///{place / 'state.db'}",
        "HEADWAY_CONFIG_DIR": book.write(place / "config"),
    }
    print(f"{issues:,} issues{', one in four without an epic' * is_with_items}")
    itself = [sys.executable, "-m", "tests.benchmarks.asking"]
    if is_new:
        items = ["--items"] if is_with_items else []
        run(settings, "(written)", [*itself, "--fill", str(issues), *items])
        run(settings, "first translation, published", [*itself, "--publish"])
    else:
        subprocess.run([*itself, "--vouch"], env=os.environ | settings, check=True)
    ask(settings, "status", "status")
    ask(settings, "check", "check")
    others = {
        "the book in force": book,
        "a claim is otherwise": replace(book, first="C41"),
        "other items are hidden": replace(book, hidden="report chore"),
        "a capability more": replace(book, capabilities=RULES - 9),
    }
    if is_with_items:
        others["other items claimed"] = replace(book, first_items="C41")
        others["no items claimed"] = replace(book, is_with_items=False)
    for number, (what, other) in enumerate(others.items()):
        config = other.write(place / f"config-{number}")
        ask(settings, f"plan, {what}", "plan", "--config", config)
    ask(settings, "queue", "queue")
    ask(settings, "explain an issue", "explain", "P02-42")
    ask(settings, "explain a capability", "explain", "capability-1")


def main() -> None:
    """Print the table, or fill the place that the settings name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--with-items", type=int, nargs="*", default=[50_000, 100_000])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--items", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--publish", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--vouch", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.fill or chosen.publish or chosen.vouch:
        with open_context(read_settings(os.environ), check=False) as context:
            migrate_databases(context)
            if chosen.fill:
                fill(context, make_issues(chosen.fill, is_with_items=chosen.items))
            elif chosen.publish:
                publish(context)
            else:
                vouch(context)
        return
    with TemporaryDirectory() as name:
        folder = chosen.keep or Path(name)
        folder.mkdir(exist_ok=True)
        print(f"  {'':<34}{'wall s':>8}{'CPU s':>8}{'MB':>8}{'exit':>6}")
        for issues in chosen.issues:
            measure(issues, folder, is_with_items=False)
        for issues in chosen.with_items:
            measure(issues, folder, is_with_items=True)


if __name__ == "__main__":
    main()
