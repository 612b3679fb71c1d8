"""The compose file: what compose and its schema say, and its commands on its own databases."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import yaml

from sync.settings.settings import read_settings
from sync.settings.sources import PREFIX
from sync.store.clean.readers_role import list_creation
from tests.architecture.repository import ROOT
from tests.deploy.checkers import check_by, find_compose
from tests.deploy.sandbox import USER, Sandbox, skip_without_rights
from tests.docs.commands import COMMANDS
from tests.loaded import TIMEOUT
from tests.postgres import Postgres, find_free_port, running_postgres
from tests.runs.place import Place
from tests.runs.programs import wait_until

FOLDER = ROOT / "docs" / "deploy" / "compose"
FILE = FOLDER / "compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
FILES = {name: Path(secret["file"]).name for name, secret in COMPOSE["secrets"].items()}
OURS = ("migrate", "worker")
SECRETS = Path("/run/secrets")
BY_SCHEMA = """
import sys, yaml
from compose_spec import ComposeSpecification, PyCompose
with open(sys.argv[1]) as file:
    merged = yaml.safe_load(file)
ComposeSpecification.model_validate(merged)
PyCompose.from_yaml(yaml.safe_dump(merged)).validate()
"""


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_ours_writes_nowhere_and_has_no_rights(name: str) -> None:
    service = COMPOSE["services"][name]

    assert service["command"][0] in COMMANDS
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "ports" not in service or all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_every_secret_is_a_file_that_the_script_makes_and_somebody_uses(tmp_path: Path) -> None:
    made = make_secrets(tmp_path)
    used = {source for name in COMPOSE["services"] for source in list_secrets(name).values()}

    assert set(FILES.values()) == {path.name for path in made.iterdir()}
    assert used == FILES.keys()
    assert made.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o004 for path in made.iterdir())


def test_making_the_secrets_again_changes_none(tmp_path: Path) -> None:
    made = make_secrets(tmp_path)
    before = {path.name: path.read_text() for path in made.iterdir()}
    (made / "jira_token").write_text("a-token")

    make_secrets(tmp_path)

    after = {path.name: path.read_text() for path in made.iterdir()}
    assert after == before | {"jira_token": "a-token"}


def test_the_worker_is_given_settings_of_ours(tmp_path: Path) -> None:
    made = make_secrets(tmp_path)
    (made / "jira_token").write_text("a-token")
    given = mount_secrets("worker", made)

    settings = read_settings(read_environment("worker", given), for_jira=True)

    assert settings.only_site.token == "a-token"

    assert settings.clean_url.username == settings.state_url.username == "headway_writer"
    assert settings.clean_url.database != settings.state_url.database
    assert settings.http_address is not None


def test_readers_begin_as_the_page_of_queries_has_them() -> None:
    statements = (FOLDER / "databases.sql").read_text("utf-8")
    create, *defaults = list_creation()

    assert create.rstrip(";") in statements
    assert [line for line in defaults if line not in statements] == []


@pytest.mark.all
def test_the_schema_of_compose_files_knows_all_of_it(schemas: Path) -> None:
    assert check_by(schemas, BY_SCHEMA, FILE) == ""


@pytest.mark.all
def test_compose_reads_it(tmp_path: Path) -> None:
    """Debian's compose is older than the key `name`, which is left out for it."""
    compose, environment = find_compose()
    there = shutil.copytree(FOLDER, tmp_path / "headway")
    if len(compose) != 2 or compose[0] != "docker":
        text = FILE.read_text("utf-8")
        (there / "compose.yaml").write_text(text.replace("name: headway\n", "", 1))

    done = subprocess.run(
        [*compose, "--file", str(there / "compose.yaml"), "config"],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert yaml.safe_load(done.stdout)["services"].keys() == COMPOSE["services"].keys()


def make_secrets(folder: Path) -> Path:
    """Run the script in a copy of its folder; the folder of what it made."""
    there = folder / "headway"
    shutil.copytree(FOLDER, there, dirs_exist_ok=True)
    subprocess.run(["sh", str(there / "make-secrets.sh")], check=True, capture_output=True)
    return there / "secrets"


def list_secrets(name: str) -> dict[str, str]:
    """The secrets that a service is given, by the files that it finds them in."""
    found: list[str | dict[str, str]] = COMPOSE["services"][name]["secrets"]
    pairs = (each if isinstance(each, dict) else {"source": each} for each in found)
    return {each.get("target", each["source"]): each["source"] for each in pairs}


def mount_secrets(name: str, made: Path) -> Path:
    """What compose mounts for a service: each file of its own, under the name it is given."""
    folder = made.parent / f"secrets-of-{name}"
    folder.mkdir()
    for target, source in list_secrets(name).items():
        shutil.copy(made / FILES[source], folder / target)
    return folder


def read_environment(name: str, secrets: Path | None = None) -> dict[str, str]:
    """What a service of ours is given; `secrets` stand in another folder."""
    service = COMPOSE["services"][name]
    texts = ((FOLDER / file).read_text("utf-8") for file in service.get("env_file", ()))
    lines = (line for text in texts for line in text.splitlines())
    given = dict(line.split("=", 1) for line in lines if line.startswith(PREFIX))
    given |= service["environment"]
    where = str(secrets or SECRETS)
    return {key: value.replace(str(SECRETS), where) for key, value in given.items()}


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A server of its own: the file makes roles, which are of the whole server."""
    with running_postgres(os.environ) as found:
        yield found


def make_databases(server: Postgres, secrets: Path) -> None:
    """Run the very file that the image of PostgreSQL runs; the addresses lead to this server."""
    psql = shutil.which("psql") or str(server.programs / "psql")
    command = [psql, "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-v", f"secrets={secrets}"]
    where = [
        "-f",
        str(FOLDER / "databases.sql"),
        f"postgresql://headway@127.0.0.1:{server.port}/postgres",
    ]
    subprocess.run([*command, *where], check=True, capture_output=True)
    for address in secrets.glob("*_url"):
        text = address.read_text().replace("@database/", f"@127.0.0.1:{server.port}/")
        address.write_text(text)


def asking(server: Postgres, secrets: Path, role: str, database: str) -> Callable[[str], Any]:
    """Ask as one of the roles, with the password that was made for it."""
    password = (secrets / f"{role}_password").read_text()

    def ask(query: str) -> Any:
        with psycopg.connect(
            host="127.0.0.1",
            port=server.port,
            user=f"headway_{role}",
            password=password,
            dbname=database,
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


@pytest.mark.all
def test_its_commands_make_migrate_and_serve_its_own_databases(
    tiny_place: Place, tmp_path: Path, server: Postgres
) -> None:
    """As the image does it: another user, nothing to write to, and secrets where they are put."""
    skip_without_rights()
    secrets = make_secrets(tmp_path)
    (secrets / "jira_token").write_text(tiny_place.jira.token)
    make_databases(server, secrets)
    migrating, place = (
        Sandbox({str(SECRETS): mount_secrets(name, secrets), "/app": tiny_place.folder})
        for name in OURS
    )
    headway = str(ROOT / ".venv" / "bin" / "headway")
    migrate = COMPOSE["services"]["migrate"]["command"]
    made = subprocess.run(
        migrating.command(headway, *migrate, **read_environment("migrate")),
        check=False,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    assert "headway_reader may read the list" in made.stdout

    worker = read_environment("worker") | {
        "HEADWAY_JIRA_URL": tiny_place.jira.url,
        "HEADWAY_JIRA_EMAIL": str(tiny_place.jira.email),
        "HEADWAY_CONFIG_DIR": "/app/config",
        "HEADWAY_CLOCK_TOLERANCE": "none",
        "HEADWAY_HTTP_ADDRESS": f"0.0.0.0:{find_free_port()}",
    }
    log = tmp_path / "log"
    with started(place.command(headway, "serve", **worker), log) as process:
        wait_until(lambda: "sync.finished" in log.read_text(), log)
        port = worker["HEADWAY_HTTP_ADDRESS"].rpartition(":")[2]
        at = f"http://127.0.0.1:{port}/"
        board, ready = (httpx.get(f"{at}{page}", timeout=30) for page in ("", "readyz"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=TIMEOUT) == 0, log.read_text()

    assert "Audit log" in board.text
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "lacks": []})
    assert not re.search(r'"level": "(warning|error)"', log.read_text())
    reader, writer = (asking(server, secrets, role, "headway") for role in ("reader", "writer"))
    assert reader("SELECT status FROM v1_freshness") == [("current",)]
    for role, query in ((reader, "SELECT * FROM headway.head"), (writer, "DROP VIEW sales.v1_crm")):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            role(query)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        writer("CREATE TABLE headway.mine (x int)")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        asking(server, secrets, "reader", "headway_state")("SELECT 1")
    (secrets / "writer_password").write_text("another")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        asking(server, secrets, "writer", "headway")("SELECT 1")


def test_the_worker_is_given_time_to_stop_between_two_pages() -> None:
    worker = COMPOSE["services"]["worker"]

    assert int(worker["stop_grace_period"].removesuffix("s")) >= 60
    assert USER == 10001
