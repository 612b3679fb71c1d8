"""A database that another Headway made is known before anything is asked of it."""

from types import ModuleType

import pytest
from sqlalchemy import Engine, delete, text, update

from models.errors import SchemaError
from models.tables import clean, state
from sync.store.db.engines import open_writer
from sync.store.db.schemas import check_schema, migrate_database

PARTS = pytest.mark.parametrize(("which", "tables"), [(0, clean), (1, state)])
Engines = tuple[Engine, Engine]


def change(engines: Engines, which: int, statement: str) -> None:
    """Change something behind Headway's back; `{t}` is the prefix of the tables."""
    tables = (clean, state)[which]
    prefix = f"{tables.SCHEMA}." if engines[which].dialect.name == "postgresql" else ""
    with open_writer(engines[which]) as connection:
        connection.execute(text(statement.format(t=prefix)))


@PARTS
def test_a_schema_made_before_its_migration_was_amended_is_told_apart(
    engines: Engines, which: int, tables: ModuleType
) -> None:
    with open_writer(engines[which]) as connection:
        connection.execute(update(tables.schema_digest).values(digest="of another text"))

    told = r"another build of Headway \(0001, made before it was amended\)\n.*no migration between"
    with pytest.raises(SchemaError, match=told):
        check_schema(engines[which], tables)
    with pytest.raises(SchemaError, match=told):
        migrate_database(*engines)


@PARTS
def test_so_is_one_from_before_there_were_digests(
    engines: Engines, which: int, tables: ModuleType
) -> None:
    change(engines, which, "DROP TABLE {t}schema_digest")

    with pytest.raises(SchemaError, match="another build of Headway"):
        check_schema(engines[which], tables)


@PARTS
def test_a_newer_schema_is_left_to_the_newer_headway(
    engines: Engines, which: int, tables: ModuleType
) -> None:
    change(engines, which, "UPDATE {t}alembic_version SET version_num = '9999'")

    with pytest.raises(SchemaError, match="newer schema 9999"):
        check_schema(engines[which], tables)
    with pytest.raises(SchemaError, match="newer schema 9999"):
        migrate_database(*engines)


@PARTS
def test_a_version_row_that_was_lost_is_named_and_put_back_as_said(
    engines: Engines, which: int, tables: ModuleType
) -> None:
    change(engines, which, "DELETE FROM {t}alembic_version")

    with pytest.raises(SchemaError, match="alembic_version is empty") as refused:
        migrate_database(*engines)
    said = str(refused.value).partition("put back: ")[2]
    change(engines, which, said)

    check_schema(engines[which], tables)


@PARTS
def test_digests_alone_that_were_lost_are_as_bad(
    engines: Engines, which: int, tables: ModuleType
) -> None:
    with open_writer(engines[which]) as connection:
        connection.execute(delete(tables.schema_digest))

    with pytest.raises(SchemaError, match="another build of Headway"):
        check_schema(engines[which], tables)
