"""Says on stderr what went wrong; loads nothing, since every command may end here."""

import sys

from models.errors import HeadwayError
from translators.plain_text import show_plainly


def print_error(error: HeadwayError) -> None:
    """What is wrong, a line a problem, and what to do below each."""
    for problem in error.problems:
        first, *rest = f"headway: {problem.where}: {problem.what}".split("\n")
        print(show_plainly(first), file=sys.stderr)
        for line in rest:  # our own lines are set in; one that is not would be another's
            print(show_plainly(line if line.startswith("    ") else f"    {line}"), file=sys.stderr)
        if problem.remedy:
            print(f"  {show_plainly(problem.remedy)}", file=sys.stderr)
