"""Reads the rule book: a folder of YAML files becomes one checked value, or a list of mistakes."""

from sync.rulebook.checks.authored import check_no_id_is_a_key, find_promises
from sync.rulebook.load import (
    locate_fields,
    named_fields,
    read_rulebook,
    rulebook_from_texts,
    stamp_folder,
    usable_rulebook,
)

__all__ = [
    "check_no_id_is_a_key",
    "find_promises",
    "locate_fields",
    "named_fields",
    "read_rulebook",
    "rulebook_from_texts",
    "stamp_folder",
    "usable_rulebook",
]
