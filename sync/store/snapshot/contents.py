"""What a snapshot holds of both databases: which rows, which columns, and what is left out of them.

Left out is what no rule is judged by: keys to hash people with, who we are and where Jira is, who
did what (people are counted, so that they stay apart), the record of runs, leases, and how the last
translation was kept. Titles and descriptions of what has a security level are blank.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Table,
    Text,
    case,
    cast,
    select,
    type_coerce,
)

from models.tables import clean, state
from models.tables.types import Exact, Json, UtcDateTime
from sync.store.db.batches import BATCH

Value = int | str | None
Row = tuple[Value, ...]


class Part(NamedTuple):
    """One table: the columns that are kept, what stands in others, and in which order rows come.

    `is_of_site` says that rows of the sites that feed the list alone are kept.
    """

    table: Table
    kept: tuple[str, ...]
    order: tuple[str, ...]
    blank: Mapping[str, Value] = MappingProxyType({})
    is_of_site: bool = True

    @property
    def columns(self) -> list[Column[Any]]:
        """The columns that are kept."""
        return [self.table.c[name] for name in self.kept]

    def build_decoder(self) -> msgspec.msgpack.Decoder[list[Row]]:
        """Reads the rows of a block; it takes values of the columns' own kinds alone."""
        types = []
        for column in self.columns:
            kind: Any = int if _is_number(column) else str
            types.append(kind | None if column.nullable else kind)
        row: Any = tuple.__class_getitem__(tuple(types))
        return msgspec.msgpack.Decoder(list.__class_getitem__(row))


def _all_but(table: Table, *names: str) -> tuple[str, ...]:
    return tuple(f"{column.name}" for column in table.c if column.name not in names)


_NO_WALK: dict[str, Value] = {"content_hash": "", "last_seen_walk": 0}
_NO_KEY: dict[str, Value] = {"hash_key": "", "fence": 0}
_NO_RUN = ("run_id", "fence", "checked_at", "published_at", "stale_after")
_NO_CURSOR: dict[str, Value] = {"updated_at": "1970-01-01T00:00:00.000000Z", "content_hash": ""}

PARTS = (
    Part(
        state.site,
        (
            *("site", "number", "profile", "fields", "as_of", "census_at", "reread_at", "walk"),
            "generation",
        ),
        ("number",),
        _NO_KEY,
    ),
    Part(state.project, _all_but(state.project), ("site", "project_id")),
    Part(
        state.issue,
        _all_but(state.issue, "content_hash", "last_seen_walk", "time_spent"),
        ("id",),
        _NO_WALK,
    ),
    Part(state.ledger, _all_but(state.ledger, "entry_id"), ("entry_id",)),
    Part(
        state.team_window,
        _all_but(state.team_window),
        ("site", "generation", "team", "window"),
    ),
    Part(state.decision, _all_but(state.decision), ("epic_id",)),
    Part(clean.head, _all_but(clean.head, *_NO_RUN), ("id",), {"fence": 0}, is_of_site=False),
    Part(
        clean.capability,
        _all_but(clean.capability, "updated_at", "content_hash"),
        ("capability_id",),
        _NO_CURSOR,
        is_of_site=False,
    ),
    Part(clean.alias, _all_but(clean.alias), ("alias", "capability_id"), is_of_site=False),
    Part(clean.term, _all_but(clean.term), ("kind", "code"), is_of_site=False),
    Part(
        clean.published_state,
        _all_but(clean.published_state),
        ("capability_id",),
        is_of_site=False,
    ),
    Part(clean.rulebook, _all_but(clean.rulebook), ("digest",), is_of_site=False),
)
"""In the order in which they stand in the file; a part's place is the kind of its blocks."""


class Header(msgspec.Struct, frozen=True):
    """What a snapshot says of itself, and of each site the projects that the settings name."""

    sites: dict[str, tuple[str, ...]]
    parts: dict[str, list[str]]


def describe_parts() -> dict[str, list[str]]:
    """The tables and columns of a snapshot that this Headway writes and reads."""
    return {f"{part.table.name}": list(part.kept) for part in PARTS}


def read_rows(
    connection: Connection, part: Part, sites: Sequence[str], people: dict[str, str]
) -> Iterator[Row]:
    """The rows of a part as they are written, one after the other.

    `people` are the numbers that people were given so far, by their hashes; those who come for the
    first time are added.
    """
    table = part.table
    dialect = connection.dialect.name
    query = select(*(_select_column(column, dialect) for column in part.columns))
    if part.is_of_site:
        query = query.where(table.c.site.in_(sites))
    if table is clean.rulebook:
        query = query.where(
            table.c.digest == select(clean.head.c.rulebook_digest).scalar_subquery()
        )
    # By their bytes, as SQLite does: a server's own order of letters is the machine's.
    order = [
        column.collate("C") if dialect == "postgresql" and not _is_number(column) else column
        for column in (table.c[name] for name in part.order)
    ]
    clean_row = _choose_cleaner(part, people)
    query = query.order_by(*order).execution_options(yield_per=BATCH)
    yield from map(clean_row, connection.execute(query))


def _is_number(column: Column[Any]) -> bool:
    return isinstance(column.type, Integer | Boolean)


def _select_column(column: Column[Any], dialect: str) -> ColumnElement[Any]:
    """A column as SQLite keeps it: numbers and texts alone."""
    if column is state.issue.c.summary:
        return case((state.issue.c.restricted, ""), else_=column).label(column.name)
    if column is state.issue.c.description:
        return case((state.issue.c.restricted, None), else_=column).label(column.name)
    if isinstance(column.type, Boolean):
        return cast(column, Integer).label(column.name)
    is_text = isinstance(column.type, Json | Exact)
    if is_text or (isinstance(column.type, UtcDateTime) and dialect == "sqlite"):
        return type_coerce(column, Text).label(column.name)
    return column


def _choose_cleaner(part: Part, people: dict[str, str]) -> Callable[[Sequence[Any]], Row]:
    if part.table is state.issue:
        return _PeopleCounter(part.kept.index("contributor"), people)
    if part.table is state.team_window:
        return _PeopleCounter(part.kept.index("finished_by"), people)
    return _clean_site if part.table is state.site else _clean_row


def _clean_row(row: Sequence[Any]) -> Row:
    return tuple(_write_time(each) if isinstance(each, datetime) else each for each in row)


def _write_time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


class _PeopleCounter:
    """Gives everybody in one column a number, in the order in which they come.

    The column holds one person, or JSON with what each of some did.
    """

    def __init__(self, place: int, numbers: dict[str, str]) -> None:
        self._place = place
        self._numbers = numbers

    def __call__(self, row: Sequence[Any]) -> Row:
        values = list(_clean_row(row))
        who = values[self._place]
        if isinstance(who, str) and who.startswith("{"):
            did = {self._count(each): number for each, number in msgspec.json.decode(who).items()}
            values[self._place] = msgspec.json.encode(did, order="sorted").decode()
        elif who is not None:
            values[self._place] = self._count(str(who))
        return tuple(values)

    def _count(self, who: str) -> str:
        return self._numbers.setdefault(who, str(len(self._numbers)))


def _clean_site(row: Sequence[Any]) -> Row:
    values = list(_clean_row(row))
    place = next(i for i, column in enumerate(PARTS[0].columns) if column.name == "profile")
    profile = msgspec.json.decode(str(values[place])) if values[place] else None
    if profile is not None:
        nobody = {"address": "", "reached": "", "identity": {"account": "", "name": ""}}
        values[place] = msgspec.json.encode(profile | nobody, order="sorted").decode()
    return tuple(values)
