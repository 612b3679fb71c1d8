"""Decodes Jira's JSON into issues of ours: typed where Jira is reliable, careful where not."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from msgspec import Raw, Struct

from models.backlog import Issue, IssueRef, Rung, SiteProfile, StatusCategory, Version
from models.errors import IncompleteWalkError, Problem
from sync.source.fields import FieldPlan

_UNPRINTABLE = re.compile(r"[\x00\ud800-\udfff]")
LONGEST_TEXT = 32_768
DEEPEST_DOCUMENT = 40


class Page(Struct):
    """One page of a search, in either protocol; unknown keys are ignored, as Jira adds them."""

    issues: list[Raw] | None = None
    nextPageToken: str | None = None  # noqa: N815 - Jira's own name
    isLast: bool | None = None  # noqa: N815
    startAt: int | None = None  # noqa: N815
    maxResults: int | None = None  # noqa: N815
    total: int | None = None


class _Named(Struct):
    name: str | None = None


class _Type(Struct):
    id: str
    name: str = ""
    subtask: bool = False
    hierarchyLevel: int | None = None  # noqa: N815


class _Project(Struct):
    id: str
    key: str


class _Category(Struct):
    key: str = "undefined"


class _Status(Struct):
    name: str
    statusCategory: _Category | None = None  # noqa: N815


class _Parent(Struct):
    id: str | None = None
    key: str | None = None


class _Version(Struct):
    name: str
    released: bool = False


class _User(Struct):
    accountId: str | None = None  # noqa: N815
    key: str | None = None
    name: str | None = None


class _System(Struct):
    """The fields every Jira has. Without these four there is no issue."""

    summary: str | None
    issuetype: _Type
    project: _Project
    status: _Status
    updated: str
    parent: _Parent | None = None
    resolution: _Named | None = None
    resolutiondate: str | None = None
    statuscategorychangedate: str | None = None
    security: _Named | None = None
    labels: list[str] | None = None
    components: list[_Named] | None = None
    fixVersions: list[_Version] | None = None  # noqa: N815
    assignee: _User | None = None
    timespent: int | None = None


class _Wire(Struct):
    id: str
    key: str
    fields: Raw


_page = msgspec.json.Decoder(Page)
_wire = msgspec.json.Decoder(_Wire)
_system = msgspec.json.Decoder(_System)
_fields = msgspec.json.Decoder(dict[str, Raw])
_exact = msgspec.json.Decoder(Decimal)


class IssueDecoder:
    """Decodes the issues of one site. `conflicts` counts issues whose point fields disagree."""

    def __init__(self, site: str, profile: SiteProfile, plan: FieldPlan, hash_key: str) -> None:
        self.site = site
        self.plan = plan
        self.epic_types = {t.id for t in profile.types if t.rung == Rung.EPIC}
        self.above_types: set[str] = set()
        self.conflicts = 0
        self.negative = 0
        self._cloud = profile.deployment == "cloud"
        self._key = bytes.fromhex(hash_key)

    def page(self, body: bytes) -> Page:
        """The page itself, or IncompleteWalkError if it is not one."""
        try:
            page = _page.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _broken("a page of the backlog cannot be read", error) from None
        if page.issues is None:
            raise _broken("a page of the backlog has no list of issues")
        return page

    def issue(self, raw: Raw) -> Issue:
        """One issue, or IncompleteWalkError naming it: none is ever dropped."""
        key = "an issue"
        try:
            wire = _wire.decode(raw)
            key = wire.key
            return self._issue(wire, _system.decode(wire.fields), _fields.decode(wire.fields))
        except (msgspec.DecodeError, ValueError) as error:
            raise _broken(f"{key} cannot be read", error) from None

    def _issue(self, wire: _Wire, system: _System, fields: dict[str, Raw]) -> Issue:
        restricted = system.security is not None
        points, points_field = self._points(fields)
        status = system.status
        category = status.statusCategory.key if status.statusCategory else "undefined"
        known = category in StatusCategory.__members__.values()
        return Issue(
            site=self.site,
            id=int(wire.id),
            key=wire.key,
            project_id=int(system.project.id),
            project=system.project.key,
            type_id=system.issuetype.id,
            type=system.issuetype.name,
            rung=self._rung(system.issuetype, fields),
            status=status.name,
            status_category=StatusCategory(category) if known else StatusCategory.UNDEFINED,
            updated_at=moment(system.updated),
            parent=self._parent(system, fields),
            epic_link=self._text(fields, self.plan.epic_link),
            resolution=system.resolution.name if system.resolution else None,
            resolved_at=_optional_moment(system.resolutiondate),
            category_changed_at=_optional_moment(system.statuscategorychangedate),
            restricted=restricted,
            points=points,
            points_field=points_field,
            time_spent=system.timespent,
            contributor=self._hashed(system.assignee),
            labels=tuple(sorted(system.labels or ())),
            components=tuple(sorted(c.name for c in system.components or () if c.name)),
            fix_versions=tuple(Version(v.name, v.released) for v in system.fixVersions or ()),
            summary="" if restricted else printable(system.summary or ""),
            extra=self._extra(fields),
        )

    def _rung(self, kind: _Type, fields: dict[str, Raw]) -> Rung:
        """Cloud says the level itself; Data Center shows epics by their Epic Name alone."""
        if kind.hierarchyLevel is not None:
            return Rung(max(Rung.SUBTASK, min(Rung.ABOVE, kind.hierarchyLevel)))
        if kind.subtask:
            return Rung.SUBTASK
        if self._text(fields, self.plan.epic_name):
            self.epic_types.add(kind.id)
        return Rung.EPIC if kind.id in self.epic_types else Rung.BASE

    def _parent(self, system: _System, fields: dict[str, Raw]) -> IssueRef | None:
        if system.parent is not None:
            number = system.parent.id
            return IssueRef(int(number) if number else None, system.parent.key)
        key = self._text(fields, self.plan.parent_link)
        return IssueRef(key=key) if key else None

    def _points(self, fields: dict[str, Raw]) -> tuple[Decimal | None, str | None]:
        """The first field in precedence that has a value; zero is an estimate, negative is none."""
        found = ((name, _number(fields.get(name))) for name in self.plan.points)
        values = [(name, value) for name, value in found if value is not None]
        if len({value for _, value in values}) > 1:
            self.conflicts += 1
        if not values:
            return None, None
        name, value = values[0]
        if value < 0:
            self.negative += 1
            return None, None
        return value, name

    def _text(self, fields: dict[str, Raw], name: str | None) -> str | None:
        value = msgspec.json.decode(fields[name]) if name and name in fields else None
        return value if isinstance(value, str) and value else None

    def _extra(self, fields: dict[str, Raw]) -> dict[str, tuple[str, ...]]:
        extra = {}
        for name, ids in self.plan.extra.items():
            texts = tuple(
                dict.fromkeys(
                    text
                    for field_id in ids
                    if field_id in fields
                    for text in _texts(msgspec.json.decode(fields[field_id]))
                )
            )
            if texts:
                extra[name] = texts
        return extra

    def _hashed(self, user: _User | None) -> str | None:
        name = user and (user.accountId or user.key or user.name)
        if not name:
            return None
        return hmac.new(self._key, name.encode(), hashlib.sha256).hexdigest()[:32]


def moment(text: str) -> datetime:
    """Jira's timestamp, whatever its offset, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def printable(text: str) -> str:
    """Text without NUL and lone surrogates, which databases refuse; of bounded length."""
    return _UNPRINTABLE.sub("", text)[:LONGEST_TEXT]


def plain_text(document: Any, depth: int = 0) -> str:
    """The text of a description: wiki markup as it is, Atlassian's document tree flattened."""
    if isinstance(document, str):
        return printable(document)
    if not isinstance(document, dict) or depth > DEEPEST_DOCUMENT:
        return ""
    attributes = document.get("attrs") or {}
    own = document.get("text") or attributes.get("text") or attributes.get("shortName") or ""
    if document.get("type") == "hardBreak":
        own = "\n"
    inner = "".join(plain_text(part, depth + 1) for part in document.get("content") or ())
    ends_a_line = document.get("type") in _BLOCKS
    return printable(f"{own}{inner}" + ("\n" if ends_a_line else ""))


_BLOCKS = ("paragraph", "heading", "listItem", "tableCell", "codeBlock", "blockquote")


def _optional_moment(text: str | None) -> datetime | None:
    return moment(text) if text else None


def _number(raw: Raw | None) -> Decimal | None:
    """A number given as 5, "5" or {"value": 5}, exactly as written."""
    if raw is None:
        return None
    try:
        return _exact.decode(raw)
    except msgspec.ValidationError:
        value = msgspec.json.decode(raw)
    if isinstance(value, dict):
        value = value.get("value")
    try:
        return Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None


def _texts(value: Any) -> Iterator[str]:
    """The words of a custom field: options, cascades, lists and numbers; never people."""
    if isinstance(value, str):
        yield printable(value)
    elif isinstance(value, bool | int | float):
        yield str(value)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict) and "accountId" not in value and "emailAddress" not in value:
        for name in ("value", "name", "title", "child"):
            if name in value:
                yield from _texts(value[name])


def _broken(what: str, error: Exception | None = None) -> IncompleteWalkError:
    detail = f": {str(error)[:120]}" if error else ""
    remedy = "Nothing was published; if it stays, please report it with the issue's key."
    return IncompleteWalkError(Problem("walk", f"{what}{detail}", remedy))


def settle_rungs(issues: Iterable[Issue], epic_types: set[str]) -> Iterator[Issue]:
    """Data Center: lift issues read before their type was known to be an epic's."""
    for issue in issues:
        if issue.rung is Rung.BASE and issue.type_id in epic_types:
            yield msgspec.structs.replace(issue, rung=Rung.EPIC)
