"""One law for whatever Jira says: a run ends, its exit code is true, what is published is right."""

import os
import shutil
import sqlite3
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from models.errors import HeadwayError
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.run_limits import RunLimits
from sync.pipeline.run import run_once
from sync.sample.protocol.exchange import Request
from sync.sample.server.faults import Fault
from tests.hostile.grammar import CALLS, CLOUD, DATA_CENTER, MARK, Hostility, invent, name_call
from tests.runs.place import Dialect, Place, Places

TRUE_CODES = {0, 3, 75, 77}
LONGEST = 8.0
"""Seconds that a case may take: its limits are two seconds lost."""
FEW, MANY = 5, int(os.environ.get("HOSTILE_CASES", "2000"))
"""Seeds a test: in short, and at length."""


def run_hostile(place: Place, hostility: Hostility) -> tuple[int, str]:
    """The exit code of a whole run at a hostile Jira, and the first line of what it says."""
    policy = RetryPolicy(
        attempts=3,
        first_wait=0.0,
        longest_wait=0.0,
        longest_hint=0.0,
        deadline=0.5,
        budget=10,
        limits=RunLimits(longest_question=1.0, longest_loss=2.0),
    )
    with capture_logs(), hostile(place, hostility), place.open_context() as context:
        try:
            return run_once(context, retry_policy=policy, full=True).exit_code, ""
        except HeadwayError as error:
            return error.exit_code, str(error).splitlines()[0]
        except Exception as error:  # noqa: BLE001 - the command ends with 70 here: a breach
            last = traceback.extract_tb(error.__traceback__)[-1]
            return 70, f"bug: {error!r} at {last.filename}:{last.lineno}"


class HostileDelivery(Fault):
    """Breaks the replies on their way whose turn it is."""

    def __init__(self, hostility: Hostility, kind: str) -> None:
        super().__init__(hostility.path, kind)
        self.is_meant = hostility.is_meant

    def strikes(self, request: Request) -> bool:
        """Whether it is this request's turn. Asking counts."""
        return self.is_meant(request)


@contextmanager
def hostile(place: Place, hostility: Hostility) -> Iterator[None]:
    """Answers are what the hostility makes of them."""
    jira = place.jira
    good = jira.dialect.answer
    if hostility.delivery:
        jira.faults.append(HostileDelivery(hostility, hostility.delivery))
    else:
        jira.dialect.answer = lambda request: hostility.answer(good, request)  # type: ignore[method-assign]
    try:
        yield
    finally:
        jira.dialect.answer = good  # type: ignore[method-assign]
        jira.faults.clear()


def find_breaches(
    place: Place, seeds: Iterable[int], ends: Counter[str] | None = None
) -> Iterator[str]:
    """In which cases the law was broken, and how; `ends` counts how they ended."""
    assert place.published()
    before, kept = place.published(), place.folder / "kept"
    names = [each.name for each in place.folder.iterdir() if each.name != "config"]
    for name in names:
        _copy(place.folder / name, kept / name)
    for seed in seeds:
        hostility = invent(seed, is_cloud=place.jira.view.is_cloud)
        began = time.monotonic()
        code, said = run_hostile(place, hostility)
        took = time.monotonic() - began
        if ends is not None:
            ends[f"exit {code}" if hostility.struck else "not asked"] += 1
        if code not in TRUE_CODES:
            yield f"{hostility.name}: exit {code}: {said}"
        if place.published() != before:
            yield f"{hostility.name}: another list was published"
        if MARK in said or not said.isprintable() or (code and ": " not in said):
            yield f"{hostility.name}: {said!r} does not name the cause"
        if took > LONGEST:
            yield f"{hostility.name}: took {took:.1f} s"
        for name in names:
            _copy(kept / name, place.folder / name)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
    else:
        target.parent.mkdir(exist_ok=True)
        shutil.copy(source, target)


@pytest.fixture
def untold(places: Places, dialect: Dialect, tmp_path: Path) -> Iterator[Place]:
    """The backlog of one project, published, at both kinds of Jira, which date nothing.

    Whatever is done was dated by its history; of some it is to be asked for once more.
    """
    with places.open_place(tmp_path, dialect, projects=("ID",)) as place:
        place.jira.view.tells_completion = False
        assert place.headway("sync").code == 0
        forget_days(place)
        yield place


def forget_days(place: Place) -> None:
    """Nobody knows when every third issue was done."""
    with closing(sqlite3.connect(place.state_url.removeprefix("sqlite:///"))) as connection:
        connection.execute(
            "UPDATE issue SET done_at = NULL, done_source = 'unknown'"
            " WHERE done_source IS NOT NULL AND hierarchy_level = 0 AND id % 3 = 0"
        )
        connection.commit()


@pytest.mark.parametrize("part", range(4))
def test_whatever_jira_says_a_run_ends_truly_and_the_list_stays_right(
    untold: Place, part: int
) -> None:
    assert list(find_breaches(untold, range(part * FEW, (part + 1) * FEW))) == []


def test_every_call_of_a_run_has_its_hostilities(untold: Place) -> None:
    own = CLOUD if untold.jira.view.is_cloud else DATA_CENTER
    asked: set[str] = set()
    listening = Hostility("listens", "", range(0), lambda reply, _: reply)
    listening.is_meant = lambda request: bool(asked.add(name_call(request)))  # type: ignore[func-returns-value,method-assign]

    assert run_hostile(untold, listening) == (0, "")

    names = {*CALLS, *own} - {"/rest/"}
    assert [call for call in asked if not any(name in call for name in names)] == []
    assert [name for name in names if not any(name in call for call in asked)] == []


@pytest.mark.all
def test_at_length(untold: Place, capsys: pytest.CaptureFixture[str]) -> None:
    began, ends = time.monotonic(), Counter[str]()
    breaches = list(find_breaches(untold, range(MANY), ends))
    with capsys.disabled():
        took = time.monotonic() - began
        sys.stdout.write(f"\n{MANY} cases in {took:.0f} s: {dict(ends.most_common())}\n")
    assert "\n".join(breaches) == ""
