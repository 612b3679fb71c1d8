"""Runs the tests that guard a module on each of its mutants, the quickest first, in forks.

Three processes: one that reports, one that collects the tests and runs them once as they are, and
forked of that one for each mutant. So what the tests share is made once.
"""

import importlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, NoReturn

import msgspec
import pytest

from tests.architecture.repository import ROOT
from tests.mutation.changing import apply_mutant, load_mutant
from tests.mutation.mutants import Mutant, copy_module, make_mutants
from tests.mutation.targets import Target

SLOWEST = 1.0
"""Seconds of a processor; a test that takes longer is not asked."""
TIMEOUT = 8.0
"""Seconds that each test is given under a mutant, beside twenty times what it takes without.

By the clock on the wall, in both: a machine that is busy makes no mutant late."""
DIES_AT_IMPORT, CANNOT_BE_MADE = 1, 2
QUIET = ("-s", "-q", "-m", "not all", "-p", "no:cacheprovider")


class Verdict(msgspec.Struct, frozen=True):
    """What became of a mutant: killed by a test, took too long (killed too), or is alive."""

    name: str
    outcome: str
    tests: int
    seconds: float


class TestsFailedError(Exception):
    """The tests fail without any mutant: as they are, or in a fork under an exact copy."""


def judge_module(target: Target, wanted: str = "") -> Iterator[Verdict]:
    """What becomes of each mutant of a module whose name has `wanted` in it, one after another.

    Raises TestsFailedError where its tests do not pass as they are.
    """
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        _run_session(target, wanted, into)
    os.close(into)
    with os.fdopen(out, "rb") as lines:
        for line in lines:
            verdict = msgspec.json.decode(line, type=Verdict)
            if verdict.outcome == "broken":
                raise TestsFailedError(f"{target.module}: {verdict.name}")
            yield verdict
    _, status = os.waitpid(child, 0)
    if status:
        raise TestsFailedError(f"{target.module}: run {' '.join(target.tests)} by themselves")


def _run_session(target: Target, wanted: str, into: int) -> NoReturn:
    """In a fork: run pytest, whose words nobody reads."""
    code = 1
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        plugin = MutationSession(target, wanted, into)
        code = int(pytest.main([*QUIET, *target.tests], plugins=[plugin]))
    finally:
        os._exit(code)


class MutantError(Exception):
    """A mutant could not be put in the place of its module: a mistake of these tests."""


class MutationSession:
    """A plugin of pytest that takes over once the tests are collected."""

    def __init__(self, target: Target, wanted: str, into: int) -> None:
        self.target = target
        self.wanted = wanted
        self.into = into
        self.path = ROOT / target.module
        self.lines: dict[pytest.Item, set[int]] = {}
        self.seconds: dict[pytest.Item, float] = {}
        self.waits: dict[pytest.Item, float] = {}
        self.failed = 0
        self.last_failed = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what failed."""
        if report.failed:
            self.failed += 1
            self.last_failed = report.nodeid

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run every test as it is and on a copy, then those that can notice it on each mutant."""
        module = importlib.import_module(self.target.module.removesuffix(".py").replace("/", "."))
        for item in session.items:
            began, came = time.process_time(), time.monotonic()
            with note_lines(self.path) as lines:
                run_test(item)
            self.lines[item], self.seconds[item] = lines, time.process_time() - began
            self.waits[item] = time.monotonic() - came
        if self.failed:
            self._report(Verdict(self.last_failed, "broken", 1, 0))
            return True
        copy = self._try_mutant(module, copy_module(self.path))
        if copy.outcome != "alive":
            self._report(Verdict("fails in a fork, under an exact copy", "broken", copy.tests, 0))
            return True
        for mutant in make_mutants(self.path, self.target.only):
            if self.wanted in mutant.name:
                self._report(self._try_mutant(module, mutant))
        run_test(session.items[0], is_last=True)
        return True

    def _report(self, verdict: Verdict) -> None:
        os.write(self.into, msgspec.json.encode(verdict) + b"\n")

    def _try_mutant(self, module: ModuleType, mutant: Mutant) -> Verdict:
        tests = sorted(self._find_witnesses(mutant), key=lambda item: self.seconds[item])
        began = time.monotonic()
        outcome = "alive"
        if tests:
            child = os.fork()
            if child == 0:
                self._be_mutant(module, mutant, tests)
            outcome = await_end(child)
        return Verdict(mutant.name, outcome, len(tests), round(time.monotonic() - began, 2))

    def _find_witnesses(self, mutant: Mutant) -> Iterator[pytest.Item]:
        """The tests that run the mutant's lines; where it takes effect at import, all of them."""
        for item, lines in self.lines.items():
            is_witness = mutant.lines is None or lines.intersection(mutant.lines)
            if is_witness and self.seconds[item] <= SLOWEST:
                yield item

    def _be_mutant(self, module: ModuleType, mutant: Mutant, tests: list[pytest.Item]) -> NoReturn:
        """In a fork: end with 1 as soon as a test fails, with 0 if none does."""
        code = DIES_AT_IMPORT
        try:
            fresh = load_mutant(module, mutant)
            code = CANNOT_BE_MADE
            apply_mutant(module, mutant, fresh)
            code = int(any(self._fails(item) for item in tests))
        finally:
            os._exit(code)

    def _fails(self, item: pytest.Item) -> bool:
        signal.setitimer(signal.ITIMER_REAL, TIMEOUT + 20 * self.waits[item])
        run_test(item)
        return self.failed > 0


def run_test(item: pytest.Item, *, is_last: bool = False) -> None:
    """Run one test; what the whole session shares stays for the next, unless it is the last."""
    following = None if is_last else item.session
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def await_end(child: int) -> str:
    """What became of a fork; an alarm ends one that takes too long, whatever it is at."""
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == CANNOT_BE_MADE:
        raise MutantError
    if code == -signal.SIGALRM:
        return "too long"
    return "killed" if code else "alive"


@contextmanager
def note_lines(path: Path) -> Iterator[set[int]]:
    """The lines of a file that are run meanwhile, by whatever thread."""
    lines: set[int] = set()
    name = str(path)

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename != name:
            return None
        lines.add(frame.f_lineno)
        return trace

    threading.settrace(trace)
    sys.settrace(trace)
    try:
        yield lines
    finally:
        sys.settrace(None)
        threading.settrace(None)
