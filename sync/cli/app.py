"""The commands and what they say about themselves; their work is imported when they are called."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from sync.settings import Settings

RUN = "Run it"
RULES = "Keep the rules"
SALES = "See what sales sees"


class GroupedCommands(TyperGroup):
    """Lists the commands in three groups, in plain text: rich would double the start-up time."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write one section a group, in the order in which the commands are defined."""
        for panel in (RUN, RULES, SALES):
            rows = [
                (name, command.get_short_help_str(limit=200))
                for name, command in self.commands.items()
                if getattr(command, "rich_help_panel", None) == panel
            ]
            with formatter.section(panel):
                formatter.write_dl(rows)


app = typer.Typer(
    name="headway",
    cls=GroupedCommands,
    no_args_is_help=True,
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
    epilog=(
        "Settings come from the environment (HEADWAY_JIRA_URL, HEADWAY_JIRA_TOKEN, ...); the "
        "README lists them.  Exit codes: 0 done, 2 settings or rules, 3 held back, 70 our bug, "
        "74 database, 75 try later, 77 Jira refused us."
    ),
)

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@app.callback()
def options(
    context: typer.Context,
    env_file: Annotated[
        Path | None,
        typer.Option("--env-file", metavar="F", help="Read settings from this file too."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log every step.")] = False,
) -> None:
    """Options that stand before a command."""
    context.obj = (env_file, verbose)


def _settings(context: typer.Context, *, for_jira: bool = False) -> "Settings":
    from sync.logs import start_logging
    from sync.settings import read_settings

    env_file, verbose = context.obj
    start_logging(verbose=verbose)
    return read_settings(os.environ, env_file, for_jira=for_jira)


@app.command(rich_help_panel=RUN)
def demo(
    datacenter: Annotated[
        bool, typer.Option("--datacenter", help="Let the sample Jira speak Data Center.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Serve the sample Jira until Ctrl-C.")
    ] = False,
) -> None:
    """See it all work, on a made-up company's backlog, in a few seconds."""
    from sync.cli.demo import demo as run_demo

    run_demo("datacenter" if datacenter else "cloud", keep)


@app.command(rich_help_panel=RUN)
def init(context: typer.Context) -> None:
    """Write a starter rule book into the config folder."""
    from sync.cli.commands import init as write_starter

    write_starter(_settings(context))


@app.command(rich_help_panel=RUN)
def sync(
    context: typer.Context,
    full: Annotated[
        bool, typer.Option("--full", help="Read the whole backlog again, not only what changed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read Jira, translate, publish: one run."""
    from sync.cli.commands import sync as run_sync

    raise typer.Exit(run_sync(_settings(context, for_jira=True), full, as_json))


@app.command(rich_help_panel=RUN)
def serve(context: typer.Context) -> None:
    """Run on the schedule until told to stop."""
    from sync.serve import serve as run_service

    raise typer.Exit(run_service(_settings(context, for_jira=True)))


@app.command(rich_help_panel=RUN)
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say how the last runs went, how fresh the list is, and what is held back and why."""
    from sync.cli.commands import status as show_status

    raise typer.Exit(show_status(_settings(context), as_json))


@app.command(rich_help_panel=RUN)
def approve(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help="The held run, as status names it.")],
    as_json: AsJson = False,
) -> None:
    """Publish exactly what a held run proposed."""
    from sync.cli.commands import approve as publish_proposal

    raise typer.Exit(publish_proposal(_settings(context), run, as_json))


@app.command(rich_help_panel=RUN)
def migrate(context: typer.Context) -> None:
    """Bring both databases to the newest schema."""
    from sync.cli.commands import migrate as run_migrations

    run_migrations(_settings(context))


@app.command(rich_help_panel=RULES)
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
    """Show what sales would read under changed rules, before anybody does. Asks Jira nothing."""
    from sync.cli.commands import plan as show_plan
    from sync.cli.commands import plan_edges

    settings = _settings(context)
    show = plan_edges if edges else show_plan
    raise typer.Exit(show(settings, config, as_json))


@app.command(rich_help_panel=RULES)
def explain(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="WHAT", help="An issue key or capability.")],
    as_json: AsJson = False,
) -> None:
    """Say why an epic, issue or capability is where it is, with the arithmetic of its level."""
    from sync.cli.commands import explain as show_why

    raise typer.Exit(show_why(_settings(context), what, as_json))


@app.command(rich_help_panel=SALES)
def find(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What a customer asked.")],
    as_json: AsJson = False,
) -> None:
    """Find what a customer asked for in their own words, and what a rep may say about it."""
    from sync.cli.commands import find as look_up

    raise typer.Exit(look_up(_settings(context), " ".join(words), as_json))
