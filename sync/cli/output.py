"""Results go to stdout: a page of lines, or one JSON document."""

import sys
from collections.abc import Iterable
from typing import Any

import msgspec

from sync.cli.terminal import write_lines


def print_page(lines: Iterable[str]) -> None:
    """The lines of a page, the verdict first."""
    write_lines(lines, sys.stdout)


def print_json(value: Any) -> None:
    """One JSON document."""
    text = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2)
    print(text.decode())
