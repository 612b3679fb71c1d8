"""Lays out results as text for people; every figure comes from the values given."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from models.capability import Capability, PublishedTerm
from models.decision import Outcome
from models.finding import Finding
from models.plan import Change, Plan, Tally
from models.rulebook import TodayBy
from translators.searching import Found

if TYPE_CHECKING:
    from sync.approving import Approved
    from sync.logbook import RunResult
    from sync.store.publishing import Freshness
    from sync.store.runs import Run

MARK = "■"
NOT_A_PROMISE = "More work does not mean closer to done."

_OUTCOME_WORDS = {
    Outcome.PUBLISHED: "published",
    Outcome.WAITING: "waiting for first finished work",
    Outcome.LEFT_OUT: "left out",
    Outcome.NEEDS_DECISION: "need a decision",
}


def marks(row: Capability) -> str:
    """Filled marks only: an empty trough would look like progress towards something."""
    return MARK * (row.effort_rank or 0)


def reading_list(
    rows: Iterable[Capability], areas: Sequence[str], most: int | None = None
) -> list[str]:
    """What sales reads, by area; `most` cuts the list and says how many more there are."""
    active = [row for row in rows if row.is_active]
    active.sort(key=lambda row: (areas.index(row.product_area), -(row.effort_rank or 0), row.name))
    shown = active[:most]
    width = max((len(row.name) for row in shown), default=0)
    lines = []
    area = None
    for row in shown:
        if row.product_area != area:
            area = row.product_area
            lines.append(f"  {area}")
        line = f"    {row.name:<{width}}  {row.state_label:<23} {marks(row):<5}  {row.effort_label}"
        lines.append(line.rstrip())
    hidden = len(active) - len(shown)
    lines.append(f"  {f'... and {hidden} more. ' if hidden else ''}{NOT_A_PROMISE}")
    return lines


def account(tally: Tally) -> str:
    """131 in Jira = 64 published + 52 left out + 15 need a decision."""
    parts = [
        f"{tally.by_outcome[outcome]} {words}"
        for outcome, words in _OUTCOME_WORDS.items()
        if tally.by_outcome.get(outcome)
    ]
    return f"{tally.epics} in Jira = {' + '.join(parts) or 'none'}"


def headings(found: Mapping[str, int]) -> str:
    """31 technical debt, 14 regulatory."""
    return ", ".join(f"{number} {heading}" for heading, number in found.items()) or "none"


def changes(found: Sequence[Change]) -> list[str]:
    """One block a change: new, reworded or withdrawn, the sentence, and the rule line."""
    lines: list[str] = []
    width = max((len(change.after.name) for change in found), default=0)
    for change in found:
        lines.append(f"  {_sign(change)} {change.after.name:<{width}}  {_what_changed(change)}")
        lines.append(f'      "{change.after.statement}"')
        if change.because:
            line, *keys = change.because
            lines.append(f"      {some(keys)}  {line}".rstrip())
    return lines


def summary_of(found: Sequence[Change], unchanged: int) -> str:
    """2 new entries, 1 changed, 1 withdrawn; 35 entries unchanged."""
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


def _sign(change: Change) -> str:
    if change.before is None:
        return "+"
    return "-" if _is_withdrawal(change) else "~"


def _is_withdrawal(change: Change) -> bool:
    return bool(change.before and change.before.is_active and not change.after.is_active)


def _what_changed(change: Change) -> str:
    before, after = change.before, change.after
    if before is None:
        return f"(new) {after.state_label}, {after.effort_label}"
    if _is_withdrawal(change):
        return f"off the list ({str(after.withdrawn_reason).replace('_', ' ')})"
    pairs = (
        (before.name, after.name),
        (before.state_label, after.state_label),
        (before.effort_label, after.effort_label),
    )
    moved = [f"{old} -> {new}" for old, new in pairs if old != new]
    return ", ".join(moved) or "reworded"


def some(keys: Sequence[str], most: int = 5) -> str:
    """The first few, and how many more."""
    shown = " ".join(keys[:most])
    return f"{shown} +{len(keys) - most}" if len(keys) > most else shown


def run_summary(result: "RunResult") -> list[str]:
    """What a run did, in a few lines."""
    plan, walk = result.plan, result.walk
    rows = "no row" if not result.rows_written else f"{result.rows_written} rows"
    return [
        f"{result.outcome}: revision {result.revision}, {rows} rewritten, "
        f"change_seq {result.change_seq}",
        f"  {walk.issues} issues read in {walk.requests} requests, {result.seconds:.1f} s, "
        f"as of {plan.as_of:%Y-%m-%d %H:%M} UTC in Jira",
        f"  epics       {account(plan.tally)}",
        f"  left out    {headings(plan.tally.left_out)}",
        f"  to decide   {headings(plan.tally.undecided)}",
        f"  on the list {plan.active} capabilities",
        *(
            f"  unseen      project {key}: what it feeds stays as it was"
            for key in plan.unseen_projects
        ),
    ]


def approved(found: "Approved") -> list[str]:
    """What an approval published."""
    plan, published = found.plan, found.published
    return [
        f"published: revision {published.revision}, {published.rows_written} rows rewritten, "
        f"change_seq {published.change_seq}",
        f"  as run {found.run_id} proposed it, as of {_moment(plan.as_of)} in Jira",
        *changes(plan.changes),
    ]


def status(head: "Freshness", last: "Sequence[Run]", findings: Sequence[Finding]) -> list[str]:
    """How fresh the list is, how the last runs went, and what they noticed."""
    lines = [
        f"status      {head.status}{', stale' if head.is_stale else ''}",
        f"revision    {head.revision}, change_seq {head.change_seq}, {head.row_count} on the list",
        f"as of       {_moment(head.as_of)} in Jira",
        f"checked     {_moment(head.checked_at)}, stale after {_moment(head.stale_after)}",
        f"published   {_moment(head.published_at)}",
        "runs",
    ]
    for run in last:
        ended = f"exit {run.exit_code}" if run.exit_code is not None else "going on"
        message = f"  {run.message.splitlines()[0]}" if run.message else ""
        lines.append(f"  {_moment(run.started_at)}  {run.outcome:<10} {ended}{message}")
    if not last:
        lines.append("  none yet")
    lines += _held(head, last)
    lines += _unrated(head, last)
    if findings:
        lines.append("noticed in the last run")
        lines += [f"  {finding.where}: {finding.what}" for finding in findings]
    return lines


def _held(head: Freshness, last: Sequence[Run]) -> list[str]:
    """What to do about a list that is held back."""
    held = next((run for run in last if run.outcome == "held" and run.is_proposed), None)
    if head.status != "held" or held is None:
        return []
    return [f"held back   headway approve {held.run_id} publishes it; headway plan shows it"]


def _unrated(head: Freshness, last: Sequence[Run]) -> list[str]:
    """How many capabilities are not rated, and why."""
    counts = next((run.counts for run in last if "unrated" in run.counts), {})
    found: dict[str, int] = counts.get("unrated", {})
    if not found:
        return []
    number = sum(found.values())
    lines = [f"not rated   {number} of {head.row_count} on the list"]
    return lines + [f"  {each:>3}  {why}" for why, each in found.items()]


def plan(
    new: Plan,
    old: Plan | None,
    by_rules: Sequence[Change],
    drift: Sequence[Change],
    unchanged: int,
) -> list[str]:
    """What a rule change would make sales read; Jira's own drift apart."""
    lines = [
        f"Mirror as of {_moment(new.as_of)}: {account(new.tally)}",
        f"Sales would read: {summary_of(by_rules, unchanged)}",
        *changes(by_rules),
        *(f"  {finding.where}: {finding.what}" for finding in new.findings),
        *(f"HELD by guard {hold.guard}: {hold.why}" for hold in new.holds),
    ]
    now = new.tally.by_outcome[Outcome.NEEDS_DECISION]
    was = old.tally.by_outcome[Outcome.NEEDS_DECISION] if old else now
    lines.append(
        f"Waiting for a decision: {was} -> {now}."
        if was != now
        else f"Waiting for a decision: {now}."
    )
    if drift:
        lines.append(f"Caused by Jira since the last publication, not by rules: {len(drift)}.")
    return lines


def found(words: str, result: Found, asked_when: PublishedTerm | None) -> list[str]:
    """What a rep would find for a customer's words, and what may be said about it."""
    row = result.row
    if row is None:
        return [f'"{words}": {result.answer}. Say so, and ask the product team.']
    lines = [
        f"{row.name}  ({result.answer})",
        f'  Say         "{row.statement}"',
    ]
    if row.today_text:
        by = "By configuration: " if row.today_by is TodayBy.CONFIGURATION else ""
        lines.append(f"  Today       {by}{row.today_text}")
    if asked_when:
        lines.append(f'  Asked when  "{asked_when.meaning}"')
    return [*lines, f"  Under it    {row.disclaimer}"]


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"
