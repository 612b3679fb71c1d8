"""Tells whether the Jira that answers is the one that the mirror was read from.

A Jira that is reached elsewhere than last time, or gives another address as its own, is either the
same one after a move or another one under the same name, whose issues would be taken for ours: ids
are only numbers that every Jira counts up. What it shows of the issues we know decides. Both
addresses are those of the last walk that came through, so a run that failed is no answer.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from urllib.parse import urlsplit

from models.backlog import IDS_A_SITE, SiteProfile
from models.errors import IdentityError, Problem, SettingsError
from models.finding import Finding
from sync.jira.client.http import JiraClient
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe.site_info import SiteInfo
from sync.jira.read.fetch import fetch_keys, find_id
from sync.jira.read.rows import explain_incomplete
from sync.jira.read.search import IssueSearch
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.site.site import SiteStore

SOME = 50
"""So many issues are asked for: one half are the newest, and the other are all over the mirror.

Of each half one half has to be there. A copy that went its own way has the old ones alone.
"""

GIVEN_OUT = (".atlassian.net", ".jira.com")
"""Where the addresses of Jira Cloud end."""

Known = Mapping[int, tuple[str, ...]]
"""Every key that issues had with us, by Jira's id in its order."""


@dataclass(frozen=True)
class _KeyOverlap:
    """Of issues that were asked for, in the order of their ids: the `same`, and all it `shows`."""

    asked: Sequence[int]
    same: Set[int]
    shows: Set[int]

    @property
    def is_ours(self) -> bool:
        """Whether half of the newest are the same, and half of the others."""
        return all(2 * len(self.same & set(half)) >= len(half) for half in self._halves)

    @property
    def is_older(self) -> bool:
        """Whether it may be ours as it was before: the newest are missing, and are no others."""
        others, newest = map(set, self._halves)
        strange = self.shows - self.same
        return bool(others) and 2 * len(self.same & others) >= len(others) and not strange & newest

    @property
    def _halves(self) -> tuple[Sequence[int], Sequence[int]]:
        at = max(0, len(self.asked) - SOME // 2)
        return self.asked[:at], self.asked[at:]

    def __str__(self) -> str:
        return f"{len(self.same)} of {len(self.asked)}"


@dataclass(frozen=True)
class Candidate:
    """A Jira that was not recognised yet, and what it said of itself."""

    site: Site
    site_info: SiteInfo
    retry_policy: RetryPolicy

    def measure_likeness(self, known: Known) -> _KeyOverlap:
        """How many issues it shows under a key that they had with us.

        Or under another one, if the key that they had still leads to them: projects and issues get
        new keys, and Jira goes on answering to the old ones. Issues that it cannot hand out are not
        counted; IncompleteWalkError if that is all of them.
        """
        shown, spoiled = asyncio.run(self._keys(known))
        asked = [each for each in known if each not in spoiled]
        if not asked:
            raise explain_incomplete(
                "Jira cannot hand out any of the issues that it is to be known by"
            )
        same = {each for each, key in shown.items() if key in known[each]}
        likeness = _KeyOverlap(asked, same, shown.keys())
        if likeness.is_ours:
            return likeness
        renamed = asyncio.run(self._find_renamed(known, sorted(shown.keys() - same)))
        return _KeyOverlap(asked, same | renamed, shown.keys())

    async def _find_renamed(self, known: Known, ids: Sequence[int]) -> set[int]:
        """Those of these issues to which a key that they had with us still leads."""
        renamed = set()
        async with JiraClient(self.site, self.retry_policy) as client:
            for each in ids:
                for key in known[each]:
                    if await find_id(client, key) == each:
                        renamed.add(each)
                        break
        return renamed

    async def _keys(self, known: Known) -> tuple[dict[int, str], set[int]]:
        """The keys it shows; what does not come is asked for once more."""
        async with JiraClient(self.site, self.retry_policy) as client:
            if self.site_info.deployment == "cloud":
                client.account = self.site_info.identity.account
            search = IssueSearch(client, self.site_info.deployment)
            shown, spoiled = await fetch_keys(search, known)
            if lacking := known.keys() - shown.keys() - spoiled:
                late, spoiled_late = await fetch_keys(search, lacking)
                return shown | late, spoiled | spoiled_late
            return shown, spoiled


def verify_site(
    candidate: Candidate, mirror: Mirror, book: SiteStore, *, full: bool = False
) -> Finding | None:
    """A finding if the site has moved; nothing is asked where both addresses are as they were.

    Raises IdentityError for another Jira, and SettingsError for ours under another name. One that
    only lacks our newest issues may be ours, restored from a backup: it is taken if all is to be
    read in `full`.
    """
    site, site_info = candidate.site, candidate.site_info
    record = book.find_record()
    profile = record.profile if record else None
    if record is None or record.as_of is None or _asks_for_others(site, profile):
        _check_name(candidate, mirror, book)
    changes = []
    if profile and profile.address != site_info.address:
        changes.append(
            f"gives its address as {site_info.address}, and gave {profile.address} before"
        )
    if profile and profile.reached != site_info.reached:
        changes.append(f"is reached at {site_info.reached}, and was at {profile.reached} before")
    if profile and not changes:
        return None
    visible = [project.id for project in book.list_projects()]
    known = _find_known(mirror, visible) or _find_known(mirror)
    if not known:
        return None
    likeness = candidate.measure_likeness(known)
    if not (likeness.is_ours or (full and likeness.is_older)):
        raise _refuse_other_jira(candidate, changes, likeness)
    if not changes:
        return None
    what = f"it is the same Jira: {likeness} issues are there as we know them"
    return Finding("site-moved", f"site {site.name}", "; ".join([*changes, what]))


def _asks_for_others(site: Site, profile: SiteProfile | None) -> bool:
    """Whether the settings name other projects than when the site was described last."""
    return profile is not None and _fold(site.projects) != _fold(profile.asked_projects)


def _check_name(candidate: Candidate, mirror: Mirror, book: SiteStore) -> None:
    """SettingsError if what is to be read is read, or may come to be, under another name too."""
    wanted = _fold(candidate.site.projects)
    for name in book.list_other_sites():
        other = SiteStore(book.engine, name)
        record = other.find_record()
        theirs = _fold(record.profile.asked_projects) if record and record.profile else frozenset()
        if wanted and theirs and not wanted & theirs:
            continue
        if record and record.profile and _is_one_cloud(candidate.site_info, record.profile):
            raise _refuse_other_name(candidate.site.name, name)
        projects = other.list_projects()
        shared = [found.id for found in projects if not wanted or found.key.upper() in wanted]
        known = _find_known(Mirror(mirror.engine, name), shared)
        if known and candidate.measure_likeness(known).is_ours:
            raise _refuse_other_name(candidate.site.name, name)


def _fold(projects: Iterable[str]) -> frozenset[str]:
    return frozenset(key.upper() for key in projects)


def _is_one_cloud(site_info: SiteInfo, profile: SiteProfile) -> bool:
    """Whether both gave one address that Atlassian has given out, and no administrator.

    That is enough: two accounts may see no issue of each other's today, and do so tomorrow.
    """
    host = urlsplit(site_info.address).hostname or ""
    return site_info.address == profile.address and host.endswith(GIVEN_OUT)


def _find_known(mirror: Mirror, projects: Collection[int] | None = None) -> Known:
    keys = mirror.some_keys(SOME, projects)
    return {issue_id % IDS_A_SITE: each for issue_id, each in keys.items()}


def _refuse_other_jira(
    candidate: Candidate, changes: Sequence[str], likeness: _KeyOverlap
) -> IdentityError:
    site = candidate.site
    seen = changes or [f"is reached at {candidate.site_info.reached}"]
    what = (
        f"is another Jira than site {site.name!r} was read from: it {'; it '.join(seen)}; of the "
        f"issues that we know it shows {likeness}"
    )
    remedy = (
        "Put HEADWAY_JIRA_URL back. Another Jira needs databases of its own (HEADWAY_STATE_URL, "
        "HEADWAY_CLEAN_URL); the same one with other permissions has to show us our projects again."
    )
    if likeness.is_older:
        what += ", and lacks the newest"
        remedy = f"If it was restored from a backup, run `headway sync --full`. If not: {remedy}"
    return IdentityError(Problem(site.where, what, remedy))


def _refuse_other_name(name: str, before: str) -> SettingsError:
    what = f"says {name!r}, and this Jira was read as {before!r} before: all would count twice"
    remedy = (
        f"Keep one name for it, {before!r}, or give {name!r} databases of its own "
        "(HEADWAY_STATE_URL, HEADWAY_CLEAN_URL). Under two names, each has to name its projects "
        "(HEADWAY_JIRA_PROJECTS), and none of the other's."
    )
    return SettingsError(Problem("HEADWAY_SITE", what, remedy))
