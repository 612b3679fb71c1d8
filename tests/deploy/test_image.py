"""The image by what its Dockerfile says: no engine is asked for, and none is here to ask."""

import json
import re
import subprocess
from pathlib import Path

from sync.settings.settings import read_settings
from tests.architecture.repository import ROOT
from tests.deploy.sandbox import USER
from tests.docs.commands import COMMANDS

Instruction = tuple[str, str]


def read_instructions() -> list[list[Instruction]]:
    """Instructions and what stands behind them, stage by stage."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    stages: list[list[Instruction]] = [[]]
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "FROM":
            stages.append([])
        stages[-1].append((word, rest.strip()))
    return stages[1:]


*BUILDING, LAST = read_instructions()
SAID = dict(LAST)


def test_what_builds_it_is_not_in_it() -> None:
    copied = [rest for word, rest in LAST if word in {"COPY", "ADD"}]

    assert len(BUILDING) == 1
    assert BUILDING[0][0][1].endswith(" AS build")
    assert copied == ["--from=build /opt/headway /opt/headway"]
    assert "pip uninstall --yes pip" in dict(BUILDING[0])["RUN"]


def test_it_runs_as_a_numbered_user_who_owns_its_two_folders_alone() -> None:
    assert SAID["USER"] == f"{USER}:{USER}"
    assert SAID["RUN"] == f"mkdir -p /app/var /app/config && chown -R {USER}:{USER} /app"
    assert json.loads(SAID["VOLUME"]) == ["/app/var", "/app/config"]
    assert [word for word, _ in LAST].index("USER") > [word for word, _ in LAST].index("RUN")


def test_signals_reach_headway_itself() -> None:
    """No shell stands between: the first process of the container is Headway."""
    assert json.loads(SAID["ENTRYPOINT"]) == ["headway"]
    assert json.loads(SAID["CMD"])[0] in COMMANDS
    assert SAID["STOPSIGNAL"] == "SIGTERM"


def test_a_root_that_is_read_only_is_enough() -> None:
    """What Headway writes by default stands in a volume; Python writes nothing beside its code."""
    settings = read_settings({})
    written = [settings.clean_url.database, settings.state_url.database, settings.config_dir]

    assert "PYTHONDONTWRITEBYTECODE=1" in SAID["ENV"]
    assert SAID["WORKDIR"] == "/app"
    assert all(str(place).split("/")[0] in {"var", "config"} for place in written)


def test_its_health_is_what_status_says_and_a_held_list_is_no_sickness(tmp_path: Path) -> None:
    options, _, command = SAID["HEALTHCHECK"].partition(" CMD ")
    shell, flag, line = json.loads(command)
    codes = {}
    for code in (0, 3, 74, 75, 77):
        headway = tmp_path / "headway"
        headway.write_text(f"#!/bin/sh\nexit {code}\n")
        headway.chmod(0o755)
        done = subprocess.run(
            [shell, flag, line], check=False, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}
        )
        codes[code] = done.returncode

    assert "--start-period=2m" in options
    assert codes == {0: 0, 3: 0, 74: 1, 75: 1, 77: 1}
