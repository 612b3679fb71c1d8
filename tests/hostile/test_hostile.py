"""One law for whatever Jira says: a run ends, its exit code is true, what is published is right."""

import os
import shutil
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from models.errors import HeadwayError
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.run_limits import RunLimits
from sync.pipeline.run import run_once
from sync.sample.server.faults import Fault
from tests.hostile.grammar import MARK, Hostility, invent
from tests.runs.place import PUBLISHED, Dialect, Place, Places

TRUE_CODES = {0, 3, 75, 77}
LONGEST = 8.0
"""Seconds that a case may take: its limits are two seconds lost."""
FEW, MANY = 3, int(os.environ.get("HOSTILE_CASES", "2000"))
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


@contextmanager
def hostile(place: Place, hostility: Hostility) -> Iterator[None]:
    """Answers are what the hostility makes of them."""
    jira = place.jira
    good = jira.dialect.answer
    jira.dialect.answer = lambda request: hostility.answer(good, request)  # type: ignore[method-assign]
    if hostility.delivery:
        jira.faults.append(Fault(hostility.path, hostility.delivery, nth=hostility.turns))
    try:
        yield
    finally:
        jira.dialect.answer = good  # type: ignore[method-assign]
        jira.faults.clear()


def find_breaches(place: Place, seeds: Iterable[int]) -> Iterator[str]:
    """In which cases the law was broken, and how."""
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
def tiny_published(places: Places, dialect: Dialect, tmp_path: Path) -> Iterator[Place]:
    """The backlog of one project, published, at both kinds of Jira."""
    published = replace(places, commands=PUBLISHED)
    with published.open_place(tmp_path, dialect, projects=("ID",)) as place:
        yield place


@pytest.mark.parametrize("part", range(4))
def test_whatever_jira_says_a_run_ends_truly_and_the_list_stays_right(
    tiny_published: Place, part: int
) -> None:
    assert list(find_breaches(tiny_published, range(part * FEW, (part + 1) * FEW))) == []


@pytest.mark.all
def test_at_length(tiny_published: Place) -> None:
    assert "\n".join(find_breaches(tiny_published, range(MANY))) == ""
