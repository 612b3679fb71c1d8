"""Walks a site's whole backlog, page by page; any anomaly is an error, never a smaller backlog.

Cloud pages by an opaque token, which ends when it says so or when no token comes. Data Center
pages by id, which unlike offsets neither drifts nor ends at row 10,000.
"""

import threading
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from models.backlog import Issue, Rung, SiteProfile
from models.errors import IncompleteWalkError, Problem, RefusedError, StoppedError
from models.finding import Finding
from sync.source.decoding import IssueDecoder, id_of
from sync.source.fields import FieldPlan
from sync.source.http import BadRequest, Carrier
from sync.source.wire import Page

PAGE = {"cloud": 100, "datacenter": 500}
MOST_PAGES = 200_000
MOST_IDLE_PAGES = 3
"""Pages in a row that bring a token but nothing new; short and empty pages as such are legal."""

SILENCE = (b"null", b"[]")
"""What Jira writes where it has nothing to warn of."""

EPIC_NAMES = ("epic",)
"""Data Center does not say which type is an epic's; until an Epic Name shows it, this does."""


class WalkReport(Struct, kw_only=True):
    """What a walk came to."""

    issues: int = 0
    pages: int = 0
    requests: int = 0
    retries: int = 0
    findings: tuple[Finding, ...] = ()


class Walk:
    """One walk over the projects of a profile."""

    def __init__(
        self,
        carrier: Carrier,
        profile: SiteProfile,
        fields: FieldPlan,
        decoder: IssueDecoder,
        stop: threading.Event,
    ) -> None:
        self.carrier = carrier
        self.profile = profile
        self.fields = fields
        self.decoder = decoder
        self.stop = stop
        self.report = WalkReport()
        self._warnings = 0
        if profile.deployment == "cloud":
            carrier.account = profile.identity.account

    async def issues(self) -> AsyncIterator[list[Issue]]:
        """Every issue of the projects, epics with their description, in pages.

        An issue comes again only as it became meanwhile: changed, or of a type that turned out to
        be an epic's or to stand above epics.
        """
        asked = self._epic_types()
        above = set(self.decoder.ladder.above)
        async for page in self._described_pages(self._scope(), asked):
            yield page
        self.decoder.ladder.conclude()
        late = (self.decoder.epic_types - asked) | (self.decoder.ladder.above - above)
        if late:
            jql = f"{self._scope()} AND issuetype in ({', '.join(sorted(late))})"
            async for page in self._described_pages(jql, self.decoder.epic_types & late):
                yield page
        self.report.requests = self.carrier.requests
        self.report.retries = self.carrier.retries
        self.report.findings = tuple(self._findings())

    async def _described_pages(self, jql: str, epics: set[str]) -> AsyncIterator[list[Issue]]:
        described = await self._descriptions(epics) if epics else {}
        updated: dict[int, datetime] = {}
        async for page in self._pages(jql, list(self.fields.requested)):
            issues = _newest((self.decoder.issue(raw) for raw in page), updated)
            self.report.issues = max(self.report.issues, len(updated))
            self.report.pages += 1
            yield [_described(issue, described) for issue in issues]

    def _epic_types(self) -> set[str]:
        """The types known to be epics that are still there.

        Jira refuses a query that names a type which was deleted since the last walk.
        """
        types = self.profile.types
        if self.profile.deployment == "datacenter":
            self.decoder.epic_types |= {t.id for t in types if t.name.casefold() in EPIC_NAMES}
        self.decoder.epic_types &= {found.id for found in types}
        return set(self.decoder.epic_types)

    async def _descriptions(self, types: Iterable[str]) -> dict[int, str]:
        """Descriptions of epics alone: they are long, and rules read no others."""
        jql = f"{self._scope()} AND issuetype in ({', '.join(sorted(types))})"
        texts: dict[int, str] = {}
        async for page in self._pages(jql, ["description", "security"]):
            texts.update(self.decoder.description(raw) for raw in page)
        return texts

    def _scope(self) -> str:
        ids = ", ".join(str(project.id) for project in self.profile.projects)
        return f"project in ({ids})"

    def _pages(self, jql: str, fields: list[str]) -> AsyncIterator[list[msgspec.Raw]]:
        if self.profile.deployment == "cloud":
            return self._pages_by_token(jql, fields)
        return self._pages_by_id(jql, fields)

    async def _pages_by_token(
        self, jql: str, fields: list[str]
    ) -> AsyncIterator[list[msgspec.Raw]]:
        body: dict[str, Any] = {
            "jql": f"{jql} ORDER BY id ASC",
            "fields": fields,
            "maxResults": PAGE["cloud"],
        }
        tokens: set[str] = set()
        ids: set[int] = set()
        idle = 0
        for _ in range(MOST_PAGES):
            page = await self._ask("/rest/api/3/search/jql", body)
            found = {id_of(raw) for raw in page.issues or ()}
            idle = 0 if found - ids else idle + 1
            ids |= found
            yield page.issues or []
            token = page.nextPageToken
            if page.isLast or not token:
                return
            if token in tokens:
                raise _incomplete("Jira hands out the same page for ever (its token repeats)")
            if idle >= MOST_IDLE_PAGES:
                raise _incomplete("Jira hands out page after page with nothing new")
            tokens.add(token)
            body["nextPageToken"] = token
        raise _incomplete("the backlog has no end")

    async def _pages_by_id(self, jql: str, fields: list[str]) -> AsyncIterator[list[msgspec.Raw]]:
        last = 0
        for _ in range(MOST_PAGES):
            body = {
                "jql": f"{jql} AND id > {last} ORDER BY id ASC",
                "fields": fields,
                "startAt": 0,
                "maxResults": PAGE["datacenter"],
            }
            page = await self._ask("/rest/api/2/search", body)
            issues = page.issues or []
            ids = [id_of(raw) for raw in issues]
            if not ids:
                if page.total:
                    raise _incomplete(f"Jira counts {page.total} more issues and shows none")
                return
            if ids[0] <= last or ids != sorted(set(ids)):
                raise _incomplete("Jira does not page by id as asked")
            last = ids[-1]
            yield issues
            if len(ids) == page.total:
                return
        raise _incomplete("the backlog has no end")

    async def _ask(self, path: str, body: dict[str, Any]) -> Page:
        if self.stop.is_set():
            raise StoppedError(Problem("walk", "was asked to stop", "The next run begins anew."))
        try:
            page: Page = await self.carrier.post(path, body, "the backlog", self.decoder.page)
        except BadRequest as refused:
            raise self._refused(refused.body) from None
        self._warnings += any(bytes(said) not in SILENCE for said in page.said)
        return page

    def _refused(self, body: bytes) -> RefusedError | IncompleteWalkError:
        """A 400 that names one of our projects means that we lost access to it."""
        text = body.decode(errors="replace")
        for project in self.profile.projects if "project" in text else ():
            if f"'{project.id}'" in text or f"'{project.key}'" in text:
                what = "cannot be seen any more"
                remedy = "Ask for the permission to browse it, or take it off the settings."
                return RefusedError(Problem(f"project {project.key}", what, remedy))
        return _incomplete("Jira does not accept the search")

    def _findings(self) -> Iterable[Finding]:
        if self.decoder.conflicts:
            what = f"{self.decoder.conflicts} issues carry different points in two fields"
            yield Finding("points-differ", "story points", f"{what}; the first one counts")
        if self.decoder.negative:
            what = f"{self.decoder.negative} issues carry negative points, taken as none"
            yield Finding("points-negative", "story points", what)
        if self.decoder.unreadable_points:
            what = f"{self.decoder.unreadable_points} issues carry points that are no number"
            yield Finding("points-unreadable", "story points", f"{what}, taken as none")
        yield from self.decoder.ladder.findings()
        if self._warnings:
            what = f"Jira attached a warning to {self._warnings} pages of the backlog"
            yield Finding("jira-warning", "walk", what)
        if not self.fields.points:
            what = "no story point field was found; all work is measured by count"
            yield Finding("points-missing", "story points", what)


def _newest(issues: Iterable[Issue], updated: dict[int, datetime]) -> list[Issue]:
    """The issues not seen yet, or changed since, once each; `updated` keeps what was seen."""
    fresh: dict[int, Issue] = {}
    for issue in issues:
        known = updated.get(issue.id)
        if known is None or issue.updated_at > known:
            updated[issue.id] = issue.updated_at
            fresh[issue.id] = issue
    return list(fresh.values())


def _described(issue: Issue, texts: dict[int, str]) -> Issue:
    text = texts.get(issue.id)
    return replace(issue, description=text) if text and issue.rung is Rung.EPIC else issue


def _incomplete(what: str) -> IncompleteWalkError:
    return IncompleteWalkError(Problem("walk", what, "Nothing was published; run again."))
