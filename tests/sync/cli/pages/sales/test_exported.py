"""A cell of an export is never a formula, and its text can always be had back."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.cli.pages.sales.exported import is_guarded, write_csv, write_json_lines

SIGNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212'"
TEXTS = st.one_of(
    st.text(),
    st.text(st.sampled_from(SIGNS + ' a1,;"\u2028\ufeff\u200b\x85')),
)


def cells_of(page: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page, newline=""), strict=True))


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_texts_come_back_as_they_were_and_begin_with_no_sign(
    rows: list[tuple[str, str]],
) -> None:
    page = write_csv("ab", [{"a": a, "b": b} for a, b in rows])

    head, *found = cells_of(page)
    assert head == ["a", "b"]
    assert [tuple(c[1:] if is_guarded(c) else c for c in row) for row in found] == rows
    assert [cell for row in found for cell in row if cell and cell[0] in SIGNS[:-1]] == []


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+49 30",
        "-40 degrees",
        "@import",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
        "\ufe661",
        "\ufeff=1",
        "\u200b=1",
        "\u00a0=1",
        "\u22121",
        "'=1",
    ],
)
def test_what_may_be_worked_out_is_text(text: str) -> None:
    (_, (cell,)) = cells_of(write_csv("a", [{"a": text}]))

    assert cell == f"'{text}"


@pytest.mark.parametrize("text", ["Audit log", "a=b", "'s-Hertogenbosch", "24/7 view", "(-)", ""])
def test_other_texts_are_left_alone(text: str) -> None:
    page = write_csv("ab", [{"a": text, "b": None}])

    assert page == f"a,b\r\n{text},\r\n"


def test_the_mark_for_excel_comes_first() -> None:
    assert write_csv("a", [{"a": "Ü"}], marked=True).encode() == b"\xef\xbb\xbfa\r\n\xc3\x9c\r\n"


@given(st.lists(TEXTS, max_size=4))
def test_json_has_a_line_a_row_for_every_program(texts: list[str]) -> None:
    page = write_json_lines("a", [{"a": text} for text in texts])

    assert [json.loads(line)["a"] for line in page.splitlines()] == texts
