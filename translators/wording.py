"""Words what sales reads: fixed sentences, filled with an authored name and an abstract amount."""

from collections.abc import Mapping

from models.capability import (
    DO_NOT_QUOTE,
    ChangeKind,
    PublishedTerm,
    RedactedNews,
    State,
    sort_terms,
)
from models.effort import Level
from models.promises import Term
from models.rulebook import RuleBook

AMOUNTS: Mapping[Level, str] = {
    Level.SMALL: "Some engineering work",
    Level.MODERATE: "A moderate amount of engineering work",
    Level.LARGE: "A large amount of engineering work",
    Level.VERY_LARGE: "A very large amount of engineering work",
    Level.EXCEPTIONAL: "An exceptional amount of engineering work",
}

_RATED: Mapping[State, str] = {
    State.AVAILABLE: "You can use {name} today. {amount} has gone in.",
    State.PARTLY_AVAILABLE: "You can use parts of {name} today. {amount} has gone in.",
    State.RECENT: "{amount} has gone into {name}, some of it recently.",
    State.EARLIER: "{amount} has gone into {name}.",
}

_UNRATED: Mapping[State, str] = {
    State.AVAILABLE: "You can use {name} today.",
    State.PARTLY_AVAILABLE: "You can use parts of {name} today.",
    State.RECENT: "Engineers have worked on {name} recently.",
    State.EARLIER: "Engineers have worked on {name}.",
}

_NEWS: Mapping[ChangeKind, str] = {
    ChangeKind.ADDED: "{name} is new on the list.",
    ChangeKind.PARTLY_AVAILABLE: "You can use parts of {name} today.",
    ChangeKind.AVAILABLE: "You can use {name} today.",
    ChangeKind.MERGED: "{name} is now part of {other}.",
    ChangeKind.WITHDRAWN: "{name} has been taken off the list.",
    ChangeKind.CORRECTED: "The entry for {name} has been corrected.",
}


AN_ENTRY, ANOTHER_ENTRY = "An entry", "another entry"
"""What the news calls a capability that it must not name."""


def write_redacted_news() -> RedactedNews:
    """What the news say of a capability whose name was redacted, and of others that name it."""
    return RedactedNews(
        own=write_news(ChangeKind.WITHDRAWN, AN_ENTRY),
        others=write_news(ChangeKind.MERGED, AN_ENTRY, ANOTHER_ENTRY),
    )


def write_statement(name: str, state: State, level: Level) -> str:
    """The one sentence a rep may say, word for word."""
    if state is State.WITHDRAWN:
        return DO_NOT_QUOTE
    if level is Level.NOT_RATED:
        return _UNRATED[state].format(name=name)
    return _RATED[state].format(name=name, amount=AMOUNTS[level])


def write_news(kind: ChangeKind, name: str, other: str = "") -> str:
    """The sentence of the news feed for one change."""
    return _NEWS[kind].format(name=name, other=other)


def find_labels(book: RuleBook, kind: str) -> dict[str, str]:
    """Code to label, for `state` or `effort`."""
    return {term.code: term.label for term in book.terms if term.kind == kind}


def list_terms(book: RuleBook) -> tuple[PublishedTerm, ...]:
    """The whole vocabulary in its fixed order, but for what is filled in with a share."""
    return sort_terms(
        PublishedTerm(
            kind=term.kind, code=term.code, label=term.label, meaning=term.meaning, rank=term.rank
        )
        for term in book.terms
        if term.rules is None
    )


def find_template(book: RuleBook) -> Term | None:
    """The sentence on the past year, which waits for its share."""
    return next((term for term in book.terms if term.rules), None)
