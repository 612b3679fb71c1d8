"""A folder with a compose file: what it gives its services, and the databases that it makes."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import yaml

from sync.settings.sources import PREFIX
from tests.architecture.repository import ROOT
from tests.postgres import Postgres

SECRETS = Path("/run/secrets")


@dataclass(frozen=True)
class Composed:
    """One of docs/deploy; `ours` are its services that run Headway."""

    name: str
    ours: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return ROOT / "docs" / "deploy" / self.name

    @property
    def file(self) -> Path:
        return self.folder / "compose.yaml"

    @cached_property
    def compose(self) -> dict[str, Any]:
        """The file as it is written."""
        found: dict[str, Any] = yaml.safe_load(self.file.read_text("utf-8"))
        return found

    @property
    def services(self) -> dict[str, Any]:
        found: dict[str, Any] = self.compose["services"]
        return found

    @property
    def files(self) -> dict[str, str]:
        """The file in the folder of secrets that each secret stands in."""
        return {name: Path(each["file"]).name for name, each in self.compose["secrets"].items()}

    def make_secrets(self, folder: Path) -> Path:
        """Run the script in a copy of its folder; the folder of what it made."""
        there = folder / "headway"
        shutil.copytree(self.folder, there, dirs_exist_ok=True)
        subprocess.run(["sh", str(there / "make-secrets.sh")], check=True, capture_output=True)
        return there / "secrets"

    def list_secrets(self, name: str) -> dict[str, str]:
        """The secrets that a service is given, by the files that it finds them in."""
        found: list[str | dict[str, str]] = self.services[name]["secrets"]
        pairs = (each if isinstance(each, dict) else {"source": each} for each in found)
        return {each.get("target", each["source"]): each["source"] for each in pairs}

    def mount_secrets(self, name: str, made: Path) -> Path:
        """What compose mounts for a service: each file of its own, under the name it is given."""
        folder = made.parent / f"secrets-of-{name}"
        folder.mkdir()
        for target, source in self.list_secrets(name).items():
            shutil.copy(made / self.files[source], folder / target)
        return folder

    def read_environment(self, name: str, secrets: Path | None = None) -> dict[str, str]:
        """What a service of ours is given; `secrets` stand in another folder."""
        service = self.services[name]
        texts = ((self.folder / file).read_text("utf-8") for file in service.get("env_file", ()))
        lines = (line for text in texts for line in text.splitlines())
        given = dict(line.split("=", 1) for line in lines if line.startswith(PREFIX))
        given |= service["environment"]
        where = str(secrets or SECRETS)
        return {key: value.replace(str(SECRETS), where) for key, value in given.items()}

    def make_databases(self, server: Postgres, secrets: Path) -> None:
        """Run the very file that PostgreSQL's image runs; the addresses lead to this server."""
        psql = shutil.which("psql") or str(server.programs / "psql")
        quietly = ["--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-v", f"secrets={secrets}"]
        address = f"postgresql://headway@127.0.0.1:{server.port}/postgres"
        command = [psql, *quietly, "-f", str(self.folder / "databases.sql"), address]
        subprocess.run(command, check=True, capture_output=True)
        for each in secrets.glob("*_url"):
            text = each.read_text().replace("@database/", f"@127.0.0.1:{server.port}/")
            each.write_text(text)


def asking(server: Postgres, secrets: Path, role: str, database: str) -> Callable[[str], Any]:
    """Ask as one of the roles, with the password that was made for it."""
    password = (secrets / f"{role.removeprefix('headway_')}_password").read_text()

    def ask(query: str) -> Any:
        with psycopg.connect(
            host="127.0.0.1", port=server.port, user=role, password=password, dbname=database
        ) as connection:
            return connection.execute(query.encode()).fetchall()

    return ask


@contextmanager
def started(command: list[str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process whose log goes into a file; ended in any case."""
    with log.open("w") as stderr:
        process = subprocess.Popen(command, stderr=stderr)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
