"""The board in a browser, as it is served: it asks `find`, and says which asks are meant."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from sync.pipeline.sales.ask_counter import AskCounter
from sync.service.answering import answer_beside
from sync.service.http import board
from sync.service.vitals import Vitals
from sync.settings.settings import Settings
from sync.settings.values import HttpAddress
from tests.board.browser import open_browser_or_skip
from tests.postgres import find_free_port
from tests.runs.programs import wait_until

pytestmark = pytest.mark.all


@pytest.fixture(scope="module")
def browser(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser; it takes the loop of this thread, so that the list is published before."""
    assert settings.clean_url
    with open_browser_or_skip(tmp_path_factory.mktemp("browser")) as found:
        yield found


@dataclass
class Served:
    """The page of a server, what it asked there, and what of it was counted."""

    page: Any
    asked: list[str] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)

    @property
    def meant(self) -> list[str]:
        """The asks that the page sent as meant, as they stand in their addresses."""
        self.page.evaluate("0")
        return [
            each.partition("?q=")[2]
            for each in self.asked
            if "?q=" in each and not each.endswith("&typing")
        ]

    def wait_until_counted(self, *words: str) -> None:
        """All of these, in any order, and nothing else was meant."""
        wait_until(lambda: len(self.counted) >= len(words), Path("/dev/null"))
        assert sorted(self.counted) == sorted(words)
        assert len(self.meant) == len(words)

    def let_pass(self, seconds: float) -> None:
        """Seconds of the page's clock."""
        self.page.clock.run_for(int(seconds * 1000))


@pytest.fixture
def served(browser: Any, settings: Settings) -> Iterator[Served]:
    """The page as `headway serve` shows it; its clock stands still."""
    with open_served(browser, settings) as shown:
        yield shown


@contextmanager
def open_served(browser: Any, settings: Settings) -> Iterator[Served]:
    address = HttpAddress("127.0.0.1", find_free_port())
    settings = replace(settings, http_address=address)
    context = browser.new_context()
    shown = Served(context.new_page())

    def keep(words: Sequence[str]) -> bool:
        shown.counted.extend(words)
        return True

    with answer_beside(settings, lambda: settings, Vitals(), AskCounter(keep)):
        shown.page.on("request", lambda request: shown.asked.append(request.url))
        shown.page.clock.install()
        shown.page.goto(f"http://{address}/")
        shown.page.focus("#ask")
        yield shown
        context.close()


def test_served_it_asks_find_itself(served: Served) -> None:
    served.page.fill("#ask", "singel sign-on")
    served.let_pass(0.2)
    served.page.wait_for_selector("#answer h2:has-text('This is it')")

    assert [each.partition("/find")[2] for each in served.asked] == [
        "",
        "?q=singel%20sign-on&typing",
    ]


def test_words_on_their_way_are_not_counted_and_those_that_were_meant_are_once(
    served: Served,
) -> None:
    for letter in "holograms":
        served.page.keyboard.type(letter)
        served.let_pass(0.5)
    on_the_way = served.meant
    served.page.keyboard.press("Enter")
    served.page.keyboard.press("Enter")
    served.let_pass(5)
    served.page.keyboard.press("Tab")

    served.wait_until_counted("holograms")
    assert on_the_way == []
    assert sum("typing" in each for each in served.asked) >= 9


def test_a_rest_means_it_unless_the_last_word_is_only_begun(served: Served) -> None:
    served.page.keyboard.type("audi")
    served.let_pass(10)
    half = served.meant
    served.page.fill("#ask", "pager")
    served.let_pass(2.5)

    served.wait_until_counted("pager")
    assert half == []


@pytest.mark.parametrize("step", ["leave", "open", "blur"])
def test_a_step_away_from_the_words_means_them(served: Served, step: str) -> None:
    served.page.keyboard.type("SSO for contractors")
    if step == "leave":
        served.page.keyboard.press("Tab")
    elif step == "open":
        served.page.click("#answer .offer-name")
    else:
        served.page.evaluate("document.activeElement.blur()")

    served.wait_until_counted("SSO contractors")


def test_words_that_are_taken_back_are_not_counted(served: Served) -> None:
    served.page.keyboard.type("hologr")
    served.page.keyboard.press("Escape")
    served.let_pass(5)
    served.page.keyboard.type("pag")
    served.page.click("#clear")
    served.let_pass(5)

    served.page.keyboard.type("fax")
    served.page.keyboard.press("Enter")
    served.wait_until_counted("fax")


def test_of_a_long_list_the_server_says_what_it_has_and_the_page_waits_for_it(
    browser: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "MOST_LOOKED_UP", 0)

    with open_served(browser, settings) as served:
        page = served.page
        page.fill("#ask", "singel sign-on")
        before = page.text_content("#answer")
        served.let_pass(0.2)
        page.wait_for_selector("#answer h2:has-text('This is it')")
        page.fill("#ask", "holograms")
        between = page.text_content("#answer")
        served.let_pass(0.2)
        page.wait_for_selector("#answer h2:has-text('Nothing is recorded')")
        page.fill("#ask", "singl")
        begun = page.text_content("#answer h2")
        page.route("**/find?*", lambda route: route.abort())
        page.fill("#ask", "pager")
        served.let_pass(0.2)
        page.wait_for_selector("#answer h2:has-text('No answer just now')")

    assert (before, between, begun) == ("", "", "Close: ask first")
