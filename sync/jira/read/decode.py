"""Decodes Jira's JSON into issues of ours: typed where Jira is reliable, careful where not."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import msgspec
from msgspec import Raw

from models.backlog import Issue, IssueRef, SiteProfile, StatusCategory, Version
from models.errors import IncompleteWalkError, Problem
from models.finding import Finding
from sync.jira.describe.field_plan import FieldPlan
from sync.jira.read.issue_type_levels import IssueTypeLevels
from sync.jira.read.schema import Count, Described, Identified, Keyed, Page, RawIssue, System, User
from sync.jira.read.texts import mend_text, plain_text, strip_controls, words_of
from translators.plurals import count_noun

_page = msgspec.json.Decoder(Page)
_count = msgspec.json.Decoder(Count)
_wire = msgspec.json.Decoder(RawIssue)
_system = msgspec.json.Decoder(System)
_described = msgspec.json.Decoder(Described)
_keyed = msgspec.json.Decoder(Keyed)
_identified = msgspec.json.Decoder(Identified)
_fields = msgspec.json.Decoder(dict[str, Raw])
_exact = msgspec.json.Decoder(Decimal)

MOST_POINTS, MOST_DIGITS, MOST_PLACES = 10**9, 17, 20
"""What a person may mean, in as many digits as a number of Jira's can have."""


class IssueDecoder:
    """Decodes the issues of one site. `conflicts` counts issues whose point fields disagree."""

    def __init__(self, site: str, profile: SiteProfile, plan: FieldPlan, hash_key: str) -> None:
        self.site = site
        self.plan = plan
        self.type_levels = IssueTypeLevels(profile.types)
        self.conflicts = 0
        self.negative = 0
        self.unreadable_points = 0
        self._cloud = profile.deployment == "cloud"
        self._key = bytes.fromhex(hash_key)

    @property
    def epic_types(self) -> set[str]:
        """Ids of the types known to be epics; what earlier walks found may be added."""
        return self.type_levels.epics

    @epic_types.setter
    def epic_types(self, types: set[str]) -> None:
        self.type_levels.epics = types

    def issue(self, raw: Raw) -> Issue:
        """One issue, or IncompleteWalkError naming it: none is ever dropped."""
        name = "an issue"
        try:
            wire = _wire.decode(raw)
            name = f"issue {wire.key} (id {wire.id})"
            return self._issue(wire, _system.decode(wire.fields), _fields.decode(wire.fields))
        except (msgspec.DecodeError, ValueError, OverflowError) as error:
            raise _broken(f"{name} cannot be read", error) from None

    def description(self, raw: Raw) -> tuple[int, str]:
        """An epic's id and its description as text, which is empty for a restricted epic."""
        try:
            found = _described.decode(raw)
            number = int(found.id)
            if msgspec.json.decode(found.fields.security) is not None:
                return number, ""
            return number, plain_text(msgspec.json.decode(found.fields.description)).strip()
        except (msgspec.DecodeError, ValueError) as error:
            raise _broken("an epic's description cannot be read", error) from None

    def findings(self) -> Iterable[Finding]:
        """What was odd about the issues decoded so far."""
        if self.conflicts:
            among = ", ".join(self.plan.points)
            what = f"{count_noun(self.conflicts, 'issue')} with different points in these: {among}"
            yield Finding("points-differ", "story points", f"{what}; the first that is set counts")
        if self.negative:
            what = f"{count_noun(self.negative, 'issue')} with negative points, taken as none"
            yield Finding("points-negative", "story points", what)
        if self.unreadable_points:
            what = f"{count_noun(self.unreadable_points, 'issue')} with points that are no number"
            yield Finding("points-unreadable", "story points", f"{what}, taken as none")
        yield from self.type_levels.findings()

    def _issue(self, wire: RawIssue, system: System, fields: dict[str, Raw]) -> Issue:
        restricted = system.security is not None
        points, points_field = self._points(fields, int(system.project.id))
        status = system.status
        category = status.statusCategory.key if status.statusCategory else "undefined"
        known = category in StatusCategory.__members__.values()
        self._witness(wire, system, fields)
        return Issue(
            site=self.site,
            id=int(wire.id),
            key=wire.key,
            project_id=int(system.project.id),
            project=system.project.key,
            type_id=system.issuetype.id,
            type=strip_controls(system.issuetype.name),
            hierarchy_level=self.type_levels.hierarchy_level(system.issuetype),
            status=strip_controls(status.name),
            status_category=StatusCategory(category) if known else StatusCategory.UNDEFINED,
            updated_at=moment(system.updated),
            parent=self._parent(system, fields),
            epic_link=self._text(fields, self.plan.epic_links),
            resolution=_resolution(system),
            resolved_at=_optional_moment(system.resolutiondate),
            category_changed_at=_optional_moment(system.statuscategorychangedate),
            restricted=restricted,
            points=points,
            points_field=points_field,
            time_spent=system.timespent,
            contributor=self._hashed(system.assignee),
            labels=tuple(sorted(strip_controls(label) for label in system.labels or ())),
            components=tuple(
                sorted(strip_controls(c.name) for c in system.components or () if c.name)
            ),
            fix_versions=tuple(
                Version(strip_controls(v.name), v.released) for v in system.fixVersions or ()
            ),
            summary="" if restricted else strip_controls(system.summary or ""),
            extra=self._extra(fields),
        )

    def _witness(self, wire: RawIssue, system: System, fields: dict[str, Raw]) -> None:
        """Data Center shows epics, and what stands above them, by their links alone."""
        if self._cloud:
            return
        self.type_levels.observe(
            system.issuetype,
            wire.key,
            epic_name=self._text(fields, self.plan.epic_names) is not None,
            epic_link=self._text(fields, self.plan.epic_links) is not None,
        )
        parent = self._text(fields, self.plan.parent_links)
        if parent:
            self.type_levels.observe_parent(parent)

    def _parent(self, system: System, fields: dict[str, Raw]) -> IssueRef | None:
        if system.parent is not None and (system.parent.id or system.parent.key):
            number = system.parent.id
            return IssueRef(int(number) if number else None, system.parent.key)
        key = self._text(fields, self.plan.parent_links)
        return IssueRef(key=key) if key else None

    def _points(self, fields: dict[str, Raw], project_id: int) -> tuple[Decimal | None, str | None]:
        """The first field in precedence that has a value; zero is an estimate, negative is none."""
        precedence = self.plan.points_of.get(project_id, self.plan.points)
        found = [(name, self._number(fields.get(name))) for name in precedence]
        values = [(value, name) for name, value in found if value is not None and value >= 0]
        self.negative += any(value is not None and value < 0 for _, value in found)
        self.conflicts += len({value for value, _ in values}) > 1
        return values[0] if values else (None, None)

    def _number(self, raw: Raw | None) -> Decimal | None:
        """A number given as 5, "5" or {"value": 5}, exactly as written; words are counted."""
        if raw is None:
            return None
        try:
            number: Decimal = _exact.decode(raw)
        except msgspec.ValidationError:
            value = msgspec.json.decode(raw)
            value = value.get("value") if isinstance(value, dict) else value
            if value is None or value == "":
                return None
            try:
                number = Decimal(str(value))
            except InvalidOperation:
                number = Decimal("NaN")
        if number.is_finite() and _is_sane(number):
            return number
        self.unreadable_points += 1
        return None

    def _text(self, fields: dict[str, Raw], names: Iterable[str]) -> str | None:
        """The first of these fields that holds a text."""
        values = (msgspec.json.decode(fields[name]) for name in names if name in fields)
        return next((value for value in values if isinstance(value, str) and value), None)

    def _extra(self, fields: dict[str, Raw]) -> dict[str, tuple[str, ...]]:
        extra = {}
        for name, ids in self.plan.extra.items():
            values = [msgspec.json.decode(fields[each]) for each in ids if each in fields]
            texts = tuple(dict.fromkeys(words_of(values)))
            if texts:
                extra[name] = texts
        return extra

    def _hashed(self, user: User | None) -> str | None:
        name = user and (user.accountId or user.key or user.name)
        if not name:
            return None
        return hmac.new(self._key, name.encode(), hashlib.sha256).hexdigest()[:32]


def _is_sane(number: Decimal) -> bool:
    """A number that a person may have meant; beyond that sums grow past what a database keeps."""
    _, digits, exponent = number.as_tuple()
    short = len(digits) <= MOST_DIGITS and int(exponent) >= -MOST_PLACES
    return short and abs(number) <= MOST_POINTS


def read_page(body: bytes) -> Page:
    """The page itself, or IncompleteWalkError if it is not one."""
    try:
        page = _page.decode(mend_text(body))
    except msgspec.DecodeError as error:
        raise _broken("a page of the backlog cannot be read", error) from None
    if page.issues is None:
        raise _broken("a page of the backlog has no list of issues")
    return page


def read_count(body: bytes) -> int:
    """About how many issues there are, or IncompleteWalkError if that is not said."""
    try:
        return _count.decode(body).count
    except msgspec.DecodeError as error:
        raise _broken("the count of the backlog cannot be read", error) from None


def id_of(raw: Raw) -> int:
    """The id of a row, or IncompleteWalkError."""
    try:
        return int(_identified.decode(raw).id)
    except (msgspec.DecodeError, ValueError):
        raise _broken("a row of the backlog carries no id") from None


def key_of(raw: Raw) -> tuple[int, str]:
    """The id and the key of a row, or IncompleteWalkError."""
    try:
        return id_of(raw), _keyed.decode(raw).key
    except msgspec.DecodeError:
        raise _broken("a row of the backlog carries no key") from None


def moment(text: str) -> datetime:
    """Jira's timestamp, whatever its offset, in UTC. ValueError if it names no offset."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without an offset")
    return found.astimezone(UTC)


def _optional_moment(text: str | None) -> datetime | None:
    return moment(text) if text else None


def _resolution(system: System) -> str | None:
    """A resolution counts even where Jira keeps its name to itself."""
    if system.resolution is None:
        return None
    return strip_controls(system.resolution.name or "") or "Resolved"


def _broken(what: str, error: Exception | None = None) -> IncompleteWalkError:
    detail = f": {str(error)[:120]}" if error else ""
    remedy = "Nothing was published; if it stays, please report it with the issue's key."
    return IncompleteWalkError(Problem("walk", f"{what}{detail}", remedy))
