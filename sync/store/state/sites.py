"""Which rows are of the sites that are asked about: of the one there mostly is, or of several."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement


def is_of(column: ColumnElement[Any], sites: Sequence[str]) -> ColumnElement[bool]:
    """Whether a row is of one of these sites; one alone is compared, as indexes have it first."""
    return column == sites[0] if len(sites) == 1 else column.in_(sites)
