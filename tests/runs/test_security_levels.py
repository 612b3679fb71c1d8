"""What has a security level in Jira is left out and unnamed, whatever rules and people say."""

import re
import shutil

from hypothesis import Phase, given, settings

from sync.sample.company.issues import Issue, Level
from tests.examples import examples
from tests.invented import COMPONENTS, IDS, KEYS, LABELS, SECRET, Item, books, spread
from tests.runs.place import Place

SAID = re.compile("|".join(word for word in SECRET.split() if word[0].isupper()), re.IGNORECASE)


GREEDY = {
    "id": "greedy",
    "name": "Greedy",
    "area": "A",
    "summary": "Wants everything.",
    "aliases": ["own everything"],
    "when": {"component": COMPONENTS},
    "items": {"component": COMPONENTS},
    "beats": list(IDS),
}


def restrict_some(place: Place) -> list[Issue]:
    """Six epics, what is below them and some items without one get a level and the secret title."""
    company = place.company
    epics = [issue for issue in company.issues.values() if issue.level is Level.EPIC][:6]
    below = [issue for issue in company.issues.values() if issue.parent == epics[0].id]
    alone = [
        issue
        for issue in company.issues.values()
        if issue.level is Level.BASE and issue.parent is None
    ]
    for number, issue in enumerate([*epics, *below, *alone[:4]]):
        company.edit(
            issue.id,
            summary=SECRET,
            security_level="Board only",
            components=[COMPONENTS[number % len(COMPONENTS)]],
            labels=[LABELS[number % len(LABELS)]],
        )
    return epics


def list_commands(key: str, capability: str) -> list[list[str]]:
    """Everything that a product team may ask or say of an epic, and of the list."""
    why = ("--reason", "so", "--by", "@anna", "--yes")
    return [
        ["check"],
        ["plan"],
        ["plan", "--json"],
        ["plan", "--format", "markdown"],
        ["queue", "--reveal", "--all"],
        ["queue", "--json"],
        ["queue", "--meeting", "--format", "markdown"],
        ["explain", key],
        ["explain", key, "--json"],
        ["explain", capability],
        ["decide", key, capability, *why],
        ["decide", key, capability, "--rule", "--yes"],
        ["sync"],
        ["init"],
        ["find", "invoices"],
        ["status", "--json"],
    ]


def write_book(place: Place, epics: list[Issue], items: list[Item]) -> str:
    """An invented rule book, its pins on these epics, and a rule and pins that want them all.

    Returns the id of the capability that does.
    """
    keys = dict(zip(KEYS, (epic.key for epic in epics), strict=False))
    present = {item["id"] for section, item in items if section == "capabilities"}
    gone = {"area": "A", "summary": "S.", "withdrawn": {"reason": "mistake"}}
    absent = [{"id": each, "name": each, **gone} for each in IDS if each not in present]
    items = [*items, *(("capabilities", rule) for rule in absent), ("capabilities", GREEDY)]
    pinned = {item["issue"] for section, item in items if section == "pins"}
    items += [
        ("pins", {"issue": key, "capability": GREEDY["id"], "reason": "so", "by": "@anna"})
        for key in KEYS
        if key not in pinned
    ]
    (text,) = spread(items, ["rules.yaml"] * len(items)).values()
    for invented, key in keys.items():
        text = text.replace(f'"{invented}"', f'"{key}"')
    rules = place.folder / "config"
    shutil.rmtree(rules)
    rules.mkdir()
    (rules / "rules.yaml").write_text(text, "utf-8")
    return str(GREEDY["id"])


def show_everything(place: Place, key: str, capability: str) -> None:
    """Ask and decide all of it; nothing of the secret title may be shown."""
    for command in list_commands(key, capability):
        said = place.headway(*command)
        assert said.code in (0, 2, 3), (command, said.err)
        shown = f"{said.out}\n{said.err}"
        assert not SAID.search(shown), (command, shown)


@settings(examples(1, 15), phases=[Phase.generate])
@given(items=books())
def test_no_rule_pin_or_command_publishes_or_shows_what_has_a_security_level(
    tiny_place: Place, items: list[Item]
) -> None:
    place = tiny_place
    epics = restrict_some(place)
    capability = write_book(place, epics, items)

    said = place.headway("sync")
    assert said.code in (0, 3), said.err
    show_everything(place, epics[0].key, capability)

    keys = ", ".join(f"'{epic.key}'" for epic in epics)
    query = f"SELECT DISTINCT outcome FROM {{t}}decision WHERE key IN ({keys})"
    assert [row["outcome"] for row in place.state_rows(query)] == ["left_out"]
    for path in place.folder.rglob("*"):
        if path.is_file():
            assert not SAID.search(path.read_bytes().decode("latin-1")), path
