"""What assistants are answered: each field's words are what they read of it."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

FoundAnswer = Literal[
    "this is it",
    "close: ask first",
    "nothing is recorded under these words",
    "there is no list yet",
]
CheckedAnswer = Literal["nothing found", "reword it", "have a person look", "too long"]


class _Told:
    """What is said below a field is its description in the schema that assistants are given."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"use_attribute_docstrings": True}


@dataclass(frozen=True, kw_only=True)
class Freshness(_Told):
    """How fresh and how whole the list is."""

    as_of: str | None
    """The moment that the list describes; null: there is no list yet."""
    status: str
    """current, partial, held or failing; none: there is no list yet."""
    is_stale: bool
    """Whether to ask the product team before relying on it."""
    notice: str = ""
    """What to mention about the list, if anything."""


@dataclass(frozen=True, kw_only=True)
class Entry(_Told):
    """A row of the list that was asked for by its name."""

    capability_id: str
    name: str
    product_area: str
    state: str
    effort: str
    """Work done so far, never how much is left."""
    say: str
    """The sentence to quote, word for word."""
    today: str
    """What a customer can do today, if anything."""
    by_configuration: bool
    """Whether that takes a configuration."""
    disclaimer: str
    """To stand below the sentence."""


@dataclass(frozen=True, kw_only=True)
class Offer(_Told):
    """A row that may be meant: nothing to say of it until somebody was asked."""

    capability_id: str
    name: str
    product_area: str
    summary: str


@dataclass(frozen=True, kw_only=True)
class FoundCapability(_Told):
    """What a customer's words are answered by."""

    answer: FoundAnswer
    what_to_do: str
    row: Entry | None
    """Only where the answer is: this is it."""
    close: list[Offer]
    """Up to three to ask about; there is no sentence to say of them."""
    freshness: Freshness


@dataclass(frozen=True, kw_only=True)
class ListedCapabilities(_Told):
    """A page of the list, by id."""

    rows: list[Entry]
    areas: list[str]
    """The areas that there are."""
    next_cursor: str | None
    """Give it as cursor for the next page; null: no more."""
    what_to_do: str
    freshness: Freshness


@dataclass(frozen=True, kw_only=True)
class Term(_Told):
    """A word of the list, and what it means."""

    kind: str
    label: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class DeliveryGuide(_Told):
    """How software is delivered, and what the words of the list mean."""

    guide: list[Term]
    words: list[Term]
    when_asked_when: str
    """What to say, word for word, to a customer who asks when."""
    freshness: Freshness


@dataclass(frozen=True, kw_only=True)
class WordingFinding(_Told):
    """Words that promise something, or that are internal."""

    words: str
    what: str
    instead: str
    """How to say it."""
    must_go: bool
    """Whether it must be reworded; else a person should look."""
    sentence: str


@dataclass(frozen=True, kw_only=True)
class CheckedWording(_Told):
    """What the promise linter finds in a draft."""

    answer: CheckedAnswer
    what_to_do: str
    findings: list[WordingFinding]
    freshness: Freshness


@dataclass(frozen=True, kw_only=True)
class PassedOn(_Told):
    """All that is said of a request."""

    answer: Literal["passed on"]
