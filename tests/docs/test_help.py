"""What `--help` says is so: examples that parse, settings that exist, and no Python in it."""

import re
import shlex

import pytest

from sync.cli import run
from tests.docs.commands import COMMANDS, SETTINGS, check_command


def help_of(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    assert run([*command, "--help"]) == 0
    return capsys.readouterr().out


def examples(text: str) -> list[str]:
    """The command lines a help page shows, without settings before and programs after them."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    calls = [re.sub(r"^(HEADWAY_\w+=(\"[^\"]*\"|\S+) )+", "", line) for line in lines]
    return [re.split(r" [|>] | +# ", call)[0] for call in calls if call.startswith("headway ")]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_by_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = help_of(capsys, command)

    assert [line for line in text.splitlines() if len(line) > 80] == []
    assert not re.search(r"[<{}\[](str|list|int|bool)", text)
    assert re.search(r"Examples?:", text)
    shown = examples(text)
    assert any(f" {command}" in call for call in shown)
    for call in shown:
        check_command(shlex.split(call)[1:])


def test_every_setting_in_use_is_named_by_the_command_that_reads_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "".join(help_of(capsys, name) for name in ("sync", "serve", "queue", "work"))

    named = {name.lower() for name in re.findall(r"HEADWAY_([A-Z_]+)", text)}
    assert named == set(SETTINGS)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0

    assert re.fullmatch(r"headway \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_no_command_at_all_is_a_question_for_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0

    assert capsys.readouterr().out == help_of(capsys)
