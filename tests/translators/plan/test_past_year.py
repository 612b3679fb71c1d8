from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from msgspec.structs import replace

from models.capability import PublishedTerm
from models.decision import Cause, Decision, Outcome, Reason
from models.rollup import EffortTotals, EpicRollup
from models.rulebook import RuleBook
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from translators.plan.past_year import (
    SHARES,
    PastYear,
    sum_past_year,
    word_share,
    write_past_year,
)
from translators.promises.linter import compile_linter
from translators.promises.publishable import audit_terms
from translators.wording import find_template, list_terms

BOOK = rulebook_from_texts(read_shipped_texts())
TEMPLATE = find_template(BOOK)
RULES = ("tech-debt", "regulatory")
YEAR = PastYear(teams=3, credit=300, upkeep=100, undecided=75)


def a_decision(epic_id: int, outcome: Outcome, cause: Cause, rule: str | None) -> Decision:
    reason = Reason(cause=cause, text="", rule=rule)
    return Decision(
        site="main", epic_id=epic_id, key="", outcome=outcome, heading="", reasons=(reason,)
    )


def a_group(year: int, upkeep: int = 0) -> EpicRollup:
    return EpicRollup(work=EffortTotals(year=year, upkeep=upkeep))


def written(year: PastYear, *published: PublishedTerm) -> str | None:
    term = write_past_year(TEMPLATE, year, published)
    return term.meaning if term else None


def test_the_year_is_summed_by_what_became_of_each_epic() -> None:
    groups = {1: a_group(10), 2: a_group(20), 3: a_group(40), 4: a_group(80), -1: a_group(7, 5)}
    decisions = (
        a_decision(1, Outcome.LEFT_OUT, Cause.SCREENING, "tech-debt"),
        a_decision(2, Outcome.LEFT_OUT, Cause.SCREENING, "experiments"),
        a_decision(3, Outcome.LEFT_OUT, Cause.PIN, "tech-debt"),
        a_decision(4, Outcome.NEEDS_DECISION, Cause.SCREENING, "tech-debt"),
        a_decision(5, Outcome.PUBLISHED, Cause.CAPABILITY, "sso"),
    )

    year = sum_past_year(groups, decisions, RULES, teams=4)

    assert year == PastYear(teams=4, credit=157, upkeep=15, undecided=80)


def test_the_sentence_says_a_share_and_no_number() -> None:
    expected = "Of all engineering work in the past year, about a third kept the product lawful, "

    assert written(YEAR) == f"{expected}safe and running."


@pytest.mark.parametrize(
    "less",
    [{"teams": 2}, {"credit": 0}, {"upkeep": 14}, {"upkeep": 0}, {"upkeep": -5}, {"undecided": 76}],
)
def test_where_too_little_stands_behind_it_nothing_is_said(less: dict[str, int]) -> None:
    assert written(replace(YEAR, **less)) is None


def test_without_rules_nothing_is_said_and_nothing_is_published_unfilled() -> None:
    texts = read_shipped_texts() | {"own.yaml": "wording:\n  past_year:\n    rules: []\n"}
    book: RuleBook = rulebook_from_texts(texts)

    assert find_template(book) is None
    assert [term for term in list_terms(book) if "{" in term.meaning] == []


@pytest.mark.parametrize("share", [Fraction(n, 100) for n in range(5, 101)])
def test_every_share_has_the_word_nearest_to_it(share: Fraction) -> None:
    nearest = min(SHARES, key=lambda pair: abs(pair[0] - share))

    word = word_share(share)

    assert word is not None
    assert word in {said for at, said in SHARES if abs(at - share) == abs(nearest[0] - share)}


@pytest.mark.parametrize("middle", [(a + b) / 2 for (a, _), (b, _) in pairwise(SHARES)])
def test_a_share_that_moves_about_a_bound_keeps_its_word(middle: Fraction) -> None:
    below, above = middle - Fraction(2, 100), middle + Fraction(2, 100)

    for before in (word_share(below), word_share(above)):
        assert {word_share(share, before) for share in (below, middle, above)} == {before}
    assert word_share(middle + Fraction(4, 100), word_share(below)) == word_share(above)


def test_the_word_that_was_published_is_read_back_from_the_sentence() -> None:
    near = replace(YEAR, upkeep=86)
    third = write_past_year(TEMPLATE, YEAR, ())
    assert third

    assert "about a quarter" in (written(near) or "")
    assert "about a third" in (written(near, third) or "")
    assert "about a quarter" in (written(near, replace(third, meaning="Another template.")) or "")


def test_all_that_is_shipped_passes_the_linter_whatever_the_share() -> None:
    linter = compile_linter(BOOK, date(2026, 3, 9))
    filled = [
        term
        for share, _ in SHARES
        if (term := write_past_year(TEMPLATE, replace(YEAR, upkeep=int(share * 300)), ()))
    ]
    terms = [*list_terms(BOOK), *filled]

    assert len({term.meaning for term in filled}) == len(SHARES)
    for term in terms:
        assert audit_terms([term], (), linter) == ((term,), ())


def test_the_guide_is_read_in_order_and_says_what_sales_has_to_know() -> None:
    guide = [term for term in list_terms(BOOK) if term.kind == "guide"]
    words = sum(len(term.meaning.split()) for term in guide)

    assert [term.rank for term in guide] == list(range(1, len(guide) + 1))
    assert 150 <= words <= 350
    assert {"why-upkeep-comes-first", "why-law-comes-first"} <= {term.code for term in guide}
    unrated = next(term for term in list_terms(BOOK) if term.code == "not_rated")
    assert "does not mean zero" in unrated.meaning
