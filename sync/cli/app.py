"""The commands and what they say about themselves; their work is imported when they are called."""

import argparse
import os
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sync.cli import help as texts
from sync.cli.help import GROUPS, RULES, RUN, SALES
from sync.cli.parser import Argument, Parser, option, word
from translators.spelling import suggest_spelling

if TYPE_CHECKING:
    from sync.settings.settings import Settings

Body = Callable[[Namespace], int]
AS_JSON = option("--json", dest="as_json", help="Print the result as JSON.")
SNAPSHOT = option(
    "--snapshot",
    metavar="F",
    type=Path,
    help="Hold the rules against the snapshot F; no database is opened.",
)
ALL = option("--all", dest="show_all", help="Show all of it, with nothing folded.")


WRITES = (
    option("--yes", help="Write it without asking."),
    option("--dry-run", help="Show the lines that would differ, and write nothing."),
    AS_JSON,
)


class Command(NamedTuple):
    """One command: its group, its docstring is its help, what it takes, what it does."""

    group: str
    epilog: str
    arguments: tuple[Argument, ...]
    run: Body


COMMANDS: dict[str, Command] = {}
"""By name, in the order in which help lists them."""


def command(group: str, epilog: str, *arguments: Argument) -> Callable[[Body], Body]:
    """Makes a function a command of its name, with what its help says below the options."""

    def register(body: Body) -> Body:
        COMMANDS[body.__name__] = Command(group, epilog, arguments, body)
        return body

    return register


class SayVersion(argparse.Action):
    """Looked up when it is asked for: nothing else needs it."""

    def __call__(self, parser: argparse.ArgumentParser, *_given: Any) -> None:
        """Say it and end."""
        from importlib.metadata import version

        print(f"headway {version('headway-sync')}")
        parser.exit()


def parse_command_line(arguments: Sequence[str]) -> tuple[Command, Namespace]:
    """The command that is asked for and what it was given, or UsageError."""
    given = _build_parser().parse_args(arguments)
    name, *rest = given.command
    if name not in COMMANDS:
        _build_parser().error(f"{name!r} is no command{suggest_spelling(name, COMMANDS)}")
    called = COMMANDS[name]
    parser = Parser(f"headway {name}", called.run.__doc__, called.arguments, epilog=called.epilog)
    return called, parser.parse(rest, given)


def _build_parser() -> Parser:
    """The line up to the command's name."""
    arguments = (
        word("command", "COMMAND [ARGS]...", nargs=argparse.PARSER),
        option(
            "--env-file",
            metavar="F",
            type=Path,
            help="Read settings from F (NAME=value lines) too. What F names wins over the "
            "environment; an empty value there unsets.",
        ),
        option("--verbose", help="Log every step and every request, on stderr."),
        option("--version", action=SayVersion, nargs=0, help="Say the version."),
    )
    tables = [(group, _list_commands(group)) for group in GROUPS]
    return Parser("headway", texts.HEADWAY, arguments, tables=tables, epilog=texts.TOP)


def _list_commands(group: str) -> list[tuple[str, str]]:
    """The names of a group's commands and the first sentence of each."""
    return [
        (name, " ".join((command.run.__doc__ or "").partition("\n\n")[0].split()))
        for name, command in COMMANDS.items()
        if command.group == group
    ]


def _read_settings(given: Namespace, *, for_jira: bool = False) -> "Settings":
    from sync.settings.settings import read_settings

    settings = read_settings(os.environ, given.env_file, for_jira=for_jira)
    snapshot: Path | None = getattr(given, "snapshot", None)
    return settings if snapshot is None else replace(settings, snapshot=snapshot)


def _start_log(given: Namespace, *, service: bool = False) -> None:
    """For what talks to Jira or publishes; the other commands write no log."""
    from sync.service.logs import start_logging

    start_logging(service=service, verbose=given.verbose)


@command(
    RUN,
    texts.DEMO,
    option("--datacenter", help="Let the sample Jira speak Data Center."),
    option("--keep", help="Serve the sample Jira until Ctrl-C."),
)
def demo(given: Namespace) -> int:
    """See it all work, on a made-up company's backlog, in a few seconds.

    Starts a sample Jira on this machine, reads it twice, and prints a page that explains what
    came of it: what sales reads, and what became of every epic.
    """
    from sync.cli.commands.demo import run_demo

    _start_log(given)
    run_demo("datacenter" if given.datacenter else "cloud", given.keep)
    return 0


@command(
    RUN,
    texts.INIT,
    option("--sync", help="Read Jira without asking, where no backlog was read yet."),
    option("--dry-run", help="Print the drafts, write nothing."),
    AS_JSON,
)
def init(given: Namespace) -> int:
    """Make both databases, write a starter rule book, and draft capabilities from the backlog.

    The first thing to run for a Jira of your own, and again after the first `sync`: what undecided
    epics have in common becomes drafts, most past work first, for you to name. What is written
    already is left alone.
    """
    from sync.cli.commands.init import begin_rulebook

    settings = _read_settings(given)

    def read_jira() -> int:
        from sync.cli.commands.sync import run_sync

        _start_log(given)
        return run_sync(_read_settings(given, for_jira=True), full=False, as_json=False)

    return begin_rulebook(settings, given, read_jira if settings.jira_url else None)


@command(
    RUN,
    texts.SYNC,
    option("--full", help="Read the whole backlog again, not only what changed."),
    option("--plan", metavar="F", type=Path, help="Publish the plan saved in F, and read nothing."),
    AS_JSON,
)
def sync(given: Namespace) -> int:
    """Read Jira, translate, publish: one run.

    Run it by hand, or from a scheduler of your own; `headway serve` does it on a schedule. Two
    runs never overlap, wherever they are started, and one that fails leaves the last good list.
    """
    from sync.cli.commands.sync import publish_plan_file, run_sync

    _start_log(given)
    if given.plan:
        return publish_plan_file(_read_settings(given), given.plan, given.as_json)
    return run_sync(_read_settings(given, for_jira=True), given.full, given.as_json)


@command(RUN, texts.SERVE)
def serve(given: Namespace) -> int:
    """Run on the schedule until told to stop.

    For a container or any supervisor. The first run begins at once if one is overdue (or there
    was none yet), else when the schedule has it; the log says when.
    """
    from sync.service.serve import run_service

    _start_log(given, service=True)
    return run_service(lambda: _read_settings(given, for_jira=True))


@command(RUN, texts.STATUS, ALL, AS_JSON)
def status(given: Namespace) -> int:
    """Say how the last runs went, how fresh the list is, and what is held back and why.

    The first thing to look at when something seems wrong; also a health check.
    """
    from sync.cli.commands.status import show_status

    return show_status(_read_settings(given), given.as_json, given.show_all)


@command(RUN, texts.APPROVE, word("run", "RUN"), AS_JSON)
def approve(given: Namespace) -> int:
    """Publish exactly what a held run proposed.

    A guard holds a publication back where data alone would change much of what sales reads.
    `headway status` names the RUN, `headway plan` shows what would change.
    """
    from sync.cli.commands.approve import publish_proposal

    _start_log(given)
    return publish_proposal(_read_settings(given), given.run, given.as_json)


@command(RUN, texts.RECOVER, AS_JSON)
def recover(given: Namespace) -> int:
    """After a database was restored or lost: begin a new epoch, and say who must read anew.

    Compares what the clean database says was published with what the state database remembers.
    Where they agree, nothing is changed.
    """
    from sync.cli.commands.recover import begin_anew

    return begin_anew(_read_settings(given), given.as_json)


@command(RUN, texts.DOCTOR, ALL, AS_JSON)
def doctor(given: Namespace) -> int:
    """Look at settings, databases, Jira and all that was found there; changes nothing."""
    from sync.cli.commands.doctor import examine_all

    _start_log(given)
    return examine_all(_read_settings(given), given.as_json, given.show_all)


@command(RUN, texts.MIGRATE)
def migrate(given: Namespace) -> int:
    """Bring both databases to the newest schema.

    Run it once before the first `sync` or `serve` (`init` has done it), and after every upgrade.
    To run it again does no harm.
    """
    from sync.cli.commands.migrate import migrate_databases

    migrate_databases(_read_settings(given))
    return 0


@command(
    RULES,
    texts.CHECK,
    option("--config", metavar="DIR", type=Path, help="Judge the rules in DIR."),
    option("--live", help="Ask Jira for its fields and projects of today."),
    SNAPSHOT,
    option("--strict", help="End with 2 for warnings too."),
    option("--values", dest="show_values", help="List the values that no example meets."),
    option(
        "--format",
        dest="shape",
        metavar="text|json|markdown|github",
        choices=("text", "json", "markdown", "github"),
        default="text",
        help="How to say it; github puts each finding beside its line in a pull request.",
    ),
    AS_JSON,
)
def check(given: Namespace) -> int:
    """Say all that is wrong or odd in the rule book, each with its line and a remedy.

    Looks at texts, fields, ids, pins, examples and assertions, and holds them against what the last
    run read, where there is one. Changes nothing, and needs no Jira but for `--live`.
    """
    from sync.cli.commands.check import show_verdict

    if given.live:
        _start_log(given)
    settings = _read_settings(given, for_jira=given.live)
    return show_verdict(
        settings,
        given.config,
        live=given.live,
        shape="json" if given.as_json else given.shape,
        strict=given.strict,
        show_values=given.show_values,
    )


@command(
    RULES,
    texts.PLAN,
    option("--config", metavar="DIR", type=Path, help="Judge the rules in DIR."),
    option("--edges", help="Propose level edges from the real portfolio instead."),
    SNAPSHOT,
    option("--drift", help="List what Jira changed, not the rules."),
    option("--detailed-exitcode", help="Exit with 4 where something would change."),
    option("--save", metavar="F", type=Path, help="Save the plan in F, for headway sync --plan."),
    option("--accept-unscreened", help="Let a saved plan publish what leaves screening."),
    option(
        "--publish-to",
        metavar="WHERE",
        help="Write the list as it would be to a SQLite file or PostgreSQL schema of its own.",
    ),
    option(
        "--format",
        metavar="HOW",
        choices=("text", "markdown"),
        default="text",
        help="text, or markdown for a pull request's comment.",
    ),
    ALL,
    AS_JSON,
)
def plan(given: Namespace) -> int:
    """Show what sales would read under changed rules, before anybody does.

    Judges the rule book on what the last run read. Asks Jira nothing and changes nothing, so it
    needs one `sync` before.
    """
    from sync.cli.commands.plan import PlanOptions, show_edges, show_plan

    if given.edges:
        return show_edges(_read_settings(given), given.config, given.as_json)
    options = PlanOptions(
        as_json=given.as_json,
        as_markdown=given.format == "markdown",
        show_all=given.show_all,
        show_drift=given.drift,
        detailed_exit_code=given.detailed_exitcode,
        save=given.save,
        accepts_unscreened=given.accept_unscreened,
        publish_to=given.publish_to,
    )
    return show_plan(_read_settings(given), given.config, options)


@command(RULES, texts.SNAPSHOT, word("file", "F"), AS_JSON)
def snapshot(given: Namespace) -> int:
    """Write all that rules are judged by into one file, for checks without a database.

    `headway check --snapshot F` and `headway plan --snapshot F` say of it what they say here. The
    file holds titles of issues: keep it where the product team keeps its own.
    """
    from sync.cli.commands.snapshot import save_snapshot

    return save_snapshot(_read_settings(given), Path(given.file), given.as_json)


@command(RULES, texts.EXPLAIN, word("what", "WHAT"), ALL, AS_JSON)
def explain(given: Namespace) -> int:
    """Say why an epic, issue or capability is where it is, with the arithmetic of its level.

    WHAT is an issue key, or the id or name of a capability.
    """
    from sync.cli.commands.explain import show_explanation

    return show_explanation(_read_settings(given), given.what, given.as_json, given.show_all)


@command(
    RULES,
    texts.QUEUE,
    option("--config", metavar="DIR", type=Path, help="Judge the rules in DIR."),
    option("--meeting", help="The agenda of sales and product: what customers asked for, first."),
    option(
        "--format",
        metavar="FORM",
        dest="form",
        choices=("text", "markdown", "json"),
        default="text",
        help="text, markdown or json.",
    ),
    option("--reveal", help="Show titles of epics above or below which is a security level."),
    ALL,
    AS_JSON,
)
def queue(given: Namespace) -> int:
    """List what a person must decide, most past work first, by the edit that decides most.

    Every epic that needs a decision is in one group, with the line of the rule book that would
    settle it. Asks Jira nothing and changes nothing, so it needs one `sync` before.
    """
    from sync.cli.commands.queue import show_queue

    return show_queue(
        _read_settings(given),
        given.config,
        "json" if given.as_json else given.form,
        meeting=given.meeting,
        reveal=given.reveal,
        show_all=given.show_all,
    )


@command(
    RULES,
    texts.DECIDE,
    word("epic", "EPIC"),
    word("capability", "[CAPABILITY]", nargs="?"),
    option("--hide", help="Leave it out instead."),
    option("--hold", help="Have it wait for a decision instead."),
    option("--reason", metavar="TEXT", help="Why. A pin needs it."),
    option("--by", metavar="WHO", help="Whose decision it is. A pin needs it."),
    option("--until", metavar="DATE", help="The last day on which the pin holds."),
    option("--rule", help="Add a value of the epic's to the capability's own rule, no pin."),
    option("--value", metavar="WORD", help="Which: a component, a label, a word of its title."),
    *WRITES,
)
def decide(given: Namespace) -> int:
    """Decide an epic: which capability it counts toward, or none.

    Writes a pin into the rule book, in place, after showing what sales would read of it. A pin
    beats every rule but a security level; one that the epic has already is changed.
    """
    from sync.cli.commands.decide import decide_epic

    return decide_epic(_read_settings(given), given)


@command(
    RULES,
    texts.NAME,
    word("draft", "DRAFT"),
    word("name", "NAME"),
    option("--area", metavar="TEXT", help="The part of the product it belongs to."),
    option("--summary", metavar="TEXT", help="What it does for a customer."),
    option("--id", metavar="ID", help="Another id, while it was never published."),
    *WRITES,
)
def name(given: Namespace) -> int:
    """Turn a draft into a capability that sales reads.

    Gives it the NAME that sales calls it by and takes `draft: true` away, in place.
    """
    from sync.cli.commands.reword import name_capability

    return name_capability(_read_settings(given), given)


@command(RULES, texts.MERGE, word("id", "ID"), word("into", "INTO"), *WRITES)
def merge(given: Namespace) -> int:
    """Have one capability be read instead of another.

    Withdraws ID as merged, in place; its epics count toward INTO from then on.
    """
    from sync.cli.commands.reword import merge_capability

    return merge_capability(_read_settings(given), given)


@command(
    RULES,
    texts.WITHDRAW,
    word("id", "ID"),
    option("--reason", metavar="CODE", help="not_for_sale or mistake."),
    *WRITES,
)
def withdraw(given: Namespace) -> int:
    """Take a capability off the list.

    Its row stays and says so: readers who remember it learn that it is gone.
    """
    from sync.cli.commands.reword import withdraw_capability

    return withdraw_capability(_read_settings(given), given)


@command(RULES, texts.REDACT, word("id", "ID"), *WRITES)
def redact(given: Namespace) -> int:
    """Take a capability off the list and blank its words wherever readers can look.

    For what should never have been read. The internal log keeps it.
    """
    from sync.cli.commands.reword import redact_capability

    return redact_capability(_read_settings(given), given)


@command(SALES, texts.FIND, word("words", "WORDS...", nargs="+"), AS_JSON)
def find(given: Namespace) -> int:
    """Find what a customer asked for in their own words, and what a rep may say about it.

    WORDS are the customer's; where nothing is close, it says so.
    """
    from sync.cli.commands.find import show_answer

    return show_answer(_read_settings(given), " ".join(given.words), given.as_json)
