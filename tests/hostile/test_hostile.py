"""One law for whatever Jira says: a run ends, its exit code is true, what is published is right."""

import os
import shutil
import sqlite3
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from models.errors import HeadwayError
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.run_limits import MEGABYTE, RunLimits
from sync.pipeline.run.run import run_once
from sync.sample.protocol.exchange import Delivery, Request
from sync.sample.server.faults import Fault
from tests.databases import move_site
from tests.hostile.deliveries import MARK
from tests.hostile.grammar import CALLS, CLOUD, DATA_CENTER, Hostility, invent, name_call
from tests.runs.place import Dialect, Place, Places

TRUE_CODES = {0, 2, 3, 75, 77}
"""2 where rules name a field that Jira does not list."""
LONGEST = 8.0
"""Seconds that a case may take: its limits are 1.2 seconds lost."""
FEW, MANY = 5, int(os.environ.get("HOSTILE_CASES", "400"))
FIRST = int(os.environ.get("HOSTILE_FIRST", "0"))
"""Seeds a test: in short, and at length from the first one on."""


def run_hostile(
    place: Place, hostility: Hostility, *, full: bool, timeout: float = 0.3
) -> tuple[int, str]:
    """The exit code of a whole run at a hostile Jira, and the first line of what it says.

    A request may take so many seconds as there is `timeout`, all that fail four times as many.
    """
    policy = RetryPolicy(
        attempts=3,
        first_wait=0.0,
        longest_wait=0.0,
        longest_hint=0.0,
        deadline=timeout,
        budget=10,
        limits=RunLimits(
            largest_reply=4 * MEGABYTE,
            longest_question=2 * timeout,
            longest_loss=4 * timeout,
            most_issues=20_000,
        ),
    )
    with capture_logs(), hostile(place, hostility), place.open_context() as context:
        try:
            return run_once(context, retry_policy=policy, full=full).exit_code, ""
        except HeadwayError as error:
            return error.exit_code, str(error).splitlines()[0]
        except Exception as error:  # noqa: BLE001 - the command ends with 70 here: a breach
            last = traceback.extract_tb(error.__traceback__)[-1]
            return 70, f"bug: {error!r} at {last.filename}:{last.lineno}"


class HostileDelivery(Fault):
    """Sends the replies otherwise whose turn it is."""

    def __init__(self, hostility: Hostility, delivery: Delivery) -> None:
        super().__init__(hostility.path, delivery)
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


def read_all(place: Place) -> None:
    """The next run reads everything."""


def a_day_later(place: Place) -> None:
    """The next run reads what changed, and lists all that there is."""
    place.company.now += timedelta(hours=25)


def an_hour_later(place: Place) -> None:
    """The next run reads what changed."""
    place.company.now += timedelta(hours=1)


def at_another_address(place: Place) -> None:
    """The next run asks whether this is the Jira that it knows."""
    move_site(place.state_url, "http://127.0.0.1:1")


Journey = Callable[[Place], None]
JOURNEYS: tuple[Journey, ...] = (read_all, read_all, a_day_later, an_hour_later, at_another_address)


class Trial:
    """Tries hostilities at a place, each from the same beginning, and counts how they `ended`."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.ended: Counter[str] = Counter()
        self.asked: set[str] = set()
        self._now = place.company.now
        self._names = [each.name for each in place.folder.iterdir() if each.name != "config"]
        self._kept = place.folder / "kept"
        for name in self._names:
            _copy(place.folder / name, self._kept / name)
        self.before = place.published()
        assert self.before
        self.right: dict[Journey, list[object]] = {
            journey: self._find_right(journey) for journey in JOURNEYS
        }

    def _find_right(self, journey: Journey) -> list[object]:
        """What is published after a journey at a good Jira. What it asked is noted."""
        listening = Hostility("listens", "", range(0), lambda reply, _: reply)
        listening.is_meant = lambda request: bool(self.asked.add(name_call(request)))  # type: ignore[func-returns-value,method-assign]
        journey(self.place)
        code, said = run_hostile(self.place, listening, full=journey is read_all, timeout=20)
        assert code == 0, said
        right = strip_times(self.place.published())
        self._begin_anew()
        return right

    def _begin_anew(self) -> None:
        self.place.company.now = self._now
        for name in self._names:
            _copy(self._kept / name, self.place.folder / name)

    def find_breaches(self, seeds: Iterable[int]) -> Iterator[str]:
        """In which cases the law was broken, and how."""
        for seed in seeds:
            hostility = invent(seed, is_cloud=self.place.jira.view.is_cloud)
            journey = JOURNEYS[seed % len(JOURNEYS)]
            journey(self.place)
            began = time.monotonic()
            code, said = run_hostile(self.place, hostility, full=journey is read_all)
            took = time.monotonic() - began
            self.ended[f"exit {code}" if hostility.struck else "not asked"] += 1
            for breach in self._check(journey, code, said):
                yield f"{hostility.name}, {journey.__name__}: {breach}"
            if took > LONGEST:
                yield f"{hostility.name}, {journey.__name__}: took {took:.1f} s"
            self._begin_anew()

    def _check(self, journey: Journey, code: int, said: str) -> Iterator[str]:
        published = self.place.published()
        if code not in TRUE_CODES:
            yield f"exit {code}: {said}"
        if code and published != self.before:
            yield f"exit {code}, and another list was published"
        if published != self.before and strip_times(published) != self.right[journey]:
            yield f"exit {code}: another list was published"
        if MARK in said or not said.isprintable() or (code and ": " not in said):
            yield f"exit {code}: {said!r} does not name the cause"


def strip_times(rows: Iterable[Mapping[str, object]]) -> list[object]:
    """What readers see, but for when it changed."""
    return [{**row, "change_seq": 0, "updated_at": ""} for row in rows]


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
    """Nobody knows when some issues were done: of those that feed nothing on the list.

    What fed it was booked by its day, and there is no way back from that.
    """
    with closing(sqlite3.connect(place.state_url.removeprefix("sqlite:///"))) as connection:
        forgotten = connection.execute(
            "UPDATE issue AS i SET done_at = NULL, done_source = 'unknown'"
            " WHERE done_source IS NOT NULL AND hierarchy_level = 0 AND id % 2 = 0 AND NOT EXISTS"
            " (SELECT * FROM decision d JOIN issue e ON e.id = d.epic_id"
            " WHERE d.counts_for IS NOT NULL"
            " AND (e.id = i.parent_id OR e.key IN (i.parent_key, i.epic_link)))"
        )
        assert forgotten.rowcount > 20
        connection.commit()


@pytest.mark.every_kind
def test_whatever_jira_says_a_run_ends_truly_and_the_list_stays_right(untold: Place) -> None:
    own = CLOUD if untold.jira.view.is_cloud else DATA_CENTER
    names = {*CALLS, *own} - {"/rest/"}

    trial = Trial(untold)
    breaches = list(trial.find_breaches(range(FEW)))

    assert breaches == []
    assert [call for call in trial.asked if not any(name in call for name in names)] == []
    assert [name for name in names if not any(name in call for call in trial.asked)] == []


@pytest.mark.all
def test_at_length(untold: Place, capsys: pytest.CaptureFixture[str]) -> None:
    trial, began = Trial(untold), time.monotonic()
    breaches = list(trial.find_breaches(range(FIRST, FIRST + MANY)))
    with capsys.disabled():
        took = time.monotonic() - began
        sys.stdout.write(f"\n{MANY} cases in {took:.0f} s: {dict(trial.ended.most_common())}\n")
    assert "\n".join(breaches) == ""
