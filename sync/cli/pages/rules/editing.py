"""Lays out an edit of the rule book: what it does, the lines that differ, what sales would read."""

from collections.abc import Sequence

from models.plan import Change
from sync.cli.marks import Meaning, mark
from sync.cli.pages.phrases import join_first
from sync.cli.pages.rules.plan import format_changes, list_usable
from translators.plan.decision_diff import DecisionChange, group_changes
from translators.plurals import count_noun


def format_edit(
    done: Sequence[str],
    verdict: Sequence[str],
    diff: Sequence[str],
    effect: Sequence[str],
    *,
    only_diff: bool = False,
) -> list[str]:
    """The page of one edit: what is done and what came of it, the lines, the effect."""
    if not diff:
        return ["Nothing to change: the rule book says so already.", *verdict]
    told = list(map(_mark_difference, diff))
    return told if only_diff else [*done, *verdict, *("    " + line for line in told), *effect]


def _mark_difference(line: str) -> str:
    """A line that is added or taken out; not the names of the files above."""
    if line.startswith(("+++", "---")):
        return line
    meaning = {"+": Meaning.GOOD, "-": Meaning.BAD}.get(line[:1])
    return mark(line, meaning) if meaning else line


def format_effect(changes: Sequence[Change], moved: Sequence[DecisionChange]) -> list[str]:
    """What sales would read otherwise, and which epics go elsewhere."""
    differing = count_noun(len(changes), "entry", "differ", one="differs")
    lines = [f"Sales would read: {differing if changes else 'nothing else than now'}"]
    lines += [*list_usable(changes), *format_changes(changes)]
    if moved:
        lines.append(f"Decided otherwise: {count_noun(len(moved), 'epic')}")
    for group in group_changes(moved):
        keys = join_first(group.keys)
        lines.append(f"  {len(group.keys):>3}  {group.before} -> {group.after}  {keys}")
    return lines
