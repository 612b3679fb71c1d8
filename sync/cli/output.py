"""Results go to stdout: a page of lines, or one JSON document."""

from collections.abc import Iterable
from typing import Any

import msgspec

from translators.plain_text import show_plainly


def print_page(lines: Iterable[str]) -> None:
    """The lines of a page; no text of others can steer a terminal or forge a line."""
    print("\n".join(map(show_plainly, lines)))


def print_json(value: Any) -> None:
    """One JSON document."""
    text = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2)
    print(text.decode())
