"""Puts together what sales would read, and holds it against what it reads now."""
