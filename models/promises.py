"""What published texts go by: their vocabulary, and what the promise linter looks for in them."""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from models.conditions import Line

SHARE = "{share}"
"""Stands in a text for a share in coarse words."""


class Term(Struct, frozen=True, kw_only=True):
    """One word of the published vocabulary, explained in plain language.

    One with `rules` is a template: its meaning says in the place of {share} how much of the past
    year's work these screening rules left out, and it is published only where that can be said;
    with no rules, never.
    """

    kind: str  # "state", "effort", "guide" or "asked_when"
    code: str
    label: str
    meaning: str
    rank: int | None
    at: Line
    rules: tuple[str, ...] | None = None


class Tier(StrEnum):
    """What stops a text: what is certain in any text, or what a person must look at."""

    BLOCK = "block"
    ASK = "ask"


class PromiseClass(Struct, frozen=True, kw_only=True):
    """One kind of promise or leak, and how it is found: by phrases of a language, or by patterns.

    `kind` is its code, P1 to P7, L1 to L9 or Q1. `says` pairs a language, or "any", with phrases;
    `matches` are RE2; `weighs` are lines of weights, such as `9: soon, in the`, which only ask. One
    that is `heard` is found even in words that are allowed.
    """

    id: str
    kind: str
    tier: Tier
    what: str
    instead: str
    says: tuple[tuple[str, tuple[str, ...]], ...]
    matches: tuple[str, ...]
    heard: bool
    at: Line
    weighs: tuple[str, ...] = ()


class Names(Struct, frozen=True, kw_only=True):
    """What is never published: names of people, customers, and of the inside of the company."""

    people: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    code_names: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()


class Waiver(Struct, frozen=True, kw_only=True):
    """A person's word that words which the linter asks about may be published, until a day.

    It covers exactly the words that it `says`, of one capability where it names one.
    """

    says: str
    capability: str | None
    reason: str
    by: str
    until: date
    at: Line


class WordList(Struct, frozen=True, kw_only=True):
    """Words that have a name, by which phrases call them; the names of others may stand in them."""

    id: str
    words: tuple[str, ...]
    at: Line


class Wordlists(Struct, frozen=True, kw_only=True):
    """What the promise linter goes by."""

    classes: tuple[PromiseClass, ...] = ()
    terms: tuple[WordList, ...] = ()
    allow: tuple[str, ...] = ()
    never: Names = Names()
    waivers: tuple[Waiver, ...] = ()


class PassedTexts(Struct, frozen=True):
    """Texts in which the promise linter found nothing, each by its digest.

    `lists` is the digest of what it went by, apart from waivers: of other lists it says nothing.
    """

    lists: str = ""
    texts: frozenset[str] = frozenset()


NONE_PASSED = PassedTexts()
