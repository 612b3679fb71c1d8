"""Compiles RE2 patterns: one alone, or many that are searched in one pass."""

from collections.abc import Sequence
from functools import lru_cache

import re2

_LARGEST = 64 << 20
"""Bytes that RE2 may take for one pattern; one that grew beyond would be searched slowly."""


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> "re2._Regexp":
    """One pattern; re2.error where it is none."""
    return re2.compile(pattern, options=_choose_options())


def compile_set(patterns: Sequence[str]) -> re2.Set:
    """Patterns whose `Match` tells which of them a text holds, however many there are."""
    compiled = re2.Set.SearchSet(_choose_options())
    for pattern in patterns:
        compiled.Add(pattern)
    compiled.Compile()
    return compiled


def _choose_options() -> re2.Options:
    options = re2.Options()
    options.max_mem = _LARGEST
    options.log_errors = False
    return options
