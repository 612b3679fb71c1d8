"""pandas, DuckDB, Datasette and dbt: installed apart from Headway, for these recipes alone."""

import sys
from pathlib import Path

import pytest

from tests.programs_by_uv import run_uv

REQUIREMENTS = Path(__file__).parent / "requirements.txt"


def install_programs(folder: Path) -> Path:
    """The folder of their commands, in an environment of their own below `folder`.

    Skipped loudly where they cannot be had.
    """
    python = folder / "bin" / "python"
    sync = ("pip", "sync", "--quiet", "--require-hashes", "--python", str(python))
    for words in (
        ("venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder)),
        (*sync, str(REQUIREMENTS)),
    ):
        if (fault := run_uv(*words)) is not None:
            pytest.skip(f"NO pandas, DuckDB, Datasette AND dbt TO TRY THE RECIPES WITH: {fault}")
    return python.parent
