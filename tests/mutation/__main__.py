"""Says which mistakes in what keeps the list whole no test would notice.

    nice .venv/bin/python -m tests.mutation              all of them, half an hour and more
    .venv/bin/python -m tests.mutation lease             one area, or part of a module's path
    .venv/bin/python -m tests.mutation lease --only take_lease

A program of our own, since mutmut 3.8 leaves out decorated functions (taking and guarding the
lease) and whatever stands outside of functions (the numbers of the retry policy); and since tests
that share a PostgreSQL and databases to copy are run in forks of one process that has them.

Each mutant that is alive needs a test, or a place and a reason in survivors.yaml. Ends with 1
where one has neither, where one that has a place there is killed or gone, and where fewer than
90 % of a module's mutants are killed.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from tests.mutation.session import Verdict, judge_module
from tests.mutation.targets import TARGETS, Target

SURVIVORS = Path(__file__).parent / "survivors.yaml"
LEAST = 90
"""Percent of a module's mutants that have to be killed."""


class Score(NamedTuple):
    """What became of a module's mutants; `killed_after_all` have a reason to live, and do not."""

    total: int
    too_long: int
    explained: int
    alive: tuple[str, ...]
    killed_after_all: tuple[str, ...]

    @property
    def killed(self) -> int:
        """How many were killed, by a test or by their time."""
        return self.total - self.explained - len(self.alive)


def read_survivors() -> dict[str, dict[str, str]]:
    """Why a mutant may live, by module and by the mutant's name."""
    listed = yaml.safe_load(SURVIVORS.read_text())
    return {
        module: {each["mutant"]: each["why"] for each in mutants}
        for module, mutants in listed.items()
    }


def sum_up(verdicts: list[Verdict], listed: dict[str, str], *, is_whole: bool) -> Score:
    """Hold verdicts against what is listed; what is gone is told where they are of the whole."""
    alive = {verdict.name for verdict in verdicts if verdict.outcome == "alive"}
    return Score(
        total=len(verdicts),
        too_long=sum(verdict.outcome == "too long" for verdict in verdicts),
        explained=len(alive & listed.keys()),
        alive=tuple(sorted(alive - listed.keys())),
        killed_after_all=tuple(sorted(listed.keys() - alive)) if is_whole else (),
    )


def tell_score(area: str, module: str, score: Score, seconds: float) -> None:
    """A line a module, and one for each mutant about which there is something to do."""
    percent = 100 * score.killed / score.total
    sys.stdout.write(
        f"{area:8} {module:40} {score.total:4} mutants {score.killed:4} killed "
        f"({score.too_long} by time) {score.explained:3} explained {len(score.alive):3} alive "
        f"{percent:5.1f} % {seconds:5.0f} s\n"
    )
    for name in score.alive:
        sys.stdout.write(f"  alive, needs a test or a reason: {name}\n")
    for name in score.killed_after_all:
        sys.stdout.write(f"  killed or gone, take it out of survivors.yaml: {name}\n")
    sys.stdout.flush()


def choose_targets(words: list[str]) -> Iterator[tuple[str, Target]]:
    """The targets of an area, or with a word in their path; all without any word."""
    for area, targets in TARGETS.items():
        for target in targets:
            if not words or any(word == area or word in target.module for word in words):
                yield area, target


def main() -> int:
    """Judge what the command line names; 1 where there is something to do."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("words", nargs="*", help="areas, or parts of a module's path")
    parser.add_argument("--only", default="", help="mutants alone whose name has this in it")
    asked = parser.parse_args()
    survivors, scores = read_survivors(), []
    for area, target in choose_targets(asked.words):
        verdicts = list(judge_module(target, asked.only))
        if not verdicts:
            continue
        listed = survivors.get(target.module, {})
        scores.append(sum_up(verdicts, listed, is_whole=not asked.only))
        tell_score(area, target.module, scores[-1], sum(each.seconds for each in verdicts))
    total, killed = sum(each.total for each in scores), sum(each.killed for each in scores)
    if not total:
        sys.stdout.write("No mutant has that name; without any word all of them are judged.\n")
        return 1
    sys.stdout.write(f"{killed} of {total} mutants killed: {100 * killed / total:.1f} %\n")
    is_to_do = any(each.alive or each.killed_after_all for each in scores)
    is_low = not asked.only and any(each.killed * 100 < each.total * LEAST for each in scores)
    return int(is_to_do or is_low)


if __name__ == "__main__":
    sys.exit(main())
