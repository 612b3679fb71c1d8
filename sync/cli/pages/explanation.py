"""Tells what became of an issue, by which rule, and what would settle it."""

from sync.cli.pages.levels import NOT_IN_FORCE, credit_lines, marks_explained
from sync.cli.pages.phrases import first_few
from translators.explain.advice import Advice
from translators.explain.explain import IssueStory
from translators.explain.rule_edits import Edit
from translators.explain.similarity import LikelyCapability
from translators.plurals import count_noun
from translators.rules.condition_trace import Trace

WIDEST_RULE = 60


def issue_page(story: IssueStory) -> list[str]:
    """What became of an issue, and by which rule."""
    lines = [f'{story.key} "{story.summary}" ({story.type})  ->  {story.outcome}']
    if not story.in_force:
        lines.append(NOT_IN_FORCE)
    if story.epic and story.epic != story.key:
        lines.append(f"  its epic is {story.epic}")
    for reason in story.decision.reasons if story.decision else ():
        where = f"  {reason.at}" if reason.at else ""
        lines.append(f"  because {reason.text}{where}")
    for traced in story.traces:
        lines.append(f"  YES  {traced.rule}")
        lines += _trace(traced.trace, 1)
    if story.advice:
        lines += _advice(story.advice)
    lines += [f"  credit  {line}" for line in credit_lines(story.credits)]
    return lines + [f"  {line}" for line in marks_explained(story.credits)]


def _advice(advice: Advice) -> list[str]:
    lines = [f"  to settle: {advice.to_settle}"]
    if advice.likely:
        lines.append(f"  likely: {'; '.join(map(_likely, advice.likely))}")
    return lines + (_edit(advice.edit) if advice.edit else [])


def _likely(found: LikelyCapability) -> str:
    where = first_few(found.epics) or "its own words"
    words = ", ".join(f'"{word}"' for word in found.words)
    occur = "occurs" if len(found.words) == 1 else "occur"
    return f"{found.capability_id} {found.score:.2f}, because {words} {occur} in {where}"


def _edit(edit: Edit) -> list[str]:
    decides = (
        f"   decides {len(edit.decides)} more: {first_few(edit.decides)}" if edit.decides else ""
    )
    lines = [f"  smallest edit: {edit.at}  {_cut(edit.before)}  ->  {_cut(edit.after)}{decides}"]
    if edit.disputes:
        others = count_noun(len(edit.disputes), "epic")
        lines.append(
            f"    but it would claim {others} of other capabilities: {first_few(edit.disputes)}"
        )
    return lines


def _cut(line: str) -> str:
    """The end of a long line: what an edit adds stands there."""
    return line if len(line) <= WIDEST_RULE else f"{line[:20]} ... {line[-WIDEST_RULE + 25 :]}"


def _trace(trace: Trace, depth: int) -> list[str]:
    """A condition's lines, + where they hold and - where they do not."""
    sign = "+" if trace.is_met else "-"
    found = f"  ->  {trace.found}" if trace.found else ""
    asks = trace.asks if len(trace.asks) <= WIDEST_RULE else f"{trace.asks[:WIDEST_RULE]}..."
    line = f"{'  ' * depth}     {sign} {trace.at}: {asks}{found}"
    return [line, *(inner for part in trace.parts for inner in _trace(part, depth + 1))]
