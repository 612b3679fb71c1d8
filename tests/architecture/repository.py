"""Where the repository is, and which files belong to it."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def our_files() -> list[Path]:
    """Every file of the repository, those not yet committed too, but nothing that git ignores."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
