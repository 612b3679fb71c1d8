"""The keys of what decides epics: screening rules, capabilities, pins, projects that are gone."""

from collections.abc import Iterator, Mapping
from typing import Any

from models.rulebook import (
    Availability,
    Extent,
    GoneProject,
    Then,
    TodayBy,
    Withdrawal,
    WithdrawnReason,
)
from sync.rulebook.mistakes import Mistake
from sync.rulebook.schema.build import (
    ADD,
    WITHOUT,
    build_capability,
    build_pin,
    build_screening_rule,
    build_tests,
)
from sync.rulebook.values.conditions import CONDITION, VALUES
from sync.rulebook.values.examples import example_kind
from sync.rulebook.values.kinds import Key, block_of, exactly_one, list_of
from sync.rulebook.values.scalars import (
    DAY,
    KEY,
    MONTH,
    SLUG,
    TEXT,
    YES_NO,
    one_of,
    text_up_to,
)
from sync.rulebook.yaml.tree import Node

Given = Mapping[str, Any]

OWNER = Key("owner", TEXT, "Whom to ask about it.", None)
RARE = one_of(["rare"], "It may go long without a match: check does not call it dead.")
EXPECT = Key("expect", RARE, "`rare` if it may go long without a match.", None)
EXAMPLES = block_of(
    "block of both lists",
    Key("match", list_of(example_kind(matches=True)), "What it must match.", ()),
    Key("no_match", list_of(example_kind(matches=False)), "What it must not match.", ()),
    build=build_tests,
)
TESTS = Key("tests", EXAMPLES, "Its own examples: keys, or the fields that matter.", (), "examples")


def _check_screening_rule(node: Node, given: Given) -> Iterator[Mistake]:
    """What is left to change after the layers were joined changes nothing, and is told there."""
    changes = [name for name in (ADD, WITHOUT) if name in given]
    if "when" not in given and not given.get("off") and not changes:
        yield Mistake(node.at, "'when' is missing")


WHEN = "Which epics it matches. Needed, except to drop or change a shipped rule."
THEN = (
    "What a match does. `hide` leaves the epic out, `hold` has a person decide, `hold_unclaimed` "
    "does so where no capability claims it. Of several matches the strongest wins."
)
OUTCOME = one_of(
    Then,
    "Leaves the epic out.",
    "Has a person decide, whatever capability claims it.",
    "Has a person decide where no capability claims it.",
)
ADDED = block_of(
    "block of conditions",
    Key("when", CONDITION, "Further epics that it matches.", None),
    Key("unless", CONDITION, "Further look-alikes that it spares.", None),
)
TAKEN = block_of(
    "block of values",
    Key("when", VALUES, "Values by which it no longer matches.", None),
    Key("unless", VALUES, "Values by which it no longer spares.", None),
)
SCREENING_RULE = block_of(
    "screening rule",
    Key("id", SLUG, "Its name. With the id of a shipped rule, it replaces or changes that one."),
    Key("reason", text_up_to(60), "What people read as the reason; else the id's words.", None),
    Key("then", OUTCOME, THEN, Then.HIDE),
    Key("when", CONDITION, WHEN, None),
    Key("unless", CONDITION, "Which of those it spares: their sellable look-alikes.", None),
    OWNER,
    TESTS,
    EXPECT,
    Key(ADD, ADDED, "What the shipped rule of this id gets beside its own.", None),
    Key(WITHOUT, TAKEN, "What the shipped rule of this id loses.", None),
    Key("off", YES_NO, "Drops the shipped rule of this id.", False),
    build=build_screening_rule,
    check=_check_screening_rule,
    json_schema={"minProperties": 2},
    keeps_line=True,
)

EXTENT = one_of(Extent, "All of it.", "Parts of it.", "Nothing of it, or not any more.")
AVAILABILITY = block_of(
    "word of the product team",
    Key("state", EXTENT, "How much of it a customer can use."),
    Key("by", TEXT, "Whose word it is."),
    Key("since", MONTH, "Since when. It is never published.", None),
    build=Availability,
    keeps_line=True,
)


def _check_withdrawal(node: Node, given: Given) -> Iterator[Mistake]:
    if given["reason"] is WithdrawnReason.MERGED and "use" not in given:
        yield Mistake(node.at, "'use' is missing: the id that 'merged' leads to")


GROUNDS = one_of(
    WithdrawnReason,
    "Another capability has taken it in: `use` names it.",
    "Customers are not to be told of it.",
    "It should never have been on the list.",
)
WITHDRAWAL = block_of(
    "withdrawal",
    Key("reason", GROUNDS, "Why it goes off the list."),
    Key("use", SLUG, "The capability to read instead. `merged` needs it.", None),
    build=Withdrawal,
    check=_check_withdrawal,
    json_schema={
        "if": {"properties": {"reason": {"const": "merged"}}},
        "then": {"required": ["use"]},
    },
    keeps_line=True,
)


ITEMS = "Which items without an epic count toward it, by component, label, project, type or field."
TODAY_BY = "How a customer does that. With a `today` and without this, in the product."
WITHHELD = one_of(["withhold"], "Publishes it as not rated.")
MEANS = one_of(
    TodayBy, "With the product as it is.", "By configuring, without new code.", "Not at all."
)
CAPABILITY = block_of(
    "capability",
    Key("id", SLUG, "Its name for ever: never changed, never given to another."),
    Key("name", text_up_to(80), "What sales calls it."),
    Key("area", text_up_to(60), "The part of the product it belongs to."),
    Key("summary", text_up_to(400), "What it does for a customer, in a sentence or two."),
    OWNER,
    Key("aliases", list_of(text_up_to(80)), "The words by which customers ask for it.", ()),
    Key("when", CONDITION, "Which epics count toward it. Without it, none does by rule.", None),
    Key("items", CONDITION, ITEMS, None),
    Key("beats", list_of(SLUG), "Capabilities that yield where both claim an epic.", ()),
    Key("draft", YES_NO, "Is not published; an epic that it claims needs a decision.", False),
    Key("available", AVAILABILITY, "That a customer can use it now.", None),
    Key("effort", WITHHELD, "`withhold` publishes it as not rated.", None),
    Key("withdrawn", WITHDRAWAL, "Takes it off the list. Rows are never deleted.", None),
    Key("redact", YES_NO, "Takes it off the list and blanks its published words.", False),
    Key("today", text_up_to(255), "What a customer can do today.", None),
    Key("today_by", MEANS, TODAY_BY, None),
    TESTS,
    EXPECT,
    build=build_capability,
    keeps_line=True,
)

PIN = block_of(
    "pin",
    Key("issue", KEY, "The epic, by any key that it has or had."),
    Key("capability", SLUG, "The capability that it counts toward.", None),
    Key("hide", YES_NO, "Leaves it out.", False),
    Key("hold", YES_NO, "Has it wait for a decision.", False),
    Key("reason", TEXT, "Why."),
    Key("by", TEXT, "Whose decision it is."),
    Key("until", DAY, "The last day on which it holds. Without one it holds for ever.", None),
    build=build_pin,
    keeps_line=True,
    **exactly_one(
        "a pin says one of `capability: ID`, `hide: true`, `hold: true`",
        *(("capability",), ("hide",), ("hold",)),
    ),
)

GONE_PROJECT = block_of(
    "project",
    Key("project", TEXT, "The project, by the key under which it was last seen.", None),
    Key("site", TEXT, "Its site, where several feed the list. Alone: all of that site.", None),
    Key("reason", TEXT, "Why."),
    Key("by", TEXT, "Whose word it is."),
    build=GoneProject,
    keeps_line=True,
    **exactly_one(
        "names a `project`, a `site`, or both", ("project",), ("site",), ("project", "site")
    ),
)
