"""The README says what is so: commands, settings, exit codes, views, rules and the page itself."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import yaml

from models.capability import State
from models.effort import Level
from models.errors import HeadwayError
from models.tables.views import VIEWS
from sync.cli import run
from sync.cli.app import app
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from sync.settings.settings import Settings
from tests.databases import both_databases

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language; "" for those that name none."""
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [block for found, block in fences if found == language]


def statements(sql: str) -> list[str]:
    """The statements of a block, one by one."""
    plain = re.sub(r"--.*", "", sql)
    return [statement for statement in plain.split(";") if statement.strip()]


def exit_codes(error: type[HeadwayError] = HeadwayError) -> set[int]:
    return {error.exit_code}.union(*(exit_codes(kind) for kind in error.__subclasses__()))


@pytest.mark.parametrize(
    "command", [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]
)
def test_every_command_is_in_the_table(command: str) -> None:
    assert f"| `headway {command}" in README


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described(name: str) -> None:
    assert f"`HEADWAY_{name.upper()}`" in README


def test_every_setting_it_describes_exists() -> None:
    named = set(re.findall(r"HEADWAY_([A-Z_]+)", README))
    known = {name.upper() for name in Settings.model_fields}

    assert named - known <= {"JIRA_TOKEN_FILE"}


def test_every_exit_code_is_explained() -> None:
    for code in {0, *exit_codes()}:
        assert f"| {code} | " in README


@pytest.mark.parametrize("view", [view.name for view in VIEWS])
def test_every_view_is_listed(view: str) -> None:
    assert f"| `{view}` |" in README


def test_the_rules_it_shows_can_be_used() -> None:
    (rules,) = blocks("yaml")

    assert yaml.safe_load(rules)["capabilities"]
    book = rulebook_from_texts(read_shipped_texts() | {"readme.yaml": rules})
    assert [rule.id for rule in book.capabilities] == ["audit-log"]


def test_the_page_it_shows_is_what_the_demo_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(["demo"]) == 0

    page = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    shown = next(block for block in blocks("") if "WHAT SALES READS" in block)
    for line in shown.splitlines():
        assert line.rstrip() in page


def test_its_queries_work_as_written_for_a_reader_on_postgresql(postgres_url: str) -> None:
    queries, grants = blocks("sql")
    address = postgres_url.replace("postgresql+psycopg:", "postgresql:")
    with both_databases(postgres_url, postgres_url):
        with psycopg.connect(address, autocommit=True) as owner:
            owner.execute("DROP ROLE IF EXISTS crm_reader")
            owner.execute("CREATE ROLE crm_reader LOGIN")
            owner.execute(grants.encode())
        try:
            with psycopg.connect(address, user="crm_reader") as reader:
                for query in statements(queries):
                    assert reader.execute(query.encode()).description
                (isolation,) = reader.execute("SHOW transaction_isolation").fetchone() or ("",)
        finally:
            with psycopg.connect(address, autocommit=True) as owner:
                owner.execute("DROP OWNED BY crm_reader")
                owner.execute("DROP ROLE crm_reader")

    assert isolation == "repeatable read"


def test_its_queries_work_as_written_for_a_reader_on_sqlite(tmp_path: Path) -> None:
    queries, _ = blocks("sql")
    urls = (f"sqlite:///{tmp_path}/clean.db", f"sqlite:///{tmp_path}/state.db")
    with both_databases(*urls):
        pass

    with closing(sqlite3.connect(f"file:{tmp_path}/clean.db?mode=ro", uri=True)) as reader:
        for query in statements(queries):
            assert reader.execute(query).description


def test_it_has_docker_users_migrate_before_they_serve() -> None:
    (page,) = (block for block in blocks("") if "docker build" in block)
    runs = [line for line in page.replace("\\\n", "").splitlines() if "docker run" in line]

    first, second = (line.partition("#")[0].split() for line in runs)

    assert first[-2:] == ["headway", "migrate"]
    assert second[-1] == "headway"
    assert "headway-var:/app/var" in first
    assert "headway-var:/app/var" in second


def test_the_words_of_the_vocabulary_are_the_ones_in_force() -> None:
    book = rulebook_from_texts(read_shipped_texts())
    labels = {(term.kind, term.code): term.label for term in book.terms}

    assert {code for kind, code in labels if kind == "state"} == set(map(str, State))
    assert {code for kind, code in labels if kind == "effort"} == set(map(str, Level))
