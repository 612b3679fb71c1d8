import os
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sync.dispatch.clock import Clock, RulesSeen
from sync.dispatch.dispatcher import Dispatched
from sync.dispatch.work import DueList
from sync.settings.schedule import parse_schedule
from sync.settings.settings import Settings

NOW = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)


@dataclass
class Waiting:
    """A dispatcher whose work is never done until a test says so."""

    began: dict[str, datetime] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)
    now: datetime = NOW

    def look(self) -> Dispatched:
        return Dispatched(dict(self.began), frozenset(self.busy))

    def start(self, work: Collection[DueList]) -> None:
        for each in work:
            assert each.list not in self.busy
            self.busy.add(each.list)
            self.began[each.list] = self.now


def a_list(folder: Path, schedule: str = "6h") -> Settings:
    folder.mkdir(exist_ok=True)
    (folder / "rules.yaml").write_text("version: '1'")
    return Settings(config_dir=folder, schedule=parse_schedule(schedule))


def names(work: list[DueList]) -> list[str]:
    return [each.list for each in work]


def test_what_never_ran_is_due_at_once_and_what_is_on_hand_is_not_started_twice(
    tmp_path: Path,
) -> None:
    waiting = Waiting()
    clock = Clock(lambda: {"one": a_list(tmp_path), "two": a_list(tmp_path)}, waiting)

    assert names(clock.look(NOW)) == ["one", "two"]
    assert names(clock.look(NOW + timedelta(days=9))) == []


def test_a_list_is_due_again_by_its_own_schedule_and_no_sooner(tmp_path: Path) -> None:
    waiting = Waiting()
    lists = {"fast": a_list(tmp_path, "1h"), "slow": a_list(tmp_path, "7d")}
    clock = Clock(lambda: lists, waiting)
    clock.look(NOW)
    waiting.busy.clear()

    due = clock.find_due("fast", lists["fast"], NOW)
    assert due is not None
    assert names(clock.look(due - timedelta(seconds=1))) == []
    assert names(clock.look(due)) == ["fast"]


def test_changed_rules_are_taken_up_once_nobody_writes_them_any_more(tmp_path: Path) -> None:
    waiting = Waiting()
    lists = {"one": a_list(tmp_path, "7d")}
    clock = Clock(lambda: lists, waiting)
    clock.look(NOW)
    waiting.busy.clear()
    assert names(clock.look(NOW)) == []

    (tmp_path / "rules.yaml").write_text("version: '1'\ncapabilities: []")

    assert [names(clock.look(NOW)) for _ in range(2)] == [[], ["one"]]
    waiting.busy.clear()
    assert names(clock.look(NOW)) == []


def test_rules_that_change_while_work_is_on_hand_are_taken_up_after_it(tmp_path: Path) -> None:
    waiting = Waiting()
    clock = Clock(lambda: {"one": lists}, waiting)
    lists = a_list(tmp_path, "7d")
    clock.look(NOW)

    os.utime(tmp_path / "rules.yaml", ns=(1, 1))
    assert [names(clock.look(NOW)) for _ in range(3)] == [[], [], []]

    waiting.busy.clear()
    assert names(clock.look(NOW)) == ["one"]


def test_rules_that_change_while_the_clock_does_not_lead_are_taken_up_once_it_does(
    tmp_path: Path,
) -> None:
    waiting, seen = Waiting(), dict[str, RulesSeen]()
    lists = {"one": a_list(tmp_path, "7d")}
    Clock(lambda: lists, waiting, seen).look(NOW)
    waiting.busy.clear()

    os.utime(tmp_path / "rules.yaml", ns=(1, 1))

    again = Clock(lambda: lists, waiting, seen)
    assert [names(again.look(NOW)) for _ in range(2)] == [[], ["one"]]


def test_a_list_that_left_the_settings_is_not_started_any_more(tmp_path: Path) -> None:
    waiting = Waiting()
    lists = {"one": a_list(tmp_path), "two": a_list(tmp_path)}
    clock = Clock(lambda: lists, waiting)
    clock.look(NOW)
    waiting.busy.clear()

    del lists["one"]

    assert names(clock.look(NOW + timedelta(hours=6))) == ["two"]
