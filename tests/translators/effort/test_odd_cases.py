"""The odd cases of effort in one table: what happens to one piece of work, and what it then earns.

Everywhere the same team: five people finish 6 points each beside ours, so that our 10 points are a
quarter of six people's fortnight, which is 3 person-weeks.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue, StatusCategory
from models.conditions import Line
from models.effort import MICRO, Ledger
from models.rulebook import EffortRules, Rescale, Ruling, TeamAlias
from tests.builders import AS_OF, WINDOW, a_subtask, an_issue, effort_rules, finished
from translators.effort.booking import book_finished_items

AT = Line("effort.yaml", 1)
OURS = finished(id=1, key="PAY-1", contributor="p0", points=Decimal(10))
OTHERS = tuple(
    finished(id=n, key=f"PAY-{n}", contributor=f"p{n}", points=Decimal(6)) for n in range(2, 7)
)
OPEN = {
    "status": "In Progress",
    "status_category": StatusCategory.INDETERMINATE,
    "resolution": None,
    "done_at": None,
    "done_source": None,
}


class DoctorContext(Struct, frozen=True, kw_only=True):
    """Our work in a first run, and in a second one if there is one; what it earns in person-weeks.

    `beside` is what else the team has; `weeks_later` how long after the first the second run is.
    """

    name: str
    first: tuple[Issue, ...]
    earns: float | Fraction
    second: tuple[Issue, ...] | None = None
    beside: tuple[Issue, ...] = OTHERS
    rules: EffortRules = effort_rules()
    second_rules: EffortRules | None = None
    weeks_later: int = 0


def ours(**changes: Any) -> Issue:
    return replace(OURS, **changes)


def halves(points: Sequence[int | None]) -> tuple[Issue, ...]:
    return tuple(
        a_subtask(OURS, id=100 + n, points=None if p is None else Decimal(p))
        for n, p in enumerate(points)
    )


CHILD = an_issue(id=50, key="PAY-50", epic_id=1)
EPIC = replace(OURS, hierarchy_level=HierarchyLevel.EPIC, type="Epic")
QUIET = tuple(
    finished(WINDOW - n, id=200 + n, key=f"PAY-{200 + n}", contributor="p0", points=Decimal(4))
    for n in range(1, 6)
)

CASES = (
    DoctorContext(name="its own points", first=(OURS,), earns=3),
    DoctorContext(
        name="the sum of its sub-tasks", first=(ours(points=None), *halves([4, 6])), earns=3
    ),
    DoctorContext(
        name="its own points, not its sub-tasks' too", first=(OURS, *halves([4, 6])), earns=3
    ),
    DoctorContext(
        name="an estimate of zero is an estimate",
        first=(ours(points=Decimal(0)),),
        earns=0,
    ),
    DoctorContext(
        name="a missing size is the median of its kind",
        first=(ours(points=None),),
        earns=Fraction(6, 36) * 12,
    ),
    DoctorContext(name="work in progress earns nothing", first=(ours(**OPEN),), earns=0),
    DoctorContext(
        name="a bug under an epic is work like any other", first=(ours(type="Bug"),), earns=3
    ),
    DoctorContext(
        name="work given up earns nothing",
        first=(ours(resolution="Won't Do"),),
        earns=0,
    ),
    DoctorContext(
        name="a duplicate earns nothing, whatever the case it is written in",
        first=(ours(resolution="DUPLICATE"),),
        earns=0,
    ),
    DoctorContext(
        name="a rejected status earns nothing", first=(ours(status="rejected"),), earns=0
    ),
    DoctorContext(
        name="a done status whose resolution nobody set is done",
        first=(ours(resolution=None, resolved_at=None),),
        earns=3,
    ),
    DoctorContext(
        name="done on a day that nobody knows earns nothing",
        first=(ours(done_at=None, done_source=None, resolved_at=None),),
        earns=0,
    ),
    DoctorContext(
        name="an epic with children is no item, whatever points it carries",
        first=(EPIC, CHILD),
        earns=0,
    ),
    DoctorContext(name="an epic without children is one", first=(EPIC,), earns=3),
    DoctorContext(
        name="an epic that got children gives its credit back",
        first=(EPIC,),
        second=(EPIC, CHILD),
        earns=0,
    ),
    DoctorContext(
        name="reopened work is taken back", first=(OURS,), second=(ours(**OPEN),), earns=0
    ),
    DoctorContext(
        name="work given up after it was booked is taken back",
        first=(OURS,),
        second=(ours(resolution="Won't Do"),),
        earns=0,
    ),
    DoctorContext(
        name="points that change after the window closed change nothing",
        first=(OURS,),
        second=(ours(points=Decimal(100)),),
        earns=3,
    ),
    DoctorContext(
        name="sub-tasks that come later change nothing",
        first=(OURS,),
        second=(OURS, *halves([50])),
        earns=3,
    ),
    DoctorContext(
        name="another assignee afterwards changes nothing",
        first=(OURS,),
        second=(ours(contributor="somebody else"),),
        earns=3,
    ),
    DoctorContext(
        name="a move to another epic or project changes no entry",
        first=(OURS,),
        second=(ours(epic_id=9, project="ID", key="ID-9", former_keys=("PAY-1",)),),
        earns=3,
    ),
    DoctorContext(
        name="an issue that is gone keeps its credit",
        first=(OURS,),
        second=(ours(missing_since=AS_OF),),
        earns=3,
    ),
    DoctorContext(
        name="an issue nobody shows us any more keeps its credit",
        first=(OURS,),
        second=(),
        earns=3,
    ),
    DoctorContext(
        name="a giant item is worth the whole team's fortnight at the most",
        first=(ours(points=Decimal(10**9)),),
        beside=(),
        earns=2,
    ),
    DoctorContext(
        name="a small item in a quiet fortnight is bounded by half the median",
        first=(ours(points=Decimal(1)),),
        beside=QUIET,
        earns=Fraction(1, 2) * 2,
    ),
    DoctorContext(
        name="empty fortnights before a release are its work too",
        first=(OURS,),
        beside=tuple(
            finished(WINDOW - n, id=n, key=f"PAY-{n}", contributor="p0", points=Decimal(10))
            for n in (3, 6)
        ),
        earns=2 * 3,
    ),
    DoctorContext(
        name="a team with nobody assigned earns nothing",
        first=(ours(contributor=None),),
        beside=(),
        earns=0,
    ),
    DoctorContext(
        name="points that are all zero are counted instead",
        first=(ours(points=Decimal(0)),),
        beside=tuple(replace(other, points=Decimal(0)) for other in OTHERS),
        earns=Fraction(1, 6) * 12,
    ),
    DoctorContext(
        name="a team without points is counted",
        first=(ours(points=None),),
        beside=tuple(replace(other, points=None) for other in OTHERS),
        earns=Fraction(1, 6) * 12,
    ),
    DoctorContext(
        name="what a person voided is taken back",
        first=(OURS,),
        second=(OURS,),
        second_rules=effort_rules(void=(Ruling("PAY-1", "a test", "@anna", AT),)),
        earns=0,
    ),
    DoctorContext(
        name="work learnt of late is booked with the next fortnight, and in its total",
        first=(),
        second=(OURS,),
        weeks_later=2,
        earns=Fraction(10, 10) * 5 * 2,
    ),
    DoctorContext(
        name="work that another team's name counts for is that team's",
        first=(OURS,),
        rules=effort_rules(aliases=(TeamAlias("PAY", "Money", None, None),)),
        earns=3,
    ),
    DoctorContext(
        name="points from before a rescale are worth what they were",
        first=(OURS,),
        rules=effort_rules(rescaled=(Rescale("PAY", date(2030, 1, 1), Fraction(10)),)),
        earns=3,
    ),
)


def booked(case: DoctorContext) -> Ledger:
    everywhere = frozenset({"PAY", "ID"})
    ledger = Ledger("g1")
    first = book_finished_items((*case.first, *case.beside), ledger, case.rules, AS_OF, everywhere)
    ledger = ledger.extend(first.entries, first.windows)
    if case.second is None:
        return ledger
    later = AS_OF + timedelta(weeks=case.weeks_later)
    rules = case.second_rules or case.rules
    more = book_finished_items((*case.second, *case.beside), ledger, rules, later, everywhere)
    return ledger.extend(more.entries, more.windows)


@pytest.mark.parametrize("case", CASES, ids=[case.name.replace(" ", "-") for case in CASES])
def test_what_a_piece_of_work_earns(case: DoctorContext) -> None:
    ledger = booked(case)

    earned = sum(entry.credit for entry in ledger.entries if entry.issue_id == OURS.id)
    assert earned == int(Fraction(case.earns) * MICRO)
