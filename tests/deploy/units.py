"""The units of docs/deploy/systemd as systemd reads them: several values a key, in their order."""

import re
import shlex
from pathlib import Path

from tests.architecture.repository import ROOT

FOLDER = ROOT / "docs" / "deploy" / "systemd"
Unit = dict[str, list[str]]
"""Values by key, whatever section they stand in: no key of ours stands in two."""


def read_unit(name: str) -> Unit:
    """A unit of ours."""
    unit: Unit = {}
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if found := re.fullmatch(r"(\w+)=(.*)", line):
            unit.setdefault(found[1], []).append(found[2])
    return unit


def read_environment(unit: Unit, credentials: str) -> dict[str, str]:
    """What `Environment=` and our own `EnvironmentFile=` give the service."""
    pairs = [pair for line in unit["Environment"] for pair in shlex.split(line)]
    kept = (FOLDER / "headway.env").read_text("utf-8").splitlines()
    pairs += [line for line in kept if line and not line.startswith("#")]
    found = dict(pair.split("=", 1) for pair in pairs)
    return {name: value.replace("%d", credentials) for name, value in found.items()}


def split_credential(unit: Unit) -> tuple[str, Path]:
    """Of `LoadCredential=` the folder whose files the service is given, and what their names there
    begin with: systemd puts a `_` between."""
    (line,) = unit["LoadCredential"]
    prefix, path = line.split(":", 1)
    return prefix, Path(path)
