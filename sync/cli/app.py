"""The commands and what they say about themselves; their work is imported when they are called."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

import typer

from sync.cli import help as texts
from sync.cli.help import RULES, RUN, SALES, GroupedCommands, PlainCommand

if TYPE_CHECKING:
    from sync.settings.settings import Settings

app = typer.Typer(
    name="headway",
    cls=GroupedCommands,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Shows sales what engineering has already worked on, read from Jira: "
        "never a date, never a promise.\n\n"
        "New here? `headway demo` runs everything on a made-up company, "
        "on this machine only."
    ),
    rich_markup_mode=None,
    epilog=texts.TOP,
)

Body = TypeVar("Body", bound=Callable[..., Any])
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


class Options(NamedTuple):
    """What stands before the command."""

    env_file: Path | None
    verbose: bool


def _version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        print(f"headway {version('headway-sync')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    env_file: Annotated[
        Path | None,
        typer.Option(
            "--env-file",
            metavar="F",
            help="Read settings from F (NAME=value lines) too. What F names wins over the "
            "environment; an empty value there unsets.",
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Log every step and every request, on stderr.")
    ] = False,
    _: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_version, help="Say the version."),
    ] = False,
) -> None:
    """Options that stand before a command."""
    context.obj = Options(env_file, verbose)


def _settings(
    context: typer.Context, *, for_jira: bool = False, service: bool = False
) -> "Settings":
    """Read the settings, with the log under way: what is wrong with them may belong there."""
    from sync.service.logs import start_logging
    from sync.settings.settings import read_settings

    start_logging(service=service, verbose=context.obj.verbose)
    return read_settings(os.environ, context.obj.env_file, for_jira=for_jira)


def command(panel: str, epilog: str) -> Callable[[Body], Body]:
    """One command of a group, with what its help says below the options."""
    return app.command(rich_help_panel=panel, epilog=epilog, cls=PlainCommand)


@command(RUN, texts.DEMO)
def demo(
    context: typer.Context,
    datacenter: Annotated[
        bool, typer.Option("--datacenter", help="Let the sample Jira speak Data Center.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Serve the sample Jira until Ctrl-C.")
    ] = False,
) -> None:
    """See it all work, on a made-up company's backlog, in a few seconds.

    Starts a sample Jira on this machine, reads it twice, and prints a page that explains what
    came of it: what sales reads, and what became of every epic.
    """
    from sync.cli.demo import demo as run_demo
    from sync.service.logs import start_logging

    start_logging(verbose=context.obj.verbose)
    run_demo("datacenter" if datacenter else "cloud", keep)


@command(RUN, texts.INIT)
def init(context: typer.Context) -> None:
    """Write a starter rule book and make both databases.

    The first thing to run for a Jira of your own. A rule book that is there is left alone.
    """
    from sync.cli.commands import init as write_starter

    write_starter(_settings(context))


@command(RUN, texts.SYNC)
def sync(
    context: typer.Context,
    full: Annotated[
        bool, typer.Option("--full", help="Read the whole backlog again, not only what changed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read Jira, translate, publish: one run.

    Run it by hand, or from a scheduler of your own; `headway serve` does it on a schedule. Two
    runs never overlap, wherever they are started, and one that fails leaves the last good list.
    """
    from sync.cli.commands import sync as run_sync

    raise typer.Exit(run_sync(_settings(context, for_jira=True), full, as_json))


@command(RUN, texts.SERVE)
def serve(context: typer.Context) -> None:
    """Run on the schedule until told to stop.

    For a container or any supervisor. The first run begins at once if one is overdue (or there
    was none yet), else when the schedule has it; the log says when.
    """
    from sync.service.serve import serve as run_service

    raise typer.Exit(run_service(lambda: _settings(context, for_jira=True, service=True)))


@command(RUN, texts.STATUS)
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say how the last runs went, how fresh the list is, and what is held back and why.

    The first thing to look at when something seems wrong; also a health check.
    """
    from sync.cli.commands import status as show_status

    raise typer.Exit(show_status(_settings(context), as_json))


@command(RUN, texts.APPROVE)
def approve(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", hidden=True)],
    as_json: AsJson = False,
) -> None:
    """Publish exactly what a held run proposed.

    A guard holds a publication back where data alone would change much of what sales reads.
    `headway status` names the RUN, `headway plan` shows what would change.
    """
    from sync.cli.commands import approve as publish_proposal

    raise typer.Exit(publish_proposal(_settings(context), run, as_json))


@command(RUN, texts.DOCTOR)
def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Look at settings, databases, Jira and all that was found there; changes nothing."""
    from sync.cli.doctor import doctor as examine

    raise typer.Exit(examine(_settings(context), as_json))


@command(RUN, texts.MIGRATE)
def migrate(context: typer.Context) -> None:
    """Bring both databases to the newest schema.

    Run it once before the first `sync` or `serve` (`init` has done it), and after every upgrade.
    To run it again does no harm.
    """
    from sync.cli.commands import migrate as run_migrations

    run_migrations(_settings(context))


@command(RULES, texts.PLAN)
def plan(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="DIR", help="Judge the rules in DIR.")
    ] = None,
    edges: Annotated[
        bool, typer.Option("--edges", help="Propose level edges from the real portfolio instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what sales would read under changed rules, before anybody does.

    Judges the rule book on what the last run read. Asks Jira nothing and changes nothing, so it
    needs one `sync` before.
    """
    from sync.cli.commands import plan as show_plan
    from sync.cli.commands import plan_edges

    show = plan_edges if edges else show_plan
    raise typer.Exit(show(_settings(context), config, as_json))


@command(RULES, texts.EXPLAIN)
def explain(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="WHAT", hidden=True)],
    as_json: AsJson = False,
) -> None:
    """Say why an epic, issue or capability is where it is, with the arithmetic of its level.

    WHAT is an issue key, or the id or name of a capability.
    """
    from sync.cli.commands import explain as show_why

    raise typer.Exit(show_why(_settings(context), what, as_json))


@command(SALES, texts.FIND)
def find(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", hidden=True)],
    as_json: AsJson = False,
) -> None:
    """Find what a customer asked for in their own words, and what a rep may say about it.

    WORDS are the customer's; where nothing is close, it says so.
    """
    from sync.cli.commands import find as look_up

    raise typer.Exit(look_up(_settings(context), " ".join(words), as_json))
