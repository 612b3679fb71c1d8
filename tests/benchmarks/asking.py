"""Times what asks about a backlog under a book of 50 rules: check, plan, queue and explain.

    python -m tests.benchmarks.asking [--issues 100000 1000000]

A made-up backlog is written into a mirror in SQLite and published. `plan` is asked three times:
of the book in force, of one in which a capability claims otherwise, and of one that hides other
items. Each command runs in a process of its own; MB are the most that it held at once.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from models.backlog import Identity, Issue, IssueRef, Project, SiteProfile
from sync.jira.describe.field_plan import FieldPlan
from sync.pipeline.context import Context, migrate_databases, open_context
from sync.pipeline.incremental import TranslationRun, save_translation, translate_mirror
from sync.rulebook import read_rulebook
from sync.settings.settings import read_settings
from sync.store.clean.lease import acquire_lease
from sync.store.clean.publish import publish_plan
from tests.builders import AS_OF, WINDOW, an_epic, an_issue, finished
from translators.effort.booking import generation_of

BELOW = 40
"""Issues to an epic."""
RULES = 50
PROJECTS = tuple(Project(id=n, key=f"P{n:02}", name=f"P{n:02}") for n in range(1, 21))
WORDS = "invoice search audit export mobile report login tax ledger import chart mail".split()
BATCH = 10_000


def write_book(folder: Path, first: str = "C0", hidden: str = "chore") -> Path:
    """A book of 50 rules: 40 capabilities by component, 10 screening rules."""
    folder.mkdir()
    capabilities = "".join(
        f"  - id: capability-{n}\n    name: Capability {chr(65 + n // 26)}{chr(65 + n % 26)}\n"
        "    area: Things\n    summary: What it is for.\n"
        f"    when: {{component: {first if n == 0 else f'C{n}'}}}\n"
        for n in range(RULES - 10)
    )
    screening = "".join(
        f"  - id: screen-{n}\n    reason: screen {n}\n    then: hide\n"
        f"    when: {{summary has: [{hidden if n == 0 else 'chore'}-{n}, cleanup-{n}]}}\n"
        for n in range(10)
    )
    (folder / "rules.yaml").write_text(f"capabilities:\n{capabilities}screening:\n{screening}")
    return folder


def make_issues(number: int) -> Iterator[Issue]:
    """Epics with so many issues below in all, two in three finished within 60 fortnights."""
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
        elif turn % 3:
            yield finished(
                WINDOW - turn % 60,
                parent=IssueRef(id=turn - (turn - 1) % BELOW),
                points=Decimal(1 + turn % 5),
                contributor=f"person-{turn % 7}",
                **told,
            )
        else:
            yield an_issue(parent=IssueRef(id=turn - (turn - 1) % BELOW), **told)


def fill(context: Context, issues: int, at: datetime = AS_OF) -> None:
    """Write a mirror, translate and publish it."""
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
    some: list[Issue] = []
    for issue in make_issues(issues):
        some.append(issue)
        if len(some) == BATCH or issue.id == issues:
            context.mirror.write_issues(some, {}, 1)
            some = []
    context.site_store.finish_walk(profile, fields, 1, token=1, is_translation_kept=False)
    rulebook = read_rulebook(context.settings.config_dir)
    generation = generation_of(rulebook.effort, ())
    projects = frozenset(each.key for each in PROJECTS)
    this = TranslationRun(context, rulebook, generation, projects, at, 1)
    translated = translate_mirror(this)
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


def measure(issues: int) -> None:
    """Fill a place with so many issues, in a process of its own, and ask all there is to ask."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        settings = {
            "HEADWAY_CLEAN_URL": f"sqlite:///{folder / 'clean.db'}",
            "HEADWAY_STATE_URL": f"sqlite:///{folder / 'state.db'}",
            "HEADWAY_CONFIG_DIR": str(write_book(folder / "config")),
        }
        claims = str(write_book(folder / "claims", first="C41"))
        hides = str(write_book(folder / "hides", hidden="report chore"))
        print(f"{issues:,} issues")
        fill = [sys.executable, "-m", "tests.benchmarks.asking", "--fill", str(issues)]
        run(settings, "(written, translated, published)", fill)
        ask(settings, "status", "status")
        ask(settings, "check", "check")
        ask(settings, "plan, the book in force", "plan")
        ask(settings, "plan, a claim is otherwise", "plan", "--config", claims)
        ask(settings, "plan, other items are hidden", "plan", "--config", hides)
        ask(settings, "queue", "queue")
        ask(settings, "explain an issue", "explain", "P01-2")
        ask(settings, "explain a capability", "explain", "capability-1")


def main() -> None:
    """Print the table, or fill the place that the settings name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.fill:
        with open_context(read_settings(os.environ), check=False) as context:
            migrate_databases(context)
            fill(context, chosen.fill)
        return
    print(f"  {'':<34}{'wall s':>8}{'CPU s':>8}{'MB':>8}{'exit':>6}")
    for issues in chosen.issues:
        measure(issues)


if __name__ == "__main__":
    main()
