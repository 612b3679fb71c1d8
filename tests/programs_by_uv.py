"""What tests need beside the developer's set, installed by uv from locked requirements."""

import os
import subprocess
import sys
from pathlib import Path

UV = str(Path(sys.executable).with_name("uv"))


def run_uv(*words: str) -> str | None:
    """Do what uv is asked for; the end of what it says where it cannot."""
    done = subprocess.run(
        [UV, *words],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"UV_SYSTEM_CERTS": "1"},
    )
    return done.stderr.strip()[-300:] if done.returncode else None


def install_into(folder: Path, requirements: Path) -> str | None:
    """Put packages into a folder of their own; the end of what uv says where it cannot."""
    words = ("pip", "install", "--quiet", "--require-hashes", "--target", str(folder))
    return run_uv(*words, "--python", sys.executable, "-r", str(requirements))
