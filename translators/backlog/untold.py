"""Judges what a Jira cannot tell: for what share of the work, and what that costs."""

from collections.abc import Iterable

from models.backlog import BacklogCounts
from models.finding import Finding
from translators.plurals import count_noun, cut_percent

UNTOLD = "cannot-tell"
"""What the codes of these findings begin with: they stand above all else."""
WHERE = "this Jira"
FEW = 20
"""Nothing is said of a backlog of fewer items."""
UNSEEN = "no capability can appear but by the product team's word"
UNDATED_PERCENT, LACKING_PERCENT = 10, 95


def is_limitation(finding: Finding) -> bool:
    """Whether a finding says what this Jira cannot tell."""
    return finding.code.startswith(UNTOLD)


def judge_backlog(counts: BacklogCounts) -> Iterable[Finding]:
    """One for each thing that is not told of so much of the work that it costs content."""
    yield from _judge_dates(counts)
    items = count_noun(counts.items, "item")
    for lacking, code, what in (
        (
            counts.items - counts.estimated,
            "points",
            "has no story points for {share}. Teams are measured by how many items they finish, "
            "which is less exact. Remedy: if teams estimate in another field, name it under "
            "`effort: points_fields`.",
        ),
        (
            counts.items - counts.in_epic,
            "epics",
            "does not say which epic work belongs to: {share} are in none. What they took counts "
            "for no capability. Remedy: link work to epics (parent, or Epic Link), and see whether "
            "this account may see that field.",
        ),
        (
            counts.items - counts.with_component,
            "components",
            "has no component for {share}. Rules that say `component:` match nothing. Remedy: let "
            "rules go by parent, label or summary.",
        ),
    ):
        if _is_share(lacking, counts.items, LACKING_PERCENT):
            share = f"{lacking:,} of {items} ({cut_percent(lacking, counts.items)} %)"
            yield Finding(f"{UNTOLD}-{code}", WHERE, what.format(share=share))
    nobody = counts.finished - counts.assigned
    if _is_share(nobody, counts.finished, LACKING_PERCENT):
        what = (
            f"does not say who finished work: {_tell_finished(nobody, counts)} nobody is assigned. "
            f"A team without people has no effort to book, so {UNSEEN}. Remedy: let whoever "
            "finishes work be its assignee, and see whether this account may see the field."
        )
        yield Finding(f"{UNTOLD}-assignees", WHERE, what)


def _judge_dates(counts: BacklogCounts) -> Iterable[Finding]:
    undated = counts.undated
    if not _is_share(undated, counts.finished, UNDATED_PERCENT):
        return
    is_most = _is_share(undated, counts.finished, LACKING_PERCENT)
    cost = f"so {UNSEEN}" if is_most else "so levels are lower than the work was"
    what = (
        f"does not say when work was finished: {_tell_finished(undated, counts)} there is no "
        "resolution date, no date of the status, and nothing in their history. No effort can be "
        f"booked for them, {cost}. Remedy: have the workflows set a resolution when work is done, "
        "and see whether this account may read the history of issues. What is finished from now on "
        "is dated by the run that first sees it."
    )
    yield Finding(f"{UNTOLD}-done", WHERE, what)


def _tell_finished(number: int, counts: BacklogCounts) -> str:
    issues = count_noun(counts.finished, "finished issue")
    return f"for {number:,} of {issues} ({cut_percent(number, counts.finished)} %)"


def _is_share(part: int, whole: int, percent: int) -> bool:
    return whole >= FEW and part * 100 >= whole * percent
