"""The command line: where every error becomes words and an exit code."""

import sys
import traceback
from collections.abc import Sequence

from models.errors import HeadwayError

BUG = 70
STOPPED = 75


def main() -> None:
    """The `headway` command."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line and return its exit code; results go to stdout, words to stderr.

    A HeadwayError says itself what is wrong; anything else is our bug: 70, with a traceback.
    """
    from sync.cli.app import app

    try:
        app(list(arguments), prog_name="headway")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except HeadwayError as error:
        for problem in error.problems:
            print(f"headway: {problem}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("headway: stopped", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception:
        traceback.print_exc()
        print("headway: this is a bug in Headway; the lines above say where.", file=sys.stderr)
        return BUG
    return 0
