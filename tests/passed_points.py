"""Which crash points were passed, in this very process.

Python lets no audit hook go that it was once given: there is one for all tests, which hears nothing
while nobody notes.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sync.crash_points import EVENT

_heard_by: list[list[str]] = []
_is_listening = False


@contextmanager
def noted_points() -> Iterator[list[str]]:
    """The names of the points that are passed meanwhile, in order."""
    global _is_listening  # noqa: PLW0603 - so is the hook
    if not _is_listening:
        sys.addaudithook(_hear)
        _is_listening = True
    names: list[str] = []
    _heard_by.append(names)
    try:
        yield names
    finally:
        _heard_by.remove(names)


def _hear(event: str, _arguments: tuple[object, ...]) -> None:
    if _heard_by and event.startswith(EVENT):
        for names in _heard_by:
            names.append(event.removeprefix(EVENT))
