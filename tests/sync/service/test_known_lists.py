"""A sites file that is broken for a moment takes no list away, and is told once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from models.errors import SettingsError
from sync.service.known_lists import KnownLists
from sync.settings.installation import Installation
from sync.settings.settings import read_installation
from tests.sync.settings.test_sites_file import SECRETS, TWO_LISTS

NEVER = 3600.0
"""Seconds; a test that waited for them would not end."""
ONE_LIST = TWO_LISTS.partition("  - name: east\n    sites: east")[0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sites.yaml"
    path.write_text(TWO_LISTS)
    return path


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """What is logged, whatever level another test has left to be logged."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.stdlib.BoundLogger)
    with capture_logs() as lines:
        yield lines
    structlog.configure(**before)


def install(path: Path) -> Installation:
    return read_installation(SECRETS | {"HEADWAY_SITES_FILE": str(path)})


def test_what_has_not_changed_is_not_waited_for(path: Path) -> None:
    known = KnownLists(lambda: install(path), settling=NEVER)

    assert [*known.read()] == ["acme", "east"]


@pytest.mark.parametrize("broken", ["", TWO_LISTS[:200], "sites: [", None])
def test_the_last_good_file_stays_in_force_until_it_is_mended(
    path: Path, broken: str | None, told: list[Any]
) -> None:
    known = KnownLists(lambda: install(path), settling=0.0)
    path.unlink() if broken is None else path.write_text(broken)

    seen = [[*known.read()] for _ in range(2)]
    acme = known.find("acme")
    path.write_text(ONE_LIST)
    after = [[*known.read()] for _ in range(2)]

    assert seen == [["acme", "east"]] * 2
    assert acme is not None
    assert acme.list_name == "acme"
    assert after == [["acme"]] * 2
    assert [each["event"] for each in told] == ["lists.broken", "lists.mended"]
    assert known.find("east") is None


def write_on(path: Path, *texts: str) -> KnownLists:
    """Lists of a file that somebody goes on to write: each look at it finds the next of these."""
    steps = iter(texts)

    def read() -> Installation:
        path.write_text(next(steps))
        return install(path)

    return KnownLists(read, settling=0.0)


def test_half_a_file_that_makes_sense_is_not_taken_for_a_whole_one(path: Path) -> None:
    known = write_on(path, TWO_LISTS, ONE_LIST, TWO_LISTS, TWO_LISTS)

    assert [[*known.read()] for _ in range(2)] == [["acme", "east"]] * 2


def test_a_file_that_is_written_still_is_not_mended_yet(path: Path, told: list[Any]) -> None:
    known = write_on(path, TWO_LISTS, "sites: [", ONE_LIST, TWO_LISTS, TWO_LISTS)

    seen = [([*known.read()], [each["event"] for each in told]) for _ in range(3)]

    both = ["acme", "east"]
    broken = ["lists.broken"]
    assert seen == [(both, broken), (both, broken), (both, [*broken, "lists.mended"])]


def test_a_file_that_is_broken_at_the_start_is_refused(path: Path) -> None:
    path.write_text(TWO_LISTS[:200])

    with pytest.raises(SettingsError):
        KnownLists(lambda: install(path))


def test_a_secret_that_a_list_lacks_here_is_told_who_asks_for_that_list(path: Path) -> None:
    environment = {"HEADWAY_SITES_FILE": str(path), "ACME_CLEAN_URL": "sqlite:///a.db"}
    known = KnownLists(lambda: read_installation(environment | {"MAIN_JIRA_TOKEN": "t"}))

    assert known.find("acme") is not None
    with pytest.raises(SettingsError, match="names EAST_JIRA_TOKEN, which is not set"):
        known.find("east")
