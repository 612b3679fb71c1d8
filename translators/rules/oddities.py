"""Notices rules that do nothing, nothing of their own, or too much, on the epics that there are."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType

from msgspec import Struct

from models.conditions import Line
from models.rulebook import CapabilityRule, Pin, RuleBook, ScreeningRule, Then
from translators.plurals import count_noun, cut_percent
from translators.rules.matches import Matches, Places, Rule

BROAD_PERCENT = 30
FEWEST_EPICS = 20
"""Of fewer a share says nothing."""
FEWEST_SHADOWED = 3
"""Fewer may be matched by another screening rule by chance."""
_STRENGTH = (Then.HIDE, Then.HOLD, Then.HOLD_UNCLAIMED)


class Oddity(Struct, frozen=True):
    """What is odd about a rule and what to do; `token` is the text that it is about."""

    at: Line
    what: str
    remedy: str
    token: str = ""


def find_rule_oddities(
    book: RuleBook,
    own: Iterable[Rule],
    matches: Matches,
    screening_items: Container[str],
    inherited: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Oddity]:
    """What is odd about the team's `own` rules, each judged as a whole.

    At most one finding says that a rule is of no use; that it matches too much is told beside.
    `screening_items` are the ids of rules that hide issues below epics, if no epic. Those that have
    lines of others are `inherited`, with how they are narrowed; "" where no line is the team's.
    """
    own = list(own)
    for rule in own:
        if rule.when is None or rule.rare or not matches.views:
            continue
        if isinstance(rule, ScreeningRule):
            ways = chain(
                () if rule.id in screening_items else _find_dead(rule, matches),
                _find_spared(rule, matches),
                _find_shadowed(rule, book.screening, matches),
            )
        else:
            ways = chain(
                _find_dead(rule, matches),
                _find_excluded(rule, book, matches),
                _find_disputed(rule, own, matches),
            )
        yield from list(ways)[:1]
        if remedy := inherited.get(rule.id, "Add a line that narrows it."):
            yield from _find_broad(rule, matches, remedy)


def list_hiding_no_epic(own: Iterable[Rule], matches: Matches) -> list[ScreeningRule]:
    """The rules that hide, and match no epic: they may be about issues below epics."""
    return [
        rule
        for rule in own
        if isinstance(rule, ScreeningRule)
        and rule.then is Then.HIDE
        and not rule.rare
        and not matches.find_met(rule)
    ]


def _find_dead(rule: Rule, matches: Matches) -> Iterator[Oddity]:
    if not matches.find_met(rule):
        what = f"{rule.id!r} matches none of {count_noun(len(matches.views), 'epic')}"
        yield Oddity(rule.at, what, "Mend it, delete it, or add `expect: rare`.")


def _find_spared(rule: ScreeningRule, matches: Matches) -> Iterator[Oddity]:
    met = matches.find_met(rule)
    if met and not matches.find_kept(rule):
        epics = count_noun(len(met), "epic")
        what = f"{rule.id!r} matches {epics}, and its `unless` spares every one"
        yield Oddity(rule.at, what, "Narrow the `unless`, or add `expect: rare`.", "unless")


def _find_shadowed(
    rule: ScreeningRule, others: Sequence[ScreeningRule], matches: Matches
) -> Iterator[Oddity]:
    """Another rule as strong screens all that this one does; of two alike the later is told."""
    kept = matches.find_kept(rule)
    if len(kept) < FEWEST_SHADOWED:
        return
    for other in others:
        if other is rule or _STRENGTH.index(other.then) > _STRENGTH.index(rule.then):
            continue
        theirs = matches.find_kept(other)
        is_first_of_two = theirs == kept and other.then is rule.then and rule.at < other.at
        if kept <= theirs and not is_first_of_two:
            same = "matches the same" if theirs == kept else "matches them too"
            what = f"{rule.id!r} matches {len(kept)} epics, and {other.id!r} {same} ({other.at})"
            yield Oddity(rule.at, what, "Delete one of them, or add `expect: rare`.")
            return


def _find_excluded(rule: CapabilityRule, book: RuleBook, matches: Matches) -> Iterator[Oddity]:
    """Every epic that it claims is taken from it again."""
    met = matches.find_met(rule)
    if not met or any(_is_for(pin, rule) for pin in book.pins):
        return
    takers: Counter[str] = Counter()
    left = set(met)
    for taker, places in _list_takers(rule, book, matches):
        takers[taker] += len(left & places)
        left -= places
    if not left:
        by = ", ".join(f"{number} {taker}" for taker, number in takers.most_common() if number)
        what = (
            f"{rule.id!r} matches {count_noun(len(met), 'epic')}, and none counts toward it: {by}"
        )
        yield Oddity(rule.at, what, "Narrow what takes them, delete it, or add `expect: rare`.")


def _list_takers(
    rule: CapabilityRule, book: RuleBook, matches: Matches
) -> Iterator[tuple[str, Places]]:
    yield "have a security level", matches.restricted
    for screening in book.screening:
        if screening.then is Then.HIDE:
            yield f"left out by {screening.id!r} ({screening.at})", matches.find_kept(screening)
    for screening in book.screening:
        if screening.then is Then.HOLD:
            yield f"held by {screening.id!r} ({screening.at})", matches.find_kept(screening)
    for other in book.capabilities:
        if rule.id in other.beats and not other.is_taken_off:
            yield f"go to {other.id!r}, which beats it ({other.at})", matches.find_met(other)


def _find_disputed(
    rule: CapabilityRule, others: Iterable[Rule], matches: Matches
) -> Iterator[Oddity]:
    """Another capability claims all that this one does, and neither beats the other."""
    met = matches.find_met(rule)
    for other in others:
        if other is rule or isinstance(other, ScreeningRule):
            continue
        theirs = matches.find_met(other)
        is_settled = rule.id in other.beats or other.id in rule.beats
        is_first_of_two = theirs == met and rule.at < other.at
        if not is_settled and met <= theirs and not is_first_of_two:
            epics = "its only epic" if len(met) == 1 else f"all {len(met)} epics of it"
            what = f"{rule.id!r} decides nothing: {other.id!r} ({other.at}) matches {epics} too"
            yield Oddity(rule.at, what, f"Add `beats: [{other.id}]` to {rule.id!r}, or narrow one.")
            return


def _find_broad(rule: Rule, matches: Matches, remedy: str) -> Iterator[Oddity]:
    met, epics = len(matches.find_met(rule)), len(matches.views)
    if epics >= FEWEST_EPICS and 100 * met > BROAD_PERCENT * epics:
        share = cut_percent(met, epics)
        what = f"{rule.id!r} matches {met} of {epics} epics ({share} %): it may be too broad"
        yield Oddity(rule.at, what, remedy, "when")


def _is_for(pin: Pin, rule: CapabilityRule) -> bool:
    return pin.capability == rule.id
