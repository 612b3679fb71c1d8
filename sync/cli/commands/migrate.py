"""`headway migrate`: both databases at the newest schema."""

from sync.cli.output import print_page
from sync.pipeline.context import migrate_databases as migrate_both
from sync.pipeline.context import open_context
from sync.settings.settings import Settings


def migrate_databases(settings: Settings, *, quiet: bool = False) -> None:
    """Migrate both; one line each, unless it is to be quiet."""
    with open_context(settings, check=False) as context:
        done = migrate_both(context)
    if not quiet:
        print_page([f"{place}: at schema {revision}" for place, revision in done.items()])
