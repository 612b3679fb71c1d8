"""Words that wait to be counted: what somebody asked for and the list has no name for."""

from msgspec import Struct


class WaitingWords(Struct, frozen=True):
    """A file of words: its own `name`, and in `lines` each with the byte behind it."""

    name: str
    lines: tuple[tuple[int, str], ...]
