"""Many small lists of one installation, a Jira and a database each, for a clock and its workers."""

import multiprocessing
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg
import yaml
from sqlalchemy import Engine

from models.tables import clean
from sync.dispatch.jobs.database import build_jobs_engine, migrate_jobs_database
from sync.sample.server.server import SampleJira
from sync.store.db.addresses import parse_url
from tests.companies import a_company
from tests.databases import both_databases
from tests.postgres import Postgres

VARIANTS = (("ID",), ("PAY",), ("RPT",), ("INT",), ("ID", "RPT"))
"""The projects that lists have, in turn: so that one list's rows are not another one's."""
BUSINESS = (
    "capability_id, name, summary, state_code, effort_code, statement, today_text, is_active, "
    "withdrawn_reason, change_seq"
)


@dataclass
class ManyLists:
    """A folder with a sites file, `names` of lists with one site each, and the database of jobs."""

    folder: Path
    addresses: dict[str, str]
    jobs_address: str
    environment: dict[str, str]
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = build_jobs_engine(parse_url(self.jobs_address, "test"))

    def rows(self, name: str, query: str) -> list[tuple[Any, ...]]:
        """Rows of a list's own database."""
        address = self.addresses[name].replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(address) as connection:
            return connection.execute(query).fetchall()

    def published(self, name: str) -> list[tuple[Any, ...]]:
        """What its readers see, moments apart."""
        query = f"SELECT {BUSINESS} FROM {clean.VIEWS_SCHEMA}.v1_capability ORDER BY 1"
        return self.rows(name, query)

    def publications(self, name: str) -> int:
        """How often it was published."""
        return int(self.rows(name, f"SELECT count(*) FROM {clean.SCHEMA}.publication")[0][0])

    def outcomes(self, name: str) -> list[str]:
        """How each of its runs ended, in order."""
        query = "SELECT outcome FROM headway_state.run ORDER BY started_at"
        return [row[0] for row in self.rows(name, query)]

    def touch_rules(self) -> None:
        """Have every list be due again: its rules were written, and say what they said."""
        for path in (self.folder / "rules").glob("*.yaml"):
            os.utime(path)


@contextmanager
def many_lists(
    folder: Path, server: Postgres, number: int, *, latency: float = 0.0, every: int = 4
) -> Iterator[ManyLists]:
    """`number` lists whose databases are migrated and empty; their Jiras answer meanwhile."""
    with as_file(files("sync.sample") / "config") as rules:
        shutil.copytree(rules, folder / "rules")
    names = [f"list-{place:03}" for place in range(number)]
    with ExitStack() as stack:
        jiras = stack.enter_context(_serve_jiras(number, latency, every))
        template = stack.enter_context(server.fresh_database())
        with both_databases(template, template):
            pass
        addresses = {name: stack.enter_context(server.fresh_database(template)) for name in names}
        jobs_address = stack.enter_context(server.fresh_database())
        (folder / "sites.yaml").write_text(_write_sites(names, jiras, folder / "rules"), "utf-8")
        environment = {
            "PATH": os.environ["PATH"],
            "HEADWAY_SITES_FILE": str(folder / "sites.yaml"),
            "HEADWAY_WORKERS_URL": jobs_address,
            "HEADWAY_CLOCK_TOLERANCE": "none",
            "HEADWAY_SCHEDULE": "7d",
            "SAMPLE_TOKEN": jiras[0][2],
        }
        environment |= {_secret(name): address for name, address in addresses.items()}
        made = ManyLists(folder, addresses, jobs_address, environment)
        migrate_jobs_database(made.engine)
        yield made
        made.engine.dispose()


def _secret(name: str) -> str:
    return f"{name.upper().replace('-', '_')}_URL"


def _write_sites(names: list[str], jiras: list[tuple[str, str, str]], rules: Path) -> str:
    sites = [
        {"name": name, "jira_url": url, "jira_email": email, "jira_token": "SAMPLE_TOKEN"}
        for name, (url, email, _) in zip(names, jiras, strict=True)
    ]
    lists: list[Mapping[str, Any]] = [
        {
            "name": name,
            "sites": [name],
            "config_dir": str(rules),
            "clean_url": _secret(name),
            "state_url": _secret(name),
            "readers_role": f"{name.replace('-', '_')}_reader",
        }
        for name in names
    ]
    return yaml.safe_dump({"sites": sites, "lists": lists}, sort_keys=False)


@contextmanager
def _serve_jiras(number: int, latency: float, every: int) -> Iterator[list[tuple[str, str, str]]]:
    """Jiras in a process of their own: the address, the account and the token of each."""
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_answer, args=(theirs, number, latency, every), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


def _answer(pipe: Connection, number: int, latency: float, every: int) -> None:
    companies = [a_company(*projects, every=every) for projects in VARIANTS]
    with ExitStack() as stack:
        jiras = [
            stack.enter_context(SampleJira(companies[place % len(VARIANTS)], latency=latency))
            for place in range(number)
        ]
        pipe.send([(jira.url, jira.email, jira.token) for jira in jiras])
        pipe.recv()
