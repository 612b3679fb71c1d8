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
from tests.mutation.mutants import Mutant, make_mutants
from tests.mutation.targets import Target

SLOWEST = 1.0
"""Seconds of a processor; a test that takes longer is not asked."""
PATIENCE = 20.0
"""Seconds that every mutant is given, beside twenty times what its tests take of a processor."""
DIES_AT_IMPORT, CANNOT_BE_MADE = 1, 2
QUIET = ("-s", "-q", "-m", "not all", "-p", "no:cacheprovider")


class Verdict(msgspec.Struct, frozen=True):
    """What became of a mutant: killed by a test, took too long (killed too), or is alive."""

    name: str
    outcome: str
    tests: int
    seconds: float


class TestsFailedError(Exception):
    """The tests fail without any mutant."""


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
            yield msgspec.json.decode(line, type=Verdict)
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
        self.failed = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what failed."""
        self.failed += report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run every test once as it is, then those that can notice it on every mutant."""
        module = importlib.import_module(self.target.module.removesuffix(".py").replace("/", "."))
        for item in session.items:
            began = time.process_time()
            with note_lines(self.path) as lines:
                run_test(item)
            self.lines[item], self.seconds[item] = lines, time.process_time() - began
        if self.failed:
            raise session.Failed("the tests fail without any mutant")
        for mutant in make_mutants(self.path, self.target.only):
            if self.wanted in mutant.name:
                verdict = self._judge(module, mutant)
                os.write(self.into, msgspec.json.encode(verdict) + b"\n")
        run_test(session.items[0], is_last=True)
        return True

    def _judge(self, module: ModuleType, mutant: Mutant) -> Verdict:
        tests = sorted(self._find_witnesses(mutant), key=lambda item: self.seconds[item])
        began = time.monotonic()
        outcome = "alive"
        if tests:
            child = os.fork()
            if child == 0:
                self._be_mutant(module, mutant, tests)
            patience = PATIENCE + 20 * sum(self.seconds[item] for item in tests)
            outcome = await_end(child, patience)
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
        run_test(item)
        return self.failed > 0


def run_test(item: pytest.Item, *, is_last: bool = False) -> None:
    """Run one test; what the whole session shares stays for the next, unless it is the last."""
    following = None if is_last else item.session
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def await_end(child: int, patience: float) -> str:
    """What became of a fork within so many seconds."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            code = os.waitstatus_to_exitcode(status)
            if code == CANNOT_BE_MADE:
                raise MutantError
            return "killed" if code else "alive"
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "too long"


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
