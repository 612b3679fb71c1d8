"""The contract is one thing: in the code, in both databases, in its file and on its page.

`python -m tests.docs.tables_of_columns` writes file and page anew;
`python -m tests.sync.store.clean.test_contract` freezes columns that were added behind the others.
"""

import json
import re
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft201909Validator
from sqlalchemy import Connection, text

from models.tables import clean
from models.tables.contract import (
    COMPUTED,
    DECLARED,
    SCHEMA_MEANING,
    ContractColumn,
    list_columns,
)
from models.tables.views import VIEWS, View
from sync.store.clean.data_contract import write_contract
from sync.store.clean.readers_schema import FRESHNESS_TABLE
from sync.store.db.engines import open_reader
from tests.databases import both_databases, sqlite_urls
from tests.docs.tables_of_columns import CONTRACT, PAGE, replace_tables

FROZEN = Path(__file__).parent / "v1.json"
Columns = dict[str, list[Any]]
"""Of each view its columns in order, each as name, type, length, whether required, and codes."""

OF_POSTGRESQL = """
SELECT column_name, data_type, character_maximum_length,
       col_description(CAST(:view AS regclass), ordinal_position)
FROM information_schema.columns WHERE table_schema = 'sales' AND table_name = :name
ORDER BY ordinal_position
"""
REQUIRED = """
SELECT attname FROM pg_attribute
WHERE attrelid = CAST(:table AS regclass) AND attnotnull AND attnum > 0
"""
CHECK = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
CODE = re.compile(r"'(\w+)'")


def promised(view: View) -> list[Any]:
    """What the code promises of a view."""
    return [_promise(column) for column in list_columns(view)]


def _promise(column: ContractColumn) -> list[Any]:
    return [
        *(column.name, str(column.type), column.length, column.is_required),
        sorted(column.codes),
    ]


def test_postgresql_has_what_is_promised_and_says_what_it_means(postgres_url: str) -> None:
    with (
        both_databases(postgres_url, postgres_url) as (engine, _),
        open_reader(engine) as connection,
    ):
        found = {view.name: _read_postgresql(connection, view) for view in VIEWS}
        meaning = "SELECT obj_description(CAST(:name AS regclass), 'pg_class')"
        meanings = {
            view.name: connection.execute(text(meaning), {"name": f"sales.{view.name}"}).scalar()
            for view in VIEWS
        }
        schema = "SELECT obj_description('sales'::regnamespace, 'pg_namespace')"
        of_schema = connection.execute(text(schema)).scalar()

    assert found == {view.name: (promised(view), view.columns) for view in VIEWS}
    assert meanings == {view.name: view.meaning for view in VIEWS}
    assert of_schema == SCHEMA_MEANING


def _read_postgresql(connection: Connection, view: View) -> tuple[list[Any], dict[str, str]]:
    """A view's columns as the catalogues have them, and the comments on them."""
    table = f"{clean.SCHEMA}.{view.table.name}"
    required = set(connection.execute(text(REQUIRED), {"table": table}).scalars()) | set(COMPUTED)
    names = {"view": f"sales.{view.name}", "name": view.name}
    rows = connection.execute(text(OF_POSTGRESQL), names).all()
    columns = []
    for name, kind, length, _ in rows:
        ours = {"name": f"ck_{view.table.name}_{name}"}
        condition = connection.execute(text(CHECK), ours).scalar() or ""
        columns.append([name, kind, length, name in required, sorted(CODE.findall(condition))])
    return columns, {row[0]: row[3] for row in rows}


def test_the_readers_file_has_what_is_promised_and_says_what_it_means(tmp_path: Path) -> None:
    with both_databases(*sqlite_urls(tmp_path)):
        pass

    for path in (tmp_path / "clean.db", tmp_path / "internal" / "clean.db"):
        with closing(sqlite3.connect(path)) as reader:
            texts = dict(reader.execute("SELECT name, sql FROM sqlite_master").fetchall())
        for view in VIEWS:
            told = texts[view.name]
            assert [m for m in (view.meaning, *view.columns.values()) if m not in told] == []

    with closing(sqlite3.connect(tmp_path / "clean.db")) as reader:
        found = {view.name: _read_sqlite(reader, view) for view in VIEWS}
    expected = {view.name: [_declare(column) for column in list_columns(view)] for view in VIEWS}
    assert found == expected


def _declare(column: ContractColumn) -> list[Any]:
    """A column as SQLite declares it, which knows no length."""
    return [column.name, DECLARED[column.type], column.is_required, sorted(column.codes)]


def _read_sqlite(reader: sqlite3.Connection, view: View) -> list[Any]:
    """A view's columns and types; of its table, which are never null, and their codes."""
    tables = {clean.head: FRESHNESS_TABLE, clean.capability: "v1_capability"}
    table = tables.get(view.table, view.name)
    required = {
        name
        for _, name, _, never_null, _, key in reader.execute(f"PRAGMA table_info({table})")
        if never_null
    }
    query = "SELECT sql FROM sqlite_master WHERE name = ?"
    (told,) = reader.execute(query, (table,)).fetchone()
    columns = []
    for _, name, kind, *_ in reader.execute(f"PRAGMA table_info({view.name})"):
        codes = re.search(rf"\b{name} IN \(([^)]*)\)", told)
        listed = sorted(CODE.findall(codes.group(1))) if codes else []
        columns.append([name, kind, name in required, listed])
    return columns


def test_the_contracts_file_is_made_of_the_code_and_is_one_by_the_standard() -> None:
    """Else run `python -m tests.docs.tables_of_columns`."""
    schema = json.loads((files("open_data_contract_standard") / "schema.json").read_text("utf-8"))

    assert CONTRACT.read_text("utf-8") == write_contract()
    Draft201909Validator(schema).validate(yaml.safe_load(write_contract()))


def test_the_contracts_file_promises_what_the_code_does() -> None:
    told = yaml.safe_load(CONTRACT.read_text("utf-8"))["schema"]

    assert {
        view["name"]: [_read_property(each) for each in view["properties"]] for view in told
    } == {view.name: promised(view) for view in VIEWS}


def _read_property(told: dict[str, Any]) -> list[Any]:
    (*_, valid) = [q["arguments"]["validValues"] for q in told.get("quality", ())] or [[]]
    length = told.get("logicalTypeOptions", {}).get("maxLength")
    kind = told["physicalType"].partition("(")[0]
    return [told["name"], kind, length, told["required"], sorted(valid)]


def test_the_page_of_queries_lists_every_column() -> None:
    """Else run `python -m tests.docs.tables_of_columns`."""
    page = PAGE.read_text("utf-8")

    assert page == replace_tables(page)


def read_frozen() -> Columns:
    """The columns of v1 as readers rely on them."""
    columns: Columns = json.loads(FROZEN.read_text("utf-8"))
    return columns


def find_broken(frozen: Columns, now: Columns) -> list[str]:
    """The views of which not every column stands where and as it stood."""
    return [
        name for name, columns in frozen.items() if now.get(name, [])[: len(columns)] != columns
    ]


def list_now() -> Columns:
    return {view.name: promised(view) for view in VIEWS}


def test_v1_is_what_it_was_when_readers_began_to_rely_on_it() -> None:
    """What differs is a v2 view beside it. Columns that were only added are frozen by hand."""
    assert find_broken(read_frozen(), list_now()) == []
    assert read_frozen() == list_now()


@pytest.mark.parametrize("change", ["type", "length", "null", "codes", "order", "gone", "view"])
def test_no_change_of_v1_is_silent(change: str) -> None:
    now = list_now()
    columns = now["v1_capability"]
    at = {"type": 1, "length": 2, "null": 3, "codes": 4}.get(change)
    if at is not None:
        columns[4] = [*columns[4][:at], "other", *columns[4][at + 1 :]]
    elif change == "order":
        columns[0], columns[1] = columns[1], columns[0]
    elif change == "gone":
        del columns[2]
    else:
        del now["v1_capability"]

    assert find_broken(read_frozen(), now) == ["v1_capability"]


def test_a_column_behind_the_others_breaks_nothing() -> None:
    now = list_now()
    now["v1_term"].append(["language", "character varying", 5, False, []])

    assert find_broken(read_frozen(), now) == []


if __name__ == "__main__":
    broken = find_broken(read_frozen(), list_now()) if FROZEN.exists() else []
    if broken:
        raise SystemExit(f"{', '.join(broken)}: v1 never changes; make a v2 view beside it")
    lines = json.dumps(list_now(), indent=1, sort_keys=True)
    FROZEN.write_text(re.sub(r"\n {3,}", " ", lines).replace("\n  ]", "]") + "\n", "utf-8")
