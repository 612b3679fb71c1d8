"""The keys of how effort is measured."""

from collections.abc import Iterator, Mapping
from typing import Any

from models.rulebook import Rescale, Ruling, TeamAlias, TeamRule
from sync.rulebook.mistakes import Mistake
from sync.rulebook.schema.build import build_effort_rules, build_release, build_team
from sync.rulebook.values.kinds import Key, block_of, exactly_one, list_of, text_or_block
from sync.rulebook.values.scalars import DAY, KEY, RATIO, TEXT, one_of, whole_number
from sync.rulebook.yaml.tree import Node

TEXTS = list_of(TEXT)
REASON = Key("reason", TEXT, "Why.")
BY = Key("by", TEXT, "Whose word it is.")

TEAM = text_or_block(
    one_of({"project": TeamRule("project")}),
    block_of(
        "block such as {component: [..]} or {field: Name}",
        Key("component", TEXTS, "Components. The first that the item has is its team.", None),
        Key("field", TEXT, "A field. Its value is the team.", None),
        build=build_team,
        **exactly_one("names `component: [..]` or `field: NAME`", ("component",), ("field",)),
    ),
)


def _check_alias(node: Node, given: Mapping[str, Any]) -> Iterator[Mistake]:
    if {"from", "until"} <= given.keys() and given["until"] < given["from"]:
        yield Mistake(node.at, "`until` lies before `from`")


TEAM_ALIAS = block_of(
    "team alias",
    Key("team", TEXT, "The team, as its work names it."),
    Key("is", TEXT, "The team that it counts as.", field="to"),
    Key("from", DAY, "The first day of finished work for which it holds.", None, field="since"),
    Key("until", DAY, "The last day of finished work for which it holds.", None),
    build=TeamAlias,
    check=_check_alias,
)

RESCALE = block_of(
    "change of scale",
    Key("team", TEXT, "The team, as its work names it."),
    Key("from", DAY, "The first day of the new scale.", field="since"),
    Key("times", RATIO, "How many new points are worth one old one."),
    build=Rescale,
)

RULING = block_of(
    "ruling", Key("issue", KEY, "The issue."), REASON, BY, build=Ruling, keeps_line=True
)

RELEASE = block_of(
    "release",
    Key("issue", KEY, "The issue that is released.", None),
    Key("team", TEXT, "The team of which a day is released.", None),
    Key("day", DAY, "The day on which it did finish all that.", None),
    REASON,
    BY,
    build=build_release,
    keeps_line=True,
    **exactly_one(
        'a release names `issue: KEY`, or `team: NAME` and `day: "2026-05-02"`',
        *(("issue",), ("team", "day")),
    ),
)


def _check_edges(node: Node, edges: tuple[int, ...]) -> Iterator[Mistake]:
    if len(edges) != 4 or sorted(set(edges)) != list(edges):
        what = "must be four numbers of person-weeks, each larger than the last"
        yield Mistake(node.at, what)


FROM_PERCENT = "The share of known sizes from which a team is measured in points, else by count."
EDGES = list_of(whole_number(1), _check_edges, {"minItems": 4, "maxItems": 4, "uniqueItems": True})
CANCELLED = block_of(
    "block of lists",
    Key("resolutions", TEXTS, "Resolutions that mean so."),
    Key("statuses", TEXTS, "Statuses that mean so."),
    is_layered=True,
)
EFFORT = block_of(
    "block on effort",
    Key("team", TEAM, "Whose work an item is: its project's, else by a component or a field."),
    Key("team_aliases", list_of(TEAM_ALIAS), "Teams that count as others.", field="aliases"),
    Key("rescaled", list_of(RESCALE), "Teams whose points have another worth from a day on."),
    Key("points_fields", TEXTS, "Story point fields that come first, by name or id."),
    Key("scheme", whole_number(0), "The number of the edges. Whoever changes them counts it up."),
    Key("edges", EDGES, "Person-weeks at which the levels from Moderate on begin."),
    Key("points_from_percent", whole_number(1, 100), FROM_PERCENT),
    Key("minimum_people", whole_number(0), "Work of fewer people rates nothing."),
    Key("minimum_people_of", one_of(["team", "capability"]), "Of whom so many are asked."),
    Key("cancelled", CANCELLED, "What is done but was given up, and earns nothing."),
    Key("void", list_of(RULING), "Issues whose credit is taken back."),
    Key("release", list_of(RELEASE), "What was set aside as a clean-up and was work."),
    build=build_effort_rules,
    is_layered=True,
)
