"""The mutation tests themselves: which mistakes are made, and that a mutant takes its place."""

import importlib
import os
import signal
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.repository import ROOT
from tests.mutation.__main__ import read_survivors, sum_up
from tests.mutation.changing import apply_mutant, load_mutant
from tests.mutation.mutants import Mutant, make_mutants, name_mutants
from tests.mutation.session import Verdict, await_end, note_lines
from tests.mutation.targets import TARGETS, Target

MODULE = """
from contextlib import contextmanager
from dataclasses import dataclass, field

from sync.jira.client.retry import RetryPolicy

MOST = 3
LIMITS = {"most": MOST, "least": 1}
RETRIES = RetryPolicy(attempts=MOST, deadline=2.0)


@dataclass(frozen=True)
class Limit:
    most: int = 5
    seen: int = field(default=0, compare=False)

    def allows(self, number: int) -> bool:
        return number < self.most and not number == 4


ALL = Limit(MOST, 9)


def is_any(limit: Limit = ALL, *, other: Limit = ALL, least: Limit | None = None) -> bool:
    return limit is other is ALL and least is None


@contextmanager
def counted(most: int = MOST):
    yield most + 1


def pick(rows: list[int], first: int = 0) -> list[int]:
    return [row for row in rows if row]
"""
TARGETED = [target for targets in TARGETS.values() for target in targets]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of this test's own, imported."""
    name = f"mutated_{os.getpid()}_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    found = importlib.import_module(name)
    monkeypatch.setitem(sys.modules, name, found)
    return found


def mutant(module: ModuleType, name: str) -> Mutant:
    found = {each.name: each for each in make_mutants(Path(str(module.__file__)))}
    return found[name]


def become(module: ModuleType, name: str) -> None:
    chosen = mutant(module, name)
    apply_mutant(module, chosen, load_mutant(module, chosen))


def test_each_mistake_is_made_once_and_named(module: ModuleType) -> None:
    assert [each.name for each in make_mutants(Path(str(module.__file__)))] == [
        "module: MOST = 3 -> MOST = 4",
        "module: {'most': MOST, 'least': 1} -> {'most': MOST, 'least': 2}",
        "module: deadline=2.0 -> deadline=3.0",
        "Limit: most: int = 5 -> most: int = 6",
        "Limit: default=0 -> default=1",
        "Limit: compare=False -> compare=True",
        "Limit.allows: return number < self.most and (not number == 4) -> return None",
        "Limit.allows: number < self.most and (not number == 4) -> "
        "number < self.most or not number == 4",
        "Limit.allows: number < self.most -> number <= self.most",
        "Limit.allows: number < self.most -> number >= self.most",
        "Limit.allows: not number == 4 -> number == 4",
        "Limit.allows: number == 4 -> number != 4",
        "Limit.allows: number == 4 -> number == 5",
        "module: Limit(MOST, 9) -> Limit(9, MOST)",
        "module: Limit(MOST, 9) -> Limit(MOST, 10)",
        "is_any: return limit is other is ALL and least is None -> return None",
        "is_any: limit is other is ALL and least is None -> limit is other is ALL or least is None",
        "is_any: limit is other is ALL -> limit is other is not ALL",
        "is_any: limit is other is ALL -> limit is not other is ALL",
        "is_any: least is None -> least is not None",
        "counted: most + 1 -> most - 1",
        "counted: most + 1 -> most + 2",
        "pick: rows: list[int], first: int=0 -> rows: list[int], first: int=1",
        "pick: return [row for row in rows if row] -> return None",
        "pick: row -> not row",
    ]


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("a = max(b, 1)", {"min(b, 1)", "max(b, 2)"}),
        ("x.where(a, b).limit()", {"x.where(b)", "x.where(a)", "x.where(a, b)", "pass"}),
        ("x.values(a=b, c=d)", {"x.values(c=d)", "x.values(a=b)", "pass"}),
        ("f(a, b)", {"f(b, a)", "pass"}),
        ("f(a, a)", {"pass"}),
        ("a += 1", {"a -= 1", "a += 2", "pass"}),
        ("a = 'text' + b", set()),
        ("raise a", {"pass"}),
        ("a: int | None = b", set()),
        ("a < b <= c", {"a <= b <= c", "a >= b <= c", "a < b < c", "a < b > c"}),
        ("class A(B, frozen=True): pass", set()),
    ],
)
def test_a_mistake_is_one_that_people_make(tmp_path: Path, text: str, mistakes: set[str]) -> None:
    path = tmp_path / "module.py"
    path.write_text(text)

    assert {each.name.partition(" -> ")[2] for each in make_mutants(path)} == mistakes


def test_a_function_changes_wherever_it_was_imported_and_under_its_decorator(
    module: ModuleType,
) -> None:
    counted = module.counted

    become(module, "counted: most + 1 -> most - 1")

    with counted(7) as found:
        assert found == 6
    assert module.Limit().allows(3)


def test_a_constant_changes_for_whoever_imported_it_and_as_a_default(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ModuleType("other")
    other.MOST = module.MOST  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "other", other)

    become(module, "module: MOST = 3 -> MOST = 4")

    assert (module.MOST, other.MOST) == (4, 4)
    with module.counted() as found:
        assert found == 5


def test_a_table_changes_too(module: ModuleType) -> None:
    become(module, "module: {'most': MOST, 'least': 1} -> {'most': MOST, 'least': 2}")

    assert module.LIMITS == {"most": 3, "least": 2}


def test_so_does_what_is_made_of_a_dataclass_that_is_anothers(module: ModuleType) -> None:
    become(module, "module: deadline=2.0 -> deadline=3.0")

    assert (module.RETRIES.attempts, module.RETRIES.deadline) == (3, 3.0)


def test_and_what_is_made_of_one_of_its_own_which_is_itself_wherever_it_stands(
    module: ModuleType,
) -> None:
    before = module.ALL

    become(module, "pick: row -> not row")
    same, is_any = module.ALL, module.is_any()
    become(module, "module: Limit(MOST, 9) -> Limit(9, MOST)")

    assert (same is before, is_any) == (True, True)
    assert (module.ALL.most, module.is_any()) == (9, True)


def test_a_field_of_a_dataclass_changes_for_those_made_afterwards(module: ModuleType) -> None:
    limit = module.Limit

    become(module, "Limit: most: int = 5 -> most: int = 6")

    assert (limit().most, limit(2).most, limit.most) == (6, 2, 6)


def test_what_a_dataclass_is_compared_by_changes_too(module: ModuleType) -> None:
    limit = module.Limit
    one, other = limit(seen=1), limit(seen=2)
    were_equal = one == other

    become(module, "Limit: compare=False -> compare=True")

    assert (were_equal, one == other, one == limit(seen=1)) == (True, False, True)


def test_lines_are_those_that_were_run(module: ModuleType) -> None:
    with note_lines(Path(str(module.__file__))) as lines:
        module.pick([1])

    ran = mutant(module, "pick: return [row for row in rows if row] -> return None")
    other = mutant(module, "counted: most + 1 -> most - 1")
    assert ran.lines is not None
    assert lines.intersection(ran.lines)
    assert other.lines is not None
    assert not lines.intersection(other.lines)


@pytest.mark.parametrize(("code", "outcome"), [(0, "alive"), (1, "killed"), (None, "too long")])
def test_a_fork_ends_as_its_tests_do_or_when_its_time_is_over(
    code: int | None, outcome: str
) -> None:
    child = os.fork()
    if child == 0:
        if code is not None:
            os._exit(code)
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        while True:
            os.sched_yield()

    assert await_end(child) == outcome


def test_who_lives_without_a_reason_and_who_has_one_for_nothing_is_told() -> None:
    verdicts = [
        Verdict("a", "killed", 1, 0.1),
        Verdict("b", "too long", 1, 0.1),
        Verdict("c", "alive", 1, 0.1),
        Verdict("d", "alive", 1, 0.1),
    ]

    score = sum_up(verdicts, {"c": "why", "b": "why", "gone": "why"}, is_whole=True)

    assert (score.total, score.killed, score.too_long, score.explained) == (4, 2, 1, 1)
    assert (score.alive, score.killed_after_all) == (("d",), ("b", "gone"))
    assert sum_up(verdicts, {"gone": "why"}, is_whole=False).killed_after_all == ()


@pytest.mark.parametrize("target", TARGETED, ids=lambda target: target.module)
def test_every_test_that_is_named_is_there_and_every_survivor_is_a_mutant(target: Target) -> None:
    assert [name for name in (target.module, *target.tests) if not (ROOT / name).exists()] == []
    listed = read_survivors().get(target.module, {})
    if listed:
        assert listed.keys() <= name_mutants(ROOT / target.module, target.only)


def test_survivors_are_of_modules_that_are_looked_at() -> None:
    assert read_survivors().keys() <= {target.module for target in TARGETED}
