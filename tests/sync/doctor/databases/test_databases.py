"""Room on the disk of a database file, beside what the next run may need."""

from pathlib import Path

import pytest

from sync.doctor.checks import Verdict
from sync.doctor.databases.databases import MB, judge_room

SIZE = 100 * MB


@pytest.mark.parametrize(
    ("free", "verdict"),
    [(0, "wrong"), (219 * MB, "wrong"), (220 * MB, "note"), (719 * MB, "note"), (720 * MB, "ok")],
)
def test_a_disk_without_room_for_the_next_run_is_wrong(free: int, verdict: str) -> None:
    check = judge_room("state", Path("/var/headway"), SIZE, free)

    assert check.verdict == verdict
    assert f"{free // MB} MB are free in /var/headway; the next run may need 220 MB" in check.what
    assert ("HEADWAY_STATE_URL" in check.remedy) is (check.verdict is not Verdict.OK)
    assert check.exit_code == (74 if verdict == "wrong" else 0)
