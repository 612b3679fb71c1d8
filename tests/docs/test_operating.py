"""The page of operating has every command, every exit code, and Docker's steps in their order."""

import pytest

from models.errors import HeadwayError
from tests.docs.commands import COMMANDS
from tests.docs.pages import code_spans, find_blocks, find_section, read_page, table_rows

PAGE = read_page("docs/operating.md")


def exit_codes(error: type[HeadwayError] = HeadwayError) -> set[int]:
    return {error.exit_code}.union(*(exit_codes(kind) for kind in error.__subclasses__()))


def test_the_table_has_every_command_with_its_options_and_no_other() -> None:
    rows = [code_spans(row[0])[0].split() for row in table_rows(find_section(PAGE, "Commands"))]
    shown = {name: {word.strip("[]") for word in words if "--" in word} for _, name, *words in rows}
    real = {
        name: {
            option
            for argument in command.arguments
            for option in argument.names
            if option.startswith("--")
        }
        for name, command in COMMANDS.items()
    }

    assert shown == real


def test_every_exit_code_is_explained_and_no_other() -> None:
    rows = list(table_rows(find_section(PAGE, "Exit codes")))

    assert {int(code) for code, _ in rows} == {0, *exit_codes()}


@pytest.mark.parametrize("state", ["partial", "held", "failing"])
def test_it_says_what_a_list_that_is_not_current_means(state: str) -> None:
    assert f"`{state}`" in find_section(PAGE, "When a run fails")


def test_docker_users_migrate_before_they_serve() -> None:
    (block,) = (block for block in find_blocks(PAGE, "sh") if "docker build" in block)
    runs = [line for line in block.replace("\\\n", "").splitlines() if "docker run" in line]

    first, second = (line.split() for line in runs)

    assert first[-2:] == ["headway", "migrate"]
    assert second[-1] == "headway"
    assert "headway-var:/app/var" in first
    assert "headway-var:/app/var" in second
