"""Rows of the mirror and the values they stand for, in both directions."""

import hashlib
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from sys import intern
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Row

from models.backlog import (
    IDS_A_SITE,
    DoneSource,
    FinishedIssue,
    HierarchyLevel,
    Issue,
    IssuePlace,
    IssueRef,
    SiteProfile,
    StatusCategory,
    Version,
)
from models.emptied import Emptied
from models.finding import Finding
from models.loss import Loss
from models.plan import canonical_json


class Seen(Struct, frozen=True):
    """What the mirror already knows of an issue, for telling changed rows from the rest."""

    content_hash: str
    key: str
    former_keys: tuple[str, ...]
    updated_at: datetime
    is_done: bool
    done_at: datetime | None
    done_source: DoneSource | None
    missing: bool


class SiteRecord(Struct, frozen=True, kw_only=True):
    """What is kept of a site itself.

    `profile` is the site as the last walk that came through left it, None before the first.
    `fields` are the fields its rows were read with, the first `points_fields` in order. `as_of` is
    Jira's clock when the last whole walk began, None until one came through; `census_at` and
    `reread_at` when all ids were last listed, and all issues last read. `unread` are ids that Jira
    listed and could not hand out; `noticed` is what the last reading of all issues found odd;
    `accepted` are fields that came empty, of which a person said that it is true, and `losses`
    issues that are not shown any more, the same. `number` is the site's place among all that the
    database knows. `generation` names the ledger behind what it last brought to the list.
    """

    hash_key: str
    number: int = 0
    profile: SiteProfile | None = None
    fields: tuple[str, ...] = ()
    points_fields: tuple[str, ...] = ()
    as_of: datetime | None = None
    census_at: datetime | None = None
    reread_at: datetime | None = None
    walk: int = 0
    unread: tuple[int, ...] = ()
    noticed: tuple[Finding, ...] = ()
    accepted: tuple[Emptied, ...] = ()
    losses: tuple[Loss, ...] = ()
    generation: str | None = None

    @property
    def first_id(self) -> int:
        """Where the ids of its issues begin: what is added to those that Jira gives."""
        return self.number * IDS_A_SITE

    def types_at(self, hierarchy_level: HierarchyLevel) -> frozenset[str]:
        """The ids of the issue types known to stand at a hierarchy level."""
        types = self.profile.types if self.profile else ()
        return frozenset(found.id for found in types if found.hierarchy_level == hierarchy_level)


def content_hash(issue: Issue) -> str:
    """The hash of what Jira said of an issue, not of what we derived from it."""
    stripped = msgspec.structs.replace(issue, epic_id=None, former_keys=(), missing_since=None)
    return hashlib.blake2b(canonical_json(stripped), digest_size=16).hexdigest()


def former_keys(issue: Issue, known: Seen | None) -> tuple[str, ...]:
    """Every key an issue had before the one it has now."""
    if known is None:
        return ()
    moved = (known.key,) if known.key != issue.key else ()
    return tuple(dict.fromkeys((*known.former_keys, *moved)))


def dump_issue(issue: Issue, digest: str, former: tuple[str, ...], walk: int) -> dict[str, Any]:
    """An issue as a row, seen on this walk."""
    values = {name: getattr(issue, name) for name in issue.__struct_fields__ if name != "parent"}
    values |= {
        "hierarchy_level": int(issue.hierarchy_level),
        "points": None if issue.points is None else str(issue.points),
        "parent_id": issue.parent.id if issue.parent else None,
        "parent_key": issue.parent.key if issue.parent else None,
        "fix_versions": [[version.name, version.released] for version in issue.fix_versions],
        "former_keys": list(former),
        "content_hash": digest,
        "last_seen_walk": walk,
        "missing_since": None,
    }
    return values


def load_seen(row: Any) -> Seen:
    """What is known of an issue, from its row."""
    return Seen(
        row.content_hash,
        row.key,
        tuple(row.former_keys),
        row.updated_at,
        row.status_category == StatusCategory.DONE,
        row.done_at,
        DoneSource(row.done_source) if row.done_source else None,
        row.missing_since is not None,
    )


def load_record(row: Row[tuple[object, ...]]) -> SiteRecord:
    """A site's record from its row."""
    fields = row.fields or {}
    return SiteRecord(
        hash_key=row.hash_key,
        number=row.number,
        generation=row.generation,
        profile=msgspec.convert(row.profile, SiteProfile) if row.profile else None,
        fields=tuple(fields.get("requested", ())),
        points_fields=tuple(fields.get("points", ())),
        as_of=row.as_of,
        census_at=row.census_at,
        reread_at=row.reread_at,
        walk=row.walk,
        unread=tuple(row.unread or ()),
        noticed=msgspec.convert(row.noticed or [], tuple[Finding, ...]),
        accepted=tuple(
            msgspec.convert(each, Emptied) for each in row.accepted or () if "field" in each
        ),
        losses=tuple(msgspec.convert(each, Loss) for each in row.accepted or () if "kind" in each),
    )


def load_issue(row: Row[tuple[object, ...]]) -> Issue:
    """An issue from its row, with JSON still as text: few of its values are found only once.

    It is missing if the census after the first that lacked it did too.
    """
    return Issue(
        site=intern(row.site),
        id=row.id,
        key=row.key,
        project_id=row.project_id,
        project=intern(row.project),
        type_id=intern(row.type_id),
        type=intern(row.type),
        hierarchy_level=_LEVELS[row.hierarchy_level],
        status=intern(row.status),
        status_category=_CATEGORIES[row.status_category],
        updated_at=row.updated_at,
        parent=_load_parent(row.parent_id, row.parent_key),
        epic_link=row.epic_link,
        epic_id=row.epic_id,
        resolution=_intern_text(row.resolution),
        resolved_at=row.resolved_at,
        category_changed_at=row.category_changed_at,
        done_at=row.done_at,
        done_source=_SOURCES[row.done_source],
        restricted=row.restricted,
        points=_parse_points(row.points),
        points_field=_intern_text(row.points_field),
        time_spent=row.time_spent,
        contributor=_intern_text(row.contributor),
        labels=load_texts(row.labels),
        components=load_texts(row.components),
        fix_versions=load_versions(row.fix_versions),
        summary=row.summary,
        description=row.description,
        extra=load_extra(row.extra),
        former_keys=load_texts(row.former_keys),
        missing_since=row.missing_since if row.is_missing else None,
    )


def load_place(row: Any) -> IssuePlace:
    """Where an issue stands, from the columns that tell it, in their order."""
    issue_id, key, former, level, parent_id, parent_key, epic_link, epic_id = row
    return IssuePlace(
        id=issue_id,
        key=key,
        former_keys=load_texts(former),
        hierarchy_level=_LEVELS[level],
        parent=_load_parent(parent_id, parent_key),
        epic_link=epic_link,
        epic_id=epic_id,
    )


def load_finished(row: Any, site: str) -> FinishedIssue:
    """What booking reads of an issue, from its columns in their order."""
    issue_id, key, former, level, project, kind, status, resolution, done_at, *others = row
    points, contributor, components, extra, subtask_points, credits, reversals = others
    return FinishedIssue(
        site=site,
        id=issue_id,
        key=key,
        former_keys=load_texts(former),
        hierarchy_level=_LEVELS[level],
        project=intern(project),
        type=intern(kind),
        status=intern(status),
        resolution=_intern_text(resolution),
        done_at=done_at,
        points=_parse_points(points),
        contributor=_intern_text(contributor),
        components=load_texts(components),
        extra=load_extra(extra),
        subtask_points=tuple(map(Decimal, subtask_points.split())) if subtask_points else (),
        credits=credits,
        is_credited=credits > reversals,
    )


_LEVELS = {int(hierarchy_level): hierarchy_level for hierarchy_level in HierarchyLevel}
_CATEGORIES = {str(category): category for category in StatusCategory}
_SOURCES = {None: None} | {str(source): source for source in DoneSource}


def _intern_text(text: str | None) -> str | None:
    return None if text is None else intern(text)


@lru_cache(1_000)
def _parse_points(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@lru_cache(10_000)
def _load_parent(issue_id: int | None, key: str | None) -> IssueRef | None:
    return None if issue_id is None and key is None else IssueRef(issue_id, key)


@lru_cache(10_000)
def load_texts(text: str) -> tuple[str, ...]:
    """A list of texts from its column's own text."""
    return msgspec.json.decode(text, type=tuple[str, ...])


@lru_cache(10_000)
def load_versions(text: str) -> tuple[Version, ...]:
    """Versions, likewise."""
    return tuple(Version(name, released) for name, released in msgspec.json.decode(text))


@lru_cache(10_000)
def load_extra(text: str) -> dict[str, tuple[str, ...]]:
    """The values of fields that rules name, likewise."""
    return msgspec.json.decode(text, type=dict[str, tuple[str, ...]])
