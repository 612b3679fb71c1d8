"""The recipes of pandas, DuckDB, Datasette and dbt, each by the program itself."""

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, text

from sync.store.clean.readers_role import READERS_ROLE
from tests.architecture.repository import ROOT
from tests.databases import DatabaseTemplates, name_prefixes
from tests.postgres import Postgres
from tests.recipes.blocks import read_blocks, run_python, run_shell
from tests.recipes.datasette_metadata import FILE, write_metadata
from tests.recipes.lists import ROLE, PublishedList, freshen, owner_address, published_list
from tests.recipes.programs import install_programs
from tests.sync.store.clean.publishing import read_views

RECIPES = ROOT / "docs" / "recipes"
WAREHOUSE = "recipes_warehouse"


@pytest.fixture(scope="session")
def programs(pytestconfig: pytest.Config) -> Path:
    """Where the commands are; kept for the next time."""
    return install_programs(pytestconfig.cache.mkdir("recipes") / "programs")


def rows_of(listed: PublishedList) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read_views(listed.engine)["rows"]
    return found


def test_what_datasette_shows_is_as_the_contract_has_it() -> None:
    assert FILE.read_text("utf-8") == write_metadata()


@pytest.mark.all
def test_pandas_and_duckdb_read_the_list(
    listed: PublishedList, programs: Path, tmp_path: Path
) -> None:
    pandas, over_frame, over_export = read_blocks("pandas-and-duckdb", "python")
    (export,) = read_blocks("pandas-and-duckdb", "sh")
    python = programs / "python"

    counted = run_python(pandas, tmp_path, listed.address, python)
    active = run_python(over_frame, tmp_path, listed.address, python)
    run_shell(f"export HEADWAY_CLEAN_URL={headway_url(listed)!r}\n{export}", tmp_path, "")
    told = run_python(over_export, tmp_path, listed.address, python)

    rows = rows_of(listed)
    names = {key: row["name"] for key, row in rows.items() if row["is_active"]}
    assert "datetime64" in counted
    assert "Int64" in counted
    assert "bool" in counted
    assert sum(int(line.split()[-1]) for line in counted.splitlines()[5:]) == len(names)
    assert {(key, name) for key, name, _ in eval(active)} == {*names.items()}
    assert (tmp_path / "list.parquet").stat().st_size
    news = {(key, kind) for key, _, kind in eval(told)}
    assert news == {(each[1], each[2]) for each in read_views(listed.engine)["changes"]}


def headway_url(listed: PublishedList) -> str:
    return f"sqlite:///{listed.file}" if listed.file else listed.address


@pytest.mark.all
@pytest.mark.parametrize("listed", ["sqlite"], indirect=True)
def test_datasette_shows_the_list_and_what_it_means(
    listed: PublishedList, programs: Path, tmp_path: Path
) -> None:
    assert listed.file
    shutil.copy(FILE, tmp_path)
    before = listed.file.read_bytes()

    for block in read_blocks("datasette", "sh"):
        run_shell(block, tmp_path, listed.plain, programs)

    home = (tmp_path / "home.html").read_text("utf-8")
    shown = json.loads((tmp_path / "list.json").read_text("utf-8"))
    active = {key for key, row in rows_of(listed).items() if row["is_active"]}
    assert "What engineering has worked on" in home
    assert "v1_freshness_by_clock" not in home
    assert {row["capability_id"] for row in shown} == active
    assert listed.file.read_bytes() == before


@pytest.mark.all
def test_dbt_keeps_a_warehouse_in_step(
    templates: DatabaseTemplates, programs: Path, tmp_path: Path, database_server: Postgres | None
) -> None:
    project = tmp_path / "dbt"
    shutil.copytree(RECIPES / "dbt", project)
    section = "On PostgreSQL" if database_server else "On SQLite"
    (commands,) = read_blocks("dbt", "sh", section)
    with published_list(templates, tmp_path / "list", database_server) as listed:
        environment = dbt_environment(listed)
        for _ in range(2):
            run_dbt(commands, project, programs, environment)
            compare_warehouse(listed, project)
            check_freshness(listed, project)
            for _ in range(8):
                listed.publisher.take_step()
            freshen(listed)
        run_dbt(commands, project, programs, environment)
        compare_warehouse(listed, project)

        (versions,) = read_warehouse(
            listed, project, "SELECT count(*) AS n FROM {}capability_codes"
        )
        assert versions["n"] > len(rows_of(listed))


def dbt_environment(listed: PublishedList) -> dict[str, str]:
    if listed.file:
        return {"LIST": str(listed.file)}
    (creation,) = read_blocks("dbt", "sql", "On PostgreSQL")
    url = listed.engine.url
    names = {READERS_ROLE: ROLE, "DATABASE sales": f"DATABASE {url.database}"}
    with psycopg.connect(owner_address(listed.engine), autocommit=True) as owner:
        for line in creation.splitlines():
            for old, new in (*names.items(), ("warehouse", WAREHOUSE)):
                line = line.replace(old, new)  # noqa: PLW2901
            owner.execute(line.encode())
    return {
        "PGHOST": str(url.host),
        "PGPORT": str(url.port),
        "PGUSER": WAREHOUSE,
        "PGDATABASE": str(url.database),
    }


def run_dbt(commands: str, project: Path, programs: Path, environment: dict[str, str]) -> None:
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=project,
        env=environment | {"PATH": path, "HOME": str(project), "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def read_warehouse(listed: PublishedList, project: Path, query: str) -> list[dict[str, Any]]:
    if listed.file:
        with closing(sqlite3.connect(project / "warehouse.db")) as file:
            file.row_factory = sqlite3.Row
            return [dict(row) for row in file.execute(query.format(""))]
    engine = create_engine(listed.engine.url)
    try:
        with engine.connect() as connection:
            found = connection.execute(text(query.format("analytics."))).mappings()
            return [dict(row) for row in found]
    finally:
        engine.dispose()


def compare_warehouse(listed: PublishedList, project: Path) -> None:
    """Row by row: what dbt has of this epoch is the list."""
    _, prefix = name_prefixes(listed.engine.dialect.name)
    source = create_engine(listed.address)
    with source.connect() as connection:
        crm = connection.execute(text(f"SELECT * FROM {prefix}v1_crm")).mappings()
        truth = {row["capability_id"]: dict(row) for row in crm}
        epoch = connection.execute(text(f"SELECT epoch FROM {prefix}v1_freshness")).scalar()
    source.dispose()
    kept = read_warehouse(listed, project, "SELECT * FROM {}capability")
    found = {row["capability_id"]: row for row in kept if row.pop("epoch") == epoch}
    active = read_warehouse(listed, project, "SELECT capability_id FROM {}active_capability")

    assert found == truth
    assert {row["capability_id"] for row in active} == {
        key for key, row in truth.items() if row["is_active"]
    }


def check_freshness(listed: PublishedList, project: Path) -> None:
    """dbt goes by the moment at which the list was confirmed."""
    told = json.loads((project / "target" / "sources.json").read_text("utf-8"))
    (result,) = told["results"]
    checked_at = read_views(listed.engine)["freshness"]["checked_at"]
    loaded_at = datetime.fromisoformat(result["max_loaded_at"])
    assert result["status"] == "pass"
    assert abs((loaded_at - checked_at).total_seconds()) < 1
