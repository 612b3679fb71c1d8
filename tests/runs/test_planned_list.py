"""A plan's list beside the real one: complete, and the real one untouched."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from sync.store.db.addresses import parse_url
from tests.postgres import Postgres
from tests.runs.place import Place, Places

OTHER = "name: Activity log"


@pytest.fixture
def on_server(places: Places, tmp_path: Path, postgres_server: Postgres) -> Iterator[Place]:
    """A place on PostgreSQL."""
    with places.open_place(tmp_path, projects=("ID",), server=postgres_server) as place:
        yield place


def rename(place: Place) -> None:
    place.rules("capabilities.yaml", "name: Audit log", OTHER)


def is_sqlite(place: Place) -> bool:
    return place.clean_url.startswith("sqlite")


def where(place: Place) -> str:
    return str(place.folder / "tomorrow.db") if is_sqlite(place) else "sales_planned"


def planned(place: Place, view: str) -> list[dict[str, object]]:
    if not is_sqlite(place):
        return [dict(row) for row in place.rows(f"SELECT * FROM sales_planned.{view}")]
    with sqlite3.connect(where(place)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {view}")]


def all_rows(place: Place) -> list[object]:
    tables = ("capability", "alias", "change", "term", "head", "publication", "published_state")
    return [place.rows(f"SELECT * FROM {{t}}{table}") for table in tables]


def test_the_planned_list_is_whole_and_the_real_one_is_untouched(each_published: Place) -> None:
    place = each_published
    before, shown = all_rows(place), place.published()
    rename(place)

    first = place.headway("plan", "--publish-to", where(place))
    again = place.headway("plan", "--publish-to", where(place))
    names = {row["capability_id"]: row["name"] for row in planned(place, "v1_capability")}
    (fresh,) = planned(place, "v1_freshness")
    news = [row["sentence"] for row in planned(place, "v1_change")]
    words = {view: len(planned(place, view)) for view in ("v1_term", "v1_alias", "v1_crm")}
    active = {row["capability_id"] for row in planned(place, "v1_active_capability")}

    assert (first.code, again.code) == (0, 0), first.err + again.err
    assert names == {row["capability_id"]: row["name"] for row in shown} | {
        "audit-log": "Activity log"
    }
    assert (fresh["revision"], fresh["row_count"], bool(fresh["is_stale"])) == (
        2,
        len(active),
        False,
    )
    assert "The entry for Activity log has been corrected." in news
    assert words == {view: len(place.rows(f"SELECT * FROM {{v}}{view}")) for view in words}
    assert all_rows(place) == before
    assert place.published() == shown


def test_the_planned_list_is_what_a_sync_then_publishes(each_published: Place) -> None:
    place = each_published
    rename(place)
    place.headway("plan", "--publish-to", where(place))
    place.headway("sync")

    told = [
        {name: row[name] for name in row if name != "updated_at"}
        for row in sorted(
            planned(place, "v1_capability"), key=lambda row: str(row["capability_id"])
        )
    ]

    assert told == [
        {name: row[name] for name in row if name != "updated_at"} for row in place.published()
    ]


@pytest.mark.parametrize("name", ["clean.db", "internal/clean.db", "state.db", "notes.txt"])
def test_no_file_but_one_of_its_own_is_ever_replaced(published: Place, name: str) -> None:
    path = {
        "clean.db": published.clean_url,
        "internal/clean.db": published.truth_url,
        "state.db": published.state_url,
    }.get(name, f"sqlite:///{published.folder / name}").removeprefix("sqlite:///")
    if name == "notes.txt":
        Path(path).write_text("mine")
    before = Path(path).read_bytes()

    said = published.headway("plan", "--publish-to", path)

    assert said.code == 2, said.out
    assert path in said.err
    assert Path(path).read_bytes() == before


@pytest.mark.published
def test_no_schema_but_one_of_its_own_is_ever_replaced(on_server: Place) -> None:
    before = all_rows(on_server)
    for name in ("sales", "headway", "pg_x", "Sales", 'x"; drop', "public"):
        said = on_server.headway("plan", "--publish-to", name)

        assert said.code == 2, name
        assert "--publish-to" in said.err
    assert all_rows(on_server) == before


@pytest.mark.published
def test_a_role_that_may_make_no_schema_is_told_so(on_server: Place) -> None:
    """A role that may read all there is, and nothing more."""
    place = on_server
    url = parse_url(place.clean_url, "test")
    role, owner = f"planner_{url.database}", create_engine(url)
    with owner.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        connection.execute(text(f"GRANT pg_read_all_data TO {role}"))
    place.clean_url = url.set(username=role).render_as_string(hide_password=False)
    try:
        said = place.headway("plan", "--publish-to", "sales_planned")
    finally:
        with owner.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))
        owner.dispose()

    assert said.code == 74
    assert "schema sales_planned: cannot be made: the role" in said.err
    assert f"GRANT CREATE ON DATABASE {url.database} TO {role};" in said.err
