"""Tells what became of an issue, by which rule, and what would settle it."""

from sync.cli.pages.levels import NOT_IN_FORCE, explain_marks, format_credits
from sync.cli.pages.phrases import join_first, shorten
from translators.explain.advice import Advice
from translators.explain.explain import IssueExplanation
from translators.explain.rule_edits import RuleEdit
from translators.explain.similarity import LikelyCapability
from translators.plurals import count_noun
from translators.rules.condition_trace import Trace

WIDEST_RULE = 60


def format_issue(explained: IssueExplanation) -> list[str]:
    """What became of an issue, and by which rule."""
    lines = [f'{explained.key} "{explained.summary}" ({explained.type})  ->  {explained.outcome}']
    if not explained.in_force:
        lines.append(NOT_IN_FORCE)
    if explained.epic and explained.epic != explained.key:
        lines.append(f"  its epic is {explained.epic}")
    for reason in explained.decision.reasons if explained.decision else ():
        where = f"  {reason.at}" if reason.at else ""
        lines.append(f"  because {reason.text}{where}")
    for traced in explained.traces:
        lines.append(f"  YES  {traced.rule}")
        lines += _format_trace(traced.trace, 1)
    if explained.advice:
        lines += _format_advice(explained.advice)
    lines += [f"  credit  {line}" for line in format_credits(explained.credits)]
    return lines + [f"  {line}" for line in explain_marks(explained.credits)]


def _format_advice(advice: Advice) -> list[str]:
    lines = [f"  to settle: {advice.to_settle}"]
    if advice.likely:
        lines.append(f"  likely: {'; '.join(map(_format_likely, advice.likely))}")
    return lines + (_format_edit(advice.edit) if advice.edit else [])


def _format_likely(likely: LikelyCapability) -> str:
    where = join_first(likely.epics) or "its own words"
    words = ", ".join(f'"{word}"' for word in likely.words)
    occur = "occurs" if len(likely.words) == 1 else "occur"
    return f"{likely.capability_id} {likely.score:.2f}, because {words} {occur} in {where}"


def _format_edit(edit: RuleEdit) -> list[str]:
    lines = [f"  smallest edit: {edit.at}  {_cut_rule(edit.before)}  ->", f"    {edit.after}"]
    if edit.decides:
        lines.append(f"    decides {len(edit.decides)} more: {join_first(edit.decides)}")
    if not edit.disputes:
        return lines
    others = count_noun(len(edit.disputes), "epic")
    disputes = f"it would claim {others} of other capabilities: {join_first(edit.disputes)}"
    return [*lines, f"    but {disputes}"]


def _cut_rule(line: str) -> str:
    """The end of a long line: what an edit adds stands there."""
    if len(line) <= WIDEST_RULE:
        return line
    end = line[-WIDEST_RULE + 25 :]
    return f"{shorten(line, 23)} {end.partition(' ')[2] or end}"


def _format_trace(trace: Trace, depth: int) -> list[str]:
    """A condition's lines, + where they are met and - where they are not."""
    sign = "+" if trace.is_met else "-"
    found = f"  ->  {trace.found}" if trace.found else ""
    line = f"{'  ' * depth}     {sign} {trace.at}: {shorten(trace.asks, WIDEST_RULE)}{found}"
    return [line, *(inner for part in trace.parts for inner in _format_trace(part, depth + 1))]
