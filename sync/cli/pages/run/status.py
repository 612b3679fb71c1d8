"""Lays out how the service is: how fresh the list is, how the last runs went, what is held back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from models.errors import Problem
from models.finding import Finding
from models.notification import OutboxState
from models.plan import ItemTally
from sync.cli.marks import Meaning, mark
from sync.cli.pages.phrases import fold_lines
from sync.cli.pages.results import format_items, format_limitations
from sync.notifications.outbox_words import word_given_up, word_waiting
from sync.pipeline.sites.token_end import REMEDY
from sync.store.clean.freshness import Freshness
from sync.store.clean.lease import TTL, TakenLease
from sync.store.state.decisions.undecided import UndecidedCount
from sync.store.state.runs.runs import Run
from translators.backlog.losses import tell_losses, word_kept
from translators.backlog.untold import is_limitation
from translators.plain_text import drop_excerpts, format_moment
from translators.plurals import count_noun
from translators.rules.gone import explain_gone

MOST_NOTICED = 8
MEANINGS = {
    "current": Meaning.GOOD,
    "published": Meaning.GOOD,
    "unchanged": Meaning.GOOD,
    "approved": Meaning.GOOD,
    "rules": Meaning.GOOD,
    "read": Meaning.GOOD,
    "partial": Meaning.DOUBT,
    "held": Meaning.DOUBT,
    "failing": Meaning.BAD,
    "failed": Meaning.BAD,
    "refused": Meaning.BAD,
}
"""Of what a list is, and what came of a run; what is not here is neither good nor bad."""


def format_status(
    head: Freshness,
    last: Sequence[Run],
    findings: Sequence[Finding],
    undecided: UndecidedCount,
    *,
    show_all: bool = False,
) -> list[str]:
    """How fresh the list is, how the `last` runs went, newest first, and what they noticed."""
    stale = ", stale" if head.is_stale else ""
    meaning = Meaning.DOUBT if stale and head.status == "current" else MEANINGS.get(head.status)
    verdict = _mark_known(f"status      {head.status}{stale}", meaning, f"{head.status}{stale}")
    lines = [verdict, *_format_proposal(head, last)]
    lines += [*format_limitations(findings), *_format_freshness(head)]
    lines.append(mark("runs", Meaning.HEADING) if last else "runs        none yet")
    for run, newer in zip(last, (None, *last), strict=False):
        lines += _format_run(run, newer)
    lines += _format_unseen(last)
    lines += _format_undecided(undecided)
    if items := _find_newest_items(last):
        lines.append(f"no epic     {format_items(items)}")
    lines += _format_unrated(head, last)
    noticed = [finding for finding in findings if not is_limitation(finding)]
    if noticed:
        lines.append(mark("noticed in the last run that came to a plan", Meaning.HEADING))
        told = [f"  {finding.where}: {finding.what}" for finding in noticed]
        lines += fold_lines(told, MOST_NOTICED, show_all=show_all)
    return lines


def format_next_runs(moments: Sequence[datetime]) -> str:
    """When the schedule has its next runs."""
    return f"next runs   {', '.join(format_moment(moment) for moment in moments) or 'none'}"


def format_lease(lease: TakenLease, run: Run | None) -> list[str]:
    """Who has the lease, since when, until when, and below it what to do when it is stuck."""
    process = f"process {lease.process} on {lease.host}" if lease.process else lease.host
    holder = f"{process} (run {run.run_id})" if run else process
    since = f" since {format_moment(run.started_at)}" if run else ""
    until = format_moment(lease.until)
    told = {
        "held": f"{holder} holds it{since}, until {until} if it is not renewed",
        "left": f"{holder} had it{since} and did not give it back; it ran out {until}",
        "stuck": f"{holder} has it{since}, until {until}: a clock was ahead",
    }[lease.state]
    return [f"lease       {told}", f"            {explain_lease(lease)}"]


def explain_lease(lease: TakenLease) -> str:
    """What to do about a lease that is taken."""
    seconds = f"{TTL.total_seconds():.0f} seconds"
    if lease.state == "left":
        return "nothing is to be done: the next run takes it"
    if lease.state == "stuck":
        return f"headway sync cuts it to {seconds}; run it again after that"
    process = f"process {lease.process} on {lease.host}" if lease.process else "that process"
    return f"if the run hangs, end {process}: within {seconds} the lease runs out, for the next run"


def format_outbox(outbox: OutboxState) -> list[str]:
    """What a webhook was not told yet, or never will be; nothing where it knows all."""
    return [
        mark(f"webhooks    {told}", Meaning.DOUBT, "webhooks")
        for told in (word_waiting(outbox), word_given_up(outbox))
        if told
    ]


def format_token_end(told: str) -> list[str]:
    """When the token ends, if that is soon, and below it what to do."""
    if not told:
        return []
    return [mark(f"token       {told}", Meaning.DOUBT, "token"), f"            {REMEDY}"]


def format_fault(problem: Problem) -> list[str]:
    """Why no run may publish, and below it what to do."""
    what = mark(f"wrong       {problem.where}: {problem.what}", Meaning.BAD, "wrong")
    return [what, f"            {problem.remedy}"]


def _format_freshness(head: Freshness) -> list[str]:
    if head.as_of is None or head.checked_at is None or head.stale_after is None:
        return ["published   nothing yet: no run has come through"]
    when = format_moment(head.published_at) if head.published_at else "nothing yet"
    return [
        f"revision    {head.revision}, change_seq {head.change_seq}, {head.row_count} on the list",
        f"as of       {format_moment(head.as_of)} in Jira",
        f"checked     {format_moment(head.checked_at)}, "
        f"stale after {format_moment(head.stale_after)}",
        f"published   {when}",
    ]


def _format_run(run: Run, newer: Run | None) -> list[str]:
    """One line, and the rest of what it said below it: what to do. Nothing is said twice."""
    ended = f"exit {run.exit_code}" if run.exit_code is not None else "going on"
    first, *rest = drop_excerpts(run.message or "").splitlines() or [""]
    if newer and newer.message and newer.message == run.message:
        first, rest = "the same", []
    line = f"  {format_moment(run.started_at)}  {run.outcome:<10} {ended}  {first}".rstrip()
    told = _mark_known(line, MEANINGS.get(run.outcome), run.outcome)
    return [told, *(f"      {remedy.strip()}" for remedy in rest)]


def _mark_known(line: str, meaning: Meaning | None, words: str) -> str:
    return mark(line, meaning, words) if meaning else line


def _format_proposal(head: Freshness, last: Sequence[Run]) -> list[str]:
    """What to do about a list that is held back."""
    newest = next((run for run in last if run.finished_at), None)
    if newest and newest.has_emptied:
        approve = f"headway approve {newest.run_id}"
        return [_hold_back(f"{approve} lets the next run take what is empty", approve)]
    held = next((run for run in last if run.outcome == "held" and run.is_proposed), None)
    if head.status != "held" or held is None:
        return []
    approve = f"headway approve {held.run_id}"
    return [_hold_back(f"{approve} shows it, then publishes it", approve)]


def _hold_back(told: str, approve: str) -> str:
    line = mark(f"held back   {told}", Meaning.DOUBT, "held back")
    return mark(line, Meaning.COMMAND, approve)


def _find_count(last: Sequence[Run], name: str) -> Any:
    """What the newest run that counted anything counted under a name."""
    return next((run.counts[name] for run in last if name in run.counts), ())


def _find_newest_items(last: Sequence[Run]) -> ItemTally | None:
    """The account of items without an epic of the newest run that counted anything."""
    counts = next((run.counts for run in last if "epics" in run.counts), {})
    return msgspec.convert(counts["items"], ItemTally) if "items" in counts else None


def _format_unseen(last: Sequence[Run]) -> list[str]:
    """The projects that cannot be seen, or not whole, and what to do about each."""
    newest = next((run for run in last if "unseen_projects" in run.counts), None)
    if newest is None:
        return []
    doubted = tell_losses(newest.losses)
    told = word_kept(newest.kept, newest.counts.get("active", 0), doubted)
    lines: list[str] = []
    for key in newest.counts["unseen_projects"]:
        what = told.get(key, "what it feeds stays as it was")
        lines.append(mark(f"unseen      project {key}: {what}", Meaning.DOUBT, "unseen"))
        if key not in doubted:
            lines.append(f"            if it is gone for good, {explain_gone(key)}")
        elif newest.outcome == "partial":
            approve = f"headway approve {newest.run_id}"
            line = f"            if people deleted or archived them, {approve}"
            lines.append(mark(line, Meaning.COMMAND, approve))
    for site in newest.counts.get("unseen_sites", ()):
        what = f"unseen      site {site}: what it feeds stays as it was read last"
        lines.append(mark(what, Meaning.DOUBT, "unseen"))
    return lines


def _format_undecided(undecided: UndecidedCount) -> list[str]:
    """How many decisions wait, since when, and how much past work; nothing where none does."""
    if not undecided.epics or undecided.since is None:
        return []
    percent = 100 * undecided.credit // max(undecided.all_credit, 1)
    share = f"{percent} %" if percent or undecided.credit <= 0 else "less than 1 %"
    epics = count_noun(undecided.epics, "epic", "need", one="needs")
    return [
        mark(
            f"to decide   {epics} a decision, {undecided.new} of them since last week; the "
            f"oldest since {format_moment(undecided.since)}",
            Meaning.DOUBT,
            "to decide",
        ),
        f"            {share} of past work in epics is behind them; headway explain KEY says more",
    ]


def _format_unrated(head: Freshness, last: Sequence[Run]) -> list[str]:
    """How many capabilities are not rated, and why, the most first."""
    counts = _find_count(last, "unrated")
    if not counts:
        return []
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    lines = [f"not rated   {sum(counts.values())} of {head.row_count} on the list"]
    return lines + [f"  {number:>3}  {why}" for why, number in ordered]
