"""Lists that somebody else laid out: what contract v1 does not know is told, and never a bug."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from models.errors import DatabaseError, SchemaError
from models.tables.views import COLUMNS
from sync.store.clean.readers_view import read_list, read_list_head
from sync.store.db.addresses import parse_url
from sync.store.db.engines import build_engine, open_writer
from tests.builders import AS_OF, a_row

NEWS = {"kind": "added", "changed_month": "2026-11", "capability_id": "sso"}
FRESH = {"as_of": AS_OF.isoformat(), "is_stale": "false", "revision": "1", "epoch": "e"}
WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "a state of a later contract": ("v1_capability", {"state_code": "glowing"}),
    "a level beyond the highest": ("v1_capability", {"effort_rank": "3000000"}),
    "no name": ("v1_capability", {"name": None}),
    "a month that there is not": ("v1_change", {"changed_month": "2026-13"}),
    "a day that is none": ("v1_freshness", {"as_of": "yesterday"}),
    "an alias that is none": ("v1_alias", {"alias": None}),
}


@pytest.fixture
def elsewhere(database_url: str) -> Iterator[Engine]:
    engine = build_engine(parse_url(database_url, "test"), "sales")
    with open_writer(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("CREATE SCHEMA sales"))
        for view, columns in COLUMNS.items():
            laid = ", ".join(f"{name} TEXT" for name in columns)
            connection.execute(text(f"CREATE TABLE {_name(engine, view)} ({laid})"))
    yield engine
    engine.dispose()


def _name(engine: Engine, view: str) -> str:
    return f"sales.{view}" if engine.dialect.name == "postgresql" else view


def write_list(engine: Engine, wrong: str = "", **changes: Any) -> None:
    """A list of one row, one alias and one piece of news, which `wrong` is changed in."""
    row = {name: getattr(a_row("sso", "SSO"), name, "") for name in COLUMNS["v1_capability"]}
    row = {name: None if value is None else str(value) for name, value in row.items()}
    told: dict[str, dict[str, Any]] = {
        "v1_capability": row,
        "v1_alias": {"alias": "log in", "capability_id": "sso"},
        "v1_change": dict.fromkeys(COLUMNS["v1_change"], "1") | NEWS,
        "v1_freshness": dict.fromkeys(COLUMNS["v1_freshness"]) | {"status": "current"} | FRESH,
    }
    with open_writer(engine) as connection:
        for view, plain in told.items():
            values = plain | (changes if view == wrong else {})
            marks = ", ".join(f":{name}" for name in values)
            table = _name(engine, view)
            connection.execute(text(f"DELETE FROM {table}"))
            connection.execute(
                text(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"), values
            )


def test_what_contract_v1_does_not_know_is_told_and_no_bug_of_ours(elsewhere: Engine) -> None:
    write_list(elsewhere)
    assert [row.name for row in read_list(elsewhere.url, with_news=True).rows] == ["SSO"]

    for view, changes in WRONG.values():
        write_list(elsewhere, view, **changes)
        with pytest.raises(DatabaseError, match="contract v1 does not know") as told:
            read_list(elsewhere.url, with_news=True)
        assert not isinstance(told.value, SchemaError)


@pytest.mark.parametrize("times", [0, 2])
def test_freshness_is_one_row_or_no_list_is_read(elsewhere: Engine, times: int) -> None:
    write_list(elsewhere)
    table = _name(elsewhere, "v1_freshness")
    change = "DELETE FROM {0}" if not times else "INSERT INTO {0} SELECT * FROM {0}"
    with open_writer(elsewhere) as connection:
        connection.execute(text(change.format(table)))

    reads: tuple[Callable[..., object], ...] = (read_list, read_list_head)
    for read in reads:
        with pytest.raises(DatabaseError, match=f"v1_freshness has {times} rows"):
            read(elsewhere.url)
