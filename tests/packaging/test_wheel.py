import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
STRAY_RULES = "this: is no rule book of Headway's, and must not be read\n"


def run(
    *words: str | Path, cwd: Path, environment: Mapping[str, str] = os.environ
) -> subprocess.CompletedProcess[str]:
    """Run one program; its words go into the failure."""
    done = subprocess.run(
        words, cwd=cwd, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this repository with the locked build backend."""
    folder = tmp_path_factory.mktemp("wheel")
    run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder),
        cwd=ROOT,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a new environment that holds the wheel and its locked requirements."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=ROOT)
    uv = Path(sys.prefix) / "bin" / "uv"
    into = ("--quiet", "--python", environment / "bin" / "python")
    run(
        *(uv, "pip", "install", *into, "--require-hashes", "-r", ROOT / "requirements.txt"),
        cwd=ROOT,
    )
    run(uv, "pip", "install", *into, "--no-deps", wheel, cwd=ROOT)
    return environment / "bin"


@pytest.fixture
def foreign_folder(tmp_path: Path) -> Path:
    """A folder that has nothing to do with Headway, but a `config` folder of its own."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "rules.yaml").write_text(STRAY_RULES)
    return tmp_path


@pytest.fixture
def bare_environment() -> dict[str, str]:
    """The environment without what points Python at this repository, and without settings."""
    ours = ("PYTHONPATH", "VIRTUAL_ENV", "HEADWAY_", "COVERAGE_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def test_the_wheel_holds_every_file_of_its_packages_and_no_test(wheel: Path) -> None:
    packages = ("config", "migrations", "models", "sync", "translators")
    expected = {
        file.relative_to(ROOT).as_posix()
        for package in packages
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }

    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert held == expected


def test_the_wheel_carries_its_licence(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/licenses/LICENSE"))
        carried = archive.read(name)

    assert carried == (ROOT / "LICENSE").read_bytes()


@pytest.mark.parametrize("command", ["--help", "demo"])
def test_the_installed_wheel_works_in_a_foreign_folder(
    command: str, installed: Path, foreign_folder: Path, bare_environment: dict[str, str]
) -> None:
    done = run(installed / "headway", command, cwd=foreign_folder, environment=bare_environment)

    assert done.stdout
    assert (foreign_folder / "config" / "rules.yaml").read_text() == STRAY_RULES
