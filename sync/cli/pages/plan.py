"""Lays out a plan: what sales would read, before and after, and which epics go elsewhere."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.capability import Capability
from models.decision import Outcome
from models.plan import Change, Plan
from sync.cli.pages.phrases import first_few, format_moment
from sync.cli.pages.results import tally_line, written_line
from translators.plan.decision_diff import DecisionChange, group_changes
from translators.plurals import count_noun

if TYPE_CHECKING:
    from sync.pipeline.approve import Approved

MOST_GROUPS = 8
LONG_TEXTS = {"summary": "summary", "today": "today_text", "statement": "statement"}
SHORT_TEXTS = ("name", "product_area", "state_label", "effort_label", "today_by")


def plan_page(
    new: Plan,
    old: Plan | None,
    *,
    by_rules: Sequence[Change],
    drift: Sequence[Change],
    redecided: Sequence[DecisionChange],
    unchanged: int,
) -> list[str]:
    """What a rule change would make sales read; Jira's own drift apart."""
    lines = [
        f"Mirror as of {format_moment(new.as_of)}: {tally_line(new.tally)}",
        f"Sales would read: {summary_line(by_rules, unchanged)}",
        *change_lines(by_rules),
        *_redecided(redecided),
        *(f"HELD by guard {hold.guard}: {hold.why} {hold.remedy}" for hold in new.holds),
        *(f"Noticed: {finding.where}: {finding.what}" for finding in new.findings),
    ]
    now = new.tally.by_outcome[Outcome.NEEDS_DECISION]
    was = old.tally.by_outcome[Outcome.NEEDS_DECISION] if old else now
    lines.append(f"Waiting for a decision: {f'{was} -> ' if was != now else ''}{now}.")
    if drift:
        lines.append(f"Caused by Jira since the last publication, not by rules: {len(drift)}.")
    return lines


def approval_page(found: "Approved") -> list[str]:
    """What an approval published."""
    done = found.published
    return [
        f"published: {written_line(done.revision, done.rows_written, done.change_seq)}",
        f"  as run {found.run_id} proposed it, as of {format_moment(found.plan.as_of)} in Jira",
        *change_lines(found.plan.changes),
    ]


def change_lines(found: Sequence[Change]) -> list[str]:
    """One block a change: what is new, before and after, and the rule line."""
    lines: list[str] = []
    width = max((len(change.after.name) for change in found), default=0)
    for change in found:
        name = f"{change.after.name:<{width}}"
        lines.append(f"  {_sign(change)} {name}  {_headline(change)}".rstrip())
        lines += [f"      {line}" for line in _texts(change)]
        if change.because:
            line, *keys = change.because
            lines.append(f"      {f'{first_few(keys)}  ' if keys else ''}{line}")
    return lines


def summary_line(found: Sequence[Change], unchanged: int) -> str:
    """2 new, 1 changed, 1 withdrawn; 35 unchanged."""
    new = sum(change.before is None for change in found)
    gone = sum(_is_withdrawal(change) for change in found)
    parts = [
        f"{number} {word}"
        for number, word in (
            (new, "new"),
            (len(found) - new - gone, "changed"),
            (gone, "withdrawn"),
        )
        if number
    ]
    return f"{', '.join(parts) or 'no change'}; {unchanged} unchanged"


def _redecided(found: Sequence[DecisionChange]) -> list[str]:
    """Which epics go elsewhere, by whence and whither, and the lines that say so."""
    if not found:
        return []
    groups = group_changes(found)
    lines = [f"Decided otherwise: {count_noun(len(found), 'epic')}"]
    lines += [
        f"  {len(each.keys):>3}  {each.before} -> {each.after}  {first_few(each.keys)}"
        for each in groups[:MOST_GROUPS]
    ]
    if len(groups) > MOST_GROUPS:
        rest = sum(len(each.keys) for each in groups[MOST_GROUPS:])
        ways = count_noun(len(groups) - MOST_GROUPS, "other way")
        lines.append(f"  {rest:>3}  in {ways}; --json lists them all")
    return lines


def _sign(change: Change) -> str:
    if change.before is None:
        return "+"
    return "-" if _is_withdrawal(change) else "~"


def _is_withdrawal(change: Change) -> bool:
    return bool(change.before and change.before.is_active and not change.after.is_active)


def _headline(change: Change) -> str:
    before, after = change.before, change.after
    if before is None:
        return f"(new) {after.state_label}, {after.effort_label}"
    if _is_withdrawal(change):
        instead = f", read {after.replaced_by} instead" if after.replaced_by else ""
        return f"off the list ({str(after.withdrawn_reason).replace('_', ' ')}{instead})"
    moved = ["back on the list"] if after.is_active and not before.is_active else []
    moved += [
        f"{getattr(before, name) or 'none'} -> {getattr(after, name) or 'none'}"
        for name in SHORT_TEXTS
        if getattr(before, name) != getattr(after, name)
    ]
    if before.aliases != after.aliases:
        moved.append(_aliases(before, after))
    return ", ".join(moved)


def _aliases(before: Capability, after: Capability) -> str:
    """aliases: +credit notes -bills."""
    new = [f"+{each}" for each in after.aliases if each not in before.aliases]
    gone = [f"-{each}" for each in before.aliases if each not in after.aliases]
    return f"aliases: {' '.join((*new, *gone))}"


def _texts(change: Change) -> list[str]:
    """The sentences that change, before and after; of a new entry the one that a rep would say."""
    before, after = change.before, change.after
    if before is None:
        return [f'"{after.statement}"']
    if _is_withdrawal(change):
        return [f'"{after.statement}"']
    return [
        f"{word}: {_quoted(getattr(before, name))} -> {_quoted(getattr(after, name))}"
        for word, name in LONG_TEXTS.items()
        if getattr(before, name) != getattr(after, name)
    ]


def _quoted(text: str | None) -> str:
    return f'"{text}"' if text else "none"
