"""Writes what a walk reads, page by page, and dates what no field says was done when."""

import asyncio
from contextlib import aclosing

import structlog

from models.backlog import DoneSource, Issue
from models.errors import (
    DatabaseError,
    IdentityError,
    Problem,
    RefusedError,
    StoppedError,
    TryLaterError,
    ValueRefusedError,
)
from models.finding import Finding
from sync.jira.client.http import BadRequest
from sync.pipeline.pull.reading import PullRun, Reading, Walked
from sync.store.state.mirror_rows import Seen
from sync.store.state.undated import find_undated, write_completions
from translators.backlog.completion import date_completion
from translators.plurals import count_noun

log = structlog.get_logger()

MOST_ASKED = 50_000
"""Issues whose history one run asks for."""
UNKEEPABLE = (ValueRefusedError, OverflowError, UnicodeError)
"""What is raised for a value that a database does not take."""
REPORT = "Nothing was published; please report this with the issue's key."


def write_page(run: PullRun, page: list[Issue], reading: Reading, walked: Walked) -> None:
    """Write the issues of a page but those that Jira shows older than they were."""
    record, as_of = reading.record, reading.profile.server_time
    seen = run.mirror.seen(issue.id for issue in page)
    older = {issue.id for issue in page if _is_older(issue, seen.get(issue.id))}
    walked.older |= older
    first_run = record.as_of is None
    issues = [
        date_completion(issue, seen.get(issue.id), as_of, first_run)
        for issue in page
        if run.full or issue.id not in older
    ]
    walked.undated |= {
        issue.id
        for issue in issues
        if issue.done_source is DoneSource.FIRST_SEEN and issue.id not in seen
    }
    if first_run and len(walked.walk.odd) > walked.odd:
        walked.odd = len(walked.walk.odd)
        run.site_store.note_odd(walked.walk.odd | set(record.unread))
    try:
        walked.written += run.mirror.write(issues, dict(seen), record.walk + 1)
    except UNKEEPABLE:
        for issue in issues:
            _write_alone(run, issue, seen, walked, record.walk + 1)
    walked.read += len(page)
    run.progress(walked.read, walked.listed)
    log.debug("mirror.written", read=walked.read, of=walked.listed, changed=walked.written)


def _write_alone(
    run: PullRun, issue: Issue, seen: dict[int, Seen], walked: Walked, walk: int
) -> None:
    """Write one issue of a page that could not be written; one that cannot be kept is named."""
    try:
        walked.written += run.mirror.write([issue], dict(seen), walk)
    except UNKEEPABLE as error:
        what = f"issue {issue.key} cannot be kept: {type(error).__name__}"
        walked.walk.leave_unread(issue.id, DatabaseError(Problem("mirror", what, REPORT)))


async def date_by_history(run: PullRun, reading: Reading, walked: Walked) -> None:
    """Ask the history of what is done on a day that Jira's fields do not tell: once an issue.

    A site that does not show it is a finding, and it is asked again with the next census.
    """
    ids = set(walked.undated)
    if walked.present is not None:
        ids |= await asyncio.to_thread(find_undated, run.mirror, MOST_ASKED)
        ids &= walked.present
    if not ids:
        return
    log.info("walk.history", issues=len(ids))
    try:
        async with aclosing(walked.walk.find_completions(ids)) as pages:
            async for dates in pages:
                if run.lease.lost.is_set():
                    raise StoppedError(Problem("lease", "was lost during the walk", "Run again."))
                walked.written += await asyncio.to_thread(
                    write_completions, run.mirror, dates, reading.record.walk + 1
                )
    except (IdentityError, StoppedError):
        raise
    except (BadRequest, RefusedError, TryLaterError) as error:
        why = str(error).splitlines()[0]
        what = f"Jira does not show the history of {count_noun(len(ids), 'issue')} ({why})"
        walked.untold = Finding("history-refused", "walk", what)


def _is_older(issue: Issue, known: Seen | None) -> bool:
    """Whether Jira shows an issue as it was before we last read it: a search that fell behind."""
    return known is not None and issue.updated_at < known.updated_at
