"""Packages of other people that are called as ours are refused, and nothing is done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT

COMMAND = "import sys; sys.path.append(sys.argv.pop(1)); from sync.cli import main; main()"


@pytest.mark.parametrize("name", ["models", "translators", "migrations"])
@pytest.mark.parametrize("shape", ["package", "module"])
def test_a_package_of_somebody_else_is_refused_in_words(
    tmp_path: Path, name: str, shape: str
) -> None:
    if shape == "package":
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
    else:
        (tmp_path / f"{name}.py").write_text("")

    said = subprocess.run(
        [sys.executable, "-c", COMMAND, str(ROOT), "--help"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 2
    assert said.stdout == ""
    assert said.stderr.startswith(f"headway: {name}: is found at {tmp_path}")
    assert "Take that folder off PYTHONPATH" in said.stderr


def test_an_empty_config_package_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "__init__.py").write_text("")
    said = subprocess.run(
        [sys.executable, "-c", COMMAND, str(ROOT), "--version"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
