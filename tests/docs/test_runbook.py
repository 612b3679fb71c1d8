"""The runbook has every kind of thing that Headway tells of, and no other."""

import re

import pytest

from tests.docs.kinds import KINDS
from tests.docs.pages import code_spans, find_section, read_page, table_rows

PAGE = read_page("docs/runbook.md")


@pytest.mark.parametrize("section", KINDS)
def test_every_kind_that_the_code_knows_has_its_row_and_no_other(section: str) -> None:
    rows = [code_spans(row[0])[0] for row in table_rows(find_section(PAGE, section))]

    assert sorted(rows) == sorted(KINDS[section]())


def test_every_row_says_what_it_means_for_sales_and_what_to_do() -> None:
    rows = list(table_rows(PAGE))

    assert len(rows) > 150
    assert [row for row in rows if len(row) != 3 or not all(row)] == []


def test_no_section_is_left_out() -> None:
    assert re.findall(r"^## (.+)$", PAGE, re.MULTILINE) == list(KINDS)
