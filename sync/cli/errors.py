"""Says on stderr what went wrong; loads nothing, since every command may end here."""

import sys

from models.errors import HeadwayError
from translators.plain_text import show_plainly, split_excerpt


def print_error(error: HeadwayError) -> None:
    """What is wrong, a line a problem, and what to do below each."""
    for problem in error.problems:
        for line in split_excerpt(f"headway: {problem.where}: {problem.what}"):
            print(show_plainly(line), file=sys.stderr)
        if problem.remedy:
            print(f"  {show_plainly(problem.remedy)}", file=sys.stderr)
