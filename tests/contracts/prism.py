"""Prism, which passes requests on and judges them and their answers by an OpenAPI contract."""

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.node import find_node

PACKAGE, VERSION = "@stoplight/prism-cli", "5.14.2"
PROGRAM = Path("node_modules") / PACKAGE / "dist" / "index.js"
LISTENING = "Prism is listening on "
LONGEST_START = 60.0


def install(parent: Path) -> Path:
    """Prism's program in a folder below `parent`, where it is kept; skipped where it cannot be."""
    os.environ["PATH"] = find_node(parent)["PATH"]
    kept = parent / f"prism-{VERSION}"
    if not (kept / PROGRAM).is_file():
        fresh = tempfile.mkdtemp(prefix="prism-", dir=parent)
        done = subprocess.run(
            [
                *("npm", "install", f"{PACKAGE}@{VERSION}", "--prefix", fresh),
                *("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"),
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            pytest.skip(f"npm cannot install {PACKAGE}@{VERSION}: {done.stderr.strip()[-200:]}")
        shutil.rmtree(kept, ignore_errors=True)
        Path(fresh).rename(kept)
    return kept / PROGRAM


@contextmanager
def judging(program: Path, contract: Path, upstream: str) -> Iterator[str]:
    """Prism between its own address and `upstream`: 422 to a bad request, 500 to a bad answer."""
    words = ["node", str(program), "proxy", str(contract), upstream, "--errors", "--port", "0"]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as prism:
        log = _Log(prism)
        try:
            yield log.address()
        finally:
            prism.terminate()
            log.join()


class _Log(threading.Thread):
    """Reads what Prism writes, to the end, so that it never has to wait for a reader."""

    def __init__(self, prism: subprocess.Popen[str]) -> None:
        super().__init__(daemon=True)
        self._prism = prism
        self._address = ""
        self._lines: list[str] = []
        self._told = threading.Event()
        self.start()

    def run(self) -> None:
        for line in self._prism.stdout or ():
            if not self._told.is_set():
                self._lines.append(line)
            if LISTENING in line:
                self._address = line.partition(LISTENING)[2].strip()
                self._told.set()
        self._told.set()

    def address(self) -> str:
        """Where Prism listens, once it does."""
        self._told.wait(LONGEST_START)
        assert self._address, "".join(self._lines[-20:])
        return self._address
