"""A field that Jira stops showing is no edit: what it said stays, and a person is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.tables import state
from sync.sample.server.faults import Altered, Fault
from sync.store.db.addresses import parse_url
from sync.store.db.engines import build_engine, open_reader
from tests.postgres import Postgres
from tests.runs.place import PUBLISHED, Dialect, Place, Places
from tests.variants import on_cloud, on_sqlite, on_sqlite_first

POINTS = {"cloud": ("customfield_10016", "customfield_10026"), "datacenter": ("customfield_10106",)}


EMPTY: list[Any] = [None, []]


@contextmanager
def hidden(place: Place, *fields: str, value: Any = ..., only: str = "") -> Iterator[None]:
    """Meanwhile these fields come empty, of issues whose key begins with `only`."""

    def hide(document: dict[str, Any]) -> None:
        for row in document.get("issues", ()):
            if "fields" in row and row["key"].startswith(only):
                for name in fields:
                    if row["fields"].get(name) is not None:
                        row["fields"][name] = value
                    if row["fields"].get(name, 0) is ...:
                        del row["fields"][name]

    fault = Fault("/rest/api", Altered(hide), method="POST")
    place.jira.faults.append(fault)
    yield
    place.jira.faults.remove(fault)


@pytest.fixture
def watched(
    places: Places, tmp_path: Path, dialect: Dialect, database_server: Postgres | None
) -> Iterator[Place]:
    """One project that was published once, of both kinds of Jira and of databases."""
    kept = replace(places, commands=PUBLISHED)
    with kept.open_place(tmp_path, dialect, projects=("ID",), server=database_server) as place:
        yield place


def ledger(place: Place) -> Any:
    query = (
        'SELECT issue_id, "window", SUM(credit) AS credit FROM {t}ledger '
        'GROUP BY issue_id, "window" HAVING SUM(credit) <> 0 ORDER BY issue_id'
    )
    return place.state_rows(query)


def mirrored(place: Place, name: str) -> dict[int, Any]:
    engine = build_engine(parse_url(place.state_url, "test"), state.SCHEMA)
    try:
        with open_reader(engine) as connection:
            c = state.issue.c
            return {row[0]: row[1] for row in connection.execute(select(c.id, c[name]))}
    finally:
        engine.dispose()


@pytest.mark.parametrize(
    "value",
    [..., *(pytest.param(empty, marks=pytest.mark.all) for empty in EMPTY)],
    ids=["absent", "null", "empty"],
)
@on_sqlite
@on_cloud
def test_labels_that_are_hidden_for_a_reading_cost_no_label_and_hold_the_list(
    watched: Place, value: Any
) -> None:
    before = watched.published(), mirrored(watched, "labels"), ledger(watched)
    watched.company.now += timedelta(days=8)

    with hidden(watched, "labels", value=value):
        held = watched.headway("sync")

    assert held.code == 3, held.err
    assert "guard fields-emptied: holds the publication back: labels came empty in" in held.err
    assert "issues with a value (" in held.err
    assert "See whether a field configuration or a permission hides it" in held.err
    assert (watched.published(), mirrored(watched, "labels"), ledger(watched)) == before
    assert watched.freshness()["status"] == "held"
    assert watched.headway("status").code == 3
    again = watched.headway("sync")
    assert again.code == 0, again.err
    assert watched.freshness()["status"] == "current"


@pytest.mark.parametrize(
    "field",
    [
        *("parent", "resolutiondate"),
        *(
            pytest.param(name, marks=pytest.mark.all)
            for name in ("components", "description", "assignee", "resolution")
        ),
    ],
)
@on_sqlite
@on_cloud
def test_every_field_that_a_list_is_made_of_is_watched(watched: Place, field: str) -> None:
    before = watched.published(), ledger(watched)
    watched.company.now += timedelta(days=8)

    with hidden(watched, field):
        held = watched.headway("sync")

    assert held.code == 3, held.err
    assert "guard fields-emptied" in held.err
    assert (watched.published(), ledger(watched)) == before


@on_sqlite
@on_cloud
def test_points_that_are_hidden_for_a_reading_book_nothing_by_medians(
    watched: Place, places: Places, dialect: Dialect, tmp_path: Path
) -> None:
    watched.company.now += timedelta(days=15)

    with hidden(watched, *POINTS[dialect]):
        held = watched.headway("sync")

    assert held.code == 3, held.err
    assert "story points came empty in" in held.err
    assert watched.headway("sync").code == 0
    like = replace(places, commands=PUBLISHED)
    with like.open_place(tmp_path / "other", dialect, projects=("ID",)) as other:
        other.company.now += timedelta(days=15)
        assert other.headway("sync").code == 0
        assert ledger(watched) == ledger(other)


@on_sqlite
def test_a_security_level_that_goes_without_an_edit_opens_nothing(watched: Place) -> None:
    secret = next(issue for issue in watched.company.issues.values() if issue.security_level)
    watched.company.now += timedelta(days=8)

    with hidden(watched, "security", only=secret.key):
        held = watched.headway("sync", "--full")

    assert held.code == 3, held.err
    assert "security level came empty in 1 of" in held.err
    assert mirrored(watched, "restricted")[secret.id]
    assert mirrored(watched, "summary")[secret.id] == ""


@on_sqlite
@on_cloud
def test_many_edits_are_taken_where_issues_that_nobody_edited_have_the_field_still(
    watched: Place,
) -> None:
    labelled = [issue.id for issue in watched.company.issues.values() if issue.labels]
    some = labelled[:12]
    assert len(labelled) > len(some)
    watched.company.now += timedelta(hours=1)
    for issue_id in some:
        watched.company.edit(issue_id, labels=[])

    with open_guards(watched):
        taken = watched.headway("sync")

    assert taken.code == 0, taken.err
    assert {each for each in some if mirrored(watched, "labels")[each]} == set()


@on_sqlite
@on_cloud
def test_a_field_that_is_hidden_while_many_issues_are_edited_holds_an_ordinary_run_too(
    watched: Place,
) -> None:
    before = mirrored(watched, "labels")
    labelled = [issue.id for issue in watched.company.issues.values() if issue.labels][:12]
    watched.company.now += timedelta(hours=1)
    for issue_id in labelled:
        watched.company.edit(issue_id, summary="Another title")

    with hidden(watched, "labels"):
        held = watched.headway("sync")

    assert held.code == 3, held.err
    assert mirrored(watched, "labels") == before
    assert watched.headway("sync").code == 0
    assert mirrored(watched, "labels") == before


@on_cloud
@on_sqlite_first
def test_what_a_person_says_is_true_the_next_run_takes(watched: Place) -> None:
    watched.company.now += timedelta(days=8)
    with hidden(watched, "assignee"):
        assert watched.headway("sync").code == 3
        run_id = run_of(watched)
        status = watched.headway("status")
        assert f"headway approve {run_id} lets the next run take what is empty" in status.out

        said = watched.headway("approve", run_id)

        assert said.code == 0, said.err
        assert "accepted: assignee came empty in" in said.out
        assert watched.headway("sync").code == 0
        assert not any(mirrored(watched, "contributor").values())
        assert watched.freshness()["status"] == "current"


@on_sqlite
@on_cloud
def test_what_was_accepted_too_late_is_not_taken_of_a_later_run(watched: Place) -> None:
    """The field came back meanwhile: who then approves the old run speaks of what is past."""
    watched.company.now += timedelta(days=8)
    with hidden(watched, "assignee"):
        assert watched.headway("sync").code == 3
        run_id = run_of(watched)
    assert watched.headway("sync").code == 0

    said = watched.headway("approve", run_id)

    assert said.code != 0
    with hidden(watched, "assignee"):
        assert watched.headway("sync", "--full").code == 3


@contextmanager
def open_guards(place: Place) -> Iterator[None]:
    """A rule book whose other guards let everything through."""
    path = place.folder / "config" / "open.yaml"
    path.write_text(
        'version: "1"\nguards: {unscreened_percent: 100, undecided_percent: 100, '
        "level_jumps_percent: 100, lost_capabilities_percent: 100}\n"
    )
    yield
    path.unlink()


def run_of(place: Place) -> str:
    (row,) = place.state_rows("SELECT run_id FROM {t}run ORDER BY started_at DESC LIMIT 1")
    return str(row["run_id"])
