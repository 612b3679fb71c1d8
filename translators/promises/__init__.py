"""Keeps promises, dates and internal details out of every published text."""
