"""The page of queries has every view and column, and its SQL works for a reader as written."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from models.capability import State
from models.effort import Level
from models.tables.views import VIEWS
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from sync.store.clean.readers_role import READERS_ROLE, grant_views, list_creation
from tests.architecture.repository import our_files
from tests.databases import both_databases
from tests.docs.pages import code_spans, find_blocks, find_section, read_page, table_rows

PAGE = read_page("docs/querying.md")


def statements(sql: str) -> list[str]:
    """The statements of a block, one by one."""
    plain = re.sub(r"--.*", "", sql)
    return [statement for statement in plain.split(";") if statement.strip()]


def queries() -> list[str]:
    """All queries, the README's too."""
    (shown,) = find_blocks(read_page("README.md"), "sql")
    return [*statements(shown), *statements(find_blocks(PAGE, "sql")[0])]


@pytest.mark.parametrize("view", [view.name for view in VIEWS])
def test_every_view_is_listed(view: str) -> None:
    assert f"| `{view}` |" in PAGE


def test_every_column_of_a_capability_is_explained() -> None:
    rows = table_rows(find_section(PAGE, "What a row says"))
    (columns,) = (view.columns for view in VIEWS if view.name == "v1_capability")

    assert [name for row in rows for name in code_spans(row[0])] == list(columns)


def test_the_role_of_the_page_is_the_one_that_migrate_tells_of() -> None:
    assert find_blocks(PAGE, "sql")[1].splitlines() == list(list_creation())


def test_its_queries_work_as_written_for_a_reader_on_postgresql(postgres_url: str) -> None:
    creation = find_blocks(PAGE, "sql")[1]
    address = postgres_url.replace("postgresql+psycopg:", "postgresql:")
    with both_databases(postgres_url, postgres_url) as (engine, _):
        with psycopg.connect(address, autocommit=True) as owner:
            owner.execute(f"DROP ROLE IF EXISTS {READERS_ROLE}".encode())
            owner.execute(creation.encode())
        grant_views(engine)
        try:
            with psycopg.connect(address, user=READERS_ROLE) as reader:
                for query in queries():
                    assert reader.execute(query.encode()).description
                (isolation,) = reader.execute("SHOW transaction_isolation").fetchone() or ("",)
        finally:
            with psycopg.connect(address, autocommit=True) as owner:
                owner.execute(f"DROP OWNED BY {READERS_ROLE}".encode())
                owner.execute(f"DROP ROLE {READERS_ROLE}".encode())

    assert isolation == "repeatable read"


def test_its_queries_work_as_written_for_a_reader_on_sqlite(tmp_path: Path) -> None:
    urls = (f"sqlite:///{tmp_path}/clean.db", f"sqlite:///{tmp_path}/state.db")
    with both_databases(*urls):
        pass

    with closing(sqlite3.connect(f"file:{tmp_path}/clean.db?mode=ro", uri=True)) as reader:
        for query in queries():
            assert reader.execute(query).description


def test_the_words_of_the_vocabulary_are_the_ones_in_force() -> None:
    book = rulebook_from_texts(read_shipped_texts())
    labels = {(term.kind, term.code): term.label for term in book.terms}

    assert {code for kind, code in labels if kind == "state"} == set(map(str, State))
    assert {code for kind, code in labels if kind == "effort"} == set(map(str, Level))


@pytest.mark.parametrize("state", State)
def test_every_state_is_named(state: State) -> None:
    assert f"`{state}`" in PAGE


def test_every_guarantee_names_tests_that_there_are() -> None:
    section = find_section(PAGE, "What you can rely on")
    promised = re.findall(r"^(\d)\. ", section, re.MULTILINE)
    named = {row[0]: code_spans(row[1]) for row in table_rows(section)}
    files = (file for file in our_files() if file.name.startswith("test_"))
    there = {name for file in files for name in re.findall(r"def (test_\w+)", file.read_text())}

    assert list(named) == promised == [str(number) for number in range(1, 9)]
    assert {name for names in named.values() for name in names} - there == set()
    assert all(named.values())
