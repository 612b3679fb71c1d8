"""The demo as a newcomer meets it: what it prints, what it leaves, and how it ends."""

import re
import signal
from pathlib import Path

import pytest

from sync.cli import run
from sync.settings.settings import read_settings
from tests.loaded import PATH, TIMEOUT
from tests.runs.programs import headway, started, wait_until


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder of a demo that ran where the output is Latin alone, and its page."""
    folder = tmp_path_factory.mktemp("demo")
    done = headway("demo", cwd=folder, environment=PATH | {"PYTHONIOENCODING": "latin-1"})
    assert (done.returncode, done.stderr) == (0, b"")
    return folder, done.stdout.decode("latin-1").splitlines()


def test_the_page_fits_a_screen(shown: tuple[Path, list[str]]) -> None:
    _, page = shown

    assert len(page) <= 40
    assert [line for line in page if len(line) > 110 and "var/demo" not in line] == []


EXPLAINS = (
    "counts toward Single sign-on",
    "left out: technical debt",
    "left out: regulatory",
    "More work does not mean closer to done",
    "The rep finds Audit log",
    "We don't give out dates",
    "131 in Jira = ",
    "0 rows rewritten",
)


def test_the_page_explains_itself_and_so_do_the_commands_it_names(
    shown: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, page = shown
    monkeypatch.chdir(folder)

    text = "\n".join(page)

    assert [words for words in EXPLAINS if words not in text] == []
    assert run(["--env-file", "var/demo/env", "explain", "CORE-212"]) == 0


@pytest.mark.all
def test_the_page_of_a_data_center_explains_itself_after_its_jira_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(["demo", "--datacenter"]) == 0
    explains_itself(capsys.readouterr().out)
    assert run(["--env-file", "var/demo/env", "explain", "CORE-212"]) == 0


def explains_itself(page: str) -> None:
    assert [words for words in EXPLAINS if words not in page] == []
    assert "□" not in page
    assert len(page.splitlines()) <= 45


def test_each_run_is_shown_with_its_own_requests(shown: tuple[Path, list[str]]) -> None:
    _, page = shown

    (line,) = (line for line in page if line.startswith("First run"))
    assert re.match(r"First run: 43 requests, .* s\. Second: 7 requests, .* s, 0 rows", line)


def test_nothing_of_the_environment_leaks_into_its_settings(
    shown: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = shown
    monkeypatch.chdir(folder)
    mine = {
        "HEADWAY_JIRA_PROJECTS": "MINE",
        "HEADWAY_JIRA_TOKEN_FILE": "/run/secrets/jira",
        "HEADWAY_SITE": "mine",
        "HEADWAY_SCHEDULE": "never",
    }

    settings = read_settings(mine, Path("var/demo/env"))

    assert settings == read_settings({}, Path("var/demo/env"))
    assert (settings.jira_projects, settings.site) == ((), "main")


def test_its_page_degrades_where_the_output_knows_no_such_letters(
    shown: tuple[Path, list[str]],
) -> None:
    _, page = shown

    assert any("Single sign-on         Available today         ????" in line for line in page)


@pytest.mark.parametrize(
    "words",
    [("--datacenter", "--keep"), pytest.param(("--keep",), marks=pytest.mark.all)],
    ids=["data center", "cloud"],
)
def test_a_kept_demo_explains_itself_is_left_alone_and_ends_cleanly(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    with started("demo", *words, cwd=tmp_path) as (process, told):
        wait_until(lambda: "In another terminal:" in told.read_text(), told)
        page = told.read_text().partition("In another terminal:")[0]
        files = {path: path.stat().st_ino for path in (tmp_path / "var").rglob("*")}

        other = run(["demo"])
        refused = capsys.readouterr().err
        synced = run(["--env-file", "var/demo/env", "sync"])
        explained = run(["--env-file", "var/demo/env", "explain", "CORE-212"])
        left = {path: path.stat().st_ino for path in files}
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=TIMEOUT)

    assert other == 2
    assert "belongs to a demo that is still going on" in refused
    assert left == files
    assert (synced, explained, code) == (0, 0, 0)
    explains_itself(page)
    assert "Traceback" not in told.read_text()
    assert "--env-file var/demo/env sync" in told.read_text()
