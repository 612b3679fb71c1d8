"""The README is a front door that says what is so: its picture, its rules, its first steps."""

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from sync.sample.server.server import SampleJira
from tests.architecture.repository import ROOT
from tests.companies import SHARE, a_company
from tests.docs.pages import find_blocks, read_page
from tests.screens.shooting import DEMO_WIDTH, read_screens

README = read_page("README.md")
LONGEST = 220
SAMPLE_RULES = ROOT / "sync" / "sample" / "config"


def test_it_is_short_enough_to_be_read_whole() -> None:
    assert len(README.splitlines()) <= LONGEST


def test_the_rules_it_shows_can_be_used() -> None:
    (rules,) = find_blocks(README, "yaml")

    assert yaml.safe_load(rules)["capabilities"]
    book = rulebook_from_texts(read_shipped_texts() | {"readme.yaml": rules})
    assert [rule.id for rule in book.capabilities] == ["audit-log"]


def test_the_page_it_shows_is_what_the_demo_prints() -> None:
    """`tests/screens` holds the kept screen, whose lines are shorter, against the demo itself."""
    page = " ".join(read_screens("demo")[DEMO_WIDTH].split())
    (shown,) = find_blocks(README, "")
    for line in shown.splitlines():
        assert " ".join(line.split()) in page


def first_steps(jira: SampleJira, folder: Path) -> str:
    """The blocks from `source` to the first run as they stand, with values of the sample's own.

    The editor that they open writes the sample's rules in place of the drafts.
    """
    blocks = find_blocks(README, "sh")
    begin = next(n for n, block in enumerate(blocks) if block.startswith("source "))
    token, editor = folder / "token", folder / "editor"
    token.write_text(jira.token)
    editor.write_text(f'#!/bin/sh\nrm "$1"\ncp {SAMPLE_RULES}/*.yaml "$(dirname "$1")"\n')
    editor.chmod(0o755)
    given = {
        "https://example.atlassian.net": jira.url,
        "headway@example.com": jira.email,
        "/run/secrets/jira": str(token),
    }
    script = blocks[begin] + blocks[begin + 1]
    for example, value in given.items():
        assert example in script
        script = script.replace(example, value)
    return script


def test_its_first_steps_work_as_typed(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(sys.prefix)
    environment = {
        "PATH": os.environ["PATH"],
        "EDITOR": str(tmp_path / "editor"),
        "HEADWAY_CLOCK_TOLERANCE": "none",
    }

    with SampleJira(a_company(every=SHARE)) as jira:
        typed = subprocess.run(
            ["bash", "-e"],
            input=first_steps(jira, tmp_path),
            cwd=tmp_path,
            env=environment,
            text=True,
            capture_output=True,
            check=False,
        )

    assert (typed.returncode, typed.stderr) == (0, "")
    assert re.search(r"Wrote rules/capabilities.yaml", typed.stdout)
    assert (tmp_path / "var" / "clean.db").exists()
    assert "revision 1" in typed.stdout.casefold()


def test_what_a_newcomer_writes_beside_the_source_is_no_file_of_the_project() -> None:
    """Else a rule book of theirs is held to our words by the tests that README has them run."""
    written = ["rules/drafts.yaml", "mine/rules/drafts.yaml", "plan.json", "crm.csv", "crm.cursor"]
    command = ["git", "-c", "safe.directory=*", "check-ignore", "--no-index", *written]

    ignored = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ignored.stdout.split() == written
