"""Writes the list as a plan would make it beside the real one, for who wants to look at it."""

from pathlib import Path

from models.errors import Problem, UsageError
from models.plan import Plan
from sync.pipeline.context import Context
from sync.store.clean.planned_list import list_our_files, write_planned_file, write_planned_schema


def publish_planned_list(context: Context, plan: Plan, where: str) -> str:
    """Write it to a SQLite file or a PostgreSQL schema, as the clean database is; says what for.

    Raises UsageError where that is not a place of its own, DatabaseError where it cannot be
    written.
    """
    _check_where(where, context)
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


def _check_where(where: str, context: Context) -> None:
    """UsageError for what names no place; an address may hold a password, and is not shown."""
    is_server = context.clean.dialect.name == "postgresql"
    remedy = (
        "Name a schema of the same database, such as sales_planned."
        if is_server
        else "Name a SQLite file, such as var/tomorrow.db."
    )
    if not where.strip():
        raise UsageError(Problem("--publish-to", "is empty", remedy))
    if "://" in where:
        raise UsageError(Problem("--publish-to", "is an address", remedy))
    if context.settings.snapshot is not None:
        what = "cannot be given together with --snapshot: that holds no list to write"
        raise UsageError(Problem("--publish-to", what, "Give one of them."))
