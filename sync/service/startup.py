"""Waits at the start of a service for what it cannot begin without."""

import threading
from collections.abc import Callable
from datetime import datetime

import structlog

from models.errors import DatabaseError, SchemaError, SettingsError
from sync.pipeline.context import open_context
from sync.pipeline.run.run import last_success
from sync.settings.settings import Settings

log = structlog.get_logger()


def wait_for_databases(
    read_settings: Callable[[], Settings],
    stop: threading.Event,
    seconds: float,
    *,
    waits_for_schema: bool = False,
) -> datetime | None:
    """When the last good run began, as soon as both databases answer; None where `stop` is set.

    One that is down may be up soon, and is asked again every so many seconds. What no waiting
    mends, a schema, is raised: SchemaError, unless somebody else is to migrate it.
    """
    said = ""
    while not stop.is_set():
        try:
            with open_context(read_settings()) as context:
                return last_success(context)
        except (DatabaseError, SettingsError) as error:
            if isinstance(error, SchemaError) and not waits_for_schema:
                raise
            if str(error) != said:
                said = str(error)
                log.warning("serve.waiting-for-database", error=said)
            stop.wait(seconds)
    return None
