"""Values of rules that nobody has, or has any more; near misses are told with the rules."""

from collections.abc import Iterator, Mapping

from models.conditions import Operator
from models.rulebook import RuleBook
from sync.doctor.checks import Check, note, ok
from sync.doctor.context import DoctorContext
from sync.pipeline.context import name_runs
from sync.store.state.mirror.values import COLUMNS, count_values
from sync.store.state.runs.runs import find_last_findings
from translators.rules.conditions import find_comparisons
from translators.rules.fields import fold_values
from translators.words import fold_value


def look_at_values(context: DoctorContext) -> Iterator[Check]:
    """Values of capabilities that no issue has, and what its epics have instead."""
    if context.book is None or context.state is None:
        yield note("values", "not looked at: the rule book or the mirror cannot be read")
        return
    present = count_values(context.state, *context.settings.site_names)
    if not any(present.values()):
        yield note("values", "no issue was read yet", "Run `headway sync`.")
        return
    found = [
        *_find_renamed(context),
        *_find_absent(present, context.book),
    ]
    yield from found or [ok("values", "every value that a capability names is some issue's")]


def _find_renamed(context: DoctorContext) -> Iterator[Check]:
    """What the last run told of entries that no rule feeds, with the edit where there is one."""
    if context.state is None:
        return
    findings = find_last_findings(context.state, name_runs(context.settings))
    renamed = {finding.where for finding in findings if finding.code == "value-renamed"}
    for finding in findings:
        is_unexplained = finding.code == "no-rule-feeds" and finding.where not in renamed
        if finding.code == "value-renamed" or is_unexplained:
            remedy = "Mend the rule; `headway plan` shows what that does."
            yield note(finding.where, finding.what, remedy)


def _find_absent(present: Mapping[str, Mapping[str, int]], book: RuleBook) -> Iterator[Check]:
    had = {field: frozenset(fold_values(field, values)) for field, values in present.items()}
    for rule in book.capabilities:
        asked = [] if rule.is_taken_off else [each for each in (rule.when, rule.items) if each]
        for line in (line for each in asked for line in find_comparisons(each)):
            if line.operator is not Operator.EQUALS or line.field not in COLUMNS:
                continue
            absent = [value for value in line.values if fold_value(value) not in had[line.field]]
            if absent:
                what = f"{rule.id} asks for {line.field} {', '.join(absent)}, which no issue has"
                yield note(str(line.at), what, "Was it renamed in Jira? Write its name of now.")
