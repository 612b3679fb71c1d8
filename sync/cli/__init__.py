"""The command line: where every error becomes words and an exit code."""

import io
import os
import sys
from collections.abc import Sequence

from models.errors import HeadwayError, UsageError

BUG = 70
STOPPED = 75


def main() -> None:
    """The `headway` command."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line and return its exit code; results go to stdout, words to stderr.

    A HeadwayError says itself what is wrong; anything else is our bug: 70, with a traceback.
    """
    try:
        return _carry_out(arguments)
    except HeadwayError as error:
        for problem in error.problems:
            print(f"headway: {problem}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("headway: stopped", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        return 0
    except Exception:
        import traceback

        traceback.print_exc()
        print("headway: this is a bug in Headway; the lines above say where.", file=sys.stderr)
        return BUG


def _carry_out(arguments: Sequence[str]) -> int:
    """Not by calling the app: it would make exit codes of its own of a Ctrl-C and a closed pipe."""
    import typer

    from sync.cli.app import app

    command = typer.main.get_command(app)
    try:
        with command.make_context("headway", list(arguments) or ["--help"]) as context:
            command.invoke(context)
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.TyperException as mistake:
        context = getattr(mistake, "ctx", None) or typer.Context(command)
        path = context.command_path
        print(f"{path}: {mistake.format_message()}\n  See `{path} --help`.", file=sys.stderr)
        return UsageError.exit_code
    return 0
