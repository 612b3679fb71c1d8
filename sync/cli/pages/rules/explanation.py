"""Tells what became of an issue, by which rule, and what would settle it."""

from models.decision import Outcome
from sync.cli.marks import Meaning, mark
from sync.cli.pages.phrases import join_first, shorten_text, word_naming
from sync.cli.pages.rules.levels import MOST, NOT_IN_FORCE, explain_marks, format_credits
from sync.cli.pages.rules.suggested import describe_suggestion
from translators.explain.advice import Advice
from translators.explain.issue_account import IssueExplanation
from translators.explain.rule_account import RuleExplanation
from translators.plurals import count_noun
from translators.rules.condition_trace import Trace
from translators.suggestions.rule_edit import EditKind, RuleEdit

WIDEST_RULE = 60
MOST_UNMET = 4
"""Lines of a rule that are not met and are shown all the same."""
MEANINGS = {Outcome.PUBLISHED: Meaning.GOOD, Outcome.NEEDS_DECISION: Meaning.DOUBT}


def format_issue(explained: IssueExplanation, *, show_all: bool = False) -> list[str]:
    """What became of an issue, and by which rule.

    Of a rule with many lines that are not met, as the shipped ones have, those are counted alone.
    """
    decision = explained.decision
    told = f'{explained.key} "{explained.summary}" ({explained.type})  ->  {explained.outcome}'
    meaning = MEANINGS.get(decision.outcome) if decision else None
    lines: list[str] = [mark(told, meaning, explained.outcome) if meaning else told]
    if not explained.in_force:
        lines.append(NOT_IN_FORCE)
    if explained.epic and explained.epic != explained.key:
        lines.append(f"  its epic is {explained.epic}")
    for reason in decision.reasons if decision else ():
        where = f"  {reason.at}" if reason.at else ""
        lines.append(f"  because {reason.text}{where}")
    lines += [f"  noticed  {told}" for told in explained.noticed]
    for traced in explained.traces:
        lines.append(mark(f"  YES  {traced.rule}", Meaning.GOOD, "YES"))
        unmet = _count_unmet(traced.trace)
        is_folded = unmet > MOST_UNMET and not show_all
        lines += _format_trace(traced.trace, 1, only_met=is_folded)
        if is_folded:
            told = f"{'  ' * 2}     - {unmet} lines are not met; --all shows them"
            lines.append(mark(told, Meaning.ASIDE))
    if explained.advice:
        lines += _format_advice(explained.advice, explained.key)
    lines += [f"  credit  {line}" for line in format_credits(explained.credits)]
    return lines + [f"  {line}" for line in explain_marks(explained.credits)]


def format_rule(explained: RuleExplanation, *, show_all: bool = False) -> list[str]:
    """What a screening rule does, and which epics it decides."""
    owner = f"; ask {explained.owner}" if explained.owner else ""
    lines = [
        f"{explained.rule}  ({explained.at})",
        f"  {explained.does}: {explained.reason}{owner}",
    ]
    for outcome, keys in explained.decides.items():
        shown = join_first(keys, len(keys) if show_all else MOST)
        lines.append(f"  {count_noun(len(keys), 'epic')} {outcome}: {shown}")
    return lines if explained.decides else [*lines, "  decides no epic"]


def _format_advice(advice: Advice, key: str) -> list[str]:
    lines: list[str] = [mark(f"  to settle: {advice.to_settle}", Meaning.COMMAND, advice.to_settle)]
    if advice.suggestion:
        lines.append(f"  likely: {describe_suggestion(advice.suggestion)}")
        lines.append(f"    because {'; '.join(advice.suggestion.because)}")
    else:
        lines.append(f"  likely: nothing is said: {advice.silent}")
    return lines + (_format_edit(advice.edit, key) if advice.edit else [])


def _format_edit(edit: RuleEdit, key: str) -> list[str]:
    """The edit that the queue offers, and whom else it decides."""
    match edit.kind:
        case EditKind.NEW:
            told = [f"smallest edit: a new capability with  {edit.after}"]
        case EditKind.NAME:
            told = [f"smallest edit: {word_naming(edit.capability_id)}"]
        case _:
            where = f"{edit.at} {edit.capability_id}"
            told = [
                f"smallest edit: {where}  {_cut_rule(edit.before) or '(none)'}  ->",
                f"  {edit.after}",
            ]
    others = [each for each in edit.decides if each != key]
    if edit.because:
        told.append(f"  because {edit.because}")
    if others:
        told.append(f"  decides {len(others)} more: {join_first(others)}")
    return [f"  {line}" for line in told]


def _cut_rule(line: str) -> str:
    """The end of a long line: what an edit adds stands there."""
    if len(line) <= WIDEST_RULE:
        return line
    end = line[-WIDEST_RULE + 25 :]
    return f"{shorten_text(line, 23)} {end.partition(' ')[2] or end}"


def _count_unmet(trace: Trace) -> int:
    """The lines that compare and are not met; groups of them are none."""
    if not trace.parts:
        return int(not trace.is_met)
    return sum(map(_count_unmet, trace.parts))


def _format_trace(trace: Trace, depth: int, *, only_met: bool = False) -> list[str]:
    """A condition's lines, + where they are met and - where they are not."""
    if only_met and not trace.is_met:
        return []
    sign = "+" if trace.is_met else "-"
    found = f"  ->  {trace.found}" if trace.found else ""
    line = f"{'  ' * depth}     {sign} {trace.at}: {shorten_text(trace.asks, WIDEST_RULE)}{found}"
    told = mark(line, Meaning.GOOD if trace.is_met else Meaning.BAD, sign)
    inner = (_format_trace(part, depth + 1, only_met=only_met) for part in trace.parts)
    return [told, *(line for lines in inner for line in lines)]
