"""What others write into Jira stays text in the files and pages that are made of it."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from sync.rulebook import read_rulebook
from tests.runs.place import Place, Places

HARM = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
YAML_SIGNS = (
    *("x: {draft: false}", "# gone", "a #1 thing", "quo\"ted 'it'", "- list", "? key", "&anchor"),
    *("*alias", "!!python/object:os.system x", "%TAG", "@at", "`tick`", "| literal", "> folded"),
    *(
        "null",
        "true",
        "~",
        "2026-01-01",
        "0x10",
        "1e5",
        "yes",
        "]}, {",
        "---",
        "...",
        "\\x41",
        "12",
    ),
)
BREAKS = (
    "new\nline: injected\n  draft: false",
    "\r\ncapabilities: []",
    *("sep\u2028next: line", "nel\u0085next: line", "tab\tinside", "...\n---\n"),
)
SIGNS = (
    *("\u202eltr", "\x1b[31mred", "\x1b]0;title\x07", "\ufeffbom", "nul\x00nul", "e\u0301té"),
    *("${HOME}", "{{ template }}", "%s %d {0}", "[link](javascript:alert(1))", "|table|cell|"),
    *("<script>alert(1)</script>", "A" * 10_000, "# Drafted: component: Foo", "Drafted: me"),
)
VALUES = (*YAML_SIGNS, *BREAKS, *SIGNS)
PAGES = (
    ["check"],
    ["plan"],
    ["queue"],
    ["queue", "--format", "markdown"],
    ["queue", "--meeting"],
    ["status"],
    ["sync"],
    ["doctor"],
)
KEYS = {"id", "name", "area", "summary", "draft", "when", "tests"}


def fill(place: Place, field: str) -> None:
    """Epics that have in common, three by three, what somebody wrote to do harm."""
    for number, epic in enumerate(place.company.epics()):
        value = VALUES[number // 3 % len(VALUES)]
        titled = f"{value} {number % 3} widget" if field == "summary" else f"Thing {number}"
        given = {} if field == "summary" else {field: [value]}
        place.company.edit(epic.id, **{"labels": [], "components": [], "summary": titled, **given})
    place.settings["config_dir"] = str(place.folder / "own")


def fill_titles(place: Place) -> None:
    fill(place, "summary")


def fill_components(place: Place) -> None:
    fill(place, "components")


@pytest.fixture(params=[fill_titles, pytest.param(fill_components, marks=pytest.mark.all)])
def filled(request: pytest.FixtureRequest, places: Places, tmp_path: Path) -> Iterator[Place]:
    """A place that has read what others wrote, and has no rules yet."""
    read = replace(places, commands=("migrate", "init --sync"), prepare=request.param)
    with read.open_place(tmp_path) as place:
        yield place


def test_drafts_of_what_others_wrote_are_drafts_and_nothing_else(filled: Place) -> None:
    path = filled.folder / "own" / "drafts.yaml"

    drafted = filled.headway("init")
    text = path.read_text("utf-8")
    again = filled.headway("init")

    assert (drafted.code, again.code) == (0, 0), drafted.err + again.err
    assert path.read_text("utf-8") == text
    drafts = yaml.safe_load(text)["capabilities"]
    assert len(drafts) > 5
    assert all(each.keys() == KEYS and each["draft"] is True for each in drafts)
    assert not HARM.search(text.replace("\n", ""))
    assert max(map(len, text.splitlines())) < 1_500
    assert len(read_rulebook(path.parent).capabilities) == len(drafts) + 1
    checked = json.loads(filled.headway("check", "--json").out)["findings"]
    assert [each for each in checked if each["severity"] != "warning"] == []


@pytest.mark.parametrize(
    "name",
    [
        "${HOME} pad's",
        *(
            pytest.param(name, marks=pytest.mark.all)
            for name in ("$(touch pad)", "`touch pad`", '"; touch pad; "')
        ),
    ],
)
def test_a_command_that_is_offered_does_nothing_but_what_it_says(
    tiny_place: Place, name: str
) -> None:
    for number, epic in enumerate(tiny_place.company.epics()):
        given = [name] if number % 5 == 0 else []
        tiny_place.company.edit(epic.id, components=given, labels=[], summary=f"Thing {number}")
    tiny_place.settings["config_dir"] = str(tiny_place.folder / "own")

    said = tiny_place.headway("init", "--sync")

    assert said.code == 0, said.err
    [offered] = re.findall("^Next: (headway name .*)", said.out, re.MULTILINE)
    words = shlex.split(offered)
    assert words[:2] == ["headway", "name"]
    assert words[3].casefold() == name.casefold()
    told = subprocess.run(
        ["sh", "-c", f"headway() {{ printf '%s' \"$3\"; }}; {offered}"],
        cwd=tiny_place.folder,
        capture_output=True,
        check=True,
    )
    assert told.stdout.decode() == words[3]
    assert not (tiny_place.folder / "pad").exists()


def test_pages_of_what_others_wrote_stand_as_they_are_laid_out(filled: Place) -> None:
    filled.headway("init")

    for words in PAGES:
        said = filled.headway(*words)

        output = said.out + said.err
        assert said.code in (0, 2), (words, output)
        assert not HARM.search(output.replace("\n", "")), (words, HARM.search(output))
        assert "Traceback" not in output
        assert not re.search("^(line: injected|capabilities: |next: line)", output, re.MULTILINE)
        assert max(map(len, output.splitlines())) < 2_000, words
    assert filled.rows("SELECT * FROM {v}v1_capability") == []
