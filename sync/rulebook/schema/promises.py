"""The keys of what the promise linter goes by: classes, words, names, waivers."""

from collections.abc import Iterator
from typing import Any

from models.conditions import Line
from models.promises import Names, PromiseClass, Tier, Waiver, WordList
from sync.rulebook.mistakes import Mistake
from sync.rulebook.schema.build import ADD, SWITCHED_OFF, WITHOUT
from sync.rulebook.values.compared_values import TAKEN_KINDS, WEIGHTS
from sync.rulebook.values.kinds import Key, block_of
from sync.rulebook.values.scalars import DAY, PHRASES, SLUG, TEXT, YES_NO, one_of, text_up_to
from sync.rulebook.yaml.tree import Node

KINDS = (
    *(f"P{number}" for number in range(1, 8)),
    *(f"L{number}" for number in range(1, 10)),
    "Q1",
)
SPOKEN = {
    "any": "Phrases of any language.",
    "en": "English phrases.",
    "de": "German phrases.",
    "fr": "French phrases.",
    "es": "Spanish phrases.",
}


def _build_says(**phrases: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((language, said) for language, said in phrases.items() if said)


SAYS = block_of(
    "block of phrases by language",
    *(Key(language, PHRASES, meaning, ()) for language, meaning in SPOKEN.items()),
    build=_build_says,
)
_SAID, _MATCHED = (
    Key("says", SAYS, "Phrases.", ()),
    Key("matches", PHRASES, "RE2 patterns.", ()),
)
ADDED = block_of(
    "block of phrases", _SAID, _MATCHED, Key("weighs", WEIGHTS, "Words with what they weigh.", ())
)
TAKEN = block_of(
    "block of phrases", _SAID, _MATCHED, Key("weighs", TAKEN_KINDS["weighs"], "Words.", ())
)


def _build_class(*, off: bool, at: Line, **values: Any) -> Any:
    """A class, or the word that a shipped one is off; changes to one are made by now."""
    values = {key: value for key, value in values.items() if key not in (ADD, WITHOUT)}
    return SWITCHED_OFF if off else PromiseClass(at=at, **values)


def _check_class(node: Node, given: dict[str, Any]) -> Iterator[Mistake]:
    if given.get("off") or ADD in given or WITHOUT in given:
        return
    for name in ("class", "what"):
        if name not in given:
            yield Mistake(node.at, f"{name!r} is missing")
    if not any(given.get(name) for name in ("says", "matches", "weighs")):
        yield Mistake(node.at, "'says' is missing: the phrases by which it is found")
    if given.get("weighs") and given.get("tier") is Tier.BLOCK:
        what = "'weighs' goes with `tier: ask` alone: what only weighs is never certain"
        yield Mistake(node.at, what)


PROMISE_CLASS = block_of(
    "class of promises",
    Key("id", SLUG, "Its name. With the id of a shipped one, it replaces or changes that one."),
    Key(
        "class",
        one_of(KINDS),
        "Its code: P1 to P7 promise, L1 to L9 leak, Q1 is no text.",
        None,
        "kind",
    ),
    Key(
        "tier",
        one_of(Tier),
        "`block` stops a text; `ask` does until a waiver lets it through.",
        Tier.ASK,
    ),
    Key("what", text_up_to(60), "What people read as the reason.", ""),
    Key("instead", text_up_to(120), "How to word it better.", "Word it otherwise."),
    Key("says", SAYS, "The phrases by which it is found.", ()),
    Key("matches", PHRASES, "RE2 patterns by which it is found, in the text as written.", ()),
    Key("weighs", WEIGHTS, "Words that tell only together, with what each weighs. Only asks.", ()),
    Key("heard", YES_NO, "Is found even in words that `allow` names.", False),
    Key(ADD, ADDED, "What the shipped class of this id gets beside its own.", None),
    Key(WITHOUT, TAKEN, "What the shipped class of this id loses.", None),
    Key("off", YES_NO, "Drops the shipped class of this id.", False),
    build=_build_class,
    check=_check_class,
    json_schema={"minProperties": 2},
    keeps_line=True,
)


def _build_term(*, at: Line, **values: Any) -> WordList:
    return WordList(id=values["id"], words=values["words"], at=at)


WORDS = block_of("block of words", Key("words", PHRASES, "Words.", ()))


def _check_term(node: Node, given: dict[str, Any]) -> Iterator[Mistake]:
    if not given.get("words") and ADD not in given and WITHOUT not in given:
        yield Mistake(node.at, "'words' is missing: what it stands for")


TERM = block_of(
    "list of words",
    Key("id", SLUG, "The name by which phrases call it, in braces."),
    Key("words", PHRASES, "The words that it stands for.", ()),
    Key(ADD, WORDS, "What the shipped list of this id gets beside its own.", None),
    Key(WITHOUT, WORDS, "What the shipped list of this id loses.", None),
    build=_build_term,
    check=_check_term,
    json_schema={"minProperties": 2},
    keeps_line=True,
)
NEVER = block_of(
    "block of names",
    Key("people", PHRASES, "People, by their full names.", ()),
    Key("customers", PHRASES, "Customers.", ()),
    Key("code_names", PHRASES, "What things are called inside.", ()),
    Key("environments", PHRASES, "Where things run.", ()),
    build=Names,
    is_layered=True,
)
WAIVER = block_of(
    "waiver",
    Key("says", text_up_to(400), "The exact words that may be published."),
    Key("capability", SLUG, "The one capability that may say it. Without it, all may.", None),
    Key("reason", TEXT, "Why."),
    Key("by", TEXT, "Whose word it is."),
    Key("until", DAY, "The last day on which it holds."),
    build=Waiver,
    keeps_line=True,
)
