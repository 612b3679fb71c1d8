"""Finds the command that a line asks for; what each does is imported when it is called."""

import argparse
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from sync.cli.groups import rules, run, sales  # noqa: F401 - each enters its commands
from sync.cli.help.shared import GROUPS, HEADWAY, TOP
from sync.cli.parser import Parser, named_path, option, word
from sync.cli.registry import COMMANDS, Command
from translators.spelling import suggest_spelling


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
            type=named_path,
            help="Read settings from F (NAME=value lines) too. What F names wins over the "
            "environment; an empty value there unsets.",
        ),
        option(
            "--list",
            dest="list_name",
            metavar="NAME",
            help="Which list, where HEADWAY_SITES_FILE names several.",
        ),
        option("--verbose", help="Log every step and every request, on stderr."),
        option("--version", action=SayVersion, nargs=0, help="Say the version."),
    )
    tables = [(group, _list_commands(group)) for group in GROUPS]
    return Parser("headway", HEADWAY, arguments, tables=tables, epilog=TOP)


def _list_commands(group: str) -> list[tuple[str, str]]:
    """The names of a group's commands and the first sentence of each."""
    return [
        (name, " ".join((command.run.__doc__ or "").partition("\n\n")[0].split()))
        for name, command in COMMANDS.items()
        if command.group == group
    ]
