"""Completion as shells do it: bash here, zsh and fish where they are installed."""

import re
import resource
import shutil
import subprocess
from pathlib import Path

import pytest

from sync.cli import run
from sync.cli.registry import COMMANDS

RULES = """version: 1
capabilities:
  - id: audit-log
    name: Audit log
    when: {summary has: [id, draft]}
  - {id: invoicing, name: "Invoicing"}
  - name: 'Single sign-on'
    draft: true
    id: 'single-sign-on'
screening:
  - id: tech-debt
"""
IDS = ["audit-log", "invoicing", "single-sign-on"]
LINES = {
    "headway exp": ["explain", "export"],
    "headway explain ": IDS,
    "headway explain a": ["audit-log"],
    "headway --env-file env withdraw s": ["single-sign-on"],
    "headway --env-file other explain ": [],
    "headway --verbose decide PAY-1 inv": ["invoicing"],
    "headway decide PAY-1 PAY-2 --hold PAY-3 aud": ["audit-log"],
    "headway merge audit-log ": IDS,
    "headway name ": ["single-sign-on"],
    "headway explain --a": ["--all"],
    "headway explain audit-log --j": ["--json"],
    "headway check --format ": ["text", "json", "markdown", "github"],
    "headway check --config r": ["rules"],
    "headway --env-file e": ["env"],
    "headway sync --plan pl": ["plan.json"],
    "headway lint env pl": ["plan.json"],
    "headway decide --reason ": [],
    "headway completion f": ["fish"],
    "headway nothing ": [],
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a rule book that `env` names; what `other` names is not there."""
    (tmp_path / "rules" / "more").mkdir(parents=True)
    (tmp_path / "rules" / "more" / "capabilities.yaml").write_text(RULES)
    (tmp_path / "rules" / "broken.yaml").write_bytes(b"\xff\x00capabilities:\n - id: \xff")
    (tmp_path / "env").write_text("HEADWAY_CONFIG_DIR=rules\n")
    (tmp_path / "other").write_text("HEADWAY_CONFIG_DIR=gone\n")
    (tmp_path / "plan.json").touch()
    return tmp_path


def write_script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["completion", shell]) == 0
    return capsys.readouterr().out


BASH = """{script}
COMP_WORDS=({words}) COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_headway headway "${{COMP_WORDS[COMP_CWORD]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def complete_in_bash(script: str, line: str, place: Path) -> list[str]:
    words = " ".join(f"'{word}'" for word in line.split(" "))
    done = subprocess.run(
        ["bash", "--norc", "-c", BASH.format(script=script, words=words)],
        cwd=place,
        env={"PATH": "/usr/bin:/bin", "HEADWAY_CONFIG_DIR": "rules"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_what_may_stand_there(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = write_script("bash", capsys)

    shown = {line: complete_in_bash(script, line, place) for line in LINES}

    assert shown == LINES


def test_bash_answers_before_a_person_waits(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = RULES + "".join(f"  - id: rule-{number}\n" for number in range(20_000))
    (place / "rules" / "large.yaml").write_text(rules)
    script = write_script("bash", capsys)

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    complete_in_bash(script, "headway explain a", place)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)

    assert after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime < 0.1


def test_every_option_that_takes_a_value_takes_one_everywhere() -> None:
    """The script tells options apart by name alone."""
    options = [
        (name, bool(argument.metavar))
        for command in COMMANDS.values()
        for argument in command.arguments
        for name in argument.names
        if name.startswith("-")
    ]

    assert len(dict(options)) == len(set(options))


def test_before_a_command_stand_its_names_and_the_options_of_all(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = write_script("bash", capsys)
    run(["--help"])
    options, _, _ = capsys.readouterr().out.partition("Run it")
    told = set(re.findall(r"(?<![\w-])--[a-z-]+(?= )", options))

    shown = complete_in_bash(script, "headway ", place)

    assert set(shown) == COMMANDS.keys() | told


FISH = """{script}
complete -C {line}
"""
ZSH = """autoload -Uz compinit && compinit -D
{script}
compadd() {{ shift; printf '%s\\n' $@ | grep -e "^$PREFIX" }}
_files() {{ print -l ${{PREFIX}}*(N) }}
words=({words}) CURRENT=$#words PREFIX=$words[-1]
_headway
"""


def test_fish_completes_what_may_stand_there(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fish = shutil.which("fish")
    if fish is None:
        pytest.skip("fish is not installed: its script was read by nothing here")
    script = write_script("fish", capsys)

    for line, kept in LINES.items():
        done = subprocess.run(
            [fish, "--no-config", "-c", FISH.format(script=script, line=f"'{line}'")],
            cwd=place,
            env={"PATH": "/usr/bin:/bin", "HEADWAY_CONFIG_DIR": "rules", "HOME": str(place)},
            capture_output=True,
            text=True,
            check=False,
        )
        shown = [each.partition("\t")[0].rstrip("/") for each in done.stdout.splitlines()]
        assert (line, sorted(shown)) == (line, sorted(kept))


def test_zsh_completes_what_may_stand_there(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zsh = shutil.which("zsh")
    if zsh is None:
        pytest.skip("zsh is not installed: its script was read by nothing here")
    script = write_script("zsh", capsys)

    for line, kept in LINES.items():
        words = " ".join(f"'{word}'" for word in line.split(" "))
        done = subprocess.run(
            [zsh, "-f", "-c", ZSH.format(script=script, words=words)],
            cwd=place,
            env={"PATH": "/usr/bin:/bin", "HEADWAY_CONFIG_DIR": "rules", "HOME": str(place)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (line, done.stdout.split()) == (line, kept)
