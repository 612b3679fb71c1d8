"""Every page is plain, and every link and path in it leads somewhere."""

import re
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT
from tests.docs.pages import (
    code_spans,
    find_anchors,
    find_links,
    page_names,
    read_page,
    strip_blocks,
)

LONGEST = 100
OURS = re.compile(r"(sync|translators|models|migrations|config|tests|docs)/[\w./-]*")


def leads_to_heading(page: Path, anchor: str) -> bool:
    """Whether a page has a heading of that anchor; none is asked for by an empty one."""
    return not anchor or anchor in find_anchors(page.read_text("utf-8"))


@pytest.mark.parametrize("name", page_names())
def test_every_link_leads_to_a_file_and_a_heading_that_exist(name: str) -> None:
    broken = []
    for link in find_links(read_page(name)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        if not target.exists() or not leads_to_heading(target, anchor):
            broken.append(link)

    assert broken == []


@pytest.mark.parametrize("name", page_names())
def test_every_path_that_is_named_exists(name: str) -> None:
    named = [span for span in code_spans(strip_blocks(read_page(name))) if OURS.fullmatch(span)]

    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", sorted({*page_names()} - {"CHANGELOG.md"}))
def test_no_line_is_too_long_to_read_beside_code(name: str) -> None:
    """Rows of tables and entries of lists that are a link cannot be broken."""
    page = read_page(name)
    lines = [line for line in page.splitlines() if not re.match(r"\||\d+\. \[", line)]

    assert [line for line in lines if len(line) > LONGEST] == []


def test_every_page_is_reached_from_the_readme() -> None:
    seen, waiting = set(), ["README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for link in find_links(read_page(page)):
            target = ((ROOT / page).parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.is_file():
                waiting.append(target.relative_to(ROOT).as_posix())

    assert set(page_names()) - seen == set()
