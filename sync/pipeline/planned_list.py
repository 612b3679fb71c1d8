"""Writes the list as a plan would make it beside the real one, for who wants to look at it."""

from pathlib import Path

from models.plan import Plan
from sync.pipeline.context import Context
from sync.store.clean.planned_list import list_our_files, write_planned_file, write_planned_schema


def publish_planned_list(context: Context, plan: Plan, where: str) -> str:
    """Write it to a SQLite file or a PostgreSQL schema, as the clean database is; says what for.

    Raises UsageError where that is not a place of its own, DatabaseError where it cannot be
    written.
    """
    fresh_for = context.settings.freshness
    if context.clean.dialect.name == "postgresql":
        write_planned_schema(context.clean, plan, where, fresh_for)
        place = f"the schema {where}"
    else:
        ours = list_our_files(
            context.clean, str(context.settings.clean_url.database), context.state
        )
        write_planned_file(context.clean, plan, Path(where), fresh_for, ours)
        place = where
    return f"Written: the list as it would be, to {place}; what sales reads is untouched."
