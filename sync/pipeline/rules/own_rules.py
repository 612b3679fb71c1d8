"""The rule book that a run goes by, read from its folder."""

from collections.abc import Callable
from typing import NamedTuple

from models.finding import Finding
from models.promises import PassedTexts
from models.rulebook import RuleBook
from sync.pipeline.context import Context
from sync.rulebook import usable_rulebook


class RulesRead(NamedTuple):
    """A rule book, and what is to be said of how it was come by."""

    rulebook: RuleBook
    findings: tuple[Finding, ...] = ()


RuleReader = Callable[[Context, PassedTexts], RulesRead]
"""Gives the rules of now; texts that have passed the promise linter are not searched again."""


def read_own_rules(context: Context, passed: PassedTexts) -> RulesRead:
    """The rule book of the configured folder; UsageError where it cannot be used."""
    return RulesRead(usable_rulebook(context.settings.config_dir, passed))
