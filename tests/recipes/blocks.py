"""The blocks of a recipe, run as they stand."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import find_blocks, find_section, read_page

TIMEOUT = 120


def read_blocks(page: str, language: str, section: str = "") -> list[str]:
    """The blocks of a page of docs/recipes/, of one section where it is named."""
    text = read_page(f"docs/recipes/{page}.md")
    return find_blocks(find_section(text, section) if section else text, language)


def run_shell(block: str, folder: Path, address: str, *folders: Path) -> str:
    """What a block of commands prints, typed in a folder where LIST is set; fails as it fails."""
    path = os.pathsep.join(
        [*map(str, folders), str(Path(sys.executable).parent), os.environ["PATH"]]
    )
    return _run(["bash", "-euo", "pipefail", "-c", block], folder, {"LIST": address, "PATH": path})


def run_python(block: str, folder: Path, address: str, python: Path | None = None) -> str:
    """What a program prints, by this Python or another."""
    words = [str(python or sys.executable), "-c", block]
    return _run(words, folder, {"LIST": address, "PATH": os.environ["PATH"]})


def _run(words: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        words,
        cwd=folder,
        env=environment | {"HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr + done.stdout
    return done.stdout


def need_program(name: str) -> None:
    """Skip loudly where a machine has no such program."""
    if shutil.which(name) is None:
        pytest.skip(f"NO {name} ON THIS MACHINE: its recipe is not tried")
