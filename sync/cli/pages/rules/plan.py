"""Lays out a plan: what sales would read, before and after, and which epics go elsewhere."""

from collections.abc import Sequence

from models.capability import Capability
from models.finding import Finding
from models.plan import Change
from sync.cli.marks import Meaning, find_widest, mark, pad
from sync.cli.pages.phrases import fold_lines, join_first
from sync.cli.pages.results import format_items, format_tally
from sync.cli.pages.rules.rules import format_findings
from translators.plain_text import format_moment
from translators.plan.decision_diff import DecisionChange, group_changes
from translators.plan.preview import Kind, Preview, Risk, Step, tell_kind
from translators.plurals import count_noun

MOST_GROUPS = 8
MOST_CHANGES = 30
MOST_NOTICED = 12
REMARKED = ("pin-expired", "waiver-expired", "pin-of-no-epic", "unknown-issue")
"""Findings of the translation that the remarks on the rules tell as well."""
KINDS = {
    Kind.USABLE: "newly usable",
    Kind.WITHDRAWN: "withdrawn",
    Kind.NEW: "new",
    Kind.BACK: "back on the list",
    Kind.LEVEL: "of another level",
    Kind.REWORDED: "reworded",
}
SIGNS = {"+": Meaning.GOOD, "~": Meaning.DOUBT, "-": Meaning.BAD}
LONG_TEXTS = {"summary": "summary", "today": "today_text", "statement": "statement"}
SHORT_TEXTS = ("name", "product_area", "state_label", "effort_label", "today_by")


def format_plan(preview: Preview, *, show_all: bool = False) -> list[str]:
    """What a rule change would make sales read, risk first; Jira's own drift apart."""
    refused = {(finding.code, finding.where) for finding in preview.refused}
    noticed = [
        mark(f"Noticed: {finding.where}: {finding.what}", Meaning.DOUBT, "Noticed")
        for finding in preview.findings
        if (finding.code, finding.where) not in refused
        and not (preview.remarks and finding.code in REMARKED)
    ]
    steps = preview.changes
    most = len(steps) if show_all else MOST_CHANGES
    drift = [step.change for step in preview.drift]
    lines = [
        mark(f"Sales would read: {summarize_counts(preview)}", Meaning.GOOD, "no change"),
        *(mark(word_risk(risk), Meaning.BAD, "HIGH") for risk in preview.high),
        *(
            mark(f"HELD by guard {hold.guard}: {hold.why} {hold.remedy}", Meaning.DOUBT, "HELD")
            for hold in preview.holds
        ),
        *list_usable((*(step.change for step in steps), *drift)),
        *format_changes([step.change for step in steps[:most]]),
        *_count_hidden(steps[most:]),
        *(
            mark(f"REFUSED {word_refusal(finding)}", Meaning.BAD, "REFUSED")
            for finding in preview.refused
        ),
        *_format_redecided(preview.decisions, show_all=show_all),
        *fold_lines(noticed, MOST_NOTICED, show_all=show_all),
        *format_findings(preview.remarks),
        f"Mirror as of {format_moment(preview.as_of)}: {format_tally(preview.tally)}",
        *word_items(preview),
        f"Waiting for a decision: {word_undecided(preview)}.",
    ]
    if drift:
        lines.append(
            f"Caused by Jira since the last publication, not by rules: {len(drift)}. "
            "(--drift lists it)"
        )
    return lines


def format_drift(preview: Preview) -> list[str]:
    """What sales would read otherwise because Jira changed, not the rules."""
    number = count_noun(len(preview.drift), "change")
    return [
        f"Caused by Jira since the last publication, not by rules: {number}",
        *format_changes([step.change for step in preview.drift]),
    ]


def word_risk(risk: Risk) -> str:
    """PAY-310 was left out as regulatory and would be published; and what it waits for."""
    into = f" as {risk.capability_id}" if risk.capability_id else ""
    rule = f" ({risk.was_at})" if risk.was_at else ""
    needs = f"{risk.owner} and " if risk.owner else ""
    by = f"  {risk.at}" if risk.at else ""
    return (
        f"HIGH: {risk.key} was left out as {risk.heading}{rule} and would be published{into}; "
        f"needs {needs}`headway approve`.{by}"
    )


def word_refusal(finding: Finding) -> str:
    """What the linter refuses, and what to do."""
    return f"{finding.where}: {finding.what}. Word it otherwise in the rule book."


def word_undecided(preview: Preview) -> str:
    """43 -> 37, or 37 where it stays."""
    was, now = preview.was_undecided, preview.undecided
    return f"{was} -> {now}" if was != now else f"{now}"


def word_items(preview: Preview) -> list[str]:
    """The account of items without an epic, where the rules claim any, or did."""
    was, now = preview.was_items, preview.tally.items
    if now is None:
        return ["Items without an epic: none is claimed any more."] if was else []
    before = f"  (was: {format_items(was)})" if was and was != now else ""
    return [f"Items without an epic: {format_items(now)}.{before}"]


def summarize_counts(preview: Preview) -> str:
    """1 newly usable, 2 new, 1 reworded; 35 unchanged: each number is that of a list below."""
    parts = [
        f"{preview.counts[kind]} {word}" for kind, word in KINDS.items() if preview.counts[kind]
    ]
    return f"{', '.join(parts) or 'no change'}; {preview.unchanged} unchanged"


def _count_hidden(changes: Sequence[Step]) -> list[str]:
    hidden = mark(f"  ... and {len(changes)} more; --all shows them", Meaning.ASIDE)
    return [hidden] if changes else []


def format_changes(changes: Sequence[Change]) -> list[str]:
    """One block a change: what is new, before and after, and the rule line."""
    lines: list[str] = []
    width = find_widest(change.after.name for change in changes)
    for change in changes:
        sign = _choose_sign(change)
        line = f"  {sign} {pad(change.after.name, width)}  {_headline_change(change)}"
        lines.append(mark(line.rstrip(), SIGNS[sign], sign))
        lines += [f"      {line}" for line in _compare_texts(change)]
        if change.because:
            line, *keys = change.because
            lines.append(f"      {f'{join_first(keys)}  ' if keys else ''}{line}")
    return lines


def list_usable(changes: Sequence[Change]) -> list[str]:
    """Every sentence that would newly say that something can be used, before all else."""
    usable = [change for change in changes if tell_kind(change.before, change.after) is Kind.USABLE]
    if not usable:
        return []
    lines = [f'  "{change.after.statement}"  {join_first(change.because[:1])}' for change in usable]
    return [mark("Newly said to be usable today, by a person's word:", Meaning.HEADING), *lines]


def _format_redecided(redecided: Sequence[DecisionChange], *, show_all: bool) -> list[str]:
    """Which epics go elsewhere, by whence and whither, and the lines that say so."""
    if not redecided:
        return []
    groups = group_changes(redecided)
    most = len(groups) if show_all else MOST_GROUPS
    heading = f"Decided otherwise: {word_redecided(redecided)}"
    lines: list[str] = [mark(heading, Meaning.HEADING)]
    lines += [
        f"  {len(group.keys):>3}  {group.before} -> {group.after}  "
        + (" ".join(group.keys) if show_all else join_first(group.keys))
        for group in groups[:most]
    ]
    if len(groups) > most:
        rest = sum(len(group.keys) for group in groups[most:])
        ways = count_noun(len(groups) - most, "other way")
        lines.append(mark(f"  {rest:>3}  in {ways}; --all lists them", Meaning.ASIDE))
    return lines


def word_redecided(redecided: Sequence[DecisionChange]) -> str:
    """5 epics, 12 items without an epic."""
    items = sum(each.after.is_item for each in redecided)
    epics = [count_noun(len(redecided) - items, "epic")] if len(redecided) > items else []
    told = [f"{count_noun(items, 'item')} without an epic"] if items else []
    return ", ".join((*epics, *told))


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
