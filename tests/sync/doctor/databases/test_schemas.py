"""Doctor looks at the real tables and views, whatever the version row says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from sync.doctor.checks import Check, Verdict
from sync.doctor.context import DoctorContext
from sync.doctor.databases.databases import look_at_databases
from sync.doctor.examine import HURRIED
from sync.settings.settings import read_settings
from sync.store.clean.readers_file import find_readers_file
from sync.store.db.engines import open_writer
from tests.databases import (
    DatabaseTemplates,
    Urls,
    both_databases,
    name_prefix,
    name_prefixes,
    open_databases,
)
from tests.postgres import Postgres

Engines = tuple[Engine, Engine]


@pytest.fixture
def engines(
    templates: DatabaseTemplates, tmp_path: Path, database_server: Postgres | None
) -> Iterator[Engines]:
    """The clean and the state database as migrated, on each kind in turn."""
    with (
        templates.copy("migrated", migrate_both, tmp_path, database_server) as urls,
        open_databases(*urls) as found,
    ):
        close_to_others(found[1])
        yield found


def migrate_both(urls: Urls) -> None:
    with both_databases(*urls):
        pass


def close_to_others(engine: Engine) -> None:
    """As the page on operating says: doctor notes a state database that any role may enter."""
    if engine.dialect.name == "postgresql":
        with open_writer(engine) as connection:
            name = engine.dialect.identifier_preparer.quote(str(engine.url.database))
            connection.execute(text(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC"))


def checks_of(engines: Engines) -> list[Check]:
    urls = [engine.url.render_as_string(hide_password=False) for engine in engines]
    if readers := find_readers_file(engines[0]):
        urls[0] = f"sqlite:///{readers}"
    names = ("HEADWAY_CLEAN_URL", "HEADWAY_STATE_URL")
    case = DoctorContext(read_settings(dict(zip(names, urls, strict=True))), HURRIED)
    with case.open:
        return list(look_at_databases(case))


def wrongs_after(engines: Engines, which: int, statement: str) -> list[Check]:
    """What is wrong after a change behind Headway's back; {t} and {v} are prefixes."""
    tables, views = name_prefixes(engines[which].dialect.name)
    prefix = tables if which == 0 else name_prefix(engines[which].dialect.name)
    with open_writer(engines[which]) as connection:
        connection.execute(text(statement.format(t=prefix, v=views)))
    return [check for check in checks_of(engines) if check.verdict is Verdict.WRONG]


def test_databases_as_migrated_are_as_they_should_be(engines: Engines) -> None:
    assert {check.verdict for check in checks_of(engines)} == {Verdict.OK}


@pytest.mark.parametrize(
    ("which", "statement", "told"),
    [
        (1, "ALTER TABLE {t}run DROP COLUMN counts", "run lacks counts"),
        (1, "DROP TABLE {t}finding", "finding is missing"),
        (0, "DROP VIEW {v}v1_crm", "v1_crm is missing"),
        (0, "DROP TABLE {t}rulebook", "rulebook is missing"),
    ],
)
def test_what_is_missing_is_wrong_and_named(
    engines: Engines, which: int, statement: str, told: str
) -> None:
    (wrong,) = wrongs_after(engines, which, statement)

    assert told in wrong.what
    assert "Restore it from a backup" in wrong.remedy
    assert wrong.exit_code == 74


def test_a_view_that_was_made_otherwise_is_wrong(engines: Engines) -> None:
    wrongs_after(engines, 0, "DROP VIEW {v}v1_alias")

    (wrong,) = wrongs_after(engines, 0, "CREATE VIEW {v}v1_alias AS SELECT alias FROM {t}alias")

    assert "v1_alias lacks capability_id" in wrong.what


def test_a_column_of_somebody_else_is_only_told(engines: Engines) -> None:
    assert wrongs_after(engines, 1, "ALTER TABLE {t}issue ADD COLUMN ours INTEGER") == []

    (told,) = (check for check in checks_of(engines) if check.verdict is Verdict.NOTE)
    assert "issue.ours" in told.what


def test_a_schema_of_another_build_is_wrong_with_what_to_do(engines: Engines) -> None:
    (wrong,) = wrongs_after(engines, 1, "UPDATE {t}schema_digest SET digest = 'another'")

    assert "another build of Headway (0001, made before it was amended)" in wrong.what
    assert "headway migrate" in wrong.remedy
    assert wrong.exit_code == 74
