"""Notices values of rules that nothing in Jira has, or that miss what was meant by a letter."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from models.conditions import All, Comparison, Condition, Not, Operator, Some
from models.rulebook import ScreeningRule
from translators.plurals import count_noun, join_few
from translators.rules.condition_trace import find_met_values, format_yaml
from translators.rules.conditions import find_asserted, find_comparisons
from translators.rules.matches import Matches, Rule
from translators.rules.oddities import Oddity
from translators.rules.seen_values import SeenValues
from translators.words import fold_value, split_camel_case

FEWEST_VALUES = 3
"""Of fewer values of a line, one may well do all the work."""
FEWEST_MET = 3
MOST_NAMED = 4
Seen = Mapping[str, SeenValues]
"""The values that fields have in Jira."""


class Total(NamedTuple):
    """How many of what, in the singular: issue."""

    number: int
    noun: str


Unseen = set[tuple[str, str]]


def count_present(fields: Iterable[str], matches: Matches) -> dict[str, Counter[str]]:
    """The same of epics alone, for these fields."""
    counts: dict[str, Counter[str]] = {field: Counter() for field in fields}
    for view in matches.views:
        for field, values in counts.items():
            values.update(view.read_values(field))
    return counts


def list_equal_fields(rules: Iterable[Rule]) -> set[str]:
    """The fields that rules compare whole."""
    return {line.field for rule in rules for line in _list_lines(rule, Operator.EQUALS)}


def find_value_oddities(
    rules: Iterable[Rule], matches: Matches, seen: Seen, totals: Mapping[str, Total]
) -> Iterator[Oddity]:
    """Odd values of the lines of these rules.

    `totals` says by field of how many of what the values are counted.
    """
    for rule in rules:
        if rule.when is None or rule.rare:
            continue
        idle: set[Comparison] = set()
        asserted = list(find_asserted(rule.when))
        for line in asserted:
            for oddity in _find_one_worker(rule, line, matches, seen.get(line.field)):
                idle.add(line)
                yield oddity
        for line in _list_lines(rule, Operator.EQUALS):
            if line.field in seen and line not in idle:
                # A rule that matches nothing is told already, and what only spares may wait.
                is_slip = line not in asserted or not matches.find_met(rule)
                yield from _find_unseen(
                    rule, line, seen[line.field], totals[line.field], slips_alone=is_slip
                )
        for line in _list_lines(rule, Operator.HAS):
            yield from _find_missed_plurals(rule, line, matches)


def list_unseen(rules: Iterable[Rule], seen: Seen) -> Unseen:
    """The values of lines that compare whole and that no issue has, by field."""
    return {
        (line.field, value)
        for rule in rules
        for line in _list_lines(rule, Operator.EQUALS)
        if line.field in seen
        for value in line.values
        if not seen[line.field].count_issues(value)
    }


def _list_lines(rule: Rule, operator: Operator) -> list[Comparison]:
    unless = rule.unless if isinstance(rule, ScreeningRule) else None
    conditions = [each for each in (rule.when, unless) if each is not None]
    lines = [line for each in conditions for line in find_comparisons(each)]
    return [line for line in lines if line.operator is operator]


def _find_unseen(
    rule: Rule, line: Comparison, seen: SeenValues, total: Total, *, slips_alone: bool
) -> Iterator[Oddity]:
    """Values that no issue has; `slips_alone` are those that are like one that issues have."""
    unseen = [value for value in line.values if not seen.count_issues(value)]
    if slips_alone:
        unseen = [value for value in unseen if seen.find_nearest(value)]
    if not unseen:
        return
    told = join_few(list(map(repr, unseen)), MOST_NAMED)
    what = f"{line.field} {told} of {rule.id!r}: 0 of {total.number:,} {total.noun}s"
    near = [(value, meant) for value in unseen if (meant := seen.find_nearest(value))]
    if not near:
        remedy = "Mend it, take it out, or add `expect: rare`."
    else:
        meant = near[0][1]
        have = count_noun(seen.count_issues(meant), total.noun, "have", one="has")
        what += f"; {have} {meant!r} (did you mean that?)"
        swap = dict(near)
        better = Comparison(
            line.field,
            line.operator,
            tuple(dict.fromkeys(swap.get(each, each) for each in line.values)),
            line.at,
        )
        remedy = f"Write `{format_yaml(better)}`, or add `expect: rare`."
    yield Oddity(line.at, what, remedy, near[0][0] if near else unseen[0])


def _find_one_worker(
    rule: Rule, line: Comparison, matches: Matches, seen: SeenValues | None
) -> Iterator[Oddity]:
    """Of all values of a line one alone is ever met."""
    met = matches.find_met(rule)
    if len(line.values) < FEWEST_VALUES or len(met) < FEWEST_MET:
        return
    if line.operator not in (Operator.EQUALS, Operator.HAS):
        return
    hits: Counter[str] = Counter()
    for place in met:
        hits.update(find_met_values(line, matches.views[place]))
    if seen is not None and line.operator is Operator.EQUALS:
        hits.update({value: 1 for value in line.values if seen.count_issues(value)})
    if len(hits) != 1:
        return
    (worker,) = hits
    others = [value for value in line.values if value != worker]
    key = format_yaml(Comparison(line.field, line.operator, (worker,), line.at)).partition(":")[0]
    told = ", ".join(others[:MOST_NAMED]) + (", ..." if len(others) > MOST_NAMED else "")
    what = (
        f"of the {len(line.values)} values of `{key}` of {rule.id!r} {worker!r} does all the work; "
        f"no epic has the other {len(others)}: {told}"
    )
    yield Oddity(line.at, what, "Mend or take out the others, or add `expect: rare`.", others[0])


def _find_missed_plurals(rule: Rule, line: Comparison, matches: Matches) -> Iterator[Oddity]:
    """Epics that a whole word misses for its ending, and that the rule matches with the other."""
    if rule.when is None or line not in list(find_asserted(rule.when)):
        return
    words = matches.words[line.field]
    for value in line.values:
        folded = split_camel_case(value)
        if len(folded) != 1 or value.rstrip().endswith("*"):
            continue
        for other in _list_other_endings(folded[0]):
            among = words.get(other, frozenset()) - matches.find_met(rule)
            if not among:
                continue
            widened = Comparison(line.field, line.operator, (*line.values, other), line.at)
            missed = matches.find_meeting(_swap(rule.when, line, widened), among)
            if missed:
                yield _word_plural(rule, line, value, other, len(missed))
                break


def _word_plural(rule: Rule, line: Comparison, value: str, other: str, missed: int) -> Oddity:
    shared = value if other.startswith(value.casefold()) else other
    stem = f"{shared}*" if other.startswith(fold_value(value)) or len(other) < len(value) else other
    values = tuple(stem if each == value else each for each in line.values)
    if stem == other and not other.endswith("*"):
        values = (*line.values, other)
    better = Comparison(line.field, line.operator, values, line.at)
    titles = count_noun(missed, "epic")
    what = f"{value!r} of {rule.id!r} is a whole word, and misses {other!r} in {titles}"
    return Oddity(line.at, what, f"Write `{format_yaml(better)}`.", value)


def _list_other_endings(word: str) -> Sequence[str]:
    """The plural of a word, and what it may be the plural of; of short ones nothing."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return ()
    if word.endswith("ies"):
        return (f"{word[:-3]}y",)
    if word.endswith("s") and not word.endswith("ss"):
        return (word[:-1],)
    if word.endswith("y") and word[-2] not in "aeiou":
        return (f"{word[:-1]}ies",)
    return (f"{word}es",) if word.endswith(("s", "x", "z", "ch", "sh")) else (f"{word}s",)


def _swap(condition: Condition, line: Comparison, other: Comparison) -> Condition:
    match condition:
        case All(parts=parts, at=at):
            return All(tuple(_swap(part, line, other) for part in parts), at)
        case Some(parts=parts, at=at):
            return Some(tuple(_swap(part, line, other) for part in parts), at)
        case Not():
            return condition
        case Comparison():
            return other if condition == line else condition
