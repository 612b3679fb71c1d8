"""What a command is, what commands share, and the table of all of them."""

import os
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sync.cli.parser import Argument, named_path, option

if TYPE_CHECKING:
    from sync.settings.installation import Installation
    from sync.settings.settings import Settings

Body = Callable[[Namespace], int]
AS_JSON = option("--json", dest="as_json", help="Print the result as JSON.")
SNAPSHOT = option(
    "--snapshot",
    metavar="F",
    type=named_path,
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


def read_given_settings(given: Namespace, *, for_jira: bool = False) -> "Settings":
    """The settings of the environment, and of the file and the snapshot that are given."""
    from sync.settings.settings import read_settings

    settings = read_settings(
        os.environ, given.env_file, for_jira=for_jira, list_name=given.list_name
    )
    snapshot: Path | None = getattr(given, "snapshot", None)
    return settings if snapshot is None else replace(settings, snapshot=snapshot)


def read_given_lists(given: Namespace) -> "Installation":
    """All lists, or the one that is given."""
    from sync.settings.settings import read_installation

    return read_installation(os.environ, given.env_file).narrow(given.list_name)


def start_log(given: Namespace, *, service: bool = False) -> None:
    """For what talks to Jira or publishes; the other commands write no log."""
    from sync.service.logs import start_logging

    start_logging(service=service, verbose=given.verbose)
