"""A small list, for what is answered over HTTP."""

import shutil
from importlib.resources import as_file, files

import pytest

from sync.cli import run
from sync.sample.server.server import SampleJira
from sync.settings.settings import Settings, read_settings
from tests.companies import a_company


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Those of a small list that was published once."""
    folder = tmp_path_factory.mktemp("served")
    with as_file(files("sync.sample") / "config") as rules:
        shutil.copytree(rules, folder / "config")
    with SampleJira(a_company("ID"), dialect="cloud") as jira:
        given = {
            "HEADWAY_JIRA_URL": jira.url,
            "HEADWAY_JIRA_EMAIL": jira.email,
            "HEADWAY_JIRA_TOKEN": jira.token,
            "HEADWAY_CLEAN_URL": f"sqlite:///{folder}/clean.db",
            "HEADWAY_STATE_URL": f"sqlite:///{folder}/internal/state.db",
            "HEADWAY_CONFIG_DIR": f"{folder}/config",
            "HEADWAY_CLOCK_TOLERANCE": "none",
        }
        env_file = folder / "env"
        env_file.write_text("".join(f"{name}={value}\n" for name, value in given.items()))
        for command in ("migrate", "sync"):
            assert run(["--env-file", str(env_file), command]) == 0
    return read_settings({}, env_file)
