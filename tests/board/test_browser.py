"""The board in a real browser: what it answers, who can use it, and that it asks nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from models.capability import Capability
from sync.board_page.render import render_board
from tests.benchmarks.asking_find import FOLDER, LISTS, read_asks
from tests.board.browser import open_browser_or_skip, read_axe
from tests.board.lists import HOSTILE, a_board, hostile_rows, sample_rows
from translators.find.letters import plain_words
from translators.find.search import Answer, CompiledSearch

pytestmark = pytest.mark.all

FRESH = datetime(2026, 11, 24, tzinfo=UTC)
LATE = datetime(2026, 12, 24, tzinfo=UTC)
TITLES = {
    "This is it": Answer.THIS_IS_IT,
    "Close: ask first": Answer.CLOSE,
    "Nothing is recorded under these words": Answer.NOTHING,
}
CLAIMS = [Answer.NOTHING, Answer.CLOSE, Answer.THIS_IS_IT]
SIZES = {"phone": (390, 844), "narrow": (320, 600), "desktop": (1440, 900), "wide": (2560, 1200)}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with open_browser_or_skip(tmp_path_factory.mktemp("browser")) as found:
        yield found


@dataclass
class Seen:
    """A page in the browser, what it asked for, and what went wrong in it."""

    page: Any
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def ask(self, words: str) -> tuple[Answer, list[str]]:
        """What the page answers: how sure it is, and the names of the rows."""
        self.page.fill("#ask", words)
        title = self.page.text_content("#answer > h2")
        found = self.page.eval_on_selector_all(
            "#answer .name, #answer .offer-name", "all => all.map(e => e.textContent)"
        )
        return TITLES[title], found


@contextmanager
def opened(browser: Any, path: Path, now: datetime = FRESH, **options: Any) -> Iterator[Seen]:
    context = browser.new_context(**options)
    page = context.new_page()
    seen = Seen(page)
    page.on("request", lambda request: seen.asked.append(request.url))
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on(
        "console",
        lambda said: seen.errors.append(said.text) if said.type in ("error", "warning") else None,
    )
    page.clock.set_fixed_time(now)
    page.goto(path.as_uri())
    yield seen
    context.close()


def write(folder: Path, *rows: Any, **changes: Any) -> Path:
    path = folder / "board.html"
    path.write_bytes(render_board(a_board(rows or sample_rows(), **changes)))
    return path


def begins_word(ask: str, row: Capability) -> bool:
    """Whether the last word of an ask may be half of one in the row's names: it stays in sight."""
    *_, last = plain_words(ask)
    words = (word for text in (row.name, *row.aliases) for word in plain_words(text))
    return any(word.startswith(last) for word in words)


@pytest.mark.parametrize("name", LISTS)
def test_the_page_never_claims_more_than_find(browser: Any, tmp_path: Path, name: str) -> None:
    rows = sample_rows(name)
    search = CompiledSearch(rows)
    asks = [ask.words for ask in read_asks(FOLDER / f"{name}.txt")]
    asks += [ask.upper() for ask in asks[::5]] + [f"  {ask} ! " for ask in asks[::7]]
    by_name = {row.name: row for row in rows}
    wrong, sure, named = [], 0, 0

    with opened(browser, write(tmp_path, *rows)) as seen:
        for ask in asks:
            claimed, names = seen.ask(ask)
            found = search.find(ask)
            named += found.answer is Answer.THIS_IS_IT
            if CLAIMS.index(claimed) > CLAIMS.index(found.answer) and not (
                claimed is Answer.CLOSE and all(begins_word(ask, by_name[each]) for each in names)
            ):
                wrong.append((ask, claimed, names))
            if claimed is Answer.THIS_IS_IT:
                sure += 1
                if names != [row.name for row in found.rows]:
                    wrong.append((ask, claimed, names))

    assert wrong == []
    assert sure > 0.4 * named
    assert seen.errors == []


def test_every_name_and_alias_is_it_with_the_sentence_and_close_has_none_to_say(
    browser: Any, tmp_path: Path
) -> None:
    rows = sample_rows()

    with opened(browser, write(tmp_path, *rows)) as seen:
        for row in rows:
            for words in (row.name, *row.aliases):
                assert seen.ask(words) == (Answer.THIS_IS_IT, [row.name])
        seen.ask("audit trail")
        sentence = seen.page.text_content("#answer .sentence")
        close = seen.ask("Can I import data from SAP?")
        sayable = seen.page.locator("#answer .sentence, #answer .copy").count()

    assert sentence == next(row.statement for row in rows if row.capability_id == "audit-log")
    assert close[0] is Answer.CLOSE
    assert sayable == 0


def test_a_word_that_is_half_written_shows_the_names_that_begin_so(
    browser: Any, tmp_path: Path
) -> None:
    with opened(browser, write(tmp_path)) as seen:
        assert seen.ask("dashb") == (Answer.CLOSE, ["Dashboards"])
        assert seen.ask("a" * 1_000)[0] is Answer.NOTHING
        seen.page.keyboard.press("Escape")
        assert seen.page.input_value("#ask") == ""
        assert seen.page.locator("#list article").first.is_visible()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out_at_any_size_by_day_or_night(
    browser: Any, tmp_path: Path, scheme: str, size: str
) -> None:
    width, height = SIZES[size]
    path = write(tmp_path, status="partial")
    options = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    with opened(browser, path, LATE, **options) as seen:
        seen.page.evaluate(read_axe())
        found = []
        for words in ("", "SSO", "import from SAP", "blockchain"):
            seen.page.fill("#ask", words)
            result = seen.page.evaluate("axe.run({resultTypes: ['violations']})")
            found += [
                (
                    words,
                    each["id"],
                    each["nodes"][0]["html"][:120],
                    each["nodes"][0]["failureSummary"],
                )
                for each in result["violations"]
            ]
            beyond = seen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert beyond <= 0, f"{words!r} makes the page {beyond} wider than the window"

    assert found == []
    assert seen.errors == []


def test_it_asks_for_nothing_but_itself(browser: Any, tmp_path: Path) -> None:
    path = write(tmp_path)

    with opened(browser, path) as seen:
        seen.ask("SSO")
        seen.page.wait_for_load_state("networkidle")

    assert seen.asked == [path.as_uri()]


def test_text_that_means_harm_does_none(browser: Any, tmp_path: Path) -> None:
    said: list[str] = []

    def note_dialog(dialog: Any) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    with opened(
        browser, write(tmp_path, *hostile_rows()), viewport={"width": 390, "height": 844}
    ) as seen:
        seen.page.on("dialog", note_dialog)
        for text in HOSTILE:
            seen.ask(text[:1000])
        seen.page.fill("#ask", "")
        seen.page.hover("article >> nth=2")
        beyond = seen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        count = seen.page.locator("#list article").count()

    assert said == seen.errors == []
    assert beyond <= 0
    assert count == len(HOSTILE)


@pytest.mark.parametrize(
    ("now", "is_told"),
    [(FRESH, False), (LATE, True), (datetime(2026, 11, 23, 1, tzinfo=UTC), True)],
)
def test_a_file_that_is_opened_too_late_says_that_it_is_stale(
    browser: Any, tmp_path: Path, now: datetime, is_told: bool
) -> None:
    with opened(browser, write(tmp_path), now) as seen:
        assert seen.page.locator("text=This list is stale").is_visible() == is_told


def test_without_a_script_the_list_is_there_and_when_it_is_stale(
    browser: Any, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(write(tmp_path).as_uri())

    assert page.locator("#list article").count() > 20
    assert page.locator("text=Stale after").is_visible()
    assert not page.locator("#ask").is_visible()
    assert page.locator(".copy:visible").count() == 0
    context.close()


def test_the_sentence_is_copied_with_the_line_that_belongs_under_it(
    browser: Any, tmp_path: Path
) -> None:
    rows = sample_rows()
    permissions = ["clipboard-read", "clipboard-write"]
    with opened(browser, write(tmp_path, *rows), permissions=permissions) as seen:
        seen.page.fill("#ask", "audit log")
        seen.page.click("#answer .copy")
        seen.page.wait_for_selector("#answer .word:has-text('Copied')")
        copied = seen.page.evaluate("navigator.clipboard.readText()")

    (row,) = [row for row in rows if row.capability_id == "audit-log"]
    assert copied == f"{row.statement}\n{row.disclaimer}"


def test_it_is_used_by_the_keyboard_alone(browser: Any, tmp_path: Path) -> None:
    with opened(browser, write(tmp_path)) as seen:
        page = seen.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("/")
        page.keyboard.type("import from SAP")
        assert page.evaluate("document.activeElement.id") == "ask"
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        chosen = page.evaluate("document.activeElement.dataset.id")
        assert chosen == "move-from-zendesk"
        assert page.text_content("#status") == ""


def test_on_paper_everything_is_there_and_nothing_that_only_a_screen_can_do(
    browser: Any, tmp_path: Path
) -> None:
    with opened(browser, write(tmp_path)) as seen:
        seen.page.emulate_media(media="print")
        assert seen.page.locator("article .under").first.is_visible()
        for selector in ("#ask", "nav", ".copy"):
            assert not seen.page.locator(selector).first.is_visible()
        assert seen.page.pdf(format="A4").startswith(b"%PDF")
