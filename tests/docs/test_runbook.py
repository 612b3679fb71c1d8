"""The runbook has every kind of thing that Headway tells of, and no other."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT
from tests.docs.kinds import KINDS, read_alerts
from tests.docs.pages import code_spans, find_section, read_page, table_rows

PAGE = read_page("docs/runbook.md")


@pytest.mark.parametrize("section", KINDS)
def test_every_kind_that_the_code_knows_has_its_row_and_no_other(section: str) -> None:
    rows = [code_spans(row[0])[0] for row in table_rows(find_section(PAGE, section))]

    assert sorted(rows) == sorted(KINDS[section]())


def test_every_row_says_what_it_means_for_sales_and_what_to_do() -> None:
    rows = list(table_rows(PAGE))

    assert len(rows) > 150
    assert [row for row in rows if len(row) != 3 or not all(row)] == []


def test_no_section_is_left_out() -> None:
    assert re.findall(r"^## (.+)$", PAGE, re.MULTILINE) == list(KINDS)


def test_no_alert_holds_two_metrics_of_other_labels_against_each_other() -> None:
    """Prometheus finds nothing alike in them, and such an alert never fires."""
    for rule in read_alerts():
        joined = re.split(r"\b(?:and|or|unless)\b", rule["expr"])
        for part in joined[1:]:
            assert re.match(r"\s*(?:on|ignoring) *\(", part), rule["alert"]


@pytest.mark.all
def test_each_alert_fires_on_its_night_and_none_on_a_good_one(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("needs promtool, which comes with Prometheus")
    cases = (ROOT / "tests/docs/alerts.yml").read_text("utf-8")
    rules = ROOT / "docs/deploy/prometheus-alerts.yml"
    (tmp_path / "cases.yml").write_text(f"rule_files: [{rules}]\n{cases}", "utf-8")
    command = [promtool, "test", "rules", str(tmp_path / "cases.yml")]
    said = subprocess.run(command, capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout + said.stderr
