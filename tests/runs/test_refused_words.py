"""What the promise linter refuses is told wherever a person looks, and nothing else is lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.runs.place import Place, Places

ROLES = "roles-and-permissions"
REFUSED = "name says 'soon': a time to come"
ALIAS = "its alias 'promises' says 'promises': a promise; the alias is left out"


def write_refused_words(place: Place) -> None:
    """A name and an alias that the linter refuses."""
    place.rules("capabilities.yaml", "name: Roles and permissions", "name: Roles, soon for all")
    path = place.folder / "config" / "capabilities.yaml"
    first, aliases, rest = path.read_text("utf-8").partition("    aliases: [")
    path.write_text(f"{first}{aliases}promises, {rest}", "utf-8")


def publish_refused_words(place: Place) -> None:
    """One run over them."""
    write_refused_words(place)
    assert place.headway("sync").code == 0


@pytest.fixture
def refused(places: Places, tmp_path: Path) -> Iterator[Place]:
    """A place with such words, after that run."""
    like = replace(places, change=publish_refused_words)
    with like.open_place(tmp_path, projects=("ID",)) as place:
        write_refused_words(place)
        yield place


def test_refused_words_are_told_with_their_place(refused: Place) -> None:
    for command in ("check", "plan", "doctor"):
        said = refused.headway(command).out

        assert "capabilities.yaml:80:11" in said, command
        assert REFUSED in said, command
        assert "capabilities.yaml:12:15" in said, command
        assert "aliases says 'promises': a promise" in said, command


def test_a_run_says_what_they_cost(refused: Place) -> None:
    for command in ("plan", "status", "sync --full"):
        said = refused.headway(*command.split()).out

        cost = f"{REFUSED}; statement says 'soon': a time to come; it is not published"
        assert cost in said, command
        assert ALIAS in said, command


def test_explain_tells_the_true_reason_of_a_capability_of_its_epics_and_of_an_alias(
    refused: Place,
) -> None:
    capability = refused.headway("explain", ROLES).out
    epic = refused.headway("explain", "ID-109").out
    other = refused.headway("explain", "single-sign-on").out

    assert f"not on the list: its words are refused: {REFUSED}" in capability
    assert f"will count toward {ROLES}: its words are refused: {REFUSED}" in epic
    assert "nothing behind it is finished yet" not in capability + epic
    assert f"noticed   {ALIAS}" in other


def test_the_account_of_all_epics_agrees_with_the_list(refused: Place) -> None:
    plan = refused.headway("plan").out

    assert ROLES not in {row["capability_id"] for row in refused.published()}
    assert "single-sign-on" in {row["capability_id"] for row in refused.published()}
    assert (
        "25 in Jira = 9 published + 3 whose capability's words are refused + "
        "1 waiting for first finished work + 10 left out + 2 need a decision" in plan
    )


def test_prometheus_and_the_like_promise_nothing(published: Place) -> None:
    name = "name: Prometheus metrics"
    published.rules("capabilities.yaml", "name: Roles and permissions", name)

    assert published.headway("sync").code == 0
    (row,) = (row for row in published.published() if row["capability_id"] == ROLES)
    assert row["name"] == "Prometheus metrics"
    assert "Prometheus" not in "".join(
        line for line in published.headway("check").out.splitlines() if "says" in line
    )
