"""Values of rules beside those that issues have: near misses, and what nobody has (any more)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from models.rulebook import Operator, RuleBook
from sync.doctor.checks import Check, note, ok
from sync.doctor.context import DoctorContext
from sync.store.state.mirror_values import COLUMNS, count_values
from translators.plurals import count_noun
from translators.rules.conditions import find_comparisons
from translators.rules.near_misses import find_near_misses
from translators.words import fold_label, fold_value

MOST = 10


def look_at_values(context: DoctorContext) -> Iterator[Check]:
    """Values in Jira one typo from a rule's, and values of capabilities that no issue has."""
    if context.book is None or context.state is None:
        yield note("values", "not looked at: the rule book or the mirror cannot be read")
        return
    present = count_values(context.state, context.settings.site)
    if not any(present.values()):
        yield note("values", "no issue was read yet", "Run `headway sync`.")
        return
    found = [*_find_close(present, context.book), *_find_absent(present, context.book)]
    yield from found or [ok("values", "every value that a capability names is some issue's")]


def _find_close(present: Mapping[str, Mapping[str, int]], book: RuleBook) -> Iterator[Check]:
    asked: dict[str, set[str]] = defaultdict(set)
    conditions = [*(r.when for r in book.screening), *(r.when for r in book.capabilities)]
    for line in (line for when in conditions if when for line in find_comparisons(when)):
        if line.operator is Operator.EQUALS and line.field in COLUMNS:
            asked[line.field].update(line.values)
    ordered = {field: sorted(values) for field, values in sorted(asked.items())}
    for miss in find_near_misses(present, ordered)[:MOST]:
        issues = count_noun(miss.issues, "issue", "have", one="has")
        what = f"{issues} {miss.value!r}, which no rule names; a rule names {miss.meant!r}"
        yield note(miss.field, what, "If it means the same, add it to the rule or mend it in Jira.")


def _find_absent(present: Mapping[str, Mapping[str, int]], book: RuleBook) -> Iterator[Check]:
    had = {field: _fold_all(field, values) for field, values in present.items()}
    for rule in book.capabilities:
        for line in find_comparisons(rule.when) if rule.when and not rule.is_taken_off else ():
            if line.operator is not Operator.EQUALS or line.field not in COLUMNS:
                continue
            absent = [value for value in line.values if fold_value(value) not in had[line.field]]
            if absent:
                what = f"{rule.id} asks for {line.field} {', '.join(absent)}, which no issue has"
                yield note(str(line.at), what, "Was it renamed in Jira? Write its name of now.")


def _fold_all(field: str, values: Collection[str]) -> frozenset[str]:
    if field == "labels":
        return frozenset(form for value in values for form in fold_label(value))
    return frozenset(map(fold_value, values))
