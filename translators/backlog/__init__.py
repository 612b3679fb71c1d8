"""Reads the backlog: epics, items, when they were finished, and in which fortnight."""
