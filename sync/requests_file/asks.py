"""Reads asks, one a line, from whatever program wrote them."""

from pathlib import Path

from models.errors import Problem, UsageError
from sync.requests_file.text import read_text

MOST_ASKS = 10_000


def read_asks(path: Path) -> list[str]:
    """The lines of a file that have anything on them; UsageError where it is no list of asks."""
    text, _ = read_text(path, "Give a file of text with an ask on each line.")
    asks = [" ".join(line.split()) for line in text.splitlines()]
    asks = [ask for ask in asks if ask]
    if len(asks) > MOST_ASKS:
        remedy = "Part it into several files."
        raise UsageError(Problem(str(path), f"has more than {MOST_ASKS} asks", remedy))
    return asks
