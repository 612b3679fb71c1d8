"""Tells whether an edit of an issue can bear on the list: if none can, nothing is translated.

Most edits cannot. A title reads otherwise and the rules come to the same; an open issue goes from
one column of a board to the next. What is compared is what translation reads, and no less: where
it is not certain that an edit is without consequence, it bears.
"""

from datetime import UTC, date, datetime

from msgspec.structs import replace

from models.backlog import Issue, Rung, StatusCategory
from translators.deciding import Judge

_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def bears(before: Issue, after: Issue, judge: Judge, on: date) -> bool:
    """Whether a translation on that day could differ for one issue that reads otherwise.

    `before` is the row as it was, `after` what Jira says now: what we derive ourselves, its epic
    and its former keys, is taken from the row, and follows from what is compared.
    """
    after = replace(
        after,
        epic_id=before.epic_id,
        former_keys=before.former_keys,
        missing_since=before.missing_since,
    )
    if _work(before) != _work(after):
        return True
    if before.rung is Rung.EPIC:
        return judge.decide(before, on) != judge.decide(after, on)
    return judge.hides(before) != judge.hides(after)


def _work(issue: Issue) -> Issue:
    """What counts beside the rules: where it belongs, whose it is, its size, when it was done.

    Texts and labels are read by rules alone, and so is the status of what is not done.
    """
    known = replace(issue, summary="", description=None, labels=(), updated_at=_ANY_TIME)
    if issue.is_done:
        return known
    return replace(
        known,
        status="",
        status_category=StatusCategory.NEW,
        resolution=None,
        resolved_at=None,
        category_changed_at=None,
    )
