"""Pages of the documentation, taken apart: blocks, tables, headings, links, and what they name."""

import re
from collections.abc import Iterator
from functools import cache

from tests.architecture.repository import ROOT, our_files

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
RULE = re.compile(r"[|\- ]+")
"""The line between a table's header and its rows."""
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


@cache
def read_page(name: str) -> str:
    """The text of a page, by its path in the repository."""
    return (ROOT / name).read_text("utf-8")


def page_names() -> list[str]:
    """Every page, by its path in the repository; documents that tests read are none."""
    names = (file.relative_to(ROOT).as_posix() for file in our_files() if file.suffix == ".md")
    return sorted(name for name in names if not name.startswith("tests/documents/"))


def find_blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a language; "" for those that name none."""
    return [block for named, block in FENCE.findall(page) if named == language]


def strip_blocks(page: str) -> str:
    """The page without its fenced blocks."""
    return FENCE.sub("", page)


def find_section(page: str, heading: str) -> str:
    """What stands under a heading, to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"no section {heading!r}"
    return found.group(1)


def table_rows(text: str) -> Iterator[list[str]]:
    """The rows of the tables of a text, cell by cell, without headers."""
    lines = text.splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("|") and not RULE.fullmatch(line) and not RULE.fullmatch(below):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def find_links(page: str) -> list[str]:
    """Where the links of a page lead."""
    return LINK.findall(strip_blocks(page))


def find_anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = (re.sub(r"[`*]|\]\([^)]*\)|\[", "", title) for title in HEADING.findall(page))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def code_spans(text: str) -> list[str]:
    """What stands between backticks in a text."""
    return re.findall(r"`([^`]+)`", text)
