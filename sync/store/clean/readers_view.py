"""Reads the list as every other tool does: the v1 views, and nothing behind them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from models.capability import Capability, News, PublishedTerm, sort_terms
from models.errors import DatabaseError, Problem, SchemaError
from models.freshness import ListFreshness
from models.tables import clean
from models.tables.views import COLUMNS
from sync.store.db.addresses import describe_place
from sync.store.db.engines import build_reader, open_reader
from sync.store.db.failures import NO_RIGHT
from sync.store.db.schema_names import read_schemas

_NO_LIST = ("no such table", "lacks something", "cannot be opened", "is not there")
"""Words of failures that say that there is nothing where a list should be."""
_BROKEN = ("is damaged", "is no SQLite database")
"""Words of failures after which a readers' file is made anew: nothing stands in it alone."""

_Freshness = TypeVar("_Freshness", bound=ListFreshness)


class ListHead(ListFreshness, frozen=True, kw_only=True):
    """Which publication is to be read: other numbers, other rows."""

    revision: int
    epoch: str


class ListForReaders(Struct, frozen=True, kw_only=True):
    """All of one revision: the rows with their aliases, the vocabulary, and how fresh it is.

    `news` are there where they were asked for, the oldest first.
    """

    rows: tuple[Capability, ...]
    terms: tuple[PublishedTerm, ...]
    freshness: ListFreshness
    news: tuple[News, ...] = ()


def read_list(clean_url: URL, *, with_news: bool = False) -> ListForReaders:
    """What readers see at HEADWAY_CLEAN_URL, with no more rights than theirs.

    Raises SchemaError where there is no list to be read, DatabaseError where it cannot be, or
    holds what no list of contract v1 holds.
    """
    with open_views(clean_url) as (connection, schema):
        aliases: dict[str, list[str]] = defaultdict(list)
        for row in msgspec.convert(read_view(connection, schema, "v1_alias"), list[dict[str, str]]):
            aliases[row["capability_id"]].append(row["alias"])
        rows = tuple(
            msgspec.convert(
                row | {"aliases": sorted(aliases[row["capability_id"]])}, Capability, strict=False
            )
            for row in read_view(connection, schema, "v1_capability")
        )
        terms = (
            msgspec.convert(row, PublishedTerm) for row in read_view(connection, schema, "v1_term")
        )
        freshness = _read_freshness(connection, schema, ListFreshness)
        told = read_view(connection, schema, "v1_change") if with_news else []
        news = msgspec.convert(told, list[News], strict=False)
        return ListForReaders(
            rows=rows,
            terms=sort_terms(terms),
            freshness=freshness,
            news=tuple(
                sorted(
                    msgspec.convert(news, list[News], strict=False),
                    key=lambda each: each.change_seq,
                )
            ),
        )


def read_list_head(clean_url: URL) -> ListHead:
    """How fresh the list is now, and which it is; raises as `read_list` does."""
    with open_views(clean_url) as (connection, schema):
        return _read_freshness(connection, schema, ListHead)


@contextmanager
def open_views(clean_url: URL) -> Iterator[tuple[Connection, str]]:
    """One snapshot of the views, and what stands before their names; raises as `read_list` does."""
    engine = build_reader(clean_url, clean.SCHEMA)
    where = describe_place(clean_url)
    views = read_schemas(engine).views
    schema = f"{views}." if engine.dialect.name == "postgresql" else ""
    try:
        with open_reader(engine) as connection:
            yield connection, schema
    except DatabaseError as error:
        said = str(error)
        if any(sign in said for sign in _NO_LIST):
            what = "holds no list that could be read"
            raise SchemaError(
                Problem(where, what, "Run `headway migrate` and `headway sync`.")
            ) from None
        if any(sign in said for sign in _BROKEN):
            remedy = (
                "Have whoever runs Headway move it away and run `headway migrate`, which makes it "
                "anew; or name another file in HEADWAY_CLEAN_URL."
            )
            raise DatabaseError(Problem(where, "is no whole SQLite database", remedy)) from None
        if NO_RIGHT in said:
            remedy = (
                f"Grant it USAGE on schema {views} and SELECT on the v1 views, and nothing else."
            )
            raise DatabaseError(Problem(where, "does not let us read the list", remedy)) from None
        raise
    except msgspec.ValidationError as error:
        what = f"holds a row that contract v1 does not know: {error}"
        remedy = "Install the Headway that wrote it; if this one did, see `headway doctor`."
        raise DatabaseError(Problem(where, what, remedy)) from None
    finally:
        engine.dispose()


def _read_freshness(connection: Connection, schema: str, kind: type[_Freshness]) -> _Freshness:
    """The one row of v1_freshness, as a value of this kind."""
    rows = read_view(connection, schema, "v1_freshness")
    if len(rows) != 1:
        raise msgspec.ValidationError(f"v1_freshness has {len(rows)} rows")
    return msgspec.convert(rows[0], kind, strict=False)


def read_view(
    connection: Connection, schema: str, view: str, names: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """All rows of a view as the driver gives them, with the columns of the contract or these."""
    columns = ", ".join(names or COLUMNS[view])
    query = text(f"SELECT {columns} FROM {schema}{view}")  # noqa: S608 - names of ours
    return [dict(row) for row in connection.execute(query).mappings()]
