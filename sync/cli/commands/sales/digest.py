"""`headway digest`: what became of the list in a fortnight, as `headway serve` sends it."""

from datetime import UTC, datetime

from sync.cli.output import print_json, print_page
from sync.notifications.digest import word_digest
from sync.pipeline.context import open_context
from sync.pipeline.sales.digest import USUAL, read_digest
from sync.settings.settings import Settings


def show_digest(settings: Settings, as_json: bool) -> int:
    """The digest of now, as far back as the schedule of digests has it."""
    now = datetime.now(UTC)
    span = settings.digest.longest_gap(settings.timezone) if settings.digest else USUAL
    with open_context(settings, reading=True) as context:
        digest = read_digest(context, now - span, now)
    print_json(digest) if as_json else print_page(word_digest(digest))
    return 0
