"""Reads the rule book: a folder of YAML files becomes one checked value, or a list of mistakes."""

from sync.rulebook.load import named_fields, read_rulebook, rulebook_from_texts, usable_rulebook

__all__ = ["named_fields", "read_rulebook", "rulebook_from_texts", "usable_rulebook"]
