import base64
import hashlib
import json
import re
from itertools import pairwise

import pytest

from models.capability import ChangeKind, State
from sync.board_page.render import MARKER, render_board
from tests.board.document import Element, read_page
from tests.board.lists import HOSTILE, a_board, hostile_rows, sample_rows, some_news
from tests.builders import a_row
from translators.board.content import BoardContent

SPOILERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def board() -> BoardContent:
    news = some_news(("single-sign-on", ChangeKind.AVAILABLE, "2026-10"))
    rows = [
        a_row("single-sign-on", "Single sign-on", "SSO", state_code=State.AVAILABLE),
        *[row for row in sample_rows() if row.capability_id != "single-sign-on"][:4],
    ]
    return a_board(rows, news)


@pytest.fixture(scope="module")
def page(board: BoardContent) -> Element:
    return read_page(render_board(board))


@pytest.fixture(scope="module")
def hostile() -> Element:
    return read_page(render_board(a_board(hostile_rows())))


def texts(element: Element, name: str, **attributes: str) -> list[str]:
    return [each.text.strip() for each in element.find(name, **attributes)]


def headings(element: Element) -> list[int]:
    visible = element.only("body")
    hidden = [each for template in visible.find("template") for each in template]
    return [
        int(each.name[1])
        for each in visible
        if re.fullmatch("h[1-6]", each.name) and each not in hidden
    ]


def test_it_has_one_of_each_landmark_and_headings_that_skip_no_level(page: Element) -> None:
    assert [len(page.find(name)) for name in ("h1", "main", "nav", "header", "footer")] == [1] * 5
    assert len(page.find("div", role="search")) == 1
    levels = headings(page)
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.only("html").attributes["lang"] == "en"
    assert page.only("title").text


def test_every_control_has_a_name_and_every_reference_leads_somewhere(page: Element) -> None:
    ids = [each.attributes["id"] for each in page if "id" in each.attributes]
    assert len(ids) == len(set(ids))

    (label,) = page.find("label")
    assert label.attributes["for"] == page.only("input").attributes["id"]
    for button in page.find("button"):
        assert button.attributes.get("aria-label") or button.text.strip()
    for each in page:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert set(each.attributes.get(name, "").split()) <= set(ids)
        if each.attributes.get("href", "").startswith("#"):
            assert each.attributes["href"][1:] in ids


def test_each_entry_says_what_it_is_how_it_stands_and_what_may_be_said(page: Element) -> None:
    entry = page.only("article", id="entry-audit-log")

    assert texts(entry, "h3") == ["Audit log"]
    assert "audit trail" in texts(entry, "span", class_="alias")
    assert texts(entry, "dt")[-2:] == ["Now", "Engineering work to date"]
    assert entry.only("blockquote").text.endswith(".")
    assert entry.only("figcaption").text == (
        "A record of past work, nothing more. Please decide on what is available today."
    )
    assert entry.only("button").attributes["aria-label"] == "Copy the sentence about Audit log"


def test_work_is_filled_marks_alone_and_never_out_of_so_many(page: Element) -> None:
    for entry in page.find("article"):
        marks = entry.only("span", class_="marks")
        assert len(marks.find("i")) in range(6)
        assert marks.attributes["aria-hidden"] == "true"
    text = page.only("main").text
    assert not re.search(r"of (5|five)\b|/\s?5|%", text)


def test_what_a_rep_needs_beside_the_list_is_there(page: Element) -> None:
    assert texts(page.only("main"), "h2")[-5:] == [
        "When a customer asks when",
        "What became available",
        "How software is delivered",
        "What the words mean",
        "Where to ask",
    ]
    main = page.only("main").text
    assert "We don't give out dates." in main
    assert "October 2026" in main
    assert "single-sign-on is available." in main
    assert "More work does not mean closer to done." in main
    assert "23 November 2026, 06:00 UTC" in page.only("header").text
    assert "25 November 2026, 06:00 UTC" in page.only("header").text


def test_its_policy_lets_in_its_own_style_and_script_and_nothing_else(
    page: Element, board: BoardContent
) -> None:
    policy = page.only("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    def digest(text: str) -> str:
        raw = hashlib.sha256(text.encode()).digest()
        return f"'sha256-{base64.b64encode(raw).decode()}'"

    (script,) = [each for each in page.find("script") if "type" not in each.attributes]
    assert rules == {
        "default-src": "'none'",
        "style-src": digest(page.only("style").text),
        "script-src": digest(script.text),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    served = read_page(render_board(board, "find"))
    told = served.only("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    assert "connect-src 'self'" in told
    assert served.only("html").attributes["data-find"] == "find"


def test_it_asks_nobody_for_anything(page: Element) -> None:
    for each in page:
        assert each.attributes.keys().isdisjoint({"src", "srcset", "style", "action", "data"})
        assert not [name for name in each.attributes if name.startswith("on")]
        assert each.attributes.get("href", "#").startswith("#")
    assert not re.search(r"url\(|@import|https?://", page.only("style").text)
    script = next(each for each in page.find("script") if "type" not in each.attributes)
    assert not re.search(r"https?://|innerHTML|eval\(|document\.write", script.text)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_text_that_means_harm_stays_text(hostile: Element, number: int) -> None:
    entry = hostile.only("article", id=f"entry-hostile-{number}")
    shown = entry.only("h3").text

    assert len(shown) == len(HOSTILE[number])
    assert all(
        now in (before, "\ufffd") for now, before in zip(shown, HOSTILE[number], strict=True)
    )
    assert entry.only("blockquote").text == shown


def test_no_text_adds_an_element_or_a_letter_that_steers(hostile: Element) -> None:
    plain = read_page(
        render_board(a_board([a_row(f"row-{n}", f"Row {n}") for n in range(len(HOSTILE))]))
    )

    def count(page: Element, *names: str) -> int:
        return sum(len(page.find(name)) for name in names)

    for names in (("script",), ("img",), ("style",), ("template",), ("main",), ("html", "body")):
        assert count(hostile, *names) == count(plain, *names)
    raw = render_board(a_board(hostile_rows())).decode()
    script = next(each for each in hostile.find("script") if "type" not in each.attributes).text
    assert not SPOILERS.search(raw.replace(script, ""))
    tables = hostile.only("script", type="application/json")
    assert not re.search("[<>&'\u2028\u2029]", tables.text)
    assert json.loads(tables.text)["names"]


def test_the_same_list_gives_the_same_bytes_and_a_file_that_is_known_as_a_board(
    board: BoardContent,
) -> None:
    first = render_board(board)

    assert first == render_board(board)
    assert first.decode().startswith(f"<!doctype html>\n{MARKER}\n")
    assert first != render_board(a_board(is_stale=True))


def test_a_list_that_is_stale_held_or_in_part_says_so_without_any_script() -> None:
    page = read_page(render_board(a_board(is_stale=True, status="partial")))

    titles = [section.only("h2").text for section in page.find("section", class_="notice")]
    assert titles == ["This list is stale", "Part of the list could not be brought up to date"]
    assert page.find("section", id="stale") == []


def test_a_fresh_one_carries_what_to_say_once_it_is_stale(page: Element) -> None:
    late = page.only("section", id="stale")

    assert "hidden" in late.attributes
    assert late.attributes["data-after"] == "2026-11-25T06:00:00Z"
    assert late.attributes["data-checked"] == "2026-11-23T06:01:00Z"


def test_where_there_is_no_list_yet_it_says_so_and_offers_no_search() -> None:
    page = read_page(
        render_board(a_board(as_of=None, checked_at=None, stale_after=None, is_stale=True))
    )

    assert texts(page, "h2")[0] == "There is no list yet"
    assert page.find("input") == page.find("article") == []
    assert "ask the product team" in page.only("section", class_="none").text


def test_an_empty_list_is_one_too() -> None:
    page = read_page(render_board(a_board([])))

    assert "Nothing is on the list yet" in page.only("main").text
    assert page.find("input") == []
