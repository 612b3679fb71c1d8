"""The command line: where every error becomes words and an exit code."""

import gc
import io
import os
import sys
from collections.abc import Sequence

from models.errors import (
    DatabaseError,
    HeadwayError,
    Problem,
    UsageError,
    describe_failed_snapshot,
    describe_os_error,
)

STOPPED = 75
OFTEN_ENOUGH = 400_000
"""How many new objects make the collector look for circles: at 700 it looks a few hundred times
while modules are loaded, and finds none; at this, a command on a small book ends before it does."""


def main() -> None:
    """The `headway` command."""
    gc.set_threshold(OFTEN_ENOUGH)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    code = run(sys.argv[1:])
    try:
        _flush_stdout()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    # Python looks for circles twice as it ends, in all that was ever imported: a fifth of a short
    # command. Whatever must be closed is closed by who opened it; what is frozen is looked past.
    gc.freeze()
    sys.exit(code)


def _flush_stdout() -> None:
    """None is what stands for a stdout that was closed before we began."""
    if sys.stdout is not None:
        sys.stdout.flush()


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line and return its exit code; results go to stdout, words to stderr.

    A HeadwayError says itself what is wrong, and what the machine refuses (a full disk, no more
    files) is said too. So is a snapshot whose values nobody can judge. Anything else is our bug:
    70, with a traceback.
    """
    given = None
    try:
        from sync.cli.app import parse_command_line

        _refuse_odd_words(arguments)
        command, given = parse_command_line(arguments or ["--help"])
        code = command.run(given)
        _flush_stdout()
        return code
    except SystemExit as asked_for_help:
        return int(asked_for_help.code or 0)
    except HeadwayError as error:
        from sync.cli.errors import print_error

        print_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        print("headway: stopped", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        return 0
    except OSError as error:
        from sync.cli.errors import print_error

        print_error(describe_os_error(error))
        return DatabaseError.exit_code
    except Exception as error:
        import traceback

        snapshot = getattr(given, "snapshot", None)
        if snapshot and not getattr(given, "verbose", False):
            from sync.cli.errors import print_error

            print_error(describe_failed_snapshot(snapshot, error))
            return UsageError.exit_code
        traceback.print_exc()
        print("headway: this is a bug in Headway; the lines above say where.", file=sys.stderr)
        return HeadwayError.exit_code


def _refuse_odd_words(words: Sequence[str]) -> None:
    """UsageError for what is no text: it would be looked up, or written, as something else."""
    for number, word in enumerate(words, 1):
        if word != word.encode(errors="replace").decode():
            shown = ascii(os.fsencode(word))[2:-1]
            what = f"word {number} is not UTF-8 text: {shown}"
            remedy = "Type it anew, or set the terminal to UTF-8."
            raise UsageError(Problem("command line", what, remedy))
