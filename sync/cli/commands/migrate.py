"""`headway migrate`: both databases at the newest schema."""

from sync.pipeline.context import migrate_databases as migrate_both
from sync.pipeline.context import open_context
from sync.settings.settings import Settings


def migrate_databases(settings: Settings) -> None:
    """Migrate both; one line each."""
    with open_context(settings, check=False) as context:
        for place, revision in migrate_both(context).items():
            print(f"{place}: at schema {revision}")
