"""The indexes of the state database that hold some rows only; importing this adds them.

Only migrations and what compares a database with the tables need them. They stand apart because
naming a dialect loads it: that takes longer than most commands.
"""

from sqlalchemy import ColumnElement, Index, TextClause, and_

from models.tables.state import issue, metadata, was_called_otherwise

STATE_TABLES = metadata
"""The tables of the state database with all their indexes."""


def _index_some(
    name: str, *columns: ColumnElement[object], where: ColumnElement[bool] | TextClause
) -> None:
    Index(name, issue.c.site, *columns, sqlite_where=where, postgresql_where=where)


# Every run asks which issues are missing; so few are that it must not read the others to know.
_index_some("issue_missing", issue.c.missing_since, where=issue.c.missing_since.is_not(None))
_index_some(
    "issue_parent_key",
    issue.c.parent_key,
    where=and_(issue.c.parent_id.is_(None), issue.c.parent_key.is_not(None)),
)
_index_some("issue_former_keys", where=was_called_otherwise)
