"""What several sites come to is put together, and nothing of one is taken for another's."""

from datetime import date
from fractions import Fraction

import pytest

from models.backlog import IDS_A_SITE
from models.decision import Cause, Outcome
from models.rollup import EffortTotals, EpicRollup, sum_totals
from models.rulebook import RuleBook
from tests.builders import an_epic
from tests.rules import INVOICING, a_book
from translators.plan.rollup import Rollup
from translators.plan.several_sites import (
    SiteRollup,
    is_held_as_ambiguous,
    join_rollups,
    name_generation,
)
from translators.rules.decide import compile_rules

TODAY = date(2026, 11, 23)


def a_site(name: str, number: int, book: RuleBook) -> SiteRollup:
    """One epic of one team, under the key that the other site's has."""
    epic = an_epic(id=number * IDS_A_SITE + 1, key="PAY-1", site=name)
    people = {"PAY": (number, Fraction(3 + number))}
    work = EffortTotals(entries=1, credit=5, rated=5, people=people)
    group = EpicRollup(project="PAY", work=work)
    decisions = (compile_rules(book).decide(epic, TODAY),)
    return SiteRollup(name, Rollup(decisions=decisions, groups={epic.id: group}))


def two_sites(pins: str = "") -> Rollup:
    book = a_book(INVOICING, rest=pins)
    return join_rollups([a_site("main", 0, book), a_site("east", 1, book)], is_shared=True)


def test_an_epic_of_each_site_stays_one_under_the_name_of_its_site() -> None:
    joined = two_sites()

    assert [each.key for each in joined.decisions] == ["main/PAY-1", "east/PAY-1"]
    assert len(joined.groups) == 2


def test_two_teams_of_one_name_are_two() -> None:
    work = sum_totals(group.work for group in two_sites().groups.values())

    assert work.people == {"main/PAY": (0, Fraction(3)), "east/PAY": (1, Fraction(4))}
    assert work.credit == 10


@pytest.mark.parametrize("action", ["hide: true", "hold: true"])
def test_a_pin_by_a_key_of_both_that_keeps_from_sales_does_so_at_both(action: str) -> None:
    joined = two_sites(f"pins: [{{issue: PAY-1, {action}, reason: no, by: anna}}]")

    assert all(each.reasons[0].cause is Cause.PIN for each in joined.decisions)
    assert not any(map(is_held_as_ambiguous, joined.decisions))


def test_a_pin_by_a_key_of_both_that_names_a_capability_waits_and_says_what_to_write() -> None:
    joined = two_sites("pins: [{issue: PAY-1, capability: invoicing, reason: is, by: anna}]")

    assert {each.outcome for each in joined.decisions} == {Outcome.NEEDS_DECISION}
    assert all(map(is_held_as_ambiguous, joined.decisions))
    assert "Write east/PAY-1 or main/PAY-1." in joined.decisions[0].reasons[0].text


def test_a_pin_behind_its_site_is_of_that_one_alone() -> None:
    joined = two_sites("pins: [{issue: east/PAY-1, capability: invoicing, reason: is, by: anna}]")

    claimed = {each.site: each.claimed_by for each in joined.decisions}
    assert claimed == {"main": None, "east": "invoicing"}


def test_one_site_is_as_it_is() -> None:
    alone = a_site("main", 0, a_book(INVOICING))

    assert join_rollups([alone], is_shared=False) is alone.rollup


def test_ledgers_keep_their_name_when_a_site_is_added_and_not_when_one_measures_anew() -> None:
    added = {"main": ("g1", "g1"), "east": (None, "g2")}
    anew = {"main": ("g1", "g3"), "east": ("g2", "g2")}

    assert name_generation("list", added) == "list"
    assert name_generation("list", anew) not in ("list", "g1", "g2", "g3")
    assert name_generation(None, added) == name_generation(None, dict(reversed(added.items())))
