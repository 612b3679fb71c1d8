"""`headway recover`: a new epoch after the clean database was restored or lost."""

from sync.cli.output import print_json, print_page
from sync.cli.pages.results import format_recovery
from sync.pipeline.consistency.histories import recover_history
from sync.pipeline.context import open_context
from sync.settings.settings import Settings
from sync.store.db.addresses import describe_place


def begin_anew(settings: Settings, restored: bool, as_json: bool) -> int:
    """Compare both histories, and begin a new epoch where they differ, or both were restored."""
    with open_context(settings) as context:
        recovered = recover_history(context, restored=restored)
        where = describe_place(context.clean.url)
    if as_json:
        print_json(recovered)
    else:
        print_page(format_recovery(where, recovered))
    return 0
