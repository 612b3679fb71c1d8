"""Ordinary words that are one letter away from others: none is a slip of another."""

ORDINARY = frozenset[str]()
