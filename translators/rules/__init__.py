"""Decides epics by the rule book: conditions, screening, mapping, decisions."""
