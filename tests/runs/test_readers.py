"""Every documented way to read, as other people, at every moment of a run.

`pytest -rP tests/runs/test_readers.py` prints what was read, way by way and moment by moment.
"""

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event

from models.tables.views import VIEWS
from tests.databases import DatabaseTemplates
from tests.docs.pages import find_blocks, find_section, read_page
from tests.pgbouncer import READER, running_pgbouncer
from tests.postgres import Postgres
from tests.readers import open_folder, other_user, reader_on_read_only_mount
from tests.runs.place import MIGRATED, Place, Places

PAGES = ("README.md", *(f"docs/{name}.md" for name in ("querying", "operating", "disclosure")))
READING = re.compile(r"(?is)^\s*(select|with)\b")
OPENING = re.compile(r"file:[^`\s]*?\?([a-z=&0-9]+)")

Read = Callable[[list[str]], list[Any]]
"""What each query gives, read anew by somebody else."""


def documented_queries() -> dict[str, str]:
    """What the pages tell readers to run, every view by its name, and the field of freshness."""
    blocks = [block for page in PAGES for block in find_blocks(read_page(page), "sql")]
    shown = [query for block in blocks for query in re.sub(r"--.*", "", block).split(";")]
    queries = {" ".join(query.split()): query for query in shown if READING.match(query)}
    listed = re.findall(r"^\| `(v1_\w+)` \|", read_page("docs/querying.md"), re.MULTILINE)
    queries |= {name: f"SELECT * FROM {name}" for name in listed}
    fields = find_section(read_page("docs/querying.md"), "For tools that check freshness")
    ((field, view),) = re.findall(r"is `(\w+)` of\s+`(v1_\w+)`", fields)
    return queries | {"the field of freshness": f"SELECT max({field}) FROM {view}"}


def documented_openings() -> set[str]:
    """How the pages tell readers to open SQLite's file."""
    return {how for page in PAGES for how in OPENING.findall(read_page(page))}


def as_json(rows: list[Any]) -> list[list[str]]:
    """Rows as text, the same whoever read them."""
    return [[str(value) for value in row] for row in rows]


def read_file(address: str, queries: list[str]) -> list[Any]:
    """What a file says."""
    with closing(sqlite3.connect(address, uri=True)) as reader:
        return [as_json(reader.execute(query).fetchall()) for query in queries]


def read_server(address: str, queries: list[str]) -> list[Any]:
    """What a server says to the reader of the page, all of it in one transaction."""
    with psycopg.connect(address, prepare_threshold=None) as reader:
        return [as_json(reader.execute(query.encode()).fetchall()) for query in queries]


MOUNTED = """
import sqlite3
from contextlib import closing

def answer(question):
    address, queries = question
    with closing(sqlite3.connect(address, uri=True)) as reader:
        found = [reader.execute(query).fetchall() for query in queries]
    return [[[str(value) for value in row] for row in rows] for rows in found]
"""


@contextmanager
def other_user_of_a_file(place: Place, _: Any) -> Iterator[Read]:
    """Another user of the machine, who opens the file as the page says."""
    (how,) = documented_openings()
    address = f"file:{place.folder}/clean.db?{how}"
    with other_user(partial(read_file, address)) as read:
        yield read


@contextmanager
def read_only_mount(place: Place, _: Any) -> Iterator[Read]:
    """Somebody to whom the disk is mounted to be read only."""
    (how,) = documented_openings()
    address = f"file:{place.folder}/clean.db?{how}"

    with reader_on_read_only_mount(place.folder, MOUNTED) as ask:
        yield lambda queries: ask([address, queries])


@contextmanager
def role(place: Place, port: int) -> Iterator[Read]:
    """The role of the page, with the rights that the page gives it, as another user."""
    database = place.clean_url.rpartition("/")[2]
    owner = place.clean_url.replace("+psycopg", "")
    (creation,) = (b for b in find_blocks(read_page("docs/querying.md"), "sql") if "ROLE" in b)
    run(owner, f"DROP ROLE IF EXISTS {READER}", creation)
    place.headway("migrate")
    address = f"postgresql://{READER}@127.0.0.1:{port}/{database}"
    try:
        with other_user(partial(read_server, address)) as read:
            yield read
    finally:
        run(owner, f"DROP OWNED BY {READER}", f"DROP ROLE {READER}")


@contextmanager
def role_behind_a_pooler(place: Place, port: int) -> Iterator[Read]:
    """The same through PgBouncer, which pools transactions."""
    with running_pgbouncer(port) as pooler, role(place, port):
        database = place.clean_url.rpartition("/")[2]
        address = f"postgresql://{READER}@127.0.0.1:{pooler}/{database}"
        with other_user(partial(read_server, address)) as read:
            yield read


def tell(line: str) -> None:
    """A line of the matrix, which pytest shows of passed tests with -rP."""
    sys.stdout.write(f"{line}\n")


def run(address: str, *statements: str) -> None:
    """Run statements as the owner."""
    with psycopg.connect(address, autocommit=True) as owner:
        for statement in statements:
            owner.execute(statement.encode())


@contextmanager
def before_every_commit(look: Callable[[], None]) -> Iterator[None]:
    """Have a look while a transaction is held open: each one in which a run writes, at its end."""

    def held_open(connection: Connection) -> None:
        if not connection.get_execution_options().get("reading"):
            look()

    event.listen(Engine, "commit", held_open)
    try:
        yield
    finally:
        event.remove(Engine, "commit", held_open)


@pytest.fixture
def open_place(
    templates: DatabaseTemplates, capsys: pytest.CaptureFixture[str]
) -> Callable[[Postgres | None], Any]:
    """Opens a migrated place in a folder that others may enter."""

    @contextmanager
    def opened(server: Postgres | None) -> Iterator[Place]:
        places = Places(templates, capsys, MIGRATED)
        with (
            open_folder() as folder,
            places.open_place(folder, projects=("ID",), server=server) as place,
        ):
            yield place

    return opened


def test_the_pages_tell_one_way_to_open_the_file_and_every_view() -> None:
    assert documented_openings() == {"mode=ro"}
    assert {view.name for view in VIEWS} <= set(documented_queries())


WAYS: dict[str, tuple[Any, bool]] = {
    "sqlite, another user": (other_user_of_a_file, False),
    "sqlite, a read-only mount": (read_only_mount, False),
    "postgresql, the page's role": (role, True),
    "postgresql, the page's role behind PgBouncer": (role_behind_a_pooler, True),
}


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(way, marks=pytest.mark.all if way == "postgresql, the page's role" else ())
        for way in WAYS
    ],
)
def test_all_is_read_before_during_and_after_a_run(
    open_place: Any, request: pytest.FixtureRequest, way: str
) -> None:
    become, on_server = WAYS[way]
    server = request.getfixturevalue("postgres_server") if on_server else None
    queries = documented_queries()
    seen: dict[str, list[dict[str, Any]]] = {}

    def look(moment: str) -> None:
        found = dict(zip(queries, read(list(queries.values())), strict=True))
        seen.setdefault(moment, []).append(found)

    with open_place(server) as place, become(place, server and server.port) as read:
        look("before the first run")
        for moment in ("first", "second"):
            with before_every_commit(partial(look, f"during the {moment} run")):
                said = place.headway("sync")
            look(f"after the {moment} run")
            assert said.code == 0, said.err
            if moment == "first":
                place.rules("capabilities.yaml", "name: Audit log", "name: Activity log")

    (none,), (first,), (second,) = (
        seen[f"{when} run"] for when in ("before the first", "after the first", "after the second")
    )
    assert none["v1_capability"] == []
    assert [len(found["v1_freshness"]) for found in (none, first, second)] == [1] * 3
    assert ["Audit log" in str(found["v1_crm"]) for found in (first, second)] == [True, False]
    for moment, before, after in (("first", none, first), ("second", first, second)):
        held = seen[f"during the {moment} run"]
        assert len(held) >= 3
        for found in held:
            whole = {name: found[name] for name in ("v1_capability", "v1_crm", "v1_change")}
            assert whole in [{name: one[name] for name in whole} for one in (before, after)]
    for moment, times in seen.items():
        tell(f"{way:45} | {moment:22} | {len(queries)} queries, {len(times)} times: read")
