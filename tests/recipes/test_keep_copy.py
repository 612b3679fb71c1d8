"""A copy that docs/recipes/keep_copy.py keeps is the list, row by row, whatever became of it."""

import runpy
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from models.capability import Capability
from sync.store.clean.epoch import begin_epoch
from sync.store.clean.readers_file import find_readers_file
from sync.store.db.engines import open_writer
from tests import builders
from tests.architecture.repository import ROOT
from tests.databases import DatabaseTemplates, name_prefixes, open_databases, sqlite_urls
from tests.postgres import Postgres
from tests.recipes.blocks import read_blocks, run_shell
from tests.recipes.lists import PublishedList, freshen, published_list
from tests.sync.store.clean.publishing import RandomPublisher, a_change, read_views

SCRIPT = ROOT / "docs" / "recipes" / "keep_copy.py"
LONGEST = 80
KEYS = {
    "v1_crm": ("capability_id",),
    "v1_alias": ("capability_id", "alias"),
    "v1_change": ("change_seq",),
}
QUICK, LONG = 15, 200

Rows = dict[tuple[Any, ...], dict[str, Any]]


def read_rows(engine: Engine, prefix: str, view: str) -> Rows:
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT * FROM {prefix}{view}")).mappings()
        rows = [dict(row) for row in found]
    booleans = {"is_active"} if view == "v1_crm" else set()
    rows = [row | {name: bool(row[name]) for name in booleans} for row in rows]
    return {tuple(row[key] for key in KEYS[view]): row for row in rows}


@dataclass
class Backup:
    """A clean database as it was, and what had been published by then."""

    place: str | Path
    revision: int
    rows: dict[str, Capability]


@dataclass
class KeptCopy:
    """A list whose fate is chance, and its copy; `happened` has what became of both."""

    folder: Path
    server: Postgres | None
    listed: PublishedList
    copy: Engine
    closing: ExitStack
    happened: set[str] = field(default_factory=set)
    backup: Backup | None = None
    keep: Callable[[Engine, Engine], str] = runpy.run_path(str(SCRIPT))["keep_copy"]

    def bring_up_to_date(self) -> str:
        """What the script says."""
        freshen(self.listed)
        source = create_engine(self.listed.address)
        try:
            return self.keep(source, self.copy)
        finally:
            source.dispose()

    def check(self) -> None:
        """Every row is as the list has it; what the list has not is off the list."""
        _, prefix = name_prefixes(self.listed.engine.dialect.name)
        source = create_engine(self.listed.address)
        for view in KEYS:
            truth, found = read_rows(source, prefix, view), read_rows(self.copy, "", view)
            if view == "v1_crm":
                lost = found.keys() - truth.keys()
                assert {found[key]["is_active"] for key in lost} <= {False}
                found = {key: row for key, row in found.items() if key not in lost}
                self.happened |= {"a row was lost"} if lost else set()
                self.happened |= {str(row["withdrawn_reason"]) for row in truth.values()}
            assert found == truth
        source.dispose()

    def back_up(self) -> None:
        """Keep the clean database as it is now."""
        publisher = self.listed.publisher
        self.listed.engine.dispose()
        if self.listed.file:
            place: str | Path = self.folder / f"backup-{publisher.revision}"
            shutil.copytree(self.listed.file.parent, place, dirs_exist_ok=True)
        else:
            assert self.server
            place = self.server.create_database(self.listed.engine.url.render_as_string())
        self.backup = Backup(place, publisher.revision, dict(publisher.rows))

    def restore(self, *, recovered: bool = True) -> None:
        """Go on with the backup, in a new epoch."""
        assert self.backup
        place, ahead = self.backup.place, 1000
        urls = sqlite_urls(place) if isinstance(place, Path) else (place, place)
        engine, _ = self.closing.enter_context(open_databases(*urls))
        old = self.listed.publisher
        with open_writer(engine) as connection:
            tables, _ = name_prefixes(engine.dialect.name)
            connection.execute(text(f"UPDATE {tables}lease SET holder = NULL, expires_at = NULL"))
        publisher = RandomPublisher(engine, old.random, self.backup.revision, self.backup.rows)
        if recovered:
            begin_epoch(engine, publisher.lease.token, ahead)
        self.listed = PublishedList(publisher, engine, find_readers_file(engine))
        self.backup = None
        self.happened.add("a database was restored")

    def begin_anew(self) -> None:
        """Forget how far was read."""
        with self.copy.begin() as connection:
            connection.execute(text("DELETE FROM cursor"))
        self.happened.add("the copy began anew")


@pytest.fixture
def kept(
    templates: DatabaseTemplates, tmp_path: Path, database_server: Postgres | None
) -> Iterator[KeptCopy]:
    with ExitStack() as closing:
        listed = closing.enter_context(
            published_list(templates, tmp_path / "list", database_server)
        )
        copy = create_engine(f"sqlite:///{tmp_path / 'copy.db'}")
        closing.callback(copy.dispose)
        yield KeptCopy(tmp_path, database_server, listed, copy, closing)


def test_the_script_is_short() -> None:
    assert len(SCRIPT.read_text("utf-8").splitlines()) <= LONGEST


def test_its_command_makes_a_copy(listed: PublishedList, tmp_path: Path) -> None:
    shutil.copy(SCRIPT, tmp_path)
    (command,) = read_blocks("keep-a-copy", "sh")

    said = run_shell(command, tmp_path, listed.address)

    copy = create_engine(f"sqlite:///{tmp_path / 'copy.db'}")
    assert said == f"Copied {len(read_rows(copy, '', 'v1_crm'))} rows: the whole list.\n"
    copy.dispose()


@pytest.mark.parametrize("steps", [QUICK, pytest.param(LONG, marks=pytest.mark.all)])
def test_the_copy_is_the_list_whatever_became_of_it(kept: KeptCopy, steps: int) -> None:
    chance = Random(steps)
    for step in range(steps):
        if step % 10 == 3:
            kept.back_up()
        elif step % 10 == 8:
            added = builders.a_row(f"late-{step}", "Exports")
            kept.listed.publisher.publish((a_change(added),))
            kept.bring_up_to_date()
            kept.restore()
        elif step == steps - 1:
            kept.begin_anew()
        kept.listed.publisher.take_step()
        if chance.random() < 0.7:
            kept.bring_up_to_date()
            kept.check()
    kept.bring_up_to_date()
    kept.check()

    assert kept.happened >= {
        "a row was lost",
        "a database was restored",
        "the copy began anew",
        "merged",
        "mistake",
        "not_for_sale",
    }


@pytest.mark.on_sqlite
def test_a_list_that_was_restored_and_not_recovered_is_not_copied(kept: KeptCopy) -> None:
    kept.back_up()
    kept.listed.publisher.publish((a_change(builders.a_row("late", "Exports")),))
    kept.bring_up_to_date()
    kept.restore(recovered=False)

    assert "still to be recovered" in kept.bring_up_to_date()
    assert ("late",) in read_rows(kept.copy, "", "v1_crm")


@pytest.mark.on_sqlite
def test_a_stale_list_is_not_copied(kept: KeptCopy) -> None:
    while not read_views(kept.listed.engine)["freshness"]["is_stale"]:
        kept.listed.publisher.publish(())
    source = create_engine(kept.listed.address)

    assert kept.keep(source, kept.copy) == "The list is stale: nothing was copied."
    source.dispose()
    assert read_rows(kept.copy, "", "v1_crm") == {}
