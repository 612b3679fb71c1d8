"""`headway export` by the command: files, cursors, and plain answers where there is no list."""

import csv
import io
import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.readers import as_other_user, open_folder
from tests.runs.place import Place
from tests.runs.programs import HEADWAY, on_a_terminal

VIEWS = (
    "v1_crm",
    "v1_capability",
    "v1_active_capability",
    "v1_alias",
    "v1_change",
    "v1_term",
    "v1_freshness",
)


def rows_of(page: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page, newline="")))


def test_each_view_is_exported_whole_in_both_shapes(each_published: Place) -> None:
    for view in VIEWS:
        table = each_published.headway("export", "--view", view)
        lines = each_published.headway("export", "--view", view, "--format", "jsonl")
        truth = each_published.rows(f"SELECT * FROM {{v}}{view}")

        objects = [json.loads(line) for line in lines.out.splitlines()]
        assert (table.code, lines.code) == (0, 0)
        assert len(rows_of(table.out)) == len(objects) == len(truth) > 0
        assert [*objects[0]] == [*rows_of(table.out)[0]] == [*truth[0]]
        assert table.err == lines.err
        assert f"of {view}: the whole of it." in table.err


def test_a_cursor_file_brings_what_changed_and_nothing_twice(each_published: Place) -> None:
    place = each_published
    cursor, output = str(place.folder / "crm.cursor"), str(place.folder / "list.csv")
    words = ("export", "--cursor-file", cursor, "--output", output)

    whole = json.loads(place.headway(*words, "--json").out)
    nothing = place.headway(*words).out
    empty = rows_of((place.folder / "list.csv").read_text("utf-8"))
    place.rules(
        "capabilities.yaml",
        "  - id: passkeys\n",
        "  - id: passkeys\n    withdrawn: {reason: not_for_sale}\n",
    )
    assert place.headway("sync").code == 0
    changed = json.loads(place.headway(*words, "--json").out)

    rows = rows_of((place.folder / "list.csv").read_text("utf-8"))
    assert (whole["is_whole"], whole["whole_because"]) == (True, "no_cursor")
    assert nothing.startswith("Exported 0 rows of v1_crm")
    assert empty == []
    assert [(row["capability_id"], row["is_active"]) for row in rows] == [("passkeys", "false")]
    assert (changed["is_whole"], changed["rows"]) == (False, 1)
    assert changed["cursor"]["change_seq"] > whole["cursor"]["change_seq"]
    kept = json.loads((place.folder / "crm.cursor").read_bytes())
    assert kept == {"view": "v1_crm", **changed["cursor"]}


def test_another_epoch_writes_the_whole_list_and_says_so(published: Place) -> None:
    said = published.headway("export", "--since", "2", "--epoch", "of-another-list")

    assert said.code == 0
    assert len(rows_of(said.out)) == len(published.published())
    assert "the whole of it anew: a database was restored" in said.err


def test_a_restored_list_is_not_read_on_by_an_old_cursor(published: Place) -> None:
    epoch = published.freshness()["epoch"]

    said = published.headway("export", "--since", "999", "--epoch", epoch)

    assert (said.code, said.out) == (74, "")
    assert "your cursor is 999" in said.err


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--since", "3"), "--since and --epoch: go together"),
        (("--epoch", "e"), "--since and --epoch: go together"),
        (("--since", "-1", "--epoch", "e"), "is no whole number"),
        (("--since", "٣", "--epoch", "e"), "is no whole number"),
        (("--since", "9" * 19, "--epoch", "e"), "is no whole number"),
        (("--since", "1", "--epoch", "e", "--cursor-file", "{f}/c"), "holds the cursor"),
        (("--view", "v1_crn"), "did you mean 'v1_crm'"),
        (("--view", "v1_term", "--since", "1", "--epoch", "e"), "v1_term is exported whole"),
        (("--view", "v1_active_capability", "--since", "1", "--epoch", "e"), "exported whole"),
        (("--json",), "give --output too"),
        (("--excel", "--format", "jsonl"), "goes with CSV"),
        (("--output", "{f}"), "is no file"),
        (("--output", "{f}/clean.db"), "is no export that was written before"),
        (("--output", "{f}/nowhere/list.csv"), "cannot be written"),
        (("--cursor-file", "{f}/env"), "is no cursor"),
        (("--cursor-file", "{f}/pipe"), "is no file"),
        (("--output", "{f}/pipe"), "is no file"),
        (("--output", "{f}/x.csv", "--cursor-file", "{f}/config/../x.csv"), "cannot hold both"),
        (("--cursor-file", "{f}/other"), "is how far v1_alias was read"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_written(
    published: Place, words: tuple[str, ...], what: str
) -> None:
    folder = published.folder
    (folder / "other").write_text('{"view":"v1_alias","epoch":"e","change_seq":1}')
    os.mkfifo(folder / "pipe")
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    said = published.headway("export", *(word.format(f=folder) for word in words))

    assert said.code in (2, 74)
    assert said.out == ""
    assert what in said.err
    assert {path: path.read_bytes() for path in before} == before
    assert {path for path in folder.iterdir() if path.is_file()} == before.keys()


def test_where_the_rows_cannot_be_written_the_cursor_stays(published: Place) -> None:
    published.write_settings()
    cursor = published.folder / "crm.cursor"
    words = ("--env-file", str(published.folder / "env"), "export", "--cursor-file", str(cursor))

    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*HEADWAY, *words], stdout=full, stderr=subprocess.PIPE, check=False)

    assert done.returncode == 74
    assert b"No space left" in done.stderr
    assert not cursor.exists()


def test_an_empty_list_is_waited_for(tiny_place: Place) -> None:
    said = tiny_place.headway("export", "--output", str(tiny_place.folder / "list.csv"))

    assert (said.code, said.out) == (75, "")
    assert "no list was published yet" in said.err
    assert not (tiny_place.folder / "list.csv").exists()


def test_a_list_that_is_not_there_or_not_ours_is_said_in_a_line(published: Place) -> None:
    other = published.folder / "other.db"
    other.write_bytes(b"no database at all" * 100)
    urls = ("sqlite:////nowhere/clean.db", f"sqlite:///{other}", "postgresql://127.0.0.1:9/none")

    for url in urls:
        said = published.headway("export", clean_url=url)

        assert (said.code, said.out) == (74, "")
        assert "Traceback" not in said.err


def test_the_file_is_for_others_to_read_and_is_replaced_whole(published: Place) -> None:
    file = published.folder / "list.csv"
    words = ("export", "--excel", "--output", str(file))
    first, second = published.headway(*words), published.headway(*words)

    assert (first.code, second.code) == (0, 0)
    assert file.read_bytes().startswith(b"\xef\xbb\xbfcapability_id,")
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert sorted(published.folder.glob(".headway-*")) == []


def test_the_name_of_a_file_says_what_is_written_to_it(published: Place) -> None:
    file = published.folder / "list.ndjson"
    published.headway("export", "--output", str(file))

    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {type(row["is_active"]) for row in rows} == {bool}


def test_text_that_steers_a_terminal_is_written_out_there(published: Place) -> None:
    published.write_settings()
    settings = str(published.folder / "env")

    shown = on_a_terminal("--env-file", settings, "export", cwd=published.folder)

    assert "capability_id,name" in shown
    assert "\r\r\n" not in shown
    assert "\\r" not in shown


def test_another_user_who_may_read_the_list_may_export_it(published: Place) -> None:
    with open_folder() as folder:
        path = folder / "clean.db"
        path.write_bytes(Path(published.clean_url.removeprefix("sqlite:///")).read_bytes())
        path.chmod(0o644)

        assert as_other_user(lambda: _export(path)) == 0


def _export(path: Path) -> int:
    from sync.cli import run

    env = Path(f"/tmp/headway-{path.parent.name}.env")
    env.write_text(f"HEADWAY_CLEAN_URL=sqlite:///{path}\n")
    try:
        return run(["--env-file", str(env), "export"])
    finally:
        env.unlink()
