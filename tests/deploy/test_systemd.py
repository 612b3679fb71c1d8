"""The units: what systemd says of them, and their very command line under what they allow."""

import json
import os
import re
import shutil
import signal
import subprocess
import textwrap
from pathlib import Path

import httpx
import pytest

from sync.settings.settings import read_settings
from tests.architecture.repository import ROOT
from tests.deploy.booted import booted_systemd
from tests.deploy.sandbox import USER, Sandbox, skip_without_rights
from tests.deploy.units import FOLDER, Unit, read_environment, read_unit, split_credential
from tests.docs.commands import COMMANDS
from tests.docs.pages import find_section, read_page
from tests.loaded import TIMEOUT
from tests.postgres import find_free_port
from tests.runs.place import Place
from tests.runs.programs import wait_until

UNITS = ("headway.service", "headway-migrate.service")
CREDENTIALS = "/run/credentials/headway.service"
WORST_EXPOSURE = 1.5
"""Of ten, as systemd counts it: a service that asks Jira has the network (0.5) and no less."""


@pytest.fixture(params=UNITS)
def unit(request: pytest.FixtureRequest) -> Unit:
    return read_unit(request.param)


def test_a_unit_starts_a_command_as_a_user_of_its_own(unit: Unit) -> None:
    (start,) = unit["ExecStart"]
    program, command = start.split()

    assert program == "/opt/headway/bin/headway"
    assert command in COMMANDS
    assert unit["User"] == ["headway"]
    assert "u headway " in (FOLDER / "headway.sysusers").read_text("utf-8")


def test_both_units_are_closed_in_the_same_way() -> None:
    serve, migrate = (read_unit(name) for name in UNITS)
    own = {"Description", "ExecStart", "Type", "EnvironmentFile", "Environment", "LoadCredential"}
    shared = serve.keys() & migrate.keys() - own

    assert {"ProtectSystem", "CapabilityBoundingSet", "SystemCallFilter"} <= shared
    assert {key: serve[key] for key in shared} == {key: migrate[key] for key in shared}


def test_what_the_unit_sets_are_settings_of_ours_and_the_token_is_a_credential(
    tmp_path: Path,
) -> None:
    unit = read_unit(UNITS[0])
    environment = read_environment(unit, str(tmp_path))
    (tmp_path / f"{split_credential(unit)[0]}_JIRA_TOKEN").write_text("token")

    settings = read_settings(environment, for_jira=True)

    assert settings.only_site.token == "token"
    assert str(settings.clean_url.database).startswith("/var/lib/headway/")
    assert str(settings.state_url.database).startswith("/var/lib/headway/")


def test_what_starting_again_does_not_mend_is_left_for_a_person() -> None:
    """The exit codes by which `serve` ends by itself, but for a bug of ours (70)."""
    assert read_unit(UNITS[0])["RestartPreventExitStatus"] == ["2 74 77"]


def analyze(*words: str, sandbox: Sandbox | None = None) -> "subprocess.CompletedProcess[str]":
    if not shutil.which("systemd-analyze"):
        pytest.skip("NO SYSTEMD: install it (apt install systemd) to have the units verified")
    command = ["systemd-analyze", *words]
    if sandbox:
        command = sandbox.command(*command, SYSTEMD_UNIT_PATH=f"{FOLDER}:")
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.mark.all
@pytest.mark.parametrize("name", UNITS)
def test_systemd_verifies_the_unit(name: str) -> None:
    skip_without_rights()
    installed = Sandbox({"/opt/headway": ROOT / ".venv"})

    done = analyze("verify", "--man=no", str(FOLDER / name), sandbox=installed)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.all
@pytest.mark.parametrize("name", UNITS)
def test_systemd_calls_the_unit_closed(name: str) -> None:
    limit = f"--threshold={WORST_EXPOSURE * 10:.0f}"

    done = analyze("security", "--offline=true", "--no-pager", limit, str(FOLDER / name))

    assert done.returncode == 0, done.stdout


def list_allowed_calls(unit: Unit) -> list[str]:
    """The system calls that `SystemCallFilter=` leaves, by systemd's own lists."""
    allow, refuse = unit["SystemCallFilter"]
    allowed = expand_calls(allow.split())
    return sorted(allowed - expand_calls(refuse.removeprefix("~").split()))


def expand_calls(names: list[str]) -> set[str]:
    found: set[str] = set()
    for name in names:
        lines = analyze("syscall-filter", name).stdout.splitlines()[1:]
        inner = [
            line.strip() for line in lines if line.strip() and not line.strip().startswith("#")
        ]
        found |= {each for each in inner if not each.startswith("@")}
        found |= expand_calls([each for each in inner if each.startswith("@")])
    return found


@pytest.mark.all
def test_the_very_command_lines_serve_a_list_and_end_on_the_signal_of_the_unit(
    tiny_place: Place, tmp_path: Path
) -> None:
    """Read-only but for its own folder, as another user, with the system calls that are left."""
    skip_without_rights()
    serve, migrate = (read_unit(name) for name in UNITS)
    etc, state, given = (tmp_path / name for name in ("etc", "state", "credentials"))
    for folder in (etc, state, given):
        folder.mkdir(0o755)
    shutil.copytree(tiny_place.folder / "config", etc / "rules")
    (given / "HEADWAY_JIRA_TOKEN").write_text(tiny_place.jira.token)
    os.chown(state, USER, USER)
    places = {"/opt/headway": ROOT / ".venv", "/etc/headway": etc, CREDENTIALS: given}
    sandbox = Sandbox(places, {"/var/lib/headway": state}, list_allowed_calls(serve))
    environment = read_environment(serve, CREDENTIALS)
    environment |= {"HEADWAY_JIRA_URL": tiny_place.jira.url, "HEADWAY_CLOCK_TOLERANCE": "none"}
    environment |= {"HEADWAY_JIRA_EMAIL": tiny_place.jira.email}
    environment |= {"HEADWAY_HTTP_ADDRESS": f"127.0.0.1:{find_free_port()}"}

    made = subprocess.run(
        sandbox.command(*migrate["ExecStart"][0].split(), **environment),
        check=False,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    log = tmp_path / "log"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            sandbox.command(*serve["ExecStart"][0].split(), **environment), stderr=stderr
        )
    try:
        wait_until(lambda: "sync.finished" in log.read_text(), log)
        board = httpx.get(f"http://{environment['HEADWAY_HTTP_ADDRESS']}/", timeout=30)
        process.send_signal(getattr(signal, serve["KillSignal"][0]))
        code = process.wait(timeout=TIMEOUT)
    finally:
        process.kill()
        process.wait()

    assert code == 0, log.read_text()
    assert "Audit log" in board.text
    assert not re.search(r'"level": "(warning|error)"', log.read_text())
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in state.iterdir()}
    assert modes == {"clean.db": "0o644", "internal": "0o700"}
    assert json.loads(log.read_text().splitlines()[-1])["event"] == "serve.ended"


def read_steps() -> str:
    """The lines of the page, but for those that install Headway: a packet is fetched nowhere."""
    lines = find_section(read_page("docs/deploy/README.md"), "Systemd").split("```")[1].splitlines()
    return "\n".join(line for line in lines[1:] if "/opt/headway" not in line)


@pytest.mark.all
def test_a_real_systemd_serves_a_list_by_the_lines_of_the_page(
    tiny_place: Place, tmp_path: Path
) -> None:
    jira = tiny_place.jira
    own = f"""
        sed -i '/JIRA_URL\\|JIRA_EMAIL\\|HTTP_ADDRESS/d' $1
        cat >>$1 <<END
        HEADWAY_JIRA_URL={jira.url}
        HEADWAY_JIRA_EMAIL={jira.email}
        HEADWAY_CLOCK_TOLERANCE=none
        HEADWAY_HTTP_ADDRESS=127.0.0.1:{find_free_port()}
        END
        echo {jira.token} >$2
    """
    rules = (tiny_place.folder / "config").glob("*.yaml")
    files = {f"/src/rules/{path.name}": path.read_text("utf-8") for path in rules}
    files |= {
        f"/src/docs/deploy/systemd/{path.name}": path.read_text("utf-8")
        for path in FOLDER.iterdir()
    }
    files |= {"/usr/local/bin/own": f"#!/bin/sh\n{textwrap.dedent(own)}"}
    with booted_systemd(tmp_path / "disk", files) as systemd:
        followed = systemd.ask(f"set -e\ncd /src\n{read_steps()}", EDITOR="own")
        assert followed.returncode == 0, followed.stdout + followed.stderr
        log = tmp_path / "log"

        def is_current() -> bool:
            log.write_text(systemd.ask("headway status; journalctl --no-pager -u headway").stdout)
            return log.read_text().startswith("status      current")

        wait_until(is_current, log)
        found = systemd.ask("headway find audit trail")
        shown = systemd.ask("cat /proc/$(systemctl show -p MainPID --value headway)/environ")
        ended = systemd.ask(
            "systemctl stop headway; systemctl show -p Result,ExecMainStatus headway"
        )

    assert "Audit log" in found.stdout
    assert jira.token not in shown.stdout
    assert "HEADWAY_SECRETS_DIR=/run/credentials/headway.service" in shown.stdout
    assert ended.stdout == "Result=success\nExecMainStatus=0\n"
