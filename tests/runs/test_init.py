"""From one's own Jira to a list: what `headway init` drafts, and what it never touches."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sync.rulebook import read_rulebook
from sync.rulebook.describe import SCHEMA_FILE, word_modeline, write_schema
from tests.runs.place import Place, Places
from tests.variants import on_sqlite_first

READ = ("migrate", "init --sync")
WORDS = ("--area", "Security and access", "--summary", "What people sign in with.", "--yes")


def choose_folder(place: Place) -> None:
    """The rules are to stand in a folder that is not there."""
    place.settings["config_dir"] = str(place.folder / "own")


@pytest.fixture
def drafted(places: Places, tmp_path: Path) -> Iterator[Place]:
    """A folder with a first draft of a backlog that was read once."""
    kept = replace(places, commands=READ, prepare=choose_folder)
    with kept.open_place(tmp_path, projects=("ID",)) as place:
        assert place.headway("init").code == 0
        yield place


def test_without_a_backlog_it_says_what_to_do_next(tiny_place: Place) -> None:
    rules = tiny_place.folder / "own"

    said = tiny_place.headway("init", config_dir=str(rules))

    assert said.code == 0
    assert "headway sync" in said.out.splitlines()[-1]
    assert {each.name for each in rules.iterdir()} == {"capabilities.yaml", ".headway"}


def test_editors_find_the_schema_from_what_it_writes_and_it_is_todays(drafted: Place) -> None:
    rules = drafted.folder / "own"
    schema = rules / SCHEMA_FILE
    schema.write_text("{}", "utf-8")

    assert drafted.headway("init").code == 0

    assert schema.read_text("utf-8") == write_schema()
    for name in ("capabilities.yaml", "drafts.yaml"):
        assert word_modeline() in (rules / name).read_text("utf-8").splitlines(keepends=True)


@on_sqlite_first
def test_one_command_makes_a_book_of_drafts_of_which_nothing_is_published(place: Place) -> None:
    """What it says it covers is what the queue then asks to name."""
    choose_folder(place)
    said = place.headway("init", "--sync")

    assert said.code == 0, said.err
    book = read_rulebook(place.folder / "own")
    assert len(book.capabilities) > 10
    assert all(rule.draft for rule in book.capabilities)
    checked = place.headway("check", "--json")
    errors = [each for each in json.loads(checked.out)["findings"] if each["severity"] != "warning"]
    assert (checked.code, errors) == (0, [])
    queue = json.loads(place.headway("queue", "--json").out)["queue"]
    shares = [group["share"] for group in queue["groups"] if group["kind"] == "draft"]
    assert sum(shares) > 50
    assert not {group["kind"] for group in queue["groups"]} & {"unclaimed", "conflict"}
    assert place.headway("sync").code == 0
    assert place.rows("SELECT * FROM {v}v1_capability") == []


def test_a_draft_that_is_named_is_read_by_sales_after_the_next_run(drafted: Place) -> None:
    rules = drafted.folder / "own"
    first = next(rule for rule in read_rulebook(rules).capabilities if rule.id != "example")

    named = drafted.headway("name", first.id, "Sign-in", *WORDS)

    assert named.code == 0, named.err
    assert drafted.headway("sync").code == 0
    names = [row["name"] for row in drafted.rows("SELECT name FROM {v}v1_active_capability")]
    assert names == ["Sign-in"]


def test_nobody_reads_the_words_of_a_draft_or_one_name_twice(drafted: Place) -> None:
    rules = drafted.folder / "own"
    first, second = [r.id for r in read_rulebook(rules).capabilities if r.id != "example"][:2]

    bare = drafted.headway("name", first, "Sign-in", "--yes")
    named = drafted.headway("name", first, "Sign-in", *WORDS)
    twice = drafted.headway("name", second, "SIGN in", *WORDS)

    assert (bare.code, named.code, twice.code) == (2, 0, 2)
    assert "--area: is missing" in bare.err
    assert "has the name of" in twice.err
    drafts = rules / "drafts.yaml"
    text = drafts.read_text("utf-8")
    drafts.write_text(text.replace("    draft: true\n", "", 1), "utf-8")
    assert "still has the area of a draft: 'To be named'" in drafted.headway("check").out


def test_again_it_changes_nothing_and_a_draft_that_was_taken_out_stays_out(
    drafted: Place,
) -> None:
    rules = drafted.folder / "own"
    drafts = rules / "drafts.yaml"
    lines = drafts.read_text("utf-8").splitlines(keepends=True)
    starts = [n for n, line in enumerate(lines) if line.startswith("  - id: ")]
    end = next(n for n in range(starts[0], len(lines)) if not lines[n].strip())
    by_hand = ["# mine\n", *lines[: starts[0]], *lines[end:]]
    drafts.write_text("".join(by_hand), "utf-8")

    said = drafted.headway("init")

    assert said.code == 0
    assert said.out.startswith("Nothing new to draft")
    assert drafts.read_text("utf-8") == "".join(by_hand)


def test_what_waits_for_a_name_is_not_counted_among_the_rest(drafted: Place) -> None:
    coverage = json.loads(drafted.headway("init", "--json").out)["coverage"]

    groups = json.loads(drafted.headway("queue", "--json").out)["queue"]["groups"]
    by_kind = {
        kind: [g for g in groups if (g["kind"] == "draft") is kind] for kind in (True, False)
    }
    assert by_kind[True]
    assert coverage["rest"] == sum(len(group["epics"]) for group in by_kind[False])


def test_it_goes_on_below_what_a_hand_wrote(drafted: Place) -> None:
    rules = drafted.folder / "own"
    drafts = rules / "drafts.yaml"
    text = drafts.read_text("utf-8")
    before, _, after = text.partition("# Drafted: ")
    drafts.write_text("# mine\n" + before + "".join(after.partition("# Drafted: ")[1:]), "utf-8")
    gone = text.split("  - id: ")[1]
    drafts.write_text(drafts.read_text("utf-8").replace(f"  - id: {gone}", ""), "utf-8")
    kept = drafts.read_text("utf-8").partition("# What was drafted")[0]

    said = drafted.headway("init")

    assert said.out.startswith("1 draft covers")
    assert drafts.read_text("utf-8").startswith(kept.rstrip("\n"))


def test_a_dry_run_prints_the_file_and_writes_nothing(tiny_place: Place) -> None:
    rules = tiny_place.folder / "own"
    tiny_place.settings["config_dir"] = str(rules)
    tiny_place.headway("init")
    tiny_place.headway("sync")

    said = tiny_place.headway("init", "--dry-run")

    assert "draft: true" in said.out
    assert not (rules / "drafts.yaml").exists()
    written = json.loads(tiny_place.headway("init", "--dry-run", "--json").out)
    assert written["written"] is None
    assert written["drafts"]
