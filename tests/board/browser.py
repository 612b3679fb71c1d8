"""A real browser for the board: Debian's chromium, driven by playwright; neither is needed else."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.programs_by_uv import install_into

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


class NoBrowserError(Exception):
    """Why there is no browser to try the board in."""


@contextmanager
def open_browser(parent: Path) -> Iterator[Any]:
    """A browser, and playwright kept in a folder below `parent`; NoBrowserError where none is."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise NoBrowserError("NO CHROMIUM HERE: apt install chromium, and the board is tried in it")
    _install_playwright(parent / "playwright")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


def read_axe() -> str:
    """The script of axe-core, which finds what keeps people out of a page."""
    import axe_playwright_python

    return Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")


def _install_playwright(kept: Path) -> None:
    is_kept = (kept / "playwright").is_dir()
    if not is_kept and (fault := install_into(kept, REQUIREMENTS)) is not None:
        raise NoBrowserError(f"NO PLAYWRIGHT FROM PyPI: {fault}")
    if str(kept) not in sys.path:
        sys.path.append(str(kept))


@contextmanager
def open_browser_or_skip(parent: Path) -> Iterator[Any]:
    """The same; where there is none, it is said loudly that nothing was tried."""
    try:
        with open_browser(parent) as browser:
            yield browser
    except NoBrowserError as error:
        pytest.skip(str(error))
