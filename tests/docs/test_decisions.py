"""A decision is a page with its context, its choice and its price, and the index has them all."""

import re

import pytest

from tests.docs.pages import find_links, page_names, read_page

FOLDER = "docs/decisions/"
DECISIONS = [name for name in page_names() if re.match(rf"{FOLDER}\d", name)]


def test_the_index_lists_every_decision_in_order() -> None:
    listed = [FOLDER + link for link in find_links(read_page(f"{FOLDER}README.md"))]

    assert listed == DECISIONS


def test_they_are_numbered_without_a_gap() -> None:
    numbers = [int(name.removeprefix(FOLDER)[:4]) for name in DECISIONS]

    assert numbers == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_says_what_stood_before_it_what_was_chosen_and_what_it_costs(name: str) -> None:
    page = read_page(name)

    number = int(name.removeprefix(FOLDER)[:4])
    title = page.splitlines()[0]
    index = read_page(f"{FOLDER}README.md")
    assert re.findall(r"^\*\*(\w+)\.\*\* ", page, re.MULTILINE) == ["Context", "Choice", "Price"]
    assert title.startswith(f"# {number}. ")
    assert f"{title.removeprefix('# ').replace('. ', '. [', 1)}](" in index
