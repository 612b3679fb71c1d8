"""Verifies a page of evidence as whoever gets it does."""

import html
import re
import subprocess
import sys
from pathlib import Path


def verify_page(page: str, folder: Path) -> tuple[int, str]:
    """What the program that is printed on a page says of it, run by a Python with nothing else."""
    (folder / "page.html").write_text(page, "utf-8", newline="")
    (printed,) = re.findall("<pre>(.*?)</pre>", page, re.DOTALL)
    (folder / "verify.py").write_text(html.unescape(printed), "utf-8")
    command = [sys.executable, "-I", "-S", "-X", "utf8", "verify.py", "page.html"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout + done.stderr
