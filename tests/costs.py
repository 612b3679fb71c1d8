"""Which files of tests take most of the processor: `make test ARGS=--costs`."""

import os
from collections import Counter
from typing import Any

import pytest

SHOWN = 20


def add_option(parser: pytest.Parser) -> None:
    parser.addoption(
        "--costs", action="store_true", help=f"show the {SHOWN} files that take most processor time"
    )


class Costs:
    """Notes on each report what was used since the one before, by this process and those it ended.

    What a service or a PostgreSQL used that goes on is nobody's.
    """

    def __init__(self) -> None:
        self._used = _used_seconds()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Any:
        """A report that xdist takes along with its number."""
        report = yield
        before, self._used = self._used, _used_seconds()
        report.processor_seconds = self._used - before
        return report

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The dearest files first, and all of them together."""
        seconds: Counter[str] = Counter()
        tests: Counter[str] = Counter()
        for report in (each for reports in terminalreporter.stats.values() for each in reports):
            if hasattr(report, "processor_seconds"):
                file = report.nodeid.partition("::")[0]
                seconds[file] += report.processor_seconds
                tests[file] += report.when == "setup"
        terminalreporter.write_sep("-", "seconds of a processor")
        for file, used in [*seconds.most_common(SHOWN), ("all files", sum(seconds.values()))]:
            number = tests[file] or sum(tests.values())
            terminalreporter.write_line(f"{used:7.1f}  {number:5} tests  {file}")


def _used_seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
