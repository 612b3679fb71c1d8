"""Results go to stdout: a page of lines, or one JSON document."""

from collections.abc import Iterable
from typing import Any

import msgspec


def print_page(lines: Iterable[str]) -> None:
    """The lines of a page."""
    print("\n".join(lines))


def print_json(value: Any) -> None:
    """One JSON document."""
    text = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2)
    print(text.decode())
