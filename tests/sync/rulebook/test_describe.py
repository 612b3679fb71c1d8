"""The JSON Schema takes what the loader takes; the tables and the schema tell every key.

`python -m tests.sync.rulebook.test_describe` writes docs/rules.schema.json anew.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

import fastjsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from models.errors import RuleBookError
from sync.rulebook import rulebook_from_texts
from sync.rulebook.describe import json_schema, write_schema
from sync.rulebook.files import SHIPPED_FOLDER, read_shipped_texts
from sync.rulebook.schema.schema import SECTIONS
from sync.rulebook.values.kinds import REQUIRED, Key, Kind
from sync.rulebook.yaml.reading import read_tree
from sync.rulebook.yaml.tree import Node
from tests.architecture.repository import ROOT
from tests.docs.tables_of_keys import write_tables_of_keys

SHIPPED = ROOT / "docs" / "rules.schema.json"
TABLES = write_tables_of_keys()
SCHEMA = json_schema()


@cache
def build_validator() -> Any:
    """What checks a file as an editor does: made when the first test asks."""
    return fastjsonschema.compile(SCHEMA)


class PlainDumper(yaml.SafeDumper):
    """Writes values out as often as they occur."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


class EditorsLoader(yaml.SafeLoader):
    """Reads YAML as editors do: a day is a text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as its parent has it
        first: [(tag, form) for tag, form in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """To an editor every key is a text, `9` as well."""
        found = super().construct_mapping(node, deep)
        return {str(key) if isinstance(key, int) else key: found[key] for key in found}


def as_yaml(value: Any) -> str:
    return yaml.dump(value, Dumper=PlainDumper, allow_unicode=True, width=10_000)


def editor_takes(text: str) -> bool:
    try:
        build_validator()(yaml.load(text, EditorsLoader))
    except fastjsonschema.JsonSchemaValueException:
        return False
    return True


def loader_takes(text: str) -> bool:
    try:
        rulebook_from_texts(read_shipped_texts() | {"rules.yaml": text})
    except RuleBookError:
        return False
    return True


def every_key(keys: tuple[Key, ...]) -> Iterator[Key]:
    for key in keys:
        yield key
        yield from every_key((key.type.item or key.type).keys)


KEYS = list(every_key(tuple(SECTIONS.values())))


@pytest.mark.parametrize(
    "path",
    [
        *SHIPPED_FOLDER.glob("*.yaml"),
        *(ROOT / "sync/sample/config").glob("*.yaml"),
        *(ROOT / "sync/rulebook/starter").glob("*.yaml"),
    ],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_an_editor_underlines_nothing_in_what_we_ship(path: Path) -> None:
    assert editor_takes(path.read_text("utf-8"))


PIN = "issue: A-1, reason: r, by: b"
CAPABILITY = "id: one, name: A, area: B, summary: C"
REFUSED = """
    version: 2
    capabilites: []
    screening: debt
    pins: {PAY-1: hide}
    effort: high
    effort: {edges: [6, 24, 72]}
    effort: {edges: [0, 24, 72, 240]}
    effort: {edges: [6, many, 72, 240]}
    effort: {team: squad}
    effort: {team: {component: A, field: B}}
    effort: {minimum_people_of: tem}
    effort: {points_from_percent: 101}
    effort: {cancelled: {status: [x]}}
    effort: {void: [{issue: A-1, by: b}]}
    effort: {release: [{team: PAY, reason: r, by: b}]}
    effort: {release: [{issue: A-1, team: PAY, day: "2026-05-02", reason: r, by: b}]}
    effort: {rescaled: [{team: PAY, from: "2026-05-02", times: 0}]}
    effort: {rescaled: [{team: PAY, from: May, times: 10}]}
    wording: {states: {availble: {label: A, meaning: B}}}
    wording: {effort: {small: {label: A}}}
    guards: {level_jumps: -1}
    pins: [{PIN}]
    pins: [{PIN, hide: true, hold: true}]
    pins: [{PIN, hide: true, until: tomorrow}]
    pins: [{PIN, hide: perhaps}]
    pins: [{issue: invoicing, hide: true, reason: r, by: b}]
    screening: [{id: debt}]
    screening: [{id: Debt, when: {labels: x}}]
    screening: [{id: debt, when: {labels: x}, then: hid}]
    screening: [{id: debt, when: {labels: x}, tests: {mach: []}}]
    screening: [{id: debt, when: {labels: x}, tests: {match: [invoices]}}]
    screening: [{id: debt, when: {labels: x}, tests: {match: [{labels: {a: b}}]}}]
    screening: [{id: debt, when: {}}]
    screening: [{id: debt, when: [{labels: x}]}]
    screening: [{id: debt, when: {labels: []}}]
    screening: [{id: debt, when: {labels: ""}}]
    screening: [{id: debt, when: {labels: [a, {b: c}]}}]
    screening: [{id: debt, when: {resolution is: full}}]
    screening: [{id: debt, when: {any: []}}]
    screening: [{id: debt, when: {any: [labels]}}]
    screening: [{id: debt, when: {not: [{labels: x}]}}]
    screening: [{id: debt, when: {any: [{not: {}}]}}]
    capabilities: [{id: one, area: B, summary: C}]
    capabilities: [{id: one, name: " ", area: B, summary: C}]
    capabilities: [{CAPABILITY, name_: B}]
    capabilities: [{CAPABILITY, aliases: [LONG]}]
    capabilities: [{CAPABILITY, effort: raise}]
    capabilities: [{CAPABILITY, available: {state: all}}]
    capabilities: [{CAPABILITY, available: {state: all, by: b, since: yesterday}}]
    capabilities: [{CAPABILITY, withdrawn: {reason: merged}}]
"""


@pytest.mark.parametrize("line", dedent(REFUSED).strip().splitlines())
def test_an_editor_underlines_what_the_loader_refuses_for_its_form(line: str) -> None:
    text = line.replace("PIN", PIN).replace("CAPABILITY", CAPABILITY).replace("LONG", "x" * 81)

    assert not loader_takes(text)
    assert not editor_takes(text)


POOL: list[Any] = [
    *(
        "P4",
        "L3",
        "block",
        "ask",
        "hide",
        "hold",
        "all",
        "part",
        "none",
        "merged",
        "mistake",
        "product",
        "withhold",
        "rare",
    ),
    *("large", "recent", "{share} of it"),
    *("project", "team", "1", "one", "two-words", "PAY-1", "2026-03", "2027-03-31", "1/3", "yes"),
    *(
        0,
        1,
        7,
        24,
        100,
        2.5,
        True,
        False,
        "3",
        "No",
        "A text",
        " two  words ",
        "技術的負債",
        "no",
    ),
    *({"labels": "x"}, {"summary has": ["a b", "c*"]}, {"Résolution is": "Empty", "key": 3}),
    *({"any": [{"labels": ["x", True]}, {"all": {"type": "Bug"}}]}, {"not": {"summary has": "x"}}),
    *({"summary matches": "^x"}, {"component": "SSO", "labels": []}, {"field": "Squad"}),
    *({"component": ["Payments"]}, {"9": "flaky", "-3": ["node pool*"]}),
]
"""Values of all kinds; what a key takes is found among them by asking its kind."""


def as_node(value: Any) -> Node:
    tree, mistakes = read_tree("rules.yaml", as_yaml({"key": value}))
    assert tree is not None
    assert mistakes == []
    return tree.items["key"]


NODES = [(value, as_node(value)) for value in POOL]


def values(kind: Kind) -> st.SearchStrategy[Any]:
    """Values of a kind, of which each part is right for itself."""
    if kind.item:
        return st.lists(values(kind.item), min_size=1, max_size=2)
    if not kind.keys:
        taken = [value for value, node in NODES if not kind.read(node)[1]]
        is_id = kind.json_schema.get("type") == "string"  # an editor takes none that reads `true`
        return st.sampled_from([each for each in taken if not (is_id and isinstance(each, bool))])
    needed = {key.name: values(key.type) for key in kind.keys if key.default is REQUIRED}
    others = {key.name: values(key.type) for key in kind.keys if key.default is not REQUIRED}
    return st.fixed_dictionaries(needed, optional=others)


VALUES = {section: values(key.type) for section, key in SECTIONS.items()}


@pytest.mark.parametrize("section", SECTIONS)
@given(data=st.data())
def test_whatever_the_loader_takes_an_editor_takes_too(section: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[section])

    _, mistakes = SECTIONS[section].type.read(as_node(value))

    assert mistakes or editor_takes(as_yaml({section: value}))


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_every_key_is_told_with_its_meaning(key: Key) -> None:
    """The words of states and levels differ in their names alone, and are told as one."""
    assert (key.meaning or f"`{key.name}`") in TABLES
    assert f'"{key.name}": {{"description": {json.dumps(key.meaning)}' in json.dumps(SCHEMA)


def test_the_schema_that_is_shipped_is_the_one_that_the_loader_reads_by() -> None:
    if SHIPPED.read_text("utf-8") != write_schema():
        pytest.fail(f"{SHIPPED} is behind: run `python -m tests.sync.rulebook.test_describe`")


def every_part(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
    for part in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(part, dict | list):
            yield from every_part(part)


def test_each_word_of_a_choice_that_is_told_is_told_once() -> None:
    told = [each for each in every_part(SCHEMA) if "enumDescriptions" in each]

    assert len(told) > 5
    for each in told:
        assert len(each["enumDescriptions"]) == len(each["enum"])


def test_an_editor_knows_what_holds_without_a_key_and_what_one_looks_like() -> None:
    effort = SCHEMA["properties"]["effort"]["properties"]
    pin = SCHEMA["properties"]["pins"]["items"]

    assert effort["edges"]["default"] == [6, 24, 72, 240]
    assert "Duplicate" in effort["cancelled"]["properties"]["resolutions"]["default"]
    assert pin["title"] == "Pin"
    assert pin["properties"]["until"]["examples"] == ["2027-03-31"]


def test_what_holds_without_a_key_is_told_as_the_shipped_files_and_the_schema_say_it() -> None:
    rows = [line for line in TABLES.splitlines() if "`" in line]

    assert any(row.startswith("| `edges` |") and "`[6, 24, 72, 240]`" in row for row in rows)
    assert any(row.startswith("| `cancelled.statuses` |") and "effort.yaml" in row for row in rows)
    assert any(row.startswith("| `then` |") and "| `hide` |" in row for row in rows)
    assert any(row.startswith("| `draft` |") and "| `false` |" in row for row in rows)
    assert any(row.startswith("| `available.by` |") and "| required |" in row for row in rows)


if __name__ == "__main__":
    SHIPPED.write_text(write_schema(), "utf-8")
