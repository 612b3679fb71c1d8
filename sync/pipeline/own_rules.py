"""The rule book that a run goes by, read from its folder."""

from typing import NamedTuple

from models.finding import Finding
from models.rulebook import RuleBook
from sync.pipeline.context import Context
from sync.pipeline.translation_cache import find_judged_digest
from sync.rulebook import usable_rulebook


class RulesRead(NamedTuple):
    """A rule book, and what is to be said of how it was come by."""

    rulebook: RuleBook
    findings: tuple[Finding, ...] = ()


def read_own_rules(context: Context) -> RulesRead:
    """The rule book of the configured folder; UsageError where it cannot be used."""
    judged = find_judged_digest(context.site_store)
    return RulesRead(usable_rulebook(context.settings.config_dir, judged))
