"""pandas, DuckDB, Datasette and dbt: installed apart from Headway, for these recipes alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).parent / "requirements.txt"


def install_programs(folder: Path) -> Path:
    """The folder of their commands, in an environment of their own below `folder`.

    Skipped loudly where they cannot be had.
    """
    uv = str(Path(sys.executable).with_name("uv"))
    python = folder / "bin" / "python"
    environment = os.environ | {"UV_SYSTEM_CERTS": "1"}
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(python)]
    for words in (
        [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder)],
        [*sync, str(REQUIREMENTS)],
    ):
        done = subprocess.run(words, check=False, capture_output=True, text=True, env=environment)
        if done.returncode:
            said = done.stderr.strip()[-300:]
            pytest.skip(f"NO pandas, DuckDB, Datasette AND dbt TO TRY THE RECIPES WITH: {said}")
    return python.parent
