"""Tries by a few small searches what a walk rests on."""

from datetime import timedelta

from sync.jira.client.http import BadRequest
from sync.jira.read.census import ask_together
from sync.jira.read.rows import read_id
from sync.jira.read.search import IssueSearch, format_milliseconds


async def understands_milliseconds(search: IssueSearch, scope: str) -> bool:
    """Whether the site reads a bare number in JQL as milliseconds since 1970, which has no zone.

    Tried on its newest issue: it must match its own minute, and not one two minutes later.
    """
    newest = await search.find_newest(scope)
    if newest is None:
        return False
    issue_id, updated = newest
    same, later = updated.replace(second=0, microsecond=0), updated + timedelta(minutes=2)
    jql = f"{scope} AND id = {issue_id} AND updated >= "
    moments = map(format_milliseconds, (same, later))
    ids = await ask_together(search.list_ids(jql + moment) for moment in moments)
    return ids == [{issue_id}, set()]


async def pages_by_id(search: IssueSearch, scope: str) -> bool:
    """Whether `id > n` finds what comes after n, in order: the walk over a Data Center rests on it.

    Tried on its first three issues; a site of fewer than two has nothing to page.
    """

    async def list_first(clause: str) -> list[int]:
        body = {"jql": f"{scope}{clause} ORDER BY id ASC", "fields": ["id"], "maxResults": 3}
        page = await search.fetch_page("/rest/api/2/search", body)
        return [read_id(raw) for raw in page.issues or ()]

    ids = await list_first("")
    try:
        after = await list_first(f" AND id > {ids[0]}") if len(ids) > 1 else []
    except BadRequest:
        return False
    return ids == sorted(set(ids)) and after[:2] == ids[1:]
