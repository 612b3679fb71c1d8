"""Lays out a plan: what sales would read, before and after, and which epics go elsewhere."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.capability import Capability, State
from models.decision import Outcome
from models.plan import Change, Plan
from models.rule_finding import RuleFinding
from sync.cli.pages.phrases import fold, join_first
from sync.cli.pages.results import format_items, format_publication, format_tally
from sync.cli.pages.rules import format_findings
from translators.backlog.emptied import tell_emptied
from translators.plain_text import format_moment
from translators.plan.decision_diff import DecisionChange, group_changes
from translators.plurals import count_noun

if TYPE_CHECKING:
    from sync.pipeline.approve import Accepted, Approved

MOST_GROUPS = 8
MOST_CHANGES = 30
MOST_NOTICED = 12
REMARKED = ("pin-expired", "pin-of-no-epic", "unknown-issue")
"""Findings of the translation that the remarks on the rules tell as well."""
LONG_TEXTS = {"summary": "summary", "today": "today_text", "statement": "statement"}
SHORT_TEXTS = ("name", "product_area", "state_label", "effort_label", "today_by")


def format_plan(
    new: Plan,
    old: Plan | None,
    *,
    by_rules: Sequence[Change],
    drift: Sequence[Change],
    redecided: Sequence[DecisionChange],
    unchanged: int,
    remarks: Sequence[RuleFinding] = (),
    show_all: bool = False,
) -> list[str]:
    """What a rule change would make sales read; Jira's own drift apart; `remarks` on the rules.

    `old` is the plan under the rules in force, None where there are none; `unchanged` counts the
    rows on the list that stay as they are.
    """
    noticed = [
        f"Noticed: {finding.where}: {finding.what}"
        for finding in new.findings
        if not remarks or finding.code not in REMARKED
    ]
    most = len(by_rules) if show_all else MOST_CHANGES
    lines = [
        f"Sales would read: {_summarize_changes(by_rules, unchanged)}",
        *(f"HELD by guard {hold.guard}: {hold.why} {hold.remedy}" for hold in new.holds),
        *list_usable((*by_rules, *drift)),
        *format_changes(by_rules[:most]),
        *_count_hidden(by_rules[most:]),
        *_format_redecided(redecided),
        *fold(noticed, MOST_NOTICED, show_all=show_all),
        *format_findings(remarks),
        f"Mirror as of {format_moment(new.as_of)}: {format_tally(new.tally)}",
    ]
    if new.tally.items:
        lines.append(f"Items without an epic: {format_items(new.tally.items)}.")
    now = new.tally.by_outcome[Outcome.NEEDS_DECISION]
    was = old.tally.by_outcome[Outcome.NEEDS_DECISION] if old else now
    lines.append(f"Waiting for a decision: {f'{was} -> ' if was != now else ''}{now}.")
    if drift:
        lines.append(f"Caused by Jira since the last publication, not by rules: {len(drift)}.")
    return lines


def format_acceptance(accepted: "Accepted") -> list[str]:
    """What an approval lets the next run take."""
    return [
        f"accepted: {'; '.join(tell_emptied(accepted.emptied))}",
        "  the next run takes it as it is: headway sync",
    ]


def _count_hidden(changes: Sequence[Change]) -> list[str]:
    return [f"  ... and {len(changes)} more; --all shows them"] if changes else []


def format_approval(approved: "Approved") -> list[str]:
    """What an approval published."""
    done, plan = approved.published, approved.plan
    written = format_publication(done.revision, done.rows_written, done.change_seq)
    return [
        f"published: {written}",
        f"  as run {approved.run_id} proposed it, as of {format_moment(plan.as_of)} in Jira",
        *format_changes(plan.changes),
    ]


def format_changes(changes: Sequence[Change]) -> list[str]:
    """One block a change: what is new, before and after, and the rule line."""
    lines: list[str] = []
    width = max((len(change.after.name) for change in changes), default=0)
    for change in changes:
        name = f"{change.after.name:<{width}}"
        lines.append(f"  {_choose_sign(change)} {name}  {_headline_change(change)}".rstrip())
        lines += [f"      {line}" for line in _compare_texts(change)]
        if change.because:
            line, *keys = change.because
            lines.append(f"      {f'{join_first(keys)}  ' if keys else ''}{line}")
    return lines


def list_usable(changes: Sequence[Change]) -> list[str]:
    """Every sentence that would newly say that something can be used, before all else."""
    usable = [
        change for change in changes if _says_usable(change.after) > _says_usable(change.before)
    ]
    if not usable:
        return []
    lines = [f'  "{change.after.statement}"  {join_first(change.because[:1])}' for change in usable]
    return ["Newly said to be usable today, by a person's word:", *lines]


def _says_usable(row: Capability | None) -> int:
    usable = {State.AVAILABLE: 2, State.PARTLY_AVAILABLE: 1}
    return usable.get(row.state_code, 0) if row and row.is_active else 0


def _summarize_changes(changes: Sequence[Change], unchanged: int) -> str:
    """2 new, 1 changed, 1 withdrawn; 35 unchanged."""
    new = sum(change.before is None for change in changes)
    gone = sum(_is_withdrawal(change) for change in changes)
    numbers = {"new": new, "changed": len(changes) - new - gone, "withdrawn": gone}
    parts = [f"{number} {word}" for word, number in numbers.items() if number]
    return f"{', '.join(parts) or 'no change'}; {unchanged} unchanged"


def _format_redecided(redecided: Sequence[DecisionChange]) -> list[str]:
    """Which epics go elsewhere, by whence and whither, and the lines that say so."""
    if not redecided:
        return []
    groups = group_changes(redecided)
    lines = [f"Decided otherwise: {count_noun(len(redecided), 'epic')}"]
    lines += [
        f"  {len(group.keys):>3}  {group.before} -> {group.after}  {join_first(group.keys)}"
        for group in groups[:MOST_GROUPS]
    ]
    if len(groups) > MOST_GROUPS:
        rest = sum(len(group.keys) for group in groups[MOST_GROUPS:])
        ways = count_noun(len(groups) - MOST_GROUPS, "other way")
        lines.append(f"  {rest:>3}  in {ways}; --json lists them all")
    return lines


def _choose_sign(change: Change) -> str:
    if change.before is None:
        return "+"
    return "-" if _is_withdrawal(change) else "~"


def _is_withdrawal(change: Change) -> bool:
    return bool(change.before and change.before.is_active and not change.after.is_active)


def _headline_change(change: Change) -> str:
    before, after = change.before, change.after
    if before is None:
        return f"(new) {after.state_label}, {after.effort_label}"
    if _is_withdrawal(change):
        instead = f", read {after.replaced_by} instead" if after.replaced_by else ""
        return f"off the list ({str(after.withdrawn_reason).replace('_', ' ')}{instead})"
    parts = ["back on the list"] if after.is_active and not before.is_active else []
    parts += [
        f"{getattr(before, name) or 'none'} -> {getattr(after, name) or 'none'}"
        for name in SHORT_TEXTS
        if getattr(before, name) != getattr(after, name)
    ]
    if before.aliases != after.aliases:
        parts.append(_compare_aliases(before, after))
    return ", ".join(parts)


def _compare_aliases(before: Capability, after: Capability) -> str:
    """aliases: +credit notes -bills."""
    new = [f"+{alias}" for alias in after.aliases if alias not in before.aliases]
    gone = [f"-{alias}" for alias in before.aliases if alias not in after.aliases]
    return f"aliases: {' '.join((*new, *gone))}"


def _compare_texts(change: Change) -> list[str]:
    """The sentences that change, before and after; of a new entry the one that a rep would say."""
    before, after = change.before, change.after
    if before is None or _is_withdrawal(change):
        return [f'"{after.statement}"']
    return [
        f"{word}: {_quote_text(getattr(before, name))} -> {_quote_text(getattr(after, name))}"
        for word, name in LONG_TEXTS.items()
        if getattr(before, name) != getattr(after, name)
    ]


def _quote_text(text: str | None) -> str:
    return f'"{text}"' if text else "none"
