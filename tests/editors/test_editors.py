"""A rule book in an editor: what the language server behind most of them offers, says, underlines.

The rest of the schema is held against the loader in tests/sync/rulebook/test_describe.py.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.rulebook.describe import SCHEMA_FILE, json_schema, word_modeline, write_schema
from sync.rulebook.files import SHIPPED_FOLDER
from tests.architecture.repository import ROOT
from tests.editors.language_server import Editor, editing, install
from tests.node import find_node

pytestmark = pytest.mark.all

GOOD = [
    *SHIPPED_FOLDER.glob("*.yaml"),
    *(ROOT / "sync/sample/config").glob("*.yaml"),
    *(ROOT / "sync/rulebook/starter").glob("*.yaml"),
]


@pytest.fixture(scope="module")
def editor(request: pytest.FixtureRequest) -> Iterator[Editor]:
    """An editor as people have it."""
    cache = request.config.cache.mkdir("headway-editors")
    environment = find_node(cache)
    with editing(install(cache, environment), environment) as opened:
        yield opened


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A folder with the schema where `headway init` puts it."""
    schema = tmp_path / SCHEMA_FILE
    schema.parent.mkdir()
    schema.write_text(write_schema(), "utf-8")
    return tmp_path


class Page:
    """A file of rules in an editor; `|` in its text is where the cursor stands."""

    def __init__(self, editor: Editor, file: Path, text: str, depth: int = 0) -> None:
        head, _, tail = (word_modeline(depth) + text).partition("|")
        self._editor, self._file, self._text = editor, file, head + tail
        self._place = head.count("\n"), len(head) - head.rfind("\n") - 1
        self._underlined = editor.open(file, self._text)

    @property
    def underlined(self) -> list[tuple[str, str]]:
        """The text that is underlined, and what is said of it."""
        lines = self._text.split("\n")
        return [(_cut(lines, each["range"]), each["message"]) for each in self._underlined]

    @property
    def offers(self) -> dict[str, str]:
        """What is offered at the cursor, and what is said of each."""
        found = self._editor.complete(self._file, *self._place)
        return {item["label"]: str(item.get("documentation", "")) for item in found}

    @property
    def hover(self) -> str:
        return self._editor.hover(self._file, *self._place)


def _cut(lines: list[str], span: dict[str, Any]) -> str:
    start, end = span["start"], span["end"]
    assert start["line"] == end["line"]
    line = lines[start["line"]]
    return str(line[start["character"] : end["character"]])


@pytest.mark.parametrize("path", GOOD, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_is_underlined_in_what_we_ship(editor: Editor, book: Path, path: Path) -> None:
    assert Page(editor, book / path.name, path.read_text("utf-8")).underlined == []


CAPABILITY = "capabilities:\n  - id: audit-log\n    name: A\n    area: B\n    summary: C\n"
RULE = "screening:\n  - id: chores\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("|", {"capabilities": "What sales may read, and which epics count toward it."}),
        (f"{CAPABILITY}    |", {"when": "Which epics count toward it. Without it, none does"}),
        (f"{CAPABILITY}    when:\n      |", {"labels": "Equals any of", "any": "At least"}),
        (f"{CAPABILITY}    today_by: |", {"configuration": "By configuring, without new code."}),
        (f"{RULE}    then: |\n    when: {{labels: x}}\n", {"hold": "Has a person decide"}),
        ("pins:\n  - issue: PAY-1\n    |", {"until": "The last day on which it holds."}),
        ("effort:\n  minimum_people_of: |", {"team": "", "capability": ""}),
        ("assertions:\n  - capability: sso\n    at_least: |", {"very_large": ""}),
    ],
)
def test_keys_and_values_are_offered_with_what_they_mean(
    editor: Editor, book: Path, text: str, expected: dict[str, str]
) -> None:
    offers = Page(editor, book / "rules.yaml", text).offers

    for name, meaning in expected.items():
        assert meaning in offers[name]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{CAPABILITY.replace('id:', 'i|d:')}", "never changed, never given to another"),
        (f"{CAPABILITY}    eff|ort: withhold\n", "`withhold`: Publishes it as not rated"),
        (f"{CAPABILITY}    when:\n      sum|mary has: x\n", "`begin*` begins one"),
        (f"{RULE}    th|en: hold\n    when: {{labels: x}}\n", "`hold` has a person decide"),
        ("effort:\n  ed|ges: [1, 2, 3, 4]\n", "Person-weeks at which the levels"),
        ("gu|ards: {level_jumps: 3}\n", "waits for a person"),
    ],
)
def test_what_a_key_means_is_shown_where_one_points_at_it(
    editor: Editor, book: Path, text: str, expected: str
) -> None:
    assert expected in Page(editor, book / "rules.yaml", text).hover


def list_keys(schema: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every key that the schema describes, "-" for a list's item."""
    if not isinstance(schema, dict):
        return
    for name, inner in schema.get("properties", {}).items():
        if inner is not False:
            yield (*path, name)
        yield from list_keys(inner, (*path, name))
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from list_keys(each, path)
    yield from list_keys(schema.get("items"), (*path, "-"))


def test_every_key_tells_what_it_means_where_one_points_at_it(editor: Editor, book: Path) -> None:
    paths = sorted(set(list_keys(json_schema())))

    said = {
        path: Page(editor, book / f"{number}.yaml", lay_out(path)).hover
        for number, path in enumerate(paths)
    }

    assert len(paths) > 100
    assert [path for path, hover in said.items() if len(hover) < 9] == []


@pytest.mark.parametrize("block", ["when", "items"])
@pytest.mark.parametrize(
    "key", ["component", "labels", "summary has", "type is", "parent", "any", "all", "not"]
)
def test_every_key_of_a_condition_tells_what_it_means(
    editor: Editor, book: Path, block: str, key: str
) -> None:
    value = {"any": "[{labels: x}]", "all": "[{labels: x}]", "not": "{labels: x}"}.get(key, "set")
    text = f"{CAPABILITY}    {block}:\n      {key[:2]}|{key[2:]}: {value}\n"

    assert len(Page(editor, book / "rules.yaml", text).hover) > 8


def lay_out(path: tuple[str, ...]) -> str:
    """A file with this one key in it, the cursor inside the key."""
    lines, margin, dash = [], "", ""
    for number, step in enumerate(path):
        if step == "-":
            dash = "- "
            continue
        name = f"{step[:1]}|{step[1:]}" if number == len(path) - 1 else step
        lines.append(f"{margin}{dash}{name}:")
        margin += " " * (2 + len(dash))
        dash = ""
    return "\n".join(lines) + " x\n"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("capabilites: []\n", "capabilites", "not allowed"),
        (CAPABILITY.replace("summary", "sumary"), "sumary", "sumary is not allowed"),
        (CAPABILITY.replace("audit-log", "Audit"), "Audit", "does not match the pattern"),
        (f"{RULE}    then: hid\n    when: {{labels: x}}\n", "hid", '"hide", "hold"'),
        (f"{RULE}    when: {{labels: x}}\n    tests: {{mach: []}}\n", "mach", "not allowed"),
        (f"{CAPABILITY}    available: {{state: al, by: me}}\n", "al", '"all", "part", "none"'),
        ("effort: {points_from_percent: 101}\n", "101", "maximum of 100"),
        ("pins: [{issue: PAY, hide: true, reason: r, by: b}]\n", "PAY", "pattern"),
    ],
)
def test_what_is_wrong_is_underlined_at_its_place(
    editor: Editor, book: Path, text: str, place: str, words: str
) -> None:
    underlined = Page(editor, book / "rules.yaml", text).underlined

    assert [each for each in underlined if each[0] == place and words in each[1]], underlined


def test_the_schema_is_found_from_the_middle_of_a_files_head(editor: Editor, book: Path) -> None:
    text = f"# Drafts of ours.\n{word_modeline()}\ncapabilites: []\n"

    found = editor.open(book / "drafts.yaml", text)

    assert [each["range"]["start"]["line"] for each in found] == [3]


def test_a_file_in_a_folder_below_finds_the_same_schema(editor: Editor, book: Path) -> None:
    below = book / "billing"
    below.mkdir()

    page = Page(editor, below / "rules.yaml", "capabilites: []\n", depth=1)

    assert [place for place, _ in page.underlined] == ["capabilites"]
