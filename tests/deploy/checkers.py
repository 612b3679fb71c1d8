"""What checks the files of docs/deploy, installed apart from Headway; loudly skipped without."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT
from tests.programs_by_uv import install_into

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
COMPOSE_DEBS = ROOT / ".venv" / "docker-compose"
COMPOSE_PACKAGES = (
    *("docker-compose", "python3-docker", "python3-dockerpty", "python3-docopt"),
    *("python3-dotenv", "python3-texttable", "python3-websocket", "python3-requests"),
    *("python3-urllib3", "python3-certifi", "python3-chardet", "python3-charset-normalizer"),
    *("python3-idna", "python3-jsonschema", "python3-attr", "python3-pyrsistent", "python3-yaml"),
    *("python3-six", "python3-packaging", "python3-pkg-resources", "python3-distutils"),
)
KUBERNETES = ("1.33", "1.35", "1.37")
"""Versions whose schemas a manifest has to satisfy, strictly: no field that they do not know."""


@pytest.fixture(scope="session")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of the Python packages that know the schemas."""
    folder = tmp_path_factory.mktemp("schemas")
    if (fault := install_into(folder, REQUIREMENTS)) is not None:
        pytest.skip(f"NO SCHEMAS TO CHECK THE DEPLOYMENTS BY: {fault}")
    yield folder
    shutil.rmtree(folder)


def check_by(schemas: Path, code: str, *files: Path) -> str:
    """What a few lines say that know the schemas and are given files; empty where all is well."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, files)],
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(schemas), "PATH": os.environ["PATH"]},
    )
    return done.stdout + done.stderr


def find_compose() -> tuple[list[str], dict[str, str]]:
    """How to call compose, and its environment: the plugin of docker, else Debian's own."""
    plugin = subprocess.run(["docker", "compose", "version"], check=False, capture_output=True)
    if plugin.returncode == 0:
        return ["docker", "compose"], {}
    if installed := shutil.which("docker-compose"):
        return [installed], {}
    folder = _unpack_debian()
    libraries = folder / "usr" / "lib" / "python3" / "dist-packages"
    program = str(folder / "usr" / "bin" / "docker-compose")
    return ["/usr/bin/python3", program], {"PYTHONPATH": str(libraries)}


@cache
def _unpack_debian() -> Path:
    """Debian's docker-compose and what it imports, downloaded once and installed nowhere."""
    kept = COMPOSE_DEBS
    if not kept.is_dir():
        folder = Path(tempfile.mkdtemp(prefix="docker-compose-", dir=kept.parent))
        try:
            command = ["apt-get", "download", "--quiet", *COMPOSE_PACKAGES]
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
            for package in folder.glob("*.deb"):
                subprocess.run(["dpkg", "-x", package, folder], check=True, capture_output=True)
            with suppress(OSError):  # another process was first
                folder.rename(kept)
        except (OSError, subprocess.SubprocessError):
            pytest.skip("NO COMPOSE: install docker's plugin, or docker-compose of Debian")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return kept
