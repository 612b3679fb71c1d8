"""The values that issues of the mirror have, and how many have each."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Engine, func, select

from models.tables import state
from sync.store.db.engines import open_reader

COLUMNS = {
    "labels": state.issue.c.labels,
    "component": state.issue.c.components,
    "type": state.issue.c.type,
    "status": state.issue.c.status,
    "resolution": state.issue.c.resolution,
}
"""Fields that rules compare whole, by the name that rules call them."""


def count_values(engine: Engine, site: str) -> Mapping[str, Mapping[str, int]]:
    """How many issues that Jira still shows have each value, by field."""
    c = state.issue.c
    found: dict[str, Counter[str]] = {field: Counter() for field in COLUMNS}
    with open_reader(engine) as connection:
        for field, column in COLUMNS.items():
            rows = connection.execute(
                select(column, func.count())
                .where(c.site == site, c.missing_since.is_(None))
                .group_by(column)
            )
            for value, number in rows:
                for each in (value,) if isinstance(value, str) else value or ():
                    found[field][each] += number
    return found
