"""Prints what `looks-internal` would make of trades that it has not learnt from, by its bar.

    python -m tests.benchmarks.screening_curve

The trades of screening/trades/ are left out eight times, each time others, and what was learnt
from all else is asked for their titles, with all other shipped rules. So each line is what a new
trade may expect: how much internal work gets by, and how much of what is sold waits.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from models.rulebook import Then
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from tests.benchmarks.screening import JudgedTitle, read_sets
from tests.benchmarks.screening_learning import learn_titles
from tests.benchmarks.screening_listing import list_words
from tests.benchmarks.screening_weights import (
    STEP,
    read_learning_titles,
    read_vocabulary,
    scale_weights,
)
from tests.builders import an_epic
from translators.rules.conditions import compile_condition
from translators.rules.fields import IssueView
from translators.rules.screening import CompiledScreening
from translators.rules.weights import BAR, WeighedWords, index_weights

FOLDS = 8
RULE = "looks-internal"
ALWAYS = 1000
"""What is held by another rule, or spared by this one, whatever its words weigh."""


class Weighed(NamedTuple):
    """A title, and what it comes to."""

    title: JudgedTitle
    total: int


def weigh_unseen_trades() -> list[Weighed]:
    """What each title comes to, by what all other trades teach."""
    vocabulary, learning = read_vocabulary(), read_learning_titles()
    trades = sorted({title.kind for title in read_sets("trades")})
    weighed = []
    for fold in range(FOLDS):
        left_out = set(trades[fold::FOLDS])
        known = [title for title in learning if title.kind not in left_out]
        weights = scale_weights(list_words(learn_titles(known, vocabulary)))
        index = index_weights(tuple(f"{weight}: {word}" for word, weight in weights.items()))
        asked = [title for title in learning if title.kind in left_out]
        weighed += weigh_titles(asked, index)
    return weighed


def weigh_titles(titles: Iterable[JudgedTitle], index: WeighedWords) -> list[Weighed]:
    """What titles come to; ALWAYS where another rule stops them, -ALWAYS where this one spares."""
    rules = rulebook_from_texts(read_shipped_texts()).screening
    others = CompiledScreening(tuple(rule for rule in rules if rule.id != RULE))
    (spares,) = (rule.unless for rule in rules if rule.id == RULE)
    assert spares is not None
    is_spared = compile_condition(spares)
    weighed = []
    for title in titles:
        view = IssueView(an_epic(summary=title.text))
        total = sum(each.weight for each in index.find_weights(title.text))
        if any(rule.then in (Then.HIDE, Then.HOLD) for rule in others.find_matches(view)):
            total = ALWAYS
        elif is_spared(view):
            total = -ALWAYS
        weighed.append(Weighed(title, total))
    return weighed


def share_stopped(weighed: Sequence[Weighed], bar: int, *, is_sellable: bool) -> float:
    """Of the internal titles, or of the sellable ones, those that come to the bar."""
    totals = [each.total for each in weighed if each.title.is_sellable is is_sellable]
    return sum(total >= bar for total in totals) / len(totals)


def main() -> None:
    """Print the curve, of all titles and by language."""
    weighed = weigh_unseen_trades()
    by_language = {"all": weighed}
    for each in weighed:
        by_language.setdefault(each.title.language, []).append(each)
    print(f"{len(weighed)} titles of trades left out: internal untouched / sellable held")
    print(f"{'bar':>5}", *(f"{language:>15}" for language in by_language), sep="")
    for bar in range(BAR - 12, BAR + 20, STEP):
        shares = (
            f"{1 - share_stopped(some, bar, is_sellable=False):8.1%}"
            f"{share_stopped(some, bar, is_sellable=True):7.1%}"
            for some in by_language.values()
        )
        print(f"{bar:>5}{''.join(shares)}{'  <- ships' if bar == BAR else ''}")


if __name__ == "__main__":
    main()
