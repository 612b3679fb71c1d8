"""The guide of the first hour: its commands, run in its order, say what it shows."""

import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.cli import run
from sync.cli.commands.run.demo import FOLDER, write_env_file
from sync.sample.company.company import build_company
from sync.sample.server.server import SampleJira
from tests.docs.pages import FENCE, read_page

PAGE = read_page("docs/first-hour.md")
DRAFTS = Path("mine/rules/drafts.yaml")
SERVED = "headway demo --keep"
LEFT_OUT = "..."


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The sample's Jira and its settings, as `headway demo --keep` leaves them."""
    monkeypatch.chdir(tmp_path)
    FOLDER.mkdir(parents=True)
    with SampleJira(build_company()) as jira:
        write_env_file(jira.url, jira.email, jira.token)
        yield


def type_in(line: str, capture: pytest.CaptureFixture[str]) -> list[str]:
    """What a command of the page prints; it must do what it says."""
    name, *words = shlex.split(line)
    if name != "headway":
        subprocess.run(["bash", "-ec", line], check=True)
        return []
    capture.readouterr()
    code = run(words)
    said = capture.readouterr()
    assert code == 0, (line, said.err)
    return said.out.splitlines()


def hold_shown(shown: list[str], printed: list[str]) -> None:
    """Every line shown was printed, in this order, with nothing between where nothing is left out.

    The first may stand anywhere: what comes before is seldom shown.
    """
    at, leaps = 0, True
    for line in shown:
        if line == LEFT_OUT:
            leaps = True
            continue
        assert line in printed[at:], f"not printed, or not in this order: {line}"
        found = printed.index(line, at)
        assert leaps or found == at, f"left out before it, and not said: {line}"
        at, leaps = found + 1, False


def test_each_of_its_commands_says_what_it_shows(
    served: None, capsys: pytest.CaptureFixture[str]
) -> None:
    printed: list[str] = []
    seen_edits = 0
    for language, block in FENCE.findall(PAGE):
        match language:
            case "sh":
                printed = []
                for line in block.replace("\\\n", " ").splitlines():
                    printed += [] if line == SERVED else type_in(line, capsys)
            case "yaml":
                text = DRAFTS.read_text("utf-8")
                assert block in text
                seen_edits += 1
                if seen_edits > 1:
                    DRAFTS.write_text(text.replace(block, ""), "utf-8")
            case _:
                hold_shown(block.splitlines(), printed)
    assert seen_edits == 2
