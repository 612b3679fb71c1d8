"""Whatever happened to a mirror, a snapshot of it translates as the databases do."""

import dataclasses
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from models.rulebook import RuleBook
from models.tables import clean, state
from sync.pipeline.context import Context
from sync.pipeline.inputs.inputs import load_inputs
from sync.store.db.engines import open_reader
from sync.store.snapshot.contents import PARTS, read_rows
from sync.store.snapshot.restore import open_snapshot
from sync.store.snapshot.write import write_snapshot
from tests.builders import an_issue
from tests.examples import examples
from tests.postgres import Postgres
from tests.rules import INVOICING, SEARCH, a_book, changed
from tests.sync.pipeline.incremental.beginnings import Beginnings
from tests.sync.pipeline.incremental.changing import BOOK
from tests.sync.pipeline.incremental.test_translate import steps

CLEANUP = "screening: [{id: chores, then: hold, when: {summary has: [search]}}]"
BY_COMPONENT = "effort: {team: {component: [Invoicing]}, edges: [1, 2, 3, 4], minimum_people: 0}"
BOOKS = (
    BOOK,
    a_book(),
    a_book(INVOICING, changed(SEARCH, "withdrawn: {reason: mistake}"), rest=CLEANUP),
    a_book(INVOICING, SEARCH, rest=BY_COMPONENT),
)


def translate(context: Context, book: RuleBook) -> Any:
    inputs = load_inputs(context, book)
    translation = inputs.translate()
    return translation.plan, translation.attribution.decisions, inputs.stored


@examples(quick=3, long=200)
@given(history=st.lists(steps, max_size=3), number=st.sampled_from(range(len(BOOKS))))
def test_a_snapshot_translates_as_the_databases_do(
    beginnings: Beginnings, history: list[Any], number: int
) -> None:
    book = BOOKS[number]
    with TemporaryDirectory() as folder, beginnings.changing(Path(folder)) as site:
        for found, gone, _days, renamed in history:
            site.write(
                [
                    replace(
                        site.issues.get(i) or an_issue(id=i, key=f"PAY-{i}"),
                        **{name: value for each in edits for name, value in each.items()},
                    )
                    for i, edits in found.items()
                ],
                gone,
            )
            if renamed in site.keys:
                site.rename_project(renamed)
        path = Path(folder) / "snapshot"
        context = site.context
        write_snapshot(path, context.clean, context.state, {"main": ("PAY", "INT")})
        with open_snapshot(path) as restored:
            only = dataclasses.replace(context.settings.only_site, projects=restored.sites["main"])
            settings = dataclasses.replace(context.settings, sites=(only,))
            there = Context(settings, restored.clean, restored.state)
            here = Context(settings, context.clean, context.state)
            assert translate(there, book) == translate(here, book)


def test_both_kinds_of_database_make_the_same_rows(
    beginnings: Beginnings, tmp_path: Path, postgres_server: Postgres
) -> None:
    """Down to the order and the form of every value; only the epoch is each database's own."""
    found = []
    for server in (None, postgres_server):
        with beginnings.changing(tmp_path, server) as site:
            site.write(
                [an_issue(id=700, key="PAY-700", labels=("ß", "a", "Z"), extra={"é": ("1",)})]
            )
            engines = {clean.metadata: site.context.clean, state.metadata: site.context.state}
            rows = {}
            people: dict[str, str] = {}
            for part in PARTS:
                with open_reader(engines[part.table.metadata]) as connection:
                    rows[part.table.name] = list(read_rows(connection, part, ["main"], people))
            (head,) = rows["head"]
            rows["head"] = [tuple(value for value in head if value != head[1])]
            found.append(rows)

    assert found[0] == found[1]
    assert all(found[0].values())
