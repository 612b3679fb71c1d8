"""Databases for tests: fresh ones, of both kinds, and a count of the tests that used each."""

import gc
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.costs import Costs, add_option
from tests.databases import DatabaseTemplates
from tests.examples import register_profiles
from tests.loaded import end_forking
from tests.postgres import Postgres, find_memory_disk, running_postgres
from tests.statements import share_compiled_statements
from tests.variants import leave_kinds_to_all

register_profiles()

KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
SERVER = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take `--costs`, and how long a webhook's receiver is down."""
    add_option(parser)
    told = "seconds that a webhook's receiver is down (120)"
    parser.addoption("--outage", type=float, default=120.0, metavar="SECONDS", help=told)


def pytest_configure(config: pytest.Config) -> None:
    """Take what is dear out of every test; no commit of SQLite waits where the disk is memory.

    While tests are collected nothing is thrown away: no garbage is looked for either.
    """
    if config.getoption("costs"):
        config.pluginmanager.register(Costs())
    gc.disable()
    share_compiled_statements()
    memory = find_memory_disk()
    if memory and not config.option.basetemp:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


def pytest_xdist_auto_num_workers() -> int:
    """One and a half workers a core: a quarter of the time of two on two cores was waits.

    On two quiet cores, one after the other: 204 s with three workers, 228 s with two.
    """
    cores = len(os.sched_getaffinity(0))
    return cores + cores // 2 if cores > 1 else 2


def pytest_collection_finish() -> None:
    """Let what was collected stay out of the garbage collector's way: 8 % of the time of a test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    gc.enable()


def pytest_unconfigure() -> None:
    """End what forks for tests."""
    end_forking()


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """One PostgreSQL for all tests; a failure, not a skip, where there is none."""
    with running_postgres(os.environ) as server:
        told = f" ({server.version}), PostgreSQL from: {server.origin}"
        request.config.stash[SERVER] = told
        worker = getattr(request.config, "workeroutput", None)
        if worker is not None:
            worker["postgresql"] = told
        yield server


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> DatabaseTemplates:
    """Databases that were made once, to be copied for each test."""
    return DatabaseTemplates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test's own."""
    with postgres_server.fresh_database() as url:
        yield url


@pytest.fixture(params=list(KINDS))
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    return str(request.param)


@pytest.fixture
def database_server(database_kind: str, request: pytest.FixtureRequest) -> Postgres | None:
    """The server where the kind in turn has one."""
    if database_kind == "sqlite":
        return None
    server: Postgres = request.getfixturevalue("postgres_server")
    return server


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind in turn; of SQLite's, the file is not there."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'database.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def other_database_url(database_server: Postgres | None, tmp_path: Path) -> Iterator[str]:
    """A second empty database of the kind of `database_url`."""
    if database_server is None:
        yield f"sqlite:///{tmp_path / 'other.db'}"
        return
    with database_server.fresh_database() as url:
        yield url


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note on each test which kind of database it uses, by its id or its fixture."""
    for item in items:
        values = item.nodeid.partition("[")[2]
        if "postgresql" in values and item.get_closest_marker("on_sqlite"):
            item.add_marker(pytest.mark.all)
        for kind in KINDS:
            if kind in values:
                item.user_properties.append(("database", kind))
                break
        else:
            if "postgres_url" in getattr(item, "fixturenames", ()):
                item.user_properties.append(("database", "postgresql"))
    leave_kinds_to_all(items)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over from a worker process which server its tests used."""
    told = getattr(node, "workeroutput", {}).get("postgresql")
    if told:
        node.config.stash[SERVER] = told


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how many tests ran on which database."""
    ran = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if report.when == "call"
    ]
    counts = Counter(
        kind for report in ran for name, kind in report.user_properties if name == "database"
    )
    if counts:
        told = ", ".join(f"on {KINDS[kind]}: {counts[kind]} tests" for kind in KINDS)
        terminalreporter.write_line(told + config.stash.get(SERVER, ""))
