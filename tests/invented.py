"""Rule books and backlogs that Hypothesis invents: any sections, spread over any files.

Values come from few, so that rules claim the same, contradict each other and name what is there.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import composite
from msgspec import Struct
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue, IssueRef
from tests.builders import WINDOW, a_subtask, an_epic, finished

COMPONENTS = ("Invoicing", "Search", "Export files", "R&D")
LABELS = ("rework", "look", "sellable", "type/odd")
PROJECTS = ("PAY", "ID")
WORDS = ("invoices", "search", "export", "sign in", "audit log")
IDS = ("invoicing", "search", "exports", "audit-log", "sign-in")
KEYS = tuple(f"{project}-{number}" for project in PROJECTS for number in range(1, 7))
FILES = ("a.yaml", "b.yaml", "below/c.yaml")
SECRET = "Zyxglimmer buys Quorvath"
"""The title of every issue that has a security level."""

Item = tuple[str, Any]
"""A section and one thing in it: an item of a list, or a key with its value."""


def either(values: Sequence[str]) -> st.SearchStrategy[str | list[str]]:
    """One value, or a list of several."""
    return st.sampled_from(values) | st.lists(
        st.sampled_from(values), min_size=1, max_size=3, unique=True
    )


@composite
def lines(draw: st.DrawFn, *, of_items: bool = False) -> dict[str, Any]:
    """One or two lines of a condition, which must all hold."""
    ways: dict[str, st.SearchStrategy[Any]] = {
        "component": either(COMPONENTS),
        "labels": either(LABELS),
        "project": either(PROJECTS),
        "type": st.sampled_from(["Epic", "Story"]),
    }
    if not of_items:
        ways |= {
            "summary has": either([*WORDS, "invoic*"]),
            "component is": st.sampled_from(["empty", "set"]),
            "key": either(KEYS),
        }
    chosen = draw(st.lists(st.sampled_from(sorted(ways)), min_size=1, max_size=2, unique=True))
    return {key: draw(ways[key]) for key in chosen}


def conditions(*, of_items: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Lines, and blocks of `any`, `all` and `not` around them."""
    flat = lines(of_items=of_items)
    return st.one_of(
        flat,
        st.builds(lambda inner: {"any": inner}, st.lists(flat, min_size=1, max_size=3)),
        st.builds(lambda inner, no: inner | {"not": no}, flat, flat),
        st.builds(lambda inner: {"all": inner}, st.lists(flat, min_size=1, max_size=2)),
    )


@composite
def capabilities(draw: st.DrawFn, place: int) -> dict[str, Any]:
    """The capability of an id; it beats and refers to later ones alone, so that none form a circle.

    Its aliases are its own, and its words pass the linter or, now and then, do not.
    """
    name = IDS[place]
    rule: dict[str, Any] = {
        "id": name,
        "name": name.replace("-", " ").capitalize() + draw(st.sampled_from(["", "", " by March"])),
        "area": "Billing",
        "summary": f"All about {name.replace('-', ' ')}.",
        "when": draw(conditions()),
    }
    later = IDS[place + 1 :]
    more: dict[str, st.SearchStrategy[Any]] = {
        "items": conditions(of_items=True),
        "draft": st.just("true"),
        "aliases": st.just([f"own {name}"]),
        "effort": st.just("withhold"),
        "available": st.sampled_from(
            [{"state": "all", "by": "@a"}, {"state": "part", "by": "@a", "since": "2026-03"}]
        ),
        "withdrawn": st.sampled_from([{"reason": "not_for_sale"}, {"reason": "mistake"}]),
        "redact": st.just("true"),
        "today": st.just("Ask for it."),
    }
    if later:
        more["beats"] = either(later)
        more["withdrawn"] |= st.builds(
            lambda use: {"reason": "merged", "use": use}, st.sampled_from(later)
        )
    for key in draw(st.lists(st.sampled_from(sorted(more)), max_size=2, unique=True)):
        rule[key] = draw(more[key])
    return rule


@composite
def screenings(draw: st.DrawFn, place: int) -> dict[str, Any]:
    """A screening rule of the team's own."""
    rule: dict[str, Any] = {
        "id": f"screen-{place}",
        "when": draw(conditions()),
        "then": draw(st.sampled_from(["hide", "hold", "hold_unclaimed"])),
    }
    if draw(st.booleans()):
        rule["unless"] = draw(conditions())
    if draw(st.booleans()):
        rule["reason"] = draw(st.sampled_from(["looks internal", "for nobody"]))
    return rule


@composite
def pins(draw: st.DrawFn, key: str, capabilities: Sequence[str]) -> dict[str, Any]:
    """A pin of an issue; one that ran out now and then."""
    actions = [*({"capability": each} for each in capabilities), {"hide": "true"}, {"hold": "true"}]
    pin = {"issue": key} | draw(st.sampled_from(actions)) | {"reason": "so", "by": "@anna"}
    return pin | draw(st.sampled_from([{}, {}, {"until": "2026-11-22"}, {"until": "2099-01-01"}]))


@composite
def books(draw: st.DrawFn) -> list[Item]:
    """Everything that stands in a rule book, in no order."""
    places = draw(st.lists(st.integers(0, len(IDS) - 1), min_size=1, max_size=4, unique=True))
    chosen = [draw(capabilities(place)) for place in sorted(places)]
    present = [rule["id"] for rule in chosen]
    for rule in chosen:
        _drop_absent(rule, present)
    items: list[Item] = [("capabilities", rule) for rule in chosen]
    items += [("screening", draw(screenings(place))) for place in range(draw(st.integers(0, 3)))]
    pinned = draw(st.lists(st.sampled_from(KEYS), max_size=3, unique=True))
    items += [("pins", draw(pins(key, present))) for key in pinned]
    options: list[Item] = [
        ("screening", {"id": "weak-words", "off": "true"}),
        ("screening", {"id": "tech-debt", "add": {"when": {"labels": "look"}}}),
        ("effort", ("edges", [1, 2, 30, 40])),
        ("effort", ("minimum_people", 1)),
        ("effort", ("void", [{"issue": KEYS[0], "reason": "a copy", "by": "@a"}])),
        ("guards", ("level_jumps", 7)),
        ("wording", ("states", {"recent": {"label": "Fresh", "meaning": "Work went in lately."}})),
        ("gone", {"project": "OLD", "reason": "archived", "by": "@a"}),
    ]
    return items + draw(st.lists(st.sampled_from(options), max_size=3, unique_by=str))


def _drop_absent(rule: dict[str, Any], present: Sequence[str]) -> None:
    """A rule names no capability that is not there."""
    beaten = rule.pop("beats", ())
    beaten = [beaten] if isinstance(beaten, str) else beaten
    if kept := [each for each in beaten if each in present]:
        rule["beats"] = kept
    if rule.get("withdrawn", {}).get("use", rule["id"]) not in present:
        rule["withdrawn"] = {"reason": "mistake"}


def spread(items: Sequence[Item], files: Sequence[str]) -> dict[str, str]:
    """The texts of files that hold these items in their order, each in the file given for it."""
    sections: dict[str, dict[str, list[str]]] = {}
    for (section, item), file in zip(items, files, strict=True):
        written = sections.setdefault(file, {}).setdefault(section, [])
        if isinstance(item, tuple):
            written.append(f"  {item[0]}: {json.dumps(item[1], ensure_ascii=False)}\n")
        else:
            written.append(f"  - {json.dumps(item, ensure_ascii=False)}\n")
    return {
        file: "".join(f"{section}:\n{''.join(written)}" for section, written in found.items())
        for file, found in sections.items()
    }


class Arrangement(Struct, frozen=True):
    """One rule book in two layouts, each file's text by its name."""

    first: Mapping[str, str]
    second: Mapping[str, str]


@composite
def arranged_books(draw: st.DrawFn) -> Arrangement:
    """A rule book in one file, and the same in another order over several files."""
    items = draw(books())
    mixed = draw(st.permutations(items))
    files = draw(st.lists(st.sampled_from(FILES), min_size=len(items), max_size=len(items)))
    return Arrangement(spread(items, ["rules.yaml"] * len(items)), spread(mixed, files))


@composite
def backlogs(draw: st.DrawFn) -> list[Issue]:
    """Epics with finished work below them, sub-tasks, items without an epic, some restricted."""
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=6, unique=True))
    issues: list[Issue] = []
    for number, key in enumerate(keys):
        epic = draw(_drawn(an_epic, key, id=100 + number))
        issues.append(epic)
        for turn in range(draw(st.integers(0, 6))):
            child = draw(_drawn(finished, f"{epic.project}-{1000 + 10 * number + turn}"))
            child = replace(
                child,
                id=1000 + 10 * number + turn,
                epic_id=epic.id,
                parent=IssueRef(id=epic.id, key=epic.key),
                contributor=("anna", "ben", "cleo")[turn % 3],
                points=Decimal(3),
            )
            issues.append(child)
    if len(issues) > len(keys) and draw(st.booleans()):
        issues.append(a_subtask(issues[1], id=5_000, key="PAY-5000"))
    for turn in range(draw(st.integers(0, 3))):
        alone = draw(_drawn(finished, f"PAY-{6000 + turn}"))
        issues.append(replace(alone, id=6_000 + turn, contributor="dora", points=Decimal(2)))
    return issues


@composite
def _drawn(draw: st.DrawFn, /, build: Any, key: str, **values: Any) -> Issue:
    """An issue of a key, with values that rules ask for; a restricted one has the secret title."""
    restricted = draw(st.integers(0, 5)) == 0
    made: Issue = build(
        key=key,
        project=key.partition("-")[0],
        components=tuple(draw(st.lists(st.sampled_from(COMPONENTS), max_size=2, unique=True))),
        labels=tuple(draw(st.lists(st.sampled_from(LABELS), max_size=2, unique=True))),
        summary=SECRET if restricted else f"About {draw(st.sampled_from(WORDS))}",
        restricted=restricted,
        **({"window": WINDOW - draw(st.integers(0, 8))} if build is finished else {}),
        **values,
    )
    return made


def is_epic(issue: Issue) -> bool:
    """Whether it is one."""
    return issue.hierarchy_level is HierarchyLevel.EPIC
