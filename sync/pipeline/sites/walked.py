"""The sites of a list that were ever read to the end, as their records have them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from models.errors import Problem, UsageError
from models.rulebook import RuleBook
from sync.pipeline.context import Context
from sync.store.state.mirror.rows import SiteRecord


class WalkedSite(NamedTuple):
    """A site, its record, and when its last whole walk began; the context is of it alone."""

    context: Context
    record: SiteRecord
    as_of: datetime

    @property
    def site(self) -> str:
        """What it is called."""
        return self.context.settings.site

    def name_generation(self, book: RuleBook) -> str:
        """What its ledger is called under a rule book."""
        from translators.effort.booking import generation_of  # noqa: PLC0415 - not to write a file

        return generation_of(book.effort, self.record.points_fields)


def find_oldest(context: Context, sites: Sequence[WalkedSite]) -> datetime:
    """As of when the list is: the oldest of the sites that have not left it."""
    names = context.settings.site_names
    moments = [each.as_of for each in sites if each.site in names]
    return min(moments or [each.as_of for each in sites])


def list_walked(context: Context) -> tuple[WalkedSite, ...]:
    """Each site that was ever read to the end; UsageError where none was."""
    if not context.is_shared:
        return (WalkedSite(context, *context.require_walk()),)
    walked = []
    for part in context.list_parts():
        record = part.site_store.find_record()
        if record is not None and record.as_of is not None:
            walked.append(WalkedSite(part, record, record.as_of))
    if not walked:
        raise UsageError(Problem("mirror", "is empty", "Run `headway sync` first."))
    return tuple(walked)
