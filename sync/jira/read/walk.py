"""Reads a site's backlog: lists ids, then fetches issues by id. Nothing is ever silently less."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import aclosing
from datetime import datetime
from functools import partial
from typing import TypeVar

from msgspec import Raw, Struct
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue, Project, SiteProfile, count_from
from models.errors import HeadwayError, IncompleteWalkError, Problem, RefusedError
from models.finding import Finding
from sync.jira.client.http import BadRequest, JiraClient
from sync.jira.describe.field_plan import FieldPlan
from sync.jira.read.census import take_census
from sync.jira.read.changelog import fetch_done_statuses, fetch_status_changes
from sync.jira.read.decode import IssueDecoder
from sync.jira.read.fetch import IssueFetcher, fetch_keys
from sync.jira.read.probes import understands_milliseconds
from sync.jira.read.rows import explain_incomplete, read_id
from sync.jira.read.search import IssueSearch, format_milliseconds, scope_to
from translators.backlog.completion import find_completion
from translators.plurals import count_noun

T = TypeVar("T")

MANY_EPICS = 2_000
"""So many epics wait for their descriptions at the most: they are all that a walk has to keep."""


MOST_ODD = 5_000
"""So many odd issues are remembered of a walk that may not come through."""


class WalkReport(Struct, kw_only=True):
    """What a walk came to: how many `issues` it asked for, in how many `requests`."""

    issues: int = 0
    requests: int = 0
    retries: int = 0
    findings: tuple[Finding, ...] = ()


class Walk:
    """One walk over the projects of a profile; those that cannot be searched end up in `lost`.

    Ids that it takes and gives are those of the mirror: Jira's own, counted from `first_id` on.
    `is_renamed` says whether a project turned out to have another key than the profile says.
    """

    def __init__(
        self,
        client: JiraClient,
        profile: SiteProfile,
        fields: FieldPlan,
        decoder: IssueDecoder,
        first_id: int = 0,
    ) -> None:
        self.client = client
        self.first_id = first_id
        self.profile = profile
        self.fields = fields
        self.decoder = decoder
        self.projects = list(profile.projects)
        self.lost: list[Project] = []
        self._search = IssueSearch(client, profile.deployment)
        self._fetcher = IssueFetcher(self._search)
        self._issues = 0
        self.is_renamed = False
        self._odd: set[int] = set()
        self._keys = {project.id: project.key for project in profile.projects}
        if profile.deployment == "cloud":
            client.account = profile.identity.account

    async def understands_time(self) -> bool:
        """Whether this site can be asked what changed since a moment."""
        understands = partial(understands_milliseconds, self._search)
        return bool(await self._search_projects(self.projects, understands))

    async def list_all_ids(self) -> set[int]:
        """The ids of every issue there is: a census."""
        census = partial(take_census, self._search)
        return self._lift(await self._search_projects(self.projects, census) or set())

    async def list_changed_ids(self, since: datetime, projects: Sequence[Project]) -> set[int]:
        """The ids of what changed in these projects since a moment of Jira's own clock."""
        clause = f" AND updated >= {format_milliseconds(since)}"
        return self._lift(await self._list_ids(projects, clause))

    async def read_issues(
        self, ids: Collection[int], *, all_of_them: bool, unlisted: Collection[int] = ()
    ) -> AsyncGenerator[list[Issue]]:
        """The issues of these ids, in pages; epics behind the others, with their descriptions.

        Those that are `unlisted` an earlier walk could not read; they may be gone by now.
        `all_of_them` says that these are all there are: only then can Data Center's types be
        judged by their issues. An issue comes again if its type turned out to be an epic's.
        """
        type_levels = self.decoder.type_levels
        known = type_levels.epics | type_levels.above
        self._issues += len(ids)
        self._fetcher.unlisted = set(self._lower(unlisted))
        async with aclosing(self._read_pages(self._lower(ids))) as pages:
            async for page in pages:
                yield self._lift_issues(page)
        if not all_of_them:
            return
        type_levels.infer()
        if late := (type_levels.epics | type_levels.above) - known:
            late_ids = await self._list_ids(self.projects, _restrict_to_types(late))
            async with aclosing(self._read_pages(late_ids)) as pages:
                async for page in pages:
                    yield self._lift_issues(page)

    async def find_completions(
        self, ids: Collection[int]
    ) -> AsyncGenerator[dict[int, datetime | None]]:
        """When these issues were done, by their history, some at a time; None: it does not say.

        Raises BadRequest, or an error, where Jira does not show it.
        """
        done = await fetch_done_statuses(self._search)
        async with aclosing(fetch_status_changes(self._search, self._lower(ids))) as pages:
            async for page in pages:
                yield {
                    self.first_id + each: find_completion(changes, done)
                    for each, changes in page.items()
                }

    async def find_shown(self, ids: Collection[int]) -> set[int]:
        """Those of these issues that Jira shows, or lists and cannot hand out."""
        shown, spoiled = await fetch_keys(self._search, self._lower(ids))
        return self._lift(shown.keys() | spoiled)

    @property
    def unread(self) -> set[int]:
        """Ids that Jira lists and cannot hand out."""
        return self._lift(set(self._fetcher.spoiled))

    @property
    def odd(self) -> set[int]:
        """Issues in which something was odd: if another run goes on, it counts them anew."""
        return self._lift(self._odd)

    @property
    def is_nameless(self) -> bool:
        """Whether rows were listed that carry no id: then nothing can be said to be gone."""
        return self._search.nameless > 0

    def leave_unread(self, issue_id: int, error: HeadwayError) -> None:
        """Take an issue for unreadable, named in a finding; raises `error` where too many are."""
        self._fetcher.mark_spoiled(issue_id - self.first_id, error)

    def complete_profile(self, projects: tuple[Project, ...]) -> SiteProfile:
        """The site with these projects and with what the walk showed of its types."""
        types = (
            replace(t, hierarchy_level=self.decoder.type_levels.find_level_to_keep(t))
            for t in self.profile.types
        )
        return replace(self.profile, projects=projects, types=tuple(types))

    def build_report(self) -> WalkReport:
        """What the walk came to so far."""
        return WalkReport(
            issues=self._issues,
            requests=self.client.sent["POST"],
            retries=self.client.retries,
            findings=tuple(self._list_findings()),
        )

    def _lift(self, ids: set[int]) -> set[int]:
        """Jira's ids as the mirror has them."""
        return {self.first_id + each for each in ids} if self.first_id else ids

    def _lower(self, ids: Collection[int]) -> Collection[int]:
        """The mirror's ids as Jira has them."""
        return {each - self.first_id for each in ids} if self.first_id else ids

    def _lift_issues(self, page: list[Issue]) -> list[Issue]:
        return [count_from(self.first_id, issue) for issue in page] if self.first_id else page

    async def _read_pages(self, ids: Iterable[int]) -> AsyncGenerator[list[Issue]]:
        """Issues as they come; the descriptions of epics are read beside, rules need no others."""
        epics: list[Issue] = []
        async with aclosing(self._fetcher.fetch_rows(ids, self.fields.requested)) as pages:
            async for rows in pages:
                issues = [issue for issue in map(self._decode_issue, rows) if issue]
                epics += [issue for issue in issues if issue.hierarchy_level is HierarchyLevel.EPIC]
                yield [i for i in issues if i.hierarchy_level is not HierarchyLevel.EPIC]
                if len(epics) >= MANY_EPICS:
                    yield await self._describe_epics(epics)
                    epics = []
        if epics:
            yield await self._describe_epics(epics)

    async def _describe_epics(self, epics: Sequence[Issue]) -> list[Issue]:
        """The epics with their descriptions, save those whose description does not come."""
        ids = {epic.id for epic in epics if not epic.restricted}
        texts: dict[int, str] = {}
        async with aclosing(self._fetcher.fetch_rows(ids, ["description", "security"])) as pages:
            async for rows in pages:
                texts.update(filter(None, map(self._decode_description, rows)))
        error = explain_incomplete("its description did not come")
        for epic_id in sorted(ids - texts.keys() - self._fetcher.spoiled.keys()):
            self._fetcher.mark_spoiled(epic_id, error)
        return [
            replace(epic, description=texts.get(epic.id) or None)
            for epic in epics
            if epic.restricted or epic.id in texts
        ]

    def _decode_issue(self, raw: Raw) -> Issue | None:
        """One issue; None for one that makes no sense, which stays as it was last seen.

        None too for one that has moved meanwhile to a project that is not ours to read.
        """
        oddities = self.decoder.oddities
        try:
            issue = self.decoder.decode_issue(raw)
        except IncompleteWalkError as error:
            self._fetcher.mark_spoiled(read_id(raw), error)
            return None
        if self.decoder.oddities > oddities and len(self._odd) < MOST_ODD:
            self._odd.add(issue.id)
        key = self._keys.get(issue.project_id)
        self.is_renamed |= key not in (None, issue.project)
        return issue if key else None

    def _decode_description(self, raw: Raw) -> tuple[int, str] | None:
        """An epic's id and its description; None for one that makes no sense."""
        try:
            return self.decoder.decode_description(raw)
        except IncompleteWalkError as error:
            self._fetcher.mark_spoiled(read_id(raw), error)
            return None

    async def _list_ids(self, projects: Sequence[Project], clause: str) -> set[int]:
        ids = await self._search_projects(projects, lambda s: self._search.list_ids(s + clause))
        return ids or set()

    async def _search_projects(
        self, projects: Sequence[Project], search: Callable[[str], Awaitable[T]]
    ) -> T | None:
        """Search these projects; one that Jira does not know any more does not spoil the rest.

        None where none of them is left; RefusedError where none at all is.
        """
        projects = [project for project in projects if project not in self.lost]
        while projects:
            try:
                return await search(scope_to(projects))
            except BadRequest as refused:
                gone = _find_named(refused.body, projects)
                if gone is None:
                    raise explain_incomplete("Jira does not accept the search") from None
                projects.remove(gone)
                self.projects.remove(gone)
                self.lost.append(gone)
        if not self.projects:
            raise _explain_nothing_left(self.lost)
        return None

    def _list_findings(self) -> Iterable[Finding]:
        yield from self._fetcher.list_findings()
        yield from self.decoder.list_findings()
        if self._search.nameless:
            count = count_noun(self._search.nameless, "row")
            what = f"Jira lists {count} without an id; no issue is taken for gone while it does"
            yield Finding("rows-nameless", "walk", what)
        if self._search.is_uncounted:
            what = "this Jira does not count its issues: the listing was not held against a count"
            yield Finding("count-missing", "walk", what)
        if self._search.miscounted:
            counted, listed = self._search.miscounted
            what = (
                f"Jira counts {counted} issues and lists {listed}, in two ways alike: the listing"
            )
            yield Finding("count-differs", "walk", f"{what} is what counts")
        if self._search.pages_by_id is False:
            what = "this Jira does not page by id: its issues were listed by offset, page by page"
            yield Finding("paged-by-offset", "walk", what)
        if self._search.warnings:
            what = f"Jira attached a warning to {self._search.warnings} pages of the backlog"
            yield Finding("jira-warning", "walk", what)
        yield from self.fields.list_findings()


def _restrict_to_types(types: Iterable[str]) -> str:
    return f" AND issuetype in ({', '.join(sorted(types))})"


def _find_named(body: bytes, projects: Sequence[Project]) -> Project | None:
    """The project that a 400 is about: we lost access to it."""
    text = body.decode(errors="replace")
    if "project" not in text:
        return None
    for project in projects:
        if f"'{project.id}'" in text or f"'{project.key}'" in text:
            return project
    return None


def _explain_nothing_left(projects: Sequence[Project]) -> RefusedError:
    """The error of a site that shows us none of the projects we are to read."""
    remedy = "Ask for the permission to browse them, or take them off the settings."
    return RefusedError(
        Problem(f"project {project.key}", "cannot be seen any more", remedy) for project in projects
    )
