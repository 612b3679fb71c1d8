"""Which schemas of PostgreSQL Headway's tables and views stand in.

They travel with a database's address, which is all that many who read it are given: as a
parameter of ours, which no driver sees. An engine tells which it has.
"""

import re
from typing import NamedTuple

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL

from models.tables import clean, state

PARAMETER = "headway_schema"
NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
TAKEN = {
    clean.VIEWS_SCHEMA: ("public", "information_schema", clean.SCHEMA, state.SCHEMA),
    state.SCHEMA: ("public", "information_schema", clean.SCHEMA, clean.VIEWS_SCHEMA),
}
"""What another schema than the usual one cannot be called."""


class SchemaNames(NamedTuple):
    """Where the tables of a database stand, and, of the clean database, the views of readers."""

    tables: str
    views: str


def add_schema(url: URL, schema: str) -> URL:
    """The address of a database whose tables stand elsewhere than usual."""
    if url.get_backend_name() != "postgresql" or schema in TAKEN:
        return url
    return url.update_query_dict({PARAMETER: schema})


def drop_schema(url: URL) -> URL:
    """The address as a driver takes it."""
    return url.difference_update_query([PARAMETER])


def find_schemas(url: URL, usual: str) -> SchemaNames:
    """The schemas at an address; `usual` is where the tables stand if it names none.

    Headway's own tables stand beside the views of a clean database: `headway_NAME` beside `NAME`.
    """
    given = url.query.get(PARAMETER)
    if not isinstance(given, str):
        return SchemaNames(usual, clean.VIEWS_SCHEMA)
    own = f"{clean.SCHEMA}_{given}" if usual == clean.SCHEMA else given
    return SchemaNames(own, given)


def read_schemas(there: Engine | Connection) -> SchemaNames:
    """The schemas that an engine was made for; "" on SQLite, which has none."""
    options = there.get_execution_options()
    return SchemaNames(options.get("tables_schema", ""), options.get("views_schema", ""))


def parse_schema_name(text: str, usual: str) -> str:
    """The name of a schema or a role that needs no quotes; ValueError for any other.

    The usual one is taken as it is: what SQLAlchemy knows of PostgreSQL takes a tenth of a short
    command to load, and on SQLite nothing else needs it.
    """
    if text == usual:
        return text
    from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS  # noqa: PLC0415 - slow import

    if not NAME.fullmatch(text) or text.startswith("pg_") or text in RESERVED_WORDS:
        raise ValueError(
            "must be a name of at most 50 small letters, digits and _, a letter first, and no word "
            "of SQL"
        )
    if text in TAKEN.get(usual, ()):
        raise ValueError(f"cannot be {text}, where something else stands")
    return text
