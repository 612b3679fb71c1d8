"""The file that readers of a SQLite list open: whoever they are, at any moment."""

import os
import select
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Engine

from models.errors import SchemaError
from models.tables.views import VIEWS
from sync.store.clean import readers_file
from sync.store.clean.freshness import mark_freshness
from sync.store.clean.lease import TTL, take_lease
from sync.store.clean.publish import publish_plan
from sync.store.clean.readers_file import (
    check_readers_file,
    compare_readers_file,
    find_readers_file,
    write_readers_file,
)
from sync.store.clean.readers_view import read_list
from sync.store.db.addresses import parse_url
from tests.databases import (
    DatabaseTemplates,
    Urls,
    both_databases,
    open_databases,
    sqlite_urls,
)
from tests.readers import as_other_user, on_read_only_mount, open_folder
from tests.sync.store.clean.test_publish import BOOK, DAY, TERM, a_plan, a_row

NAMES = "SELECT name FROM v1_capability ORDER BY change_seq"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may enter."""
    with open_folder() as made:
        yield made


@pytest.fixture
def engine(folder: Path, templates: DatabaseTemplates) -> Iterator[Engine]:
    """Headway's own clean database, with one publication in it."""
    with templates.copy("one row", publish_one_row, folder) as urls:
        folder.chmod(0o755)
        with open_databases(*urls) as (engine, _):
            yield engine


def publish_one_row(urls: Urls) -> None:
    with both_databases(*urls) as (engine, _):
        publish(engine, a_row(), base=0, terms=(TERM,))


def publish(engine: Engine, *rows: Any, base: int, **changes: Any) -> None:
    token = take_lease(engine, f"worker {base}", TTL * 0).token
    plan = a_plan(*rows, base=base, **changes)
    publish_plan(engine, plan, BOOK, run_id="r1", token=token, fresh_for=DAY)


def path_of(engine: Engine) -> Path:
    path = find_readers_file(engine)
    assert path
    return path


def read_names(address: str, query: str = NAMES) -> list[str]:
    with closing(sqlite3.connect(address, uri=True)) as connection:
        return [name for (name,) in connection.execute(query)]


WAYS: dict[str, Callable[[Path], list[str]]] = {
    "mode=ro": lambda path: read_names(f"{path.as_uri()}?mode=ro"),
    "immutable=1": lambda path: read_names(f"{path.as_uri()}?immutable=1"),
    "plain path": lambda path: read_names(str(path)),
    "SQLAlchemy": lambda path: list(
        sqlalchemy.create_engine(f"sqlite:///{path}", poolclass=sqlalchemy.NullPool)
        .connect()
        .execute(sqlalchemy.text(NAMES))
        .scalars()
    ),
    "headway find": lambda path: [row.name for row in list_rows(path)],
}


def list_rows(path: Path) -> tuple[Any, ...]:
    return read_list(parse_url(f"sqlite:///{path}", "test")).rows


def test_it_holds_the_v1_objects_alone_each_as_readers_know_it(engine: Engine) -> None:
    with closing(sqlite3.connect(path_of(engine))) as connection:
        names = {n for (n,) in connection.execute("SELECT name FROM sqlite_master") if n}
        shown = {
            view.name: [row[1:3] for row in connection.execute(f"PRAGMA table_info({view.name})")]
            for view in VIEWS
        }
        journal = connection.execute("PRAGMA journal_mode").fetchone()

    assert all(name.startswith(("v1_", "sqlite_autoindex_v1_")) for name in names)
    for view in VIEWS:
        assert [name for name, _ in shown[view.name]] == list(view.columns)
        assert all(declared for _, declared in shown[view.name])
    assert dict(shown["v1_freshness"])["checked_at"] == "DATETIME"
    assert dict(shown["v1_freshness"])["is_stale"] == "BOOLEAN"
    assert journal == ("delete",)


@pytest.mark.parametrize("way", WAYS)
def test_another_user_reads_it_between_runs(engine: Engine, way: str) -> None:
    path = path_of(engine)
    assert as_other_user(lambda: WAYS[way](path)) == ["Audit log"]


@pytest.mark.parametrize("way", WAYS)
def test_it_is_read_in_a_folder_that_nobody_may_write_to(engine: Engine, way: str) -> None:
    path = path_of(engine)
    path.parent.chmod(0o555)
    path.chmod(0o444)
    assert as_other_user(lambda: WAYS[way](path)) == ["Audit log"]


def test_it_is_read_on_a_read_only_mount(engine: Engine) -> None:
    code = (
        "import sqlite3, sys; c = sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True); "
        "print(c.execute('SELECT name, is_stale FROM v1_crm, v1_freshness').fetchall())"
    )
    path = path_of(engine)
    assert on_read_only_mount(path.parent, code, str(path)) == "[('Audit log', 0)]"


def test_nobody_else_comes_near_what_headway_keeps_for_itself(engine: Engine) -> None:
    own = Path(str(engine.url.database))
    with pytest.raises(AssertionError, match="unable to open database file"):
        as_other_user(lambda: read_names(f"{own.as_uri()}?mode=ro", "SELECT name FROM capability"))


def test_a_connection_that_stays_open_sees_the_next_publication(engine: Engine) -> None:
    with closing(sqlite3.connect(f"{path_of(engine).as_uri()}?mode=ro", uri=True)) as reader:
        before = reader.execute(NAMES).fetchall()
        publish(engine, a_row("passkeys", name="Passkeys", aliases=()), base=1)
        after = reader.execute(NAMES).fetchall()

    assert (before, after) == ([("Audit log",)], [("Audit log",), ("Passkeys",)])


def test_a_reader_in_a_transaction_keeps_its_revision_and_holds_nobody_up(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers_file, "LOCK_SECONDS", 0.05)
    address = f"{path_of(engine).as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        before = reader.execute(NAMES).fetchall()
        publish(engine, a_row("passkeys", name="Passkeys", aliases=()), base=1)

        assert reader.execute(NAMES).fetchall() == before
        assert read_names(address) == ["Audit log", "Passkeys"]
        reader.execute("COMMIT")


def test_whoever_reads_during_publications_sees_whole_ones(engine: Engine) -> None:
    path = path_of(engine)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        seen: set[tuple[int, int]] = set()
        until = time.monotonic() + 10
        while len(seen) < 4 and time.monotonic() < until:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
                connection.execute("BEGIN")
                (revision,) = connection.execute("SELECT revision FROM v1_freshness").fetchone()
                (rows,) = connection.execute("SELECT count(*) FROM v1_capability").fetchone()
                seen.add((revision, rows))
        os.write(writer, repr(seen).encode())
        os._exit(0)
    os.close(writer)
    for number in range(2, 60):
        publish(engine, a_row(f"c{number}", name=f"Row {number}", aliases=()), base=number - 1)
        if select.select([reader], [], [], 0)[0]:
            break
    with os.fdopen(reader) as pipe:
        seen = eval(pipe.read())
    os.waitpid(child, 0)

    assert len(seen) >= 4
    assert all(rows == revision for revision, rows in seen)


def test_it_says_stale_by_the_clock_of_whoever_reads(engine: Engine) -> None:
    stale = "SELECT is_stale FROM v1_freshness"
    with closing(sqlite3.connect(path_of(engine))) as connection:
        fresh = connection.execute(stale).fetchone()
        connection.execute("UPDATE v1_freshness_by_clock SET stale_after = '2001-01-01T00:00:00Z'")
        assert (fresh, connection.execute(stale).fetchone()) == ((0,), (1,))


def test_how_a_run_failed_is_told_to_readers_too(engine: Engine) -> None:
    token = take_lease(engine, "another", TTL * 0).token
    mark_freshness(engine, "failing", token)
    assert read_names(str(path_of(engine)), "SELECT status FROM v1_freshness") == ["failing"]


def kill_in_the_middle(engine: Engine, moment: str) -> None:
    """Publish in a process that is killed when it comes to a function of the readers' file."""
    engine.dispose()
    child = os.fork()
    if not child:

        def die(*_: Any) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(readers_file, moment, die)
        publish(engine, a_row("passkeys", name="Passkeys", aliases=()), base=1)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


@pytest.mark.parametrize("moment", ["check_readers_file", "_update_file", "write_differences"])
def test_after_a_kill_readers_see_the_revision_before_and_the_next_run_mends_it(
    engine: Engine, moment: str
) -> None:
    path = path_of(engine)
    kill_in_the_middle(engine, moment)

    assert as_other_user(lambda: WAYS["mode=ro"](path)) == ["Audit log"]
    assert compare_readers_file(engine) == "does not say what was last published"
    write_readers_file(engine)

    assert as_other_user(lambda: WAYS["mode=ro"](path)) == ["Audit log", "Passkeys"]
    assert compare_readers_file(engine) is None


@pytest.mark.parametrize("harm", ["deleted", "emptied", "damaged", "older", "written to"])
def test_whatever_becomes_of_it_it_is_written_anew_with_nothing_handed_out_twice(
    engine: Engine, harm: str
) -> None:
    path = path_of(engine)
    backup = path.with_name("backup.db")
    shutil.copy(path, backup)
    publish(engine, a_row("passkeys", name="Passkeys", aliases=()), base=1)
    if harm == "deleted":
        path.unlink()
    elif harm == "emptied":
        path.write_bytes(b"")
    elif harm == "damaged":
        content = bytearray(path.read_bytes())
        content[4096 : 4096 + 600] = b"\xff" * 600
        content[8192 : 8192 + 600] = b"\xff" * 600
        path.write_bytes(bytes(content))
    elif harm == "older":
        shutil.copy(backup, path)
    else:
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE v1_freshness_by_clock SET revision = 0")
            connection.execute("UPDATE v1_capability SET name = 'Free beer'")
        connection.close()

    assert compare_readers_file(engine)
    write_readers_file(engine)

    assert compare_readers_file(engine) is None
    assert read_names(str(path)) == ["Audit log", "Passkeys"]
    assert path.stat().st_mode & 0o777 == 0o644
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "backup.db",
        "clean.db",
        "internal",
    ]


@pytest.mark.parametrize("whose", ["a text", "another database"])
def test_what_is_somebody_elses_is_left_alone(engine: Engine, whose: str) -> None:
    path = path_of(engine)
    path.unlink()
    if whose == "a text":
        path.write_text("Notes of a meeting. " * 100)
    else:
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE recipes (name)")
        connection.close()
    before = path.read_bytes()

    with pytest.raises(SchemaError, match="Name another file in HEADWAY_CLEAN_URL"):
        check_readers_file(path)
    with pytest.raises(SchemaError, match="Name another file in HEADWAY_CLEAN_URL"):
        write_readers_file(engine)

    assert path.read_bytes() == before


def test_before_anything_is_published_there_is_a_list_that_says_so(folder: Path) -> None:
    with both_databases(*sqlite_urls(folder)) as (engine, _):
        shown = read_list(parse_url(f"sqlite:///{path_of(engine)}", "test"))

    assert (shown.rows, shown.freshness.is_published, shown.freshness.is_stale) == ((), False, True)
