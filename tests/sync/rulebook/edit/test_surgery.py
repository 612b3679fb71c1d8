"""An edit changes what it says and nothing else: no comment, no order, no quote, no line end."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rulebook.edit.lines import CannotEditError
from sync.rulebook.edit.scalars import YES, write_value
from sync.rulebook.edit.spans import read_spans
from sync.rulebook.edit.surgery import (
    add_item,
    add_value,
    remove_item,
    remove_key,
    replace_key,
    set_key,
)
from tests.examples import examples

TEXTS = st.one_of(
    st.sampled_from(
        [
            "@anna",
            "yes",
            "a: b",
            "x #1",
            "- y",
            "'",
            '"',
            "trailing ",
            "{a}",
            "a,b",
            "null",
            "💶 euro",
            "2027-03-31",
            "1e3",
            "|",
            "tab\there",
            "!",
            "%",
            "é",
            "*x",
            "&y",
            "\\n",
        ]
    ),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12),
    st.from_regex(r"[a-z]{2,8}( [a-z]{2,8})?", fullmatch=True),
)
COMMENTS = st.sampled_from(["", "", "  # why: {a: b}", " # - x"])
BETWEEN = st.lists(st.sampled_from(["", "# a note", "    # a deeper one: [x]", "  "]), max_size=2)


def quote(text: str, style: str) -> str:
    if style == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return write_value(text, style)


@st.composite
def values(draw: st.DrawFn) -> str:
    """A scalar or a flow list."""
    texts = draw(st.lists(TEXTS, min_size=1, max_size=3))
    written = [quote(text, draw(st.sampled_from(["", '"', "'"]))) for text in texts]
    if len(texts) > 1 or draw(st.booleans()):
        return f"[{', '.join(written)}{draw(st.sampled_from(['', ',', ' ']))}]"
    return written[0]


VALUES = values()
"""Made once: Hypothesis looks through what it is made of at each making."""


@st.composite
def items(draw: st.DrawFn, section: str, number: int, dash: int) -> list[str]:
    """The lines of one item, flow or block."""
    first = f"id: rule-{number}" if section == "capabilities" else f"issue: PAY-{number}"
    keys = ["draft: true"] if draw(st.booleans()) else []
    keys += [
        f"{key}: {draw(VALUES)}" for key in draw(st.sets(st.sampled_from(["name", "when", "by"])))
    ]
    keys.insert(draw(st.integers(0, len(keys))), first)
    if draw(st.integers(0, 3)) == 0:
        return [f"{' ' * dash}- {{{', '.join(keys)}}}{draw(COMMENTS)}"]
    gap = draw(st.integers(1, 3))
    lines = []
    for place, key in enumerate(keys):
        margin = " " * dash + ("-" + " " * gap if place == 0 else " " * (gap + 1))
        lines += [margin + key + draw(COMMENTS)]
        if draw(st.integers(0, 4)) == 0 and not key.startswith(("id", "issue")):
            lines += [
                f"{' ' * (dash + gap + 1)}k{place}: {draw(st.sampled_from(['>', '|', '|-']))}"
            ]
            lines += [f"{' ' * (dash + gap + 4)}folded words # no comment"]
        lines += draw(BETWEEN)
    return lines


@st.composite
def books(draw: st.DrawFn) -> str:
    """A text with capabilities and pins, as people lay them out."""
    lines = draw(BETWEEN)
    for section in draw(st.permutations(["capabilities", "pins", "version"])):
        if section == "version":
            lines += [f"version: 1{draw(COMMENTS)}", *draw(BETWEEN)]
            continue
        dash = draw(st.sampled_from([0, 2, 4]))
        lines += [f"{section}:{draw(COMMENTS)}", *draw(BETWEEN)]
        for number in range(draw(st.integers(1, 3))):
            lines += draw(items(section, number, dash)) + draw(BETWEEN)
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    return line_end.join(lines) + draw(st.sampled_from(["", line_end]))


def lines_of(text: str) -> list[str]:
    return re.split(r"\r?\n", text.removesuffix("\n").removesuffix("\r"))


def without(lines: list[str], taken: list[str]) -> bool:
    """Whether `lines` are among `taken`, in order."""
    rest = iter(taken)
    return all(line in rest for line in lines)


def plain(text: str) -> Any:
    return read_spans(text).to_plain()


@examples(quick=8, long=300)
@given(books(), st.dictionaries(st.sampled_from(["capability", "reason", "by"]), TEXTS, min_size=1))
def test_a_pin_is_added_and_every_line_stays(book: str, pin: dict[str, str]) -> None:
    item = {"issue": "NEW-1", **pin}

    changed = add_item(book, "pins", item)

    before = plain(book)
    assert plain(changed) == before | {"pins": [*before["pins"], item]}
    assert without(lines_of(book), lines_of(changed))
    assert len(lines_of(changed)) - len(lines_of(book)) <= len(item) + 1
    assert ("\r\n" in changed) == ("\r\n" in book)
    assert changed.endswith("\n") == book.endswith("\n")


@examples(quick=8, long=300)
@given(books(), TEXTS)
def test_a_key_is_set_and_all_other_lines_stay(book: str, text: str) -> None:
    try:
        changed = set_key(book, ("capabilities", 0), "name", text)
    except CannotEditError:
        pytest.fail(book)

    wanted = plain(book)
    wanted["capabilities"][0]["name"] = text
    assert plain(changed) == wanted
    old, new = lines_of(book), lines_of(changed)
    assert len([line for line in new if line not in old]) <= 1
    assert set_key(changed, ("capabilities", 0), "name", text) == changed


@examples(quick=8, long=300)
@given(books())
def test_a_key_is_removed_and_all_other_lines_stay(book: str) -> None:
    changed = remove_key(book, ("capabilities", 0), "draft")

    wanted = plain(book)
    wanted["capabilities"][0].pop("draft", None)
    assert plain(changed) == wanted
    assert remove_key(changed, ("capabilities", 0), "draft") == changed
    old, new = lines_of(book), lines_of(changed)
    assert len(old) - len(new) in (0, 1)
    assert len([line for line in new if line not in old]) <= 1


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n"])
@pytest.mark.parametrize("above", ["a: {b: c}\n", "a: c\n\n", "a: c\n   \n\n", "a: |\n  c\n\n"])
def test_a_text_ends_as_it_did_where_its_last_line_is_taken_out(
    above: str, last: str, line_end: str
) -> None:
    text = f"{above}draft: true{last}".replace("\n", line_end)

    left = remove_key(text, (), "draft")

    assert left.endswith("\n") == bool(last)
    assert text.startswith(left.rstrip())


@examples(quick=8, long=300)
@given(books(), st.integers(0, 2))
def test_an_item_is_taken_out_and_all_other_lines_stay(book: str, number: int) -> None:
    wanted = plain(book)
    number %= len(wanted["pins"])

    changed = remove_item(book, ("pins", number))

    del wanted["pins"][number]
    assert plain(changed) == wanted
    kept = [line for line in lines_of(changed) if not line.startswith("pins: []")]
    assert without(kept, lines_of(book))
    again = add_item(changed, "pins", {"issue": "NEW-1"})
    assert plain(again)["pins"] == [*wanted["pins"], {"issue": "NEW-1"}]


TAKEN_OUT = (
    ("pins: [{issue: A-1}, {issue: A-2}]  # both\n", 0, "pins: [{issue: A-2}]  # both\n"),
    ("pins: [{issue: A-1}, {issue: A-2}]\n", 1, "pins: [{issue: A-1}]\n"),
    ("pins:\n  [\n    {issue: A-1}, # a\n    {issue: A-2},\n  ]\n", 1, None),
    ("pins: # people's\n  # said\n  - issue: A-1\n", 0, "pins: [] # people's\n  # said\n"),
    ("pins:\n  - {issue: A-1} # why\n  - {issue: A-2}", 1, "pins:\n  - {issue: A-1} # why"),
    (
        "pins:\n  - issue: A-1\n    # its own\n\n  # of all below\n  - issue: A-2\n",
        0,
        "pins:\n\n  # of all below\n  - issue: A-2\n",
    ),
    (
        "pins:\n  - issue: A-1\n\n  - issue: A-2\n\n  - issue: A-3\n",
        1,
        "pins:\n  - issue: A-1\n\n  - issue: A-3\n",
    ),
    ("pins:\n  -\n    issue: A-1\n  - issue: A-2\n", 0, "pins:\n  - issue: A-2\n"),
)


@pytest.mark.parametrize(("book", "number", "expected"), TAKEN_OUT)
def test_what_is_said_of_other_items_stays(book: str, number: int, expected: str | None) -> None:
    changed = remove_item(book, ("pins", number))

    assert expected is None or changed == expected
    assert plain(changed)["pins"] == [p for i, p in enumerate(plain(book)["pins"]) if i != number]


def test_the_first_item_of_an_empty_list_has_lines_of_its_own() -> None:
    book = "pins: [] # people's\nversion: 1"

    changed = add_item(book, "pins", {"issue": "A-1", "hide": YES})

    assert changed == "pins: # people's\n  - issue: A-1\n    hide: true\nversion: 1"
    assert remove_item(changed, ("pins", 0)) == book


def test_an_item_apart_from_its_dash_is_left_to_a_person() -> None:
    with pytest.raises(CannotEditError, match="its dash"):
        remove_item("pins:\n  - # why\n    issue: A-1\n  - issue: A-2\n", ("pins", 0))


@examples(quick=8, long=300)
@given(books(), TEXTS)
def test_another_key_takes_the_place_of_one(book: str, text: str) -> None:
    path = ("pins", 0)
    changed = replace_key(book, path, "issue", "capability", text)

    wanted = plain(book)
    del wanted["pins"][0]["issue"]
    wanted["pins"][0]["capability"] = text
    assert plain(changed) == wanted
    assert len(lines_of(changed)) == len(lines_of(book))


@examples(quick=8, long=300)
@given(books(), TEXTS)
def test_a_value_is_added_to_a_line(book: str, text: str) -> None:
    first = plain(book)["capabilities"][0]
    if "when" not in first:
        return
    changed = add_value(book, ("capabilities", 0, "when"), text)

    held = first["when"]
    wanted = plain(book)
    wanted["capabilities"][0]["when"] = [*(held if isinstance(held, list) else [held]), text]
    assert plain(changed) == wanted
    assert len(lines_of(changed)) == len(lines_of(book))


@given(TEXTS | st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    for style in ("", "'", '"', "|"):
        assert plain(f"a: {write_value(text, style)}") == {"a": text}
        assert plain(f"a: {write_value([text], style)}") == {"a": [text]}


@pytest.mark.parametrize("word", ["true", "No", "Y", "NULL", "a: b", "- a", "@a", " a", "a ", "#"])
def test_what_yaml_takes_for_something_else_is_quoted(word: str) -> None:
    assert write_value(word).startswith('"')
    assert write_value(YES) == "true"
