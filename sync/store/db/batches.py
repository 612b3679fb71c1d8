"""Puts long lists in parts that a database takes at once."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

BATCH = 1_000

T = TypeVar("T")


def split_batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """The rows in parts, in order; of an iterator no more than one part is taken at a time."""
    remaining = iter(rows)
    while part := list(islice(remaining, BATCH)):
        yield part
