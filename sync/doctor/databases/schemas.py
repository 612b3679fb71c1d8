"""The tables and views that are really there, beside those that this Headway needs."""

from collections.abc import Iterator
from types import ModuleType

from sqlalchemy import Engine, Inspector, inspect
from sqlalchemy.engine.reflection import ObjectKind

from models.errors import Problem, SchemaError
from models.tables import clean
from models.tables.views import VIEWS
from sync.doctor.checks import Check, note, wrong
from sync.store.db.addresses import describe_place
from sync.store.db.engines import open_reader
from sync.store.db.schema_names import read_schemas


def compare_schema(engine: Engine, tables: ModuleType) -> Iterator[Check]:
    """What is missing is wrong; columns that we did not make are only told."""
    needed = {table.name: set(table.columns.keys()) for table in tables.metadata.sorted_tables}
    if tables is clean:
        needed |= {view.name: set(view.columns) for view in VIEWS}
    there = _read_columns(engine, tables)
    where = describe_place(engine.url)
    missing = [*_name_missing(needed, there)]
    if missing:
        what = f"is not as its migrations made it: {'; '.join(missing)}"
        remedy = "Somebody changed it since. Restore it from a backup; let Headway alone change it."
        yield wrong(SchemaError, Problem(where, what, remedy))
    added = [
        f"{name}.{column}" for name in needed for column in there.get(name, set()) - needed[name]
    ]
    if added:
        what = f"has columns that Headway did not make: {', '.join(sorted(added))}"
        yield note(where, what, "Keep what is yours in tables of your own.")


def _name_missing(needed: dict[str, set[str]], there: dict[str, set[str]]) -> Iterator[str]:
    for name, columns in needed.items():
        if name not in there:
            yield f"{name} is missing"
        elif lacking := columns - there[name]:
            yield f"{name} lacks {', '.join(sorted(lacking))}"


def _read_columns(engine: Engine, tables: ModuleType) -> dict[str, set[str]]:
    """The columns of every table and view, by its name."""
    schemas: list[str | None] = [None]
    if engine.dialect.name == "postgresql":
        names = read_schemas(engine)
        schemas = [names.tables, *([names.views] if tables is clean else [])]
    with open_reader(engine) as connection:
        inspector: Inspector = inspect(connection)
        return {
            str(name): {column["name"] for column in columns}
            for schema in schemas
            for (_, name), columns in inspector.get_multi_columns(
                schema=schema, kind=ObjectKind.ANY
            ).items()
        }
