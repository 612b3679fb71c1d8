"""Whatever Jira calls its things, the file of drafts loads, and a hand's work in it stays."""

from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.conditions import Comparison, Line, Operator
from sync.rulebook import rulebook_from_texts
from sync.rulebook.edit.drafting import DRAFTED, DRAFTS_FILE, read_declined, write_drafts
from sync.rulebook.edit.folder import OpenedFolder
from sync.rulebook.files import read_shipped_texts
from tests.examples import examples
from translators.rules.conditions import find_asserted
from translators.suggestions.drafts import Draft, word_condition

SHIPPED = rulebook_from_texts(read_shipped_texts())
ODD = (
    'He said "so"',
    "it's",
    "a: b",
    "x #1",
    "two\nlines",
    "carriage\rreturn",
    "next\x85line",
    "separator\u2028here",
    "right \u202eto left",
    "zero\u200bwidth",
    "A" * 200,
    "yes",
    "null",
    "1.10",
    "2026-03",
    "@x",
    "- y",
    "{a}",
    "[b]",
    "*x",
    "&y",
    "%z",
    "!tag",
    "back\\slash",
    "tab\there",
    "💶 euro",
    "支払い",
    " spaces around ",
    "---",
    "# Drafted: component: mine",
)
HIDDEN = {"Cc", "Cf", "Zl", "Zp"}
"""Kinds of letters that nobody sees, or that end a line."""


def a_draft(field: str, value: str, number: int = 1, title: str = "A title") -> Draft:
    operator = Operator.HAS if field == "summary" else Operator.EQUALS
    return Draft(
        capability_id=f"draft-{number}",
        name="Some name",
        lines=(Comparison(field, operator, (value,), Line("", 0)),),
        epics=("PAY-1", "PAY-2"),
        titles=(("PAY-1", title), ("PAY-2", value)),
        work=5,
        spares=(),
    )


def write(text: str | None, *drafts: Draft) -> str:
    """The file of drafts, with these in it."""
    contents = {} if text is None else {DRAFTS_FILE: text.encode()}
    texts = {} if text is None else {DRAFTS_FILE: text}
    book = rulebook_from_texts(read_shipped_texts() | texts)
    opened = OpenedFolder(Path("rules"), book, contents)
    return write_drafts(opened, drafts, lambda _work: "9 % of past work")[DRAFTS_FILE]


def lines_of(text: str) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """What each capability of the file asks for."""
    book = rulebook_from_texts(read_shipped_texts() | {DRAFTS_FILE: text})
    return {
        rule.id: [(line.field, line.values) for line in find_asserted(rule.when)]
        for rule in book.capabilities
        if rule.when
    }


@pytest.mark.parametrize("field", ["component", "labels", "parent"])
def test_a_value_is_read_back_as_it_is(field: str) -> None:
    drafts = [a_draft(field, value, n, title=value) for n, value in enumerate(ODD)]

    text = write(None, *drafts)

    read = lines_of(text)
    assert read == {f"draft-{n}": [(field, (value,))] for n, value in enumerate(ODD)}
    assert {word_condition(each.lines[0]) for each in drafts} == read_declined({DRAFTS_FILE: text})


@examples(quick=6, long=400)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=250))
def test_whatever_a_title_holds_its_comment_is_one_line(title: str) -> None:
    text = write(None, a_draft("component", "Exports", title=title))

    plain = write(None, a_draft("component", "Exports"))
    assert len(text.splitlines()) == len(plain.splitlines())
    assert HIDDEN.isdisjoint(category(letter) for letter in text if letter != "\n")
    assert lines_of(text) == {"draft-1": [("component", ("Exports",))]}


BY_HAND = """\
# Ours, since spring.   Keep it.
version: "1"

capabilities:
  - summary: "Who did what."   # in a sentence
    id: audit-log
    area: 'Security'
    name: Audit log
    when: {component: [Audit log, Trail]}
    tests: {match: [{component: Trail}], no_match: [{component: Other}]}   # both

  # a note about nothing

# What was drafted so far; without its line here something is drafted again.
# Drafted: component: Audit log
# Drafted: component: Taken out
"""


def test_again_only_what_is_new_is_added_and_every_line_of_a_hand_stays() -> None:
    text = write(BY_HAND, a_draft("component", "Exports"))

    ours, told, memory = BY_HAND.partition("# What was drafted")
    kept = iter(text.splitlines())
    assert all(line in kept for line in ours.rstrip().splitlines())
    assert text.startswith(ours[: ours.index("\n  # a note")])
    assert text.endswith(f"{told}{memory}{DRAFTED}component: Exports\n")
    assert set(lines_of(text)) == {"audit-log", "draft-1"}


def test_what_was_drafted_is_remembered_where_the_draft_was_taken_out() -> None:
    declined = read_declined({DRAFTS_FILE: BY_HAND})

    assert declined == {"component: Audit log", "component: Taken out"}


def test_windows_line_ends_stay() -> None:
    text = write(BY_HAND.replace("\n", "\r\n"), a_draft("component", "Exports"))

    assert "\r\n" in text
    assert '  - summary: "Who did what."   # in a sentence\r\n' in text
    assert set(lines_of(text.replace("\r\n", "\n"))) == {"audit-log", "draft-1"}
