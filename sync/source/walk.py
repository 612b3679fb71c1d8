"""Walks a site's whole backlog, page by page; any anomaly is an error, never a smaller backlog.

Cloud pages by an opaque token, which ends when it says so or when no token comes. Data Center
pages by id, which unlike offsets neither drifts nor ends at row 10,000.
"""

import threading
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from models.backlog import Issue, Rung, SiteProfile
from models.errors import IncompleteWalkError, Problem, RefusedError, StoppedError
from models.finding import Finding
from sync.source.decoding import IssueDecoder, Page, plain_text
from sync.source.fields import FieldPlan
from sync.source.http import BadRequest, Carrier

PAGE = {"cloud": 100, "datacenter": 500}
MOST_PAGES = 200_000
MOST_IDLE_PAGES = 3
"""Pages in a row that bring a token but nothing new; short and empty pages as such are legal."""

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
    """One walk over the projects of a profile. `known_epics` are type ids known from before."""

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

    async def issues(self) -> AsyncIterator[list[Issue]]:
        """Every issue of the projects once, epics with their description, in pages."""
        seen: set[int] = set()
        described: dict[int, str] = {}
        asked = self._epic_types()
        if asked:
            described = await self._descriptions(asked)
        late: list[Issue] = []
        async for page in self._pages(self._scope(), list(self.fields.requested)):
            issues = [self.decoder.issue(raw) for raw in page]
            fresh = [issue for issue in issues if issue.id not in seen]
            seen.update(issue.id for issue in fresh)
            self.report.issues = len(seen)
            self.report.pages += 1
            late += [issue for issue in fresh if issue.rung is Rung.BASE]
            late = late if self.profile.deployment == "datacenter" else []
            yield [_described(issue, described) for issue in fresh]
        unasked = self.decoder.epic_types - asked
        if unasked:
            described |= await self._descriptions(unasked)
        lifted = [
            replace(issue, rung=Rung.EPIC)
            for issue in late
            if issue.type_id in self.decoder.epic_types
        ]
        if lifted:
            yield [_described(issue, described) for issue in lifted]
        self.report.requests = self.carrier.requests
        self.report.retries = self.carrier.retries
        self.report.findings = tuple(self._findings())

    def _epic_types(self) -> set[str]:
        if self.profile.deployment == "datacenter":
            named = {t.id for t in self.profile.types if t.name.casefold() in EPIC_NAMES}
            self.decoder.epic_types |= named
        return set(self.decoder.epic_types)

    async def _descriptions(self, types: Iterable[str]) -> dict[int, str]:
        """Descriptions of epics alone: they are long, and rules read no others."""
        listed = ", ".join(sorted(types))
        texts: dict[int, str] = {}
        jql = f"{self._scope()} AND issuetype in ({listed})"
        async for page in self._pages(jql, ["description", "security"]):
            for raw in page:
                found = msgspec.json.decode(raw, type=_Described)
                if found.fields.security is None and found.fields.description is not None:
                    texts[int(found.id)] = plain_text(found.fields.description).strip()
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
            found = {_id_of(raw) for raw in page.issues or ()}
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
            ids = [_id_of(raw) for raw in issues]
            if not ids:
                if page.total:
                    raise _incomplete(f"Jira counts {page.total} more issues and shows none")
                return
            if ids[0] <= last or ids != sorted(set(ids)):
                raise _incomplete("Jira does not page by id as asked")
            last = ids[-1]
            yield issues
            if page.total is not None and len(ids) >= page.total:
                return
        raise _incomplete("the backlog has no end")

    async def _ask(self, path: str, body: dict[str, Any]) -> Page:
        if self.stop.is_set():
            raise StoppedError(Problem("walk", "was asked to stop", "The next run begins anew."))
        try:
            page: Page = await self.carrier.post(path, body, "the backlog", self.decoder.page)
        except BadRequest as refused:
            raise self._refused(refused.body) from None
        return page

    def _refused(self, body: bytes) -> RefusedError | IncompleteWalkError:
        """A 400 that names one of our projects means that we lost access to it."""
        text = body.decode(errors="replace")
        for project in self.profile.projects:
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
        if not self.fields.points:
            what = "no story point field was found; all work is measured by count"
            yield Finding("points-missing", "story points", what)


class _DescribedFields(Struct):
    description: Any = None
    security: Any = None


class _Described(Struct):
    id: str
    fields: _DescribedFields


class _Identified(Struct):
    id: str


_identified = msgspec.json.Decoder(_Identified)


def _id_of(raw: msgspec.Raw) -> int:
    try:
        return int(_identified.decode(raw).id)
    except (msgspec.DecodeError, ValueError):
        raise _incomplete("a row of the backlog carries no id") from None


def _described(issue: Issue, texts: dict[int, str]) -> Issue:
    text = texts.get(issue.id)
    return replace(issue, description=text) if text and issue.rung is Rung.EPIC else issue


def _incomplete(what: str) -> IncompleteWalkError:
    return IncompleteWalkError(Problem("walk", what, "Nothing was published; run again."))


Progress = Callable[[int], None]
