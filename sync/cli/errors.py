"""Says on stderr what went wrong; loads nothing, since every command may end here."""

import sys
from collections.abc import Iterator

from models.errors import HeadwayError
from sync.cli.marks import Meaning, mark
from sync.cli.terminal import write_lines
from translators.plain_text import split_excerpt


def print_error(error: HeadwayError) -> None:
    """What is wrong, a line a problem, and what to do below each."""
    write_lines(_format_error(error), sys.stderr)


def _format_error(error: HeadwayError) -> Iterator[str]:
    for problem in error.problems:
        told, *excerpt = split_excerpt(f"headway: {problem.where}: {problem.what}")
        yield mark(told, Meaning.BAD, "headway:")
        yield from excerpt
        if problem.remedy:
            yield f"  {problem.remedy}"
