from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from models.backlog import Issue
from models.effort import Ledger
from models.rulebook import EffortRules, Rescale, TeamAlias, TeamRule
from tests.builders import AS_OF, WINDOW, effort_rules, finished
from translators.backlog.fortnights import window_start
from translators.effort.booking import Booking, book_finished_items, generation_of
from translators.effort.teams import compile_team_of

SWITCH = window_start(WINDOW - 3).date()
"""The day from which something is otherwise: the first of a fortnight."""


def at(window: int, **changes: Any) -> Issue:
    return finished(window, **({"points": Decimal(3)} | changes))


def booked(issues: list[Issue], rules: EffortRules) -> Booking:
    projects = frozenset(issue.project for issue in issues)
    return book_finished_items(issues, Ledger("g1"), rules, AS_OF, projects)


@pytest.mark.parametrize(
    ("rule", "changes", "team"),
    [
        (TeamRule("project"), {}, "PAY"),
        (TeamRule("component", ("Billing", "Checkout")), {"components": ("checkout",)}, "checkout"),
        (TeamRule("component", ("Billing",)), {"components": ("Other",)}, "PAY"),
        (TeamRule("field", ("Team",)), {"extra": {"team": ("Blue", "Red")}}, "Blue"),
        (TeamRule("field", ("Team",)), {}, "PAY"),
    ],
)
def test_whose_work_an_issue_is_the_rule_book_says(
    rule: TeamRule, changes: dict[str, Any], team: str
) -> None:
    assert compile_team_of(effort_rules(team=rule))(at(WINDOW, **changes)) == team


@pytest.mark.parametrize(
    ("since", "until", "window", "team"),
    [
        (None, None, WINDOW, "Money"),
        (SWITCH, None, WINDOW - 3, "Money"),
        (SWITCH, None, WINDOW - 4, "PAY"),
        (None, SWITCH, WINDOW - 4, "Money"),
        (None, SWITCH, WINDOW, "PAY"),
        (SWITCH, SWITCH + timedelta(days=1), WINDOW - 3, "Money"),
        (SWITCH, SWITCH + timedelta(days=1), WINDOW - 2, "PAY"),
    ],
)
def test_an_alias_holds_for_the_days_on_which_work_was_finished(
    since: date | None, until: date | None, window: int, team: str
) -> None:
    rules = effort_rules(aliases=(TeamAlias("pay", "Money", since, until),))

    assert compile_team_of(rules)(at(window)) == team


def test_teams_that_merge_are_one_team_from_that_day_on() -> None:
    rules = effort_rules(aliases=(TeamAlias("ID", "PAY", SWITCH, None),))
    ours = [at(WINDOW - n, contributor=name) for n in range(6) for name in ("anna", "ben")]
    theirs = [
        at(WINDOW - n, contributor=name, project="ID", key=f"ID-{n}{name}", project_id=2)
        for n in range(6)
        for name in ("cleo", "dan")
    ]

    booking = booked([*ours, *theirs], rules)

    people = {(w.team, w.window): len(w.finished_by) for w in booking.windows}
    assert people["PAY", WINDOW] == 4
    assert people["PAY", WINDOW - 4] == people["ID", WINDOW - 4] == 2
    assert ("ID", WINDOW) not in people or people["ID", WINDOW] == 0


def test_a_rescale_makes_old_and_new_points_comparable() -> None:
    """Without it the first small window after a division by ten is dwarfed by what went before."""
    old = [at(WINDOW - n, points=Decimal(30), contributor="anna") for n in range(1, 6)]
    new = at(WINDOW, points=Decimal(3), contributor="anna")
    rescaled = effort_rules(
        rescaled=(Rescale("PAY", window_start(WINDOW).date(), Fraction(1, 10)),)
    )

    (plain,) = (e for e in booked([*old, new], effort_rules()).entries if e.issue_id == new.id)
    (handled,) = (e for e in booked([*old, new], rescaled).entries if e.issue_id == new.id)

    assert [plain.size, plain.denominator] == [3, 15]
    assert [handled.size, handled.denominator] == [3, 3]


def test_a_rescale_reaches_imputed_sizes_and_sums_of_subtasks() -> None:
    rules = effort_rules(rescaled=(Rescale("PAY", window_start(WINDOW).date(), Fraction(10)),))
    old = [at(WINDOW - 1, points=Decimal(3)) for _ in range(6)]
    unknown = at(WINDOW, points=None)

    (entry,) = (e for e in booked([*old, unknown], rules).entries if e.issue_id == unknown.id)

    assert entry.size == 30


def test_a_scale_that_changed_unannounced_is_a_finding() -> None:
    old = [at(WINDOW - n % 5 - 1, points=Decimal(3)) for n in range(10)]
    new = [at(WINDOW, points=Decimal(30)) for _ in range(5)]

    findings = {f.code: f for f in booked([*old, *new], effort_rules()).findings}

    assert "an item had 3 points and has 30 in the fortnight from" in findings["team-rescaled"].what


def test_a_scale_that_was_announced_is_none() -> None:
    rules = effort_rules(rescaled=(Rescale("PAY", window_start(WINDOW).date(), Fraction(10)),))
    old = [at(WINDOW - n % 5 - 1, points=Decimal(3)) for n in range(10)]
    new = [at(WINDOW, points=Decimal(30)) for _ in range(5)]

    assert "team-rescaled" not in {f.code for f in booked([*old, *new], rules).findings}


@pytest.mark.parametrize(
    "changes",
    [
        {"team": TeamRule("field", ("Team",))},
        {"cancelled_statuses": ("Rejected", "Parked")},
        {"aliases": (TeamAlias("ID", "PAY", None, None),)},
        {"aliases": (TeamAlias("ID", "PAY", SWITCH, None),)},
        {"rescaled": (Rescale("PAY", SWITCH, Fraction(10)),)},
    ],
)
def test_other_definitions_are_another_generation(changes: dict[str, Any]) -> None:
    assert generation_of(effort_rules(**changes), ()) != generation_of(effort_rules(), ())


@pytest.mark.parametrize("changes", [{"edges": (1, 2, 3, 4)}, {"scheme": 2}, {"minimum_people": 5}])
def test_how_levels_are_read_is_no_new_generation(changes: dict[str, Any]) -> None:
    assert generation_of(effort_rules(**changes), ()) == generation_of(effort_rules(), ())


def test_a_team_with_a_project_that_cannot_be_seen_waits_and_says_so() -> None:
    rules = effort_rules(aliases=(TeamAlias("ID", "PAY", None, None),))
    issues = [at(WINDOW), at(WINDOW, project="ID", key="ID-1", project_id=2)]

    booking = book_finished_items(issues, Ledger("g1"), rules, AS_OF, frozenset({"PAY"}))

    assert booking.windows == ()
    assert "project ID cannot be seen" in next(
        f.what for f in booking.findings if f.code == "team-waits"
    )
