"""The workflow that a team copies does what it says: its very lines are run."""

import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.repository import ROOT
from tests.docs.commands import COMMANDS
from tests.runs.place import PUBLISHED, Places

WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / "docs/ci/rules.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = WORKFLOW["jobs"]["rules"]["steps"]
LINES = {step["name"]: step["run"] for step in STEPS if "run" in step}
PLAN_OPTIONS = {name for argument in COMMANDS["plan"].arguments for name in argument.names}
needs_plan_options = pytest.mark.xfail(
    not {"--format", "--detailed-exitcode"} <= PLAN_OPTIONS,
    reason="plan does not know --format and --detailed-exitcode yet",
    strict=True,
)


class Repository:
    """A repository of rules with a snapshot, in which steps are run as GitHub runs them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.summary = folder / "summary.md"

    def run(self, step: str) -> subprocess.CompletedProcess[str]:
        """One step, in an environment without any setting of Headway's."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("HEADWAY_")}
        env |= WORKFLOW["env"] | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "PIP_NO_INDEX": "1",
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", LINES[step]],
            cwd=self.folder,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a rule file: `old` must be there."""
        path = self.folder / "rules" / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the repository is made by the first test that needs it, and copied since."""
    return tmp_path_factory.mktemp("original") / "repository"


@pytest.fixture
def repository(places: Places, original: Path, tmp_path: Path) -> Repository:
    """The rules of the sample company, and the snapshot of its whole backlog."""
    if not original.exists():
        whole = replace(places, commands=PUBLISHED)
        with whole.open_place(tmp_path / "place") as place:
            shutil.copytree(place.folder / "config", original / "rules")
            assert place.headway("snapshot", str(original / "rules.snapshot")).code == 0
    folder = tmp_path / "repository"
    shutil.copytree(original, folder)
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    return Repository(folder)


def test_the_package_that_is_installed_has_the_name_of_ours() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert shlex.split(LINES["Install Headway"])[-1] == project["name"]


@pytest.mark.all
def test_the_very_package_that_is_installed_is_ours(repository: Repository) -> None:
    done = repository.run("Install Headway")

    assert done.returncode == 0
    assert "Requirement already satisfied: headway-sync" in done.stdout


def test_good_rules_pass_and_bad_ones_are_marked_beside_their_line(repository: Repository) -> None:
    good = repository.run("Check the rules")
    repository.edit(
        "capabilities.yaml", "      project: ID\n      summary has: [passkey*]", "      projct: ID"
    )
    bad = repository.run("Check the rules")

    assert (good.returncode, good.stderr) == (0, "")
    assert "::" not in good.stdout
    assert bad.returncode == 2
    (mark,) = (line for line in bad.stdout.splitlines() if line.startswith("::"))
    assert mark.startswith("::error file=rules/capabilities.yaml,line=54,col=7,")
    assert "unknown field 'projct' (did you mean 'project'?)" in mark


def test_a_warning_fails_the_check(repository: Repository) -> None:
    repository.edit("capabilities.yaml", "component: Retention", "component: [Retention, Retenton]")

    done = repository.run("Check the rules")

    assert done.returncode == 2
    assert "::warning file=rules/capabilities.yaml,line=" in done.stdout


@needs_plan_options
def test_what_sales_would_read_is_in_the_summary_of_the_job(repository: Repository) -> None:
    same = repository.run("Show what sales would read")
    repository.edit("capabilities.yaml", "name: Passkeys", "name: Passkeys and fingerprints")
    other = repository.run("Show what sales would read")
    repository.edit("capabilities.yaml", "capabilities:", "capabilites:")
    broken = repository.run("Show what sales would read")

    assert (same.returncode, other.returncode, broken.returncode) == (0, 0, 2)
    assert "Passkeys and fingerprints" in repository.summary.read_text("utf-8")


def test_the_plan_is_shown_even_where_the_check_fails() -> None:
    step = next(step for step in STEPS if step.get("name") == "Show what sales would read")

    assert step["if"] == "${{ !cancelled() }}"
    assert WORKFLOW["permissions"] == {"contents": "read"}
