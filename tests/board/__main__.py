"""Takes the pictures of docs/images/, of the made-up company's board: `python -m tests.board`.

It needs `make demo` before it, and chromium.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from models.freshness import ListFreshness
from sync.board_page.render import render_board
from sync.settings.settings import read_settings
from sync.store.clean.readers_view import read_list
from tests.architecture.repository import ROOT
from tests.board.browser import open_browser
from translators.board.content import build_board

IMAGES = ROOT / "docs" / "images"
KEPT = ROOT / "var" / "browser"
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
SHOTS = (
    ("board", 1280, 1000, "light", "", NOW),
    ("board-dark", 1280, 900, "dark", "do you have SSO?", NOW),
    ("board-phone", 390, 844, "dark", "audit trail", NOW),
    ("board-stale", 860, 560, "light", "", NOW + timedelta(days=9)),
    ("board-print", 794, 800, "light", "", NOW),
)


def take_pictures() -> None:
    """Every picture, at the moment that the demo's Jira has."""
    settings = read_settings({}, ROOT / "var" / "demo" / "env")
    shown = read_list(settings.clean_url, with_news=True)
    fresh: ListFreshness = replace(
        shown.freshness, checked_at=NOW, stale_after=NOW + timedelta(days=2), is_stale=False
    )
    page = KEPT / "board.html"
    KEPT.mkdir(parents=True, exist_ok=True)
    IMAGES.mkdir(exist_ok=True)
    page.write_bytes(render_board(build_board(shown.rows, shown.terms, shown.news, fresh)))
    with open_browser(KEPT) as browser:
        for name, width, height, scheme, ask, moment in SHOTS:
            take_picture(
                browser, page, IMAGES / f"{name}.png", (width, height), (scheme, ask, moment)
            )


def take_picture(
    browser: object, page: Path, to: Path, size: tuple[int, int], how: tuple[str, str, datetime]
) -> None:
    """One picture of a window of that size, in that scheme, with these words asked, then."""
    scheme, ask, moment = how
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
    )
    tab = context.new_page()
    tab.clock.set_fixed_time(moment)
    tab.goto(page.as_uri())
    if ask:
        tab.fill("#ask", ask)
        tab.evaluate("document.activeElement.blur()")
    tab.emulate_media(media="print" if to.stem == "board-print" else "screen")
    tab.screenshot(path=str(to))
    context.close()


if __name__ == "__main__":
    take_pictures()
