"""Readers go on reading while the list is migrated: no error, and all of one revision each time.

There is one migration until the first release, so the next one is made up here as one will be
written: a column more, and every view that shows it made anew in its place.
"""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from sync.store.clean.lease import TTL, take_lease
from sync.store.clean.readers_file import find_readers_file, write_readers_file
from sync.store.clean.readers_role import grant_views
from sync.store.db.engines import open_writer
from sync.store.db.schemas import migrate_database
from tests.architecture.repository import ROOT
from tests.databases import both_databases, sqlite_urls
from tests.sync.store.clean.test_publish import a_plan, a_row, publish_now
from tests.sync.store.clean.under_load import open_as_reader

ROUNDS, READERS = 8, 3
NAMED = "SELECT capability_id, name, statement, change_seq FROM v1_capability"
"""Columns by name, as the page of queries asks for: `*` is another result after a migration."""
NEXT = '''
"""What the next version adds."""
import importlib.util
from pathlib import Path
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{number}", "{before}", None, None
place = Path(__file__).with_name("0001_first_tables.py")
spec = importlib.util.spec_from_file_location("first_tables", place)
first = importlib.util.module_from_spec(spec)
spec.loader.exec_module(first)


def upgrade():
    op.add_column("capability", sa.Column("more_{number}", sa.Text))
    for name, (meaning, columns, source) in first.VIEWS.items():
        if source.startswith("capability"):
            added = {{f"more_{{n:04}}": "More." for n in range(2, {to})}}
            if not first.is_postgresql():
                op.execute(f"DROP VIEW {{name}}")
            first.create_view(name, meaning, columns | added, source)
'''
Look = tuple[int, int, int]
"""A revision, how many rows it says that it has, and how many there were."""


@contextmanager
def reading(engine: Engine) -> Iterator[tuple[list[Look], list[BaseException]]]:
    """Readers who read all the while, each in transactions of a connection that stays open."""
    looks: list[Look] = []
    failed: list[BaseException] = []
    done = threading.Event()

    def read_on() -> None:
        try:
            with open_as_reader(engine) as ask:
                while not done.is_set():
                    ask("BEGIN")
                    (revision, listed) = ask("SELECT revision, row_count FROM v1_freshness")[0]
                    rows = ask(NAMED)
                    ask("COMMIT")
                    looks.append((revision, listed, len(rows)))
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)

    threads = [threading.Thread(target=read_on) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield looks, failed
    finally:
        done.set()
        for thread in threads:
            thread.join()


def upgrade_further(engine: Engine, folder: Path, number: int) -> None:
    """Carry out one more migration of the clean database."""
    to = f"{number:04}"
    text = NEXT.format(number=to, before=f"{number - 1:04}", to=number + 1)
    (folder / "versions" / f"{to}_more.py").write_text(text)
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    with open_writer(engine) as connection:
        config.attributes["connection"] = connection.execution_options(schema_translate_map=None)
        command.upgrade(config, "head")


def outdate_readers_file(engine: Engine) -> None:
    """Have the readers' file be one of an older version, which is made anew."""
    path = find_readers_file(engine)
    if path is not None:
        with closing(sqlite3.connect(path, timeout=30)) as file:
            file.execute("PRAGMA user_version = 1")


@pytest.mark.all
def test_readers_read_through_migrations_without_an_error_or_a_mixed_list(
    database_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if database_kind == "sqlite":
        urls = sqlite_urls(tmp_path)
    else:
        urls = (request.getfixturevalue("postgres_url"),) * 2
    scripts = tmp_path / "scripts"
    shutil.copytree(ROOT / "migrations" / "clean", scripts)
    with both_databases(*urls) as engines:
        clean_engine = engines[0]
        token = take_lease(clean_engine, "me", TTL).token
        publish_now(clean_engine, a_plan(a_row()), token)
        with reading(clean_engine) as (looks, failed):
            for _ in range(ROUNDS):
                migrate_database(*engines)
                grant_views(clean_engine)
            for number in range(ROUNDS):
                upgrade_further(clean_engine, scripts, number + 2)
                outdate_readers_file(clean_engine)
                write_readers_file(clean_engine)
                row = a_row(f"c{number}", name=f"Row {number}", aliases=())
                publish_now(clean_engine, a_plan(row, base=number + 1), token)

    assert failed == []
    assert len({revision for revision, _, _ in looks}) > ROUNDS // 2
    assert [look for look in looks if not look[0] == look[1] == look[2]] == []
