"""Lays out a plan as Markdown, for the comment under a pull request; no text in it can act."""

from collections.abc import Iterable, Iterator, Sequence

from sync.cli.pages.markdown import escape_text
from sync.cli.pages.results import format_tally
from sync.cli.pages.rules.plan import (
    KINDS,
    format_changes,
    summarize_counts,
    word_items,
    word_redecided,
    word_refusal,
    word_risk,
    word_undecided,
)
from translators.plain_text import format_moment
from translators.plan.decision_diff import group_changes
from translators.plan.preview import Preview, Step

LONG = 10
"""A list of more lines is folded."""
MOST_LETTERS = 60_000
"""A comment on GitHub holds 65,536; the rest is left to the command itself."""


def format_markdown(preview: Preview) -> list[str]:
    """The plan as Markdown, the verdict first."""
    lines = [f"### Sales would read: {escape_text(summarize_counts(preview))}", ""]
    lines += [f"- **HIGH** {escape_text(word_risk(risk)[6:])}" for risk in preview.high]
    lines += [
        f"- **HELD** by guard {escape_text(hold.guard)}: "
        f"{escape_text(hold.why)} {escape_text(hold.remedy)}"
        for hold in preview.holds
    ]
    lines += [f"- **REFUSED** {escape_text(word_refusal(each))}" for each in preview.refused]
    for kind, heading in KINDS.items():
        lines += _list_steps([step for step in preview.changes if step.kind is kind], heading)
    lines += _list_steps(preview.drift, "caused by Jira, not by rules")
    groups = [
        f"- {escape_text(f'{each.before} -> {each.after}')}: {escape_text(' '.join(each.keys))}"
        for each in group_changes(preview.decisions)
    ]
    lines += _fold(f"{word_redecided(preview.decisions)} decided otherwise", groups)
    noticed = [f"- {escape_text(f'{each.where}: {each.what}')}" for each in preview.findings]
    noticed += [
        f"- {escape_text(f'{each.where}: {each.severity}: {each.what} {each.remedy}')}"
        for each in preview.remarks
    ]
    lines += _fold(f"{len(noticed)} noticed", noticed)
    moment = escape_text(format_moment(preview.as_of))
    lines += ["", f"Mirror as of {moment}: {escape_text(format_tally(preview.tally))}."]
    lines += map(escape_text, word_items(preview))
    lines.append(f"Waiting for a decision: {escape_text(word_undecided(preview))}.")
    return list(_cut(lines))


def _list_steps(steps: Sequence[Step], heading: str) -> list[str]:
    lines = []
    for step in steps:
        first, *rest = (escape_text(line) for line in format_changes([step.change]))
        lines += [f"- {first}", *(f"  - {line}" for line in rest)]
    return _fold(f"{len(steps)} {heading}", lines) if steps else []


def _fold(heading: str, lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    if len(lines) <= LONG:
        return ["", f"**{escape_text(heading)}**", "", *lines]
    start = f"<details><summary>{escape_text(heading)}</summary>"
    return ["", start, "", *lines, "", "</details>"]


def _cut(lines: Iterable[str]) -> Iterator[str]:
    """The lines that a comment can hold, and every fold closed."""
    left, is_open = MOST_LETTERS, False
    for line in lines:
        left -= len(line.encode()) + 1
        if left < 0:
            yield from ["", "</details>"] if is_open else []
            yield from ["", "More than a comment holds: `headway plan --all` shows the rest."]
            return
        is_open = is_open != ("details>" in line)
        yield line
