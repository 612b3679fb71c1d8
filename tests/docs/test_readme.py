"""The README says what is so: commands, settings, exit codes, views, rules and the page itself."""

import re
from pathlib import Path

import pytest
import yaml

from models.capability import State
from models.effort import Level
from models.errors import HeadwayError
from models.tables.views import VIEWS
from sync.cli import run
from sync.cli.app import app
from sync.rulebook import rulebook_from_texts
from sync.rulebook.reading import shipped_texts
from sync.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language; "" for those that name none."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def exit_codes(error: type[HeadwayError] = HeadwayError) -> set[int]:
    return {error.exit_code}.union(*(exit_codes(kind) for kind in error.__subclasses__()))


@pytest.mark.parametrize(
    "command", [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]
)
def test_every_command_is_in_the_table(command: str) -> None:
    assert f"| `headway {command}" in README


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described(name: str) -> None:
    assert f"`HEADWAY_{name.upper()}`" in README


def test_every_setting_it_describes_exists() -> None:
    named = set(re.findall(r"HEADWAY_([A-Z_]+)", README))
    known = {name.upper() for name in Settings.model_fields}

    assert named - known <= {"JIRA_TOKEN_FILE"}


def test_every_exit_code_is_explained() -> None:
    for code in {0, *exit_codes()}:
        assert f"| {code} | " in README


@pytest.mark.parametrize("view", [view.name for view in VIEWS])
def test_every_view_is_listed(view: str) -> None:
    assert f"| `{view}` |" in README


def test_the_rules_it_shows_can_be_used() -> None:
    (rules,) = blocks("yaml")

    assert yaml.safe_load(rules)["capabilities"]
    book = rulebook_from_texts(shipped_texts() | {"readme.yaml": rules})
    assert [rule.id for rule in book.capabilities] == ["audit-log"]


def test_the_page_it_shows_is_what_the_demo_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(["demo"]) == 0

    page = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    shown = next(block for block in blocks("") if "WHAT SALES READS" in block)
    for line in shown.splitlines():
        assert line.rstrip() in page


def test_the_words_of_the_vocabulary_are_the_ones_in_force() -> None:
    book = rulebook_from_texts(shipped_texts())
    labels = {(term.kind, term.code): term.label for term in book.terms}

    assert {code for kind, code in labels if kind == "state"} == set(map(str, State))
    assert {code for kind, code in labels if kind == "effort"} == set(map(str, Level))
