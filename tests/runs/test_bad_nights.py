"""What `status` and `doctor` say, and end with, on the morning after a bad night."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from models.tables import clean
from sync.service.serve import ScheduledSync
from sync.settings.settings import read_settings
from sync.store.clean.lease import acquire_lease
from sync.store.db.engines import open_writer
from tests.runs.examining import examine
from tests.runs.place import Place

pytestmark = pytest.mark.published


def wrongs(place: Place) -> tuple[int, dict[str, dict[str, Any]]]:
    """What the doctor would end with because of the runs, and what of them it calls wrong."""
    sections = examine(place, "What was published", "Runs", "Mirror")
    checks = [check for checks in sections.values() for check in checks]
    code = max(check["exit_code"] for check in checks)
    return code, {c["name"]: c for c in checks if c["verdict"] == "wrong"}


def run_refused(place: Place) -> int:
    return place.headway("sync", jira_token="wrong").code


def run_unanswered(place: Place) -> int:
    return place.run_unanswered().exit_code


@pytest.mark.parametrize(
    ("run", "code", "words"),
    [
        pytest.param(run_refused, 77, "does not accept the token", id="refused"),
        pytest.param(run_unanswered, 75, "refuses the connection", id="unreachable"),
    ],
)
def test_runs_that_fail_are_wrong_with_their_reason_until_one_is_good(
    published: Place, run: Callable[[Place], int], code: int, words: str
) -> None:
    for _ in range(2):
        assert run(published) == code
    status = published.headway("status")
    doctor, found = wrongs(published)

    assert (status.code, doctor) == (code, code)
    assert "status      failing" in status.out
    assert found["runs"]["what"].startswith("the last 2 runs failed, since ")
    assert words in found["runs"]["what"]
    assert found["runs"]["remedy"]
    assert published.headway("sync").code == 0
    assert published.headway("status").code == 0
    assert wrongs(published) == (0, {})


def test_a_list_that_no_run_confirmed_is_stale_for_status_and_doctor(published: Place) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=40)
    with published.open_context() as context, open_writer(context.clean) as connection:
        values = {"checked_at": long_ago, "stale_after": long_ago + timedelta(days=2)}
        connection.execute(update(clean.head).values(**values))
    status = published.headway("status")
    code, found = wrongs(published)

    assert (status.code, code) == (75, 75)
    assert "stale" in status.out
    assert "no run has confirmed it since" in found["freshness"]["what"]
    assert "whether `headway serve` still runs" in found["freshness"]["remedy"]


def test_a_lease_that_is_stuck_is_wrong_with_who_until_when_and_what_to_do(
    published: Place,
) -> None:
    ends = datetime.now(UTC) + timedelta(days=365)
    with published.open_context() as context, open_writer(context.clean) as connection:
        connection.execute(update(clean.lease).values(holder="elsewhere:1", expires_at=ends))
    code, found = wrongs(published)

    assert code == 75
    assert published.headway("status").code == 75
    assert "elsewhere:1" in found["lease"]["what"]
    assert f"{ends:%Y-%m-%d}" in found["lease"]["what"]
    assert "headway sync" in found["lease"]["remedy"]
    assert "a run is going on" not in published.headway("doctor", "--all").out


def test_of_two_services_the_one_that_stands_by_warns_of_nothing(
    published: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    published.write_settings()
    service = ScheduledSync(read_settings({}, published.folder / "env"))
    with published.open_context() as context, acquire_lease(context.clean):
        service.run()
    said = capsys.readouterr()

    assert "warning" not in said.out + said.err
    assert not service.stop.is_set()
    assert published.headway("status").code == 0
