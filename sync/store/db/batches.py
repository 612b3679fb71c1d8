"""Puts long lists in parts that a database takes at once."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

BATCH = 1_000

T = TypeVar("T")


def split_batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """The rows in parts, in order."""
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
