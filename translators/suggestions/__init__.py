"""Suggests edits of the rule book that decide epics, and groups what waits by them."""
