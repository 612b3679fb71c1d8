"""Writes what a walk reads, page by page, and dates what no field says was done when."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from functools import partial

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
from sync.crash_points import pass_crash_point
from sync.jira.client.http import BadRequest
from sync.jira.read.walk import Walk
from sync.pipeline.pull.parents import keep_lost_parents
from sync.pipeline.pull.reading import PullRun, Reading, Walked
from sync.store.db.batches import split_batches
from sync.store.state.mirror.rows import Seen
from sync.store.state.mirror.undated import find_undated, write_completions
from translators.backlog.completion import date_completion
from translators.plurals import count_noun

log = structlog.get_logger()

MOST_ASKED = 50_000
"""Issues whose history one run asks for."""
UNKEEPABLE = (ValueRefusedError, OverflowError, UnicodeError)
"""What is raised for a value that a database does not take."""
REPORT = "Nothing was published; please report this with the issue's key."


async def read_pages(
    run: PullRun,
    reading: Reading,
    walked: Walked,
    ids: Collection[int],
    *,
    all_of_them: bool = False,
    unlisted: Collection[int] = (),
) -> None:
    """Read these issues and write them page by page."""
    issues = walked.walk.read_issues(ids, all_of_them=all_of_them, unlisted=unlisted)
    async with aclosing(issues) as pages:
        async for read in pages:
            if run.lease.lost.is_set():
                raise StoppedError(Problem("lease", "was lost during the walk", "Run again."))
            page = await keep_lost_parents(run, read, walked)
            await asyncio.to_thread(_write_page, run, page, reading, walked)


def _write_page(run: PullRun, page: list[Issue], reading: Reading, walked: Walked) -> None:
    """Write the issues of a page but those that Jira shows older than they were."""
    record = reading.record
    seen = run.mirror.read_seen(issue.id for issue in page)
    older = {issue.id for issue in page if _is_older(issue, seen.get(issue.id))}
    walked.older |= older
    taken = [issue for issue in page if run.full or issue.id not in older]
    if record.as_of is None and len(walked.walk.odd) > walked.odd:
        walked.odd = len(walked.walk.odd)
        run.site_store.note_odd(walked.walk.odd | set(record.unread))
    write = partial(_write_and_watch, run, reading, walked)
    _write_issues(write, taken, seen, walked.walk)
    pass_crash_point("walk.page-written")
    walked.read += len(page)
    run.progress(walked.read, walked.listed)
    log.debug("mirror.written", read=walked.read, of=walked.listed, changed=walked.written)


def write_emptied(run: PullRun, reading: Reading, walked: Walked) -> None:
    """Write as they are now the issues that lost a value, since it is true of them."""
    write = partial(_write_dated, run, reading, walked)
    for some in split_batches(list(walked.watch.emptied.values())):
        seen = run.mirror.read_seen(issue.id for issue in some)
        _write_issues(write, some, seen, walked.walk)


def _write_issues(
    write: Callable[[Sequence[Issue], dict[int, Seen]], None],
    issues: Sequence[Issue],
    seen: Mapping[int, Seen],
    walk: Walk,
) -> None:
    """Write them in one commit, or one by one; one that cannot be kept is named."""
    try:
        write(issues, dict(seen))
    except UNKEEPABLE:
        for issue in issues:
            try:
                write([issue], dict(seen))
            except UNKEEPABLE as error:
                what = f"issue {issue.key} cannot be kept: {type(error).__name__}"
                walk.leave_unread(issue.id, DatabaseError(Problem("mirror", what, REPORT)))


def _write_and_watch(
    run: PullRun, reading: Reading, walked: Walked, issues: Sequence[Issue], seen: dict[int, Seen]
) -> None:
    """Write issues with the values that they lost, and count these."""
    dated = [_date(issue, seen, reading) for issue in issues]
    were = run.mirror.find_changed(dated, seen)
    for place, issue in enumerate(issues):
        if issue.id in were:
            kept = walked.watch.keep_values(were[issue.id], issue)
            dated[place] = _date(kept, seen, reading)
    _write_changed(run, reading, walked, dated, seen)
    for issue in issues:
        walked.watch.count_issue(were.get(issue.id, issue), issue)


def _write_dated(
    run: PullRun, reading: Reading, walked: Walked, issues: Sequence[Issue], seen: dict[int, Seen]
) -> None:
    """Write issues as they are."""
    dated = [_date(issue, seen, reading) for issue in issues]
    _write_changed(run, reading, walked, dated, seen)


def _write_changed(
    run: PullRun, reading: Reading, walked: Walked, dated: Sequence[Issue], seen: dict[int, Seen]
) -> None:
    undated = {
        issue.id
        for issue in dated
        if issue.done_source is DoneSource.FIRST_SEEN and issue.id not in seen
    }
    walked.written += run.mirror.write_issues(dated, seen, reading.record.walk + 1)
    walked.undated |= undated


def _date(issue: Issue, seen: Mapping[int, Seen], reading: Reading) -> Issue:
    is_first = reading.record.as_of is None
    return date_completion(issue, seen.get(issue.id), reading.profile.server_time, is_first)


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
