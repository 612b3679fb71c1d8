"""What a page tells people to type can be typed."""

import re
import shlex
import subprocess
from importlib.util import find_spec
from itertools import takewhile

import pytest

from tests.architecture.repository import ROOT
from tests.docs.commands import COMMANDS, check_command
from tests.docs.pages import code_spans, find_blocks, page_names, read_page, strip_blocks

ELSEWHERE = {
    "docker": "needs Docker",
    "export": "sets a variable of the shell",
    "source": "is run with the first steps of the README",
    "mkdir": "is run with the first hour",
    "python3": "is run by the tests of evidence",
    "sed": "is run with the first hour",
    "curl": "asks what tests/runs/test_metrics.py asks",
    "pip": "installs an extra of a published package",
    "cd": "goes to a folder that a test of links knows",
    "cp": "copies what is there",
    "rm": "is run by the test of backups",
    "sqlite3": "is run by the test of backups",
    "pg_dump": "is run by the test of backups",
    "pg_restore": "is run by the test of backups",
    "sh": "runs a script that is run by tests/deploy",
    "sudo": "needs a machine with systemd; tests/deploy runs what the units start",
    "kubectl": "needs a cluster; tests/deploy runs what the manifests start",
    "$EDITOR": "is run with the first steps of the README",
}
"""Commands that are not ours to check, and why."""

RECIPES = "docs/recipes/"
"""Pages whose blocks are all run as they stand, by tests/recipes."""
BLOCKS = [
    (name, block)
    for name in page_names()
    if not name.startswith(RECIPES)
    for block in find_blocks(read_page(name), "sh")
]


def calls_in(block: str) -> list[list[str]]:
    """The commands of a block, word by word, without comments."""
    lines = block.replace("\\\n", " ").splitlines()
    calls = (shlex.split(line, comments=True) for line in lines)
    return [list(takewhile(lambda word: word != ">", words)) for words in calls if words]


def check_call(words: list[str]) -> None:
    """Raise an error for a command that would not be understood."""
    match words:
        case ["headway", *arguments]:
            check_command(arguments)
        case ["make", *targets]:
            makefile = (ROOT / "Makefile").read_text()
            for target in (word for word in targets if "=" not in word):
                assert re.search(rf"^{re.escape(target)}:.* ## ", makefile, re.MULTILINE), target
        case ["python", "-m", module, *_]:
            assert find_spec(module), module
        case [program, *_]:
            assert program in ELSEWHERE, f"say in ELSEWHERE how {program} is known to work"


@pytest.mark.parametrize(("name", "block"), BLOCKS)
def test_a_block_of_commands_can_be_typed(name: str, block: str) -> None:
    shell = subprocess.run(["bash", "-n"], input=block, text=True, capture_output=True, check=False)

    assert (shell.returncode, shell.stderr) == (0, "")
    for words in calls_in(block):
        check_call(words)


@pytest.mark.parametrize("name", page_names())
def test_a_command_inside_a_sentence_can_be_typed(name: str) -> None:
    """One that is only named (`headway plan`) must exist; CAPITALS and dots stand for words."""
    page = strip_blocks(read_page(name)).replace("\n", " ")

    for span in code_spans(page):
        match shlex.split(span) if re.match(r"(headway|make) [^…[]+$", span) else []:
            case ["headway", named]:
                assert named in COMMANDS or named.isupper() or named == "--version"
            case ["headway", named, "--help"]:
                assert named in COMMANDS or named.isupper()
            case [*words] if words:
                check_call(words)


def test_every_block_of_a_page_says_what_it_is_written_in() -> None:
    """A block without a language is output or a picture: nobody is asked to type it."""
    bare = [block for name in page_names() for block in find_blocks(read_page(name), "")]

    assert [block for block in bare if re.match(r"(headway|make|export|docker) ", block)] == []
