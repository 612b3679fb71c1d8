"""The command line: where every error becomes words and an exit code."""

import io
import os
import sys
from collections.abc import Sequence

from models.errors import HeadwayError

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
        from sync.cli.app import parse_command_line

        command, given = parse_command_line(list(arguments) or ["--help"])
        return command.run(given)
    except SystemExit as asked_for_help:
        return int(asked_for_help.code or 0)
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
