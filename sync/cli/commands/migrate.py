"""`headway migrate`: both databases at the newest schema."""

from sync.cli.output import print_page
from sync.pipeline.context import migrate_databases as migrate_both
from sync.pipeline.context import open_context
from sync.settings.settings import Settings


def migrate_databases(settings: Settings) -> None:
    """Migrate both; one line each."""
    with open_context(settings, check=False) as context:
        done = migrate_both(context)
    print_page([f"{place}: at schema {revision}" for place, revision in done.items()])
