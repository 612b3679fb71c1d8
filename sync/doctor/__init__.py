"""Looks at everything that a run depends on, one module a subject, and changes nothing."""

from sync.doctor.checks import Check, Section, Verdict, choose_exit_code
from sync.doctor.examine import look_at_all

__all__ = ["Check", "Section", "Verdict", "choose_exit_code", "look_at_all"]
