"""The compose file: what compose and its schema say, and its commands on its own databases."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
import yaml

from sync.settings.settings import read_installation, read_settings
from sync.store.clean.readers_role import list_creation
from tests.architecture.repository import ROOT
from tests.deploy.checkers import check_by, find_compose
from tests.deploy.composed import SECRETS, Composed, asking, started
from tests.deploy.sandbox import USER, Sandbox, skip_without_rights
from tests.docs.commands import COMMANDS
from tests.loaded import TIMEOUT
from tests.postgres import Postgres, find_free_port, running_postgres
from tests.runs.place import Place
from tests.runs.programs import wait_until

ONE = Composed("compose", ("migrate", "worker"))
MANY = Composed("compose-workers", ("migrate", "clock", "worker"))
BOTH = pytest.mark.parametrize("composed", [ONE, MANY], ids=lambda each: each.name)
BY_SCHEMA = """
import sys, yaml
from compose_spec import ComposeSpecification, PyCompose
with open(sys.argv[1]) as file:
    merged = yaml.safe_load(file)
ComposeSpecification.model_validate(merged)
PyCompose.from_yaml(yaml.safe_dump(merged)).validate()
"""


@pytest.mark.parametrize(
    ("composed", "name"), [(each, name) for each in (ONE, MANY) for name in each.ours]
)
def test_a_service_of_ours_writes_nowhere_and_has_no_rights(composed: Composed, name: str) -> None:
    service = composed.services[name]

    assert service["command"][0] in COMMANDS
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "ports" not in service or all(port.startswith("127.0.0.1:") for port in service["ports"])


@BOTH
def test_every_secret_is_a_file_that_the_script_makes_and_somebody_uses(
    composed: Composed, tmp_path: Path
) -> None:
    made = composed.make_secrets(tmp_path)
    services = composed.services
    used = {source for name in services for source in composed.list_secrets(name).values()}

    assert set(composed.files.values()) == {path.name for path in made.iterdir()}
    assert used == composed.files.keys()
    assert made.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o004 for path in made.iterdir())


@BOTH
def test_making_the_secrets_again_changes_none(composed: Composed, tmp_path: Path) -> None:
    made = composed.make_secrets(tmp_path)
    before = {path.name: path.read_text() for path in made.iterdir()}
    (token, *_) = (path.name for path in made.glob("*jira_token"))
    (made / token).write_text("a-token")

    composed.make_secrets(tmp_path)

    after = {path.name: path.read_text() for path in made.iterdir()}
    assert after == before | {token: "a-token"}


def test_the_worker_is_given_settings_of_ours(tmp_path: Path) -> None:
    made = ONE.make_secrets(tmp_path)
    (made / "jira_token").write_text("a-token")
    given = ONE.mount_secrets("worker", made)

    settings = read_settings(ONE.read_environment("worker", given), for_jira=True)

    assert settings.only_site.token == "a-token"
    assert settings.clean_url.username == settings.state_url.username == "headway_writer"
    assert settings.clean_url.database != settings.state_url.database
    assert settings.http_address is not None


@pytest.mark.parametrize("name", ["clock", "worker"])
def test_clock_and_workers_are_given_every_list_with_its_secrets(tmp_path: Path, name: str) -> None:
    made = MANY.make_secrets(tmp_path)
    for token in made.glob("*_jira_token"):
        token.write_text("a-token")
    environment = MANY.read_environment(name, MANY.mount_secrets(name, made))
    environment["HEADWAY_SITES_FILE"] = str(MANY.folder / "sites.yaml")

    lists = read_installation(environment)

    assert lists.names == ("acme", "globex")
    for settings in (lists.select_list(each, for_jira=True) for each in lists.names):
        addresses = (settings.clean_url, settings.state_url, settings.workers_url)
        assert {each and each.username for each in addresses} == {"headway_writer"}
        assert len({each and each.database for each in addresses}) == 3
        assert settings.http_address is not None


def test_readers_begin_as_the_page_of_queries_has_them() -> None:
    statements = (ONE.folder / "databases.sql").read_text("utf-8")
    of_many = (MANY.folder / "list.sql").read_text("utf-8").replace(':"reader"', "headway_reader")
    create, *defaults = list_creation()

    assert create.rstrip(";") in statements
    assert create.rstrip(";") in of_many
    assert [line for line in defaults if line not in statements or line not in of_many] == []


@pytest.mark.all
@BOTH
def test_the_schema_of_compose_files_knows_all_of_it(composed: Composed, schemas: Path) -> None:
    assert check_by(schemas, BY_SCHEMA, composed.file) == ""


@pytest.mark.all
@BOTH
def test_compose_reads_it(composed: Composed, tmp_path: Path) -> None:
    """Debian's compose is older than the key `name`, which is left out for it."""
    compose, environment = find_compose()
    there = shutil.copytree(composed.folder, tmp_path / "headway")
    if len(compose) != 2 or compose[0] != "docker":
        name = f"name: {composed.compose['name']}\n"
        text = composed.file.read_text("utf-8")
        (there / "compose.yaml").write_text(text.replace(name, "", 1))

    done = subprocess.run(
        [*compose, "--file", str(there / "compose.yaml"), "config"],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert yaml.safe_load(done.stdout)["services"].keys() == composed.services.keys()


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A server of its own: the file makes roles, which are of the whole server."""
    with running_postgres(os.environ) as found:
        yield found


@pytest.mark.all
def test_its_commands_make_migrate_and_serve_its_own_databases(
    tiny_place: Place, tmp_path: Path, server: Postgres
) -> None:
    """As the image does it: another user, nothing to write to, and secrets where they are put."""
    skip_without_rights()
    secrets = ONE.make_secrets(tmp_path)
    (secrets / "jira_token").write_text(tiny_place.jira.token)
    ONE.make_databases(server, secrets)
    migrating, place = (
        Sandbox({str(SECRETS): ONE.mount_secrets(name, secrets), "/app": tiny_place.folder})
        for name in ONE.ours
    )
    headway = str(ROOT / ".venv" / "bin" / "headway")
    migrate = ONE.services["migrate"]["command"]
    made = subprocess.run(
        migrating.command(headway, *migrate, **ONE.read_environment("migrate")),
        check=False,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    assert "headway_reader may read the list" in made.stdout

    worker = ONE.read_environment("worker") | {
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
    reader, writer = (
        asking(server, secrets, role, "headway") for role in ("headway_reader", "headway_writer")
    )
    assert reader("SELECT status FROM v1_freshness") == [("current",)]
    for role, query in ((reader, "SELECT * FROM headway.head"), (writer, "DROP VIEW sales.v1_crm")):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            role(query)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        writer("CREATE TABLE headway.mine (x int)")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        asking(server, secrets, "headway_reader", "headway_state")("SELECT 1")
    (secrets / "writer_password").write_text("another")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        asking(server, secrets, "headway_writer", "headway")("SELECT 1")


@pytest.mark.all
def test_clock_and_worker_make_migrate_and_serve_the_lists_of_the_file(
    tiny_place: Place, tmp_path: Path, server: Postgres
) -> None:
    """As the image does it; the one Jira that is at hand is both lists'."""
    skip_without_rights()
    secrets = MANY.make_secrets(tmp_path)
    MANY.make_databases(server, secrets)
    jira = tiny_place.jira
    sites = (MANY.folder / "sites.yaml").read_text("utf-8")
    for name in ("acme", "globex"):
        (secrets / f"{name}_jira_token").write_text(jira.token)
        shutil.copytree(tiny_place.folder / "config", tiny_place.folder / "rules" / name)
        known = f"https://{name}.atlassian.net", f"headway@{name}.example"
        address = jira.url.replace("127.0.0.1", "localhost") if name == "acme" else jira.url
        sites = sites.replace(known[0], address).replace(known[1], str(jira.email))
    (tiny_place.folder / "sites.yaml").write_text(sites)
    migrate, clock, worker = (
        Sandbox({str(SECRETS): MANY.mount_secrets(name, secrets), "/app": tiny_place.folder})
        for name in MANY.ours
    )
    headway = str(ROOT / ".venv" / "bin" / "headway")
    made = subprocess.run(
        migrate.command(headway, "migrate", **MANY.read_environment("migrate")),
        check=False,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    assert "acme_reader may read the list" in made.stdout
    assert "jobs: at schema" in made.stdout

    commands, logs = [], [tmp_path / "clock.log", tmp_path / "worker.log"]
    for name, place in (("clock", clock), ("worker", worker)):
        given = MANY.read_environment(name) | {
            "HEADWAY_CLOCK_TOLERANCE": "none",
            "HEADWAY_HTTP_ADDRESS": f"0.0.0.0:{find_free_port()}",
        }
        commands.append(place.command(headway, *MANY.services[name]["command"], **given))
    with started(commands[0], logs[0]) as first, started(commands[1], logs[1]) as second:
        wait_until(lambda: logs[1].read_text().count('"work.ended"') == 2, logs[1])
        for process in (first, second):
            process.send_signal(signal.SIGTERM)
        assert [process.wait(timeout=TIMEOUT) for process in (first, second)] == [0, 0]

    for name in ("acme", "globex"):
        reader = asking(server, secrets, f"{name}_reader", name)
        assert reader("SELECT status FROM v1_freshness") == [("current",)]
        for database in (f"{name}_state", "headway_jobs"):
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                asking(server, secrets, f"{name}_reader", database)("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        asking(server, secrets, "acme_reader", "globex")("SELECT 1")


@BOTH
def test_the_worker_is_given_time_to_stop_between_two_pages(composed: Composed) -> None:
    worker = composed.services["worker"]

    assert int(worker["stop_grace_period"].removesuffix("s")) >= 60
    assert USER == 10001
