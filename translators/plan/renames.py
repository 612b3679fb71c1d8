"""Notices that Jira calls a thing otherwise than a rule does: nobody has the rule's value any more.

The epics that the rule used to give its capability are still there, and share a value that no rule
names. What is told is the edit that follows them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import Issue
from models.conditions import Comparison, Operator
from models.decision import Decision, Outcome
from models.finding import Finding
from models.rulebook import CapabilityRule, RuleBook
from models.snapshot import LostClaims
from translators.plurals import count_noun
from translators.rules.condition_trace import format_yaml
from translators.rules.conditions import compile_condition, find_asserted, list_comparisons
from translators.rules.fields import IssueView
from translators.words import fold_value


class Rename(Struct, frozen=True, kw_only=True):
    """A line of a capability's rule, the values of it that are gone, and what its epics have now.

    `edited` is the line as YAML, with the new value beside those `kept`: in the place of the old if
    that is one; of several nobody can say which it was.
    """

    line: Comparison
    kept: tuple[str, ...]
    gone: tuple[str, ...]
    now: str
    epics: tuple[str, ...]
    edited: str


def find_lost_epics(decisions: Iterable[Decision]) -> frozenset[int]:
    """The epics that count for a capability only because they fed it before."""
    return frozenset(
        decision.epic_id
        for decision in decisions
        if decision.outcome is Outcome.NEEDS_DECISION
        and decision.counts_for is not None
        and not decision.is_item
    )


def find_renamed_values(
    book: RuleBook, decisions: Iterable[Decision], lost: LostClaims
) -> Iterator[Finding]:
    """For each capability the values that were renamed in Jira, with the edit to make."""
    counts_for = {decision.epic_id: decision.counts_for for decision in decisions}
    by_capability: dict[str | None, list[Issue]] = defaultdict(list)
    for epic in lost.epics:
        by_capability[counts_for.get(epic.id)].append(epic)
    concerned = [r for r in book.capabilities if not r.is_taken_off and r.id in by_capability]
    named = list_named_values(book) if concerned else {}
    for rule in concerned:
        for found in find_renames(rule, by_capability[rule.id], lost.present, named):
            yield _tell_rename(rule, found)


def find_renames(
    rule: CapabilityRule,
    epics: Sequence[Issue],
    present: Mapping[str, frozenset[str]],
    named: Mapping[str, frozenset[str]],
) -> Iterator[Rename]:
    """The renames that explain why `rule` no longer claims most of these epics.

    `present` are the folded values that issues have, by field, and `named` those that rules name.
    """
    if rule.when is None:
        return
    is_met = compile_condition(rule.when)
    views = {epic.key: view for epic in epics if not is_met(view := IssueView(epic))}
    for line in find_asserted(rule.when):
        if line.operator is not Operator.EQUALS or line.field not in present:
            continue
        gone = tuple(each for each in line.values if fold_value(each) not in present[line.field])
        now = _find_shared_value(views.values(), line.field, named[line.field])
        if gone and now:
            kept = line.values if len(gone) > 1 else tuple(v for v in line.values if v not in gone)
            yield Rename(
                line=line,
                kept=kept,
                gone=gone,
                now=now,
                epics=tuple(
                    k for k, v in sorted(views.items()) if now in v.read_values(line.field)
                ),
                edited=format_yaml(replace(line, values=(*kept, now))),
            )


def _find_shared_value(
    views: Collection[IssueView], field: str, named: frozenset[str]
) -> str | None:
    """The value that most of the epics have and no rule names; None where most share none."""
    counts = Counter(
        value
        for view in views
        for value in dict.fromkeys(view.read_values(field))
        if fold_value(value) not in named
    )
    value, number = min(counts.items(), key=lambda each: (-each[1], each[0]), default=("", 0))
    return value if 2 * number > len(views) else None


def list_named_values(book: RuleBook) -> dict[str, frozenset[str]]:
    """The folded values that any rule compares a field with, by field."""
    named: dict[str, set[str]] = defaultdict(set)
    for line in list_comparisons(book):
        named[line.field].update(map(fold_value, line.values))
    return {field: frozenset(values) for field, values in named.items()}


def _tell_rename(rule: CapabilityRule, found: Rename) -> Finding:
    fed = count_noun(len(found.epics), "epic")
    have, are = ("has", "is") if len(found.epics) == 1 else ("have", "are")
    what = (
        f"asks for {found.line.field} {', '.join(found.gone)}, which no issue has; "
        f"{fed} that fed it {have} {found.now!r} now, which no rule names, and {are} kept for it. "
        f"If that is the new name, write at {found.line.at}: {found.edited}"
    )
    return Finding("value-renamed", rule.id, what)
