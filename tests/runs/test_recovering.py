"""A clean database that was restored or lost hands out no number twice."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import Postgres
from tests.runs.place import Place

pytestmark = pytest.mark.published


def rename(place: Place, old: str, new: str) -> None:
    place.rules("capabilities.yaml", f"name: {old}\n", f"name: {new}\n")


def truth_files(place: Place) -> list[Path]:
    path = Path(place.truth_url.removeprefix("sqlite:///"))
    return [found for found in path.parent.iterdir() if found.name.startswith(path.name)]


def lose(place: Place, backup: Path | None) -> None:
    """Put a backup of the clean database in its place, or nothing."""
    for found in truth_files(place):
        found.unlink()
    (place.folder / "clean.db").unlink()
    if backup:
        for name in ("clean.db", "internal/clean.db"):
            shutil.copy(backup / Path(name).name / "file", place.folder / name)


def back_up(place: Place, folder: Path) -> Path:
    for name in ("clean.db", "internal/clean.db"):
        target = folder / ("readers" if name == "clean.db" else "truth")
        target.mkdir(parents=True)
        shutil.copy(place.folder / name, target / "file")
    return folder


def restore(place: Place, backup: Path) -> None:
    lose(place, None)
    shutil.copy(backup / "readers" / "file", place.folder / "clean.db")
    shutil.copy(backup / "truth" / "file", place.folder / "internal" / "clean.db")


def wrongs(place: Place) -> str:
    checks: list[Mapping[str, Any]] = [
        check
        for section in json.loads(place.headway("doctor", "--json").out)["sections"]
        for check in section["checks"]
    ]
    return "\n".join(f"{c['what']} {c['remedy']}" for c in checks if c["verdict"] == "wrong")


def test_a_restored_list_publishes_nothing_until_a_new_epoch_begins(
    published: Place, tmp_path: Path
) -> None:
    backup = back_up(published, tmp_path / "backup")
    first = published.freshness()
    rename(published, "Audit log", "Activity log")
    assert published.headway("sync").code == 0
    cursor = max(row["change_seq"] for row in published.published())

    restore(published, backup)
    refused = published.headway("sync")
    assert refused.code == 74
    assert "went back to revision 1" in refused.err
    assert "revision 2" in refused.err
    assert "headway recover" in refused.err
    assert "went back to revision 1" in wrongs(published)
    told = published.headway("status")
    assert told.code == 74
    assert "went back to revision 1" in told.out.splitlines()[1]
    assert "headway recover" in told.out.splitlines()[2]
    assert published.freshness()["revision"] == 1

    said = published.headway("recover")
    assert said.code == 0
    assert "reads v1_capability, v1_alias and v1_change anew" in said.out
    assert published.freshness()["epoch"] != first["epoch"]
    assert published.headway("sync").code == 0
    changed = [row for row in published.published() if row["change_seq"] > cursor]
    assert [row["name"] for row in changed] == ["Activity log"]
    assert wrongs(published) == ""


def test_a_list_that_was_lost_is_made_anew_above_every_number_handed_out(
    published: Place,
) -> None:
    first = published.freshness()
    highest = max(row["change_seq"] for row in published.published())
    lose(published, None)

    assert published.headway("sync").code == 74
    assert published.headway("migrate").code == 0
    assert "is another one than before, and empty" in published.headway("sync").err
    assert published.headway("recover").code == 0
    assert published.headway("sync").code == 0

    assert published.freshness()["epoch"] != first["epoch"]
    assert min(row["change_seq"] for row in published.published()) > highest


def test_until_a_list_that_was_lost_is_published_again_readers_keep_what_they_have(
    published: Place,
) -> None:
    before, first = published.published(), published.freshness()
    for found in truth_files(published):
        found.unlink()

    for command, code in (("migrate", 0), ("sync", 74), ("recover", 0)):
        assert published.headway(command).code == code
        assert published.published() == before
        assert published.freshness() == first
    assert "ahead of Headway's own database" in wrongs(published)
    assert published.headway("sync").code == 0

    assert published.freshness()["epoch"] != first["epoch"]
    assert len(published.published()) == len(before)
    assert wrongs(published) == ""


def test_a_backup_of_headways_own_file_alone_takes_nothing_back_from_readers(
    published: Place, tmp_path: Path
) -> None:
    backup = back_up(published, tmp_path / "backup")
    rename(published, "Audit log", "Activity log")
    assert published.headway("sync").code == 0
    newest = published.published()
    for found in truth_files(published):
        found.unlink()
    shutil.copy(backup / "truth" / "file", published.folder / "internal" / "clean.db")

    assert published.headway("sync").code == 74
    assert published.published() == newest
    assert published.headway("recover").code == 0
    assert published.headway("sync").code == 0
    assert [row["name"] for row in published.published()] == [row["name"] for row in newest]


def test_another_history_of_the_same_length_is_told(published: Place, tmp_path: Path) -> None:
    backup = back_up(published, tmp_path / "backup")
    rename(published, "Audit log", "Activity log")
    assert published.headway("sync").code == 0
    state = Path(published.state_url.removeprefix("sqlite:///"))
    shutil.copy(state, tmp_path / "state")
    restore(published, backup)
    state_before = {f.name: f for f in state.parent.glob("state.db*")}
    for found in state_before.values():
        found.unlink()
    assert published.headway("migrate").code == 0
    rename(published, "Activity log", "Record of deeds")
    assert published.headway("sync").code == 0
    for found in state.parent.glob("state.db*"):
        found.unlink()
    shutil.copy(tmp_path / "state", state)

    assert "another history of revision 2" in published.headway("sync").err


def test_only_readers_file_lost_costs_nothing(published: Place, tmp_path: Path) -> None:
    before, epoch = published.published(), published.freshness()["epoch"]
    (published.folder / "clean.db").unlink()

    assert published.headway("sync").code == 0

    assert published.published() == before
    assert published.freshness()["epoch"] == epoch


def test_a_state_database_that_was_lost_takes_over_where_the_list_stands(
    published: Place,
) -> None:
    before = published.published()
    for found in Path(published.state_url.removeprefix("sqlite:///")).parent.glob("state.db*"):
        found.unlink()

    assert published.headway("migrate").code == 0
    assert published.headway("sync").code == 0

    assert published.published() == before


@contextmanager
def older_copy(place: Place, server: Postgres | None, folder: Path) -> Iterator[str]:
    """The address of the state database as it is now, kept aside."""
    if server is not None:
        with server.fresh_database(template=place.state_url) as url:
            yield url
        return
    folder.mkdir()
    shutil.copy(place.state_url.removeprefix("sqlite:///"), folder / "state.db")
    yield f"sqlite:///{folder / 'state.db'}"


def test_a_state_database_that_is_restored_to_an_older_copy_catches_up(
    each_published: Place, database_server: Postgres | None, tmp_path: Path
) -> None:
    place = each_published
    with older_copy(place, database_server, tmp_path / "older") as older:
        rename(place, "Audit log", "History")
        issue = next(iter(place.company.issues))
        place.company.edit(issue, labels=["seen-by-the-lost-one"])
        assert place.headway("sync").code == 0
        before, head = place.published(), place.freshness()

        place.state_url = older
        caught_up = place.headway("sync")
        same, then = place.published(), place.freshness()
        rename(place, "History", "Journal")
        went_on = place.headway("sync")
        after = place.published()

    assert (caught_up.code, went_on.code) == (0, 0), caught_up.err + went_on.err
    assert same == before
    assert (then["revision"], then["epoch"]) == (head["revision"], head["epoch"])
    changed = [row for row in after if row not in before]
    assert [row["name"] for row in changed] == ["Journal"]
    assert min(row["change_seq"] for row in changed) > max(row["change_seq"] for row in before)


def test_where_both_agree_recover_changes_nothing(published: Place) -> None:
    before = published.freshness()

    said = published.headway("recover")

    assert said.code == 0
    assert "both histories agree" in said.out
    assert published.freshness() == before


def test_a_second_site_in_one_list_is_refused(published: Place, tmp_path: Path) -> None:
    before = published.published()
    elsewhere = f"sqlite:///{tmp_path}/other/state.db"
    assert published.headway("migrate", state_url=elsewhere).code == 0

    said = published.headway("sync", site="other", state_url=elsewhere)

    assert said.code == 2
    assert "the list in the clean database is that of site 'main'" in said.err
    assert published.published() == before
    assert published.headway("sync", site="other").code == 2
    assert published.headway("sync").code == 0


@pytest.mark.every_kind
def test_where_both_were_restored_a_person_says_so_and_readers_notice(
    each_published: Place,
) -> None:
    place = each_published
    before, rows = place.freshness(), place.published()

    said = place.headway("recover", "--restored")

    assert said.code == 0
    assert "was restored as of revision 1 or before, as you say" in said.out
    assert place.freshness()["epoch"] != before["epoch"]
    assert place.published() == rows
    rename(place, "Audit log", "Activity log")
    assert place.headway("sync").code == 0
    assert place.headway("recover").out.count("both histories agree") == 1
    assert min(r["change_seq"] for r in place.published() if r not in rows) > max(
        row["change_seq"] for row in rows
    )
