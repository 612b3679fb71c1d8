"""What a check comes to; an error is a check that something is wrong."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from models.errors import HeadwayError, Problem


class Verdict(StrEnum):
    """How bad it is: a run is hindered by what is wrong, and not by what is to be noted."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


class Check(Struct, frozen=True, kw_only=True):
    """One thing looked at; `exit_code` is what a run would end with, 0 unless it is wrong."""

    name: str
    verdict: Verdict
    what: str
    remedy: str = ""
    exit_code: int = 0


class Section(Struct, frozen=True, kw_only=True):
    """The checks of one subject."""

    subject: str
    checks: tuple[Check, ...]


def ok(name: str, what: str) -> Check:
    """As it should be."""
    return Check(name=name, verdict=Verdict.OK, what=what)


def note(name: str, what: str, remedy: str = "") -> Check:
    """Worth knowing; a run goes through all the same."""
    return Check(name=name, verdict=Verdict.NOTE, what=what, remedy=remedy)


def wrong(kind: type[HeadwayError], problem: Problem) -> Check:
    """A run ends with that kind of error."""
    return Check(
        name=problem.where,
        verdict=Verdict.WRONG,
        what=problem.what,
        remedy=problem.remedy,
        exit_code=kind.exit_code,
    )


def report_errors(checks: Iterable[Check]) -> Iterator[Check]:
    """The checks; an error that ends them becomes the last of them."""
    try:
        yield from checks
    except HeadwayError as error:
        for problem in error.problems:
            yield wrong(type(error), problem)


def choose_exit_code(sections: Iterable[Section]) -> int:
    """The highest that applies."""
    return max((check.exit_code for section in sections for check in section.checks), default=0)
