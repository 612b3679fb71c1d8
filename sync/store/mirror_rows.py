"""Rows of the mirror and the values they stand for, in both directions."""

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Row

from models.backlog import DoneSource, Issue, IssueRef, Rung, StatusCategory, Version
from models.plan import canonical_json


class Seen(Struct, frozen=True):
    """What the mirror already knows of an issue, for telling changed rows from the rest."""

    content_hash: str
    key: str
    former_keys: tuple[str, ...]
    is_done: bool
    done_at: datetime | None
    done_source: DoneSource | None
    missing: bool


class SiteRecord(Struct, frozen=True, kw_only=True):
    """What is kept of a site itself. `as_of` is None until a walk came through whole."""

    hash_key: str
    points_fields: tuple[str, ...] = ()
    as_of: datetime | None = None
    walk: int = 0
    epic_types: tuple[str, ...] = ()
    above_types: tuple[str, ...] = ()


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


def row_of(issue: Issue, digest: str, former: tuple[str, ...], walk: int) -> dict[str, Any]:
    """An issue as a row, seen on this walk."""
    values = {name: getattr(issue, name) for name in issue.__struct_fields__}
    values |= {
        "rung": int(issue.rung),
        "points": None if issue.points is None else str(issue.points),
        "parent": None if issue.parent is None else msgspec.to_builtins(issue.parent),
        "fix_versions": [[version.name, version.released] for version in issue.fix_versions],
        "former_keys": list(former),
        "content_hash": digest,
        "last_seen_walk": walk,
        "missing_since": None,
    }
    return values


def record_of(row: Row[tuple[object, ...]]) -> SiteRecord:
    """A site's record from its row."""
    profile = row.profile or {}
    return SiteRecord(
        hash_key=row.hash_key,
        points_fields=tuple(row.points_fields or ()),
        as_of=row.as_of,
        walk=row.walk,
        epic_types=_types_at(profile, Rung.EPIC),
        above_types=_types_at(profile, Rung.ABOVE),
    )


def _types_at(profile: dict[str, Any], rung: Rung) -> tuple[str, ...]:
    return tuple(found["id"] for found in profile.get("types", ()) if found["rung"] == rung)


def issue_of(row: Row[tuple[object, ...]]) -> Issue:
    """An issue from its row."""
    return Issue(
        site=row.site,
        id=row.id,
        key=row.key,
        project_id=row.project_id,
        project=row.project,
        type_id=row.type_id,
        type=row.type,
        rung=Rung(row.rung),
        status=row.status,
        status_category=StatusCategory(row.status_category),
        updated_at=row.updated_at,
        parent=IssueRef(**row.parent) if row.parent else None,
        epic_link=row.epic_link,
        epic_id=row.epic_id,
        resolution=row.resolution,
        resolved_at=row.resolved_at,
        category_changed_at=row.category_changed_at,
        done_at=row.done_at,
        done_source=DoneSource(row.done_source) if row.done_source else None,
        restricted=row.restricted,
        points=None if row.points is None else Decimal(row.points),
        points_field=row.points_field,
        time_spent=row.time_spent,
        contributor=row.contributor,
        labels=tuple(row.labels),
        components=tuple(row.components),
        fix_versions=tuple(Version(name, released) for name, released in row.fix_versions),
        summary=row.summary,
        description=row.description,
        extra={name: tuple(values) for name, values in row.extra.items()},
        former_keys=tuple(row.former_keys),
        missing_since=row.missing_since,
    )
