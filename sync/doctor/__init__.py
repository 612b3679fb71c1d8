"""Looks at everything that a run depends on, one module a subject, and changes nothing."""

from sync.doctor.checks import Section, Verdict, exit_code
from sync.doctor.examine import examine

__all__ = ["Section", "Verdict", "examine", "exit_code"]
