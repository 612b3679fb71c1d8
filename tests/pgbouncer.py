"""A real PgBouncer in front of the tests' PostgreSQL: found, or fetched from Debian's packages.

Looked for in $PGBOUNCER, on the path and where Debian puts it. Where it is not installed, Debian's
own package and the two libraries it needs are downloaded, once, beside what else the tests
installed, which needs no rights; where that cannot be done either, the tests that need it are
skipped.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from sync.store.clean.readers_role import READERS_ROLE
from tests.architecture.repository import ROOT
from tests.postgres import USER, find_free_port

READER = READERS_ROLE
"""The other user that it lets through: a reader, as the page of queries calls it."""
KEPT = ROOT / ".venv" / "pgbouncer"
PACKAGES = ("pgbouncer", "libevent-2.1-7", "libc-ares2")
CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = {mode}
default_pool_size = {size}
query_wait_timeout = 1
ignore_startup_parameters = extra_float_digits
logfile = {folder}/log
pidfile = {folder}/pid
"""
MISSING = "NO PGBOUNCER: install it, or name it in PGBOUNCER, to try Headway behind a pooler"


@contextmanager
def running_pgbouncer(server_port: int, mode: str = "transaction", size: int = 3) -> Iterator[int]:
    """Its port: what every client does goes through `size` connections to the server."""
    with tempfile.TemporaryDirectory(prefix="headway-pgbouncer-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        program, libraries = _find_program() or _fetch_program(folder) or (None, "")
        if program is None:
            pytest.skip(MISSING)
        port = find_free_port()
        (folder / "users").write_text(f'"{USER}" ""\n"{READER}" ""\n')
        settings = folder / "settings"
        text = CONFIGURATION.format(
            server=server_port, port=port, folder=folder, mode=mode, size=size
        )
        settings.write_text(text)
        user = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
        if user:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, "nobody", "nogroup")
        process = subprocess.Popen(
            [program, str(settings)],
            env={"LD_LIBRARY_PATH": libraries},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **user,  # type: ignore[call-overload]
        )
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait()


def _find_program() -> tuple[str, str] | None:
    named = os.environ.get("PGBOUNCER") or shutil.which("pgbouncer", path="/usr/sbin:/usr/bin")
    return (named, "") if named else None


def _fetch_program(folder: Path) -> tuple[str, str] | None:
    try:
        for package in _find_packages():
            subprocess.run(["dpkg", "-x", package, folder], check=True, capture_output=True)
    except (OSError, subprocess.SubprocessError):
        return None
    libraries = next(folder.glob("usr/lib/*/libevent-2.1.so.7")).parent
    return str(folder / "usr/sbin/pgbouncer"), str(libraries)


def _find_packages() -> list[Path]:
    """The packages, downloaded where they are not here yet."""
    if not KEPT.is_dir():
        folder = Path(tempfile.mkdtemp(prefix="pgbouncer-", dir=KEPT.parent))
        try:
            subprocess.run(
                ["apt-get", "download", "--quiet", *PACKAGES],
                cwd=folder,
                check=True,
                capture_output=True,
                timeout=60,
            )
            with suppress(OSError):  # another process was first
                folder.rename(KEPT)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return sorted(KEPT.glob("*.deb"))


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            continue
        return
    raise AssertionError(f"PgBouncer ended with {process.returncode}")
