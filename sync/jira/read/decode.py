"""Decodes Jira's JSON into issues of ours: typed where Jira is reliable, careful where not."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Raw

from models.backlog import Issue, IssueRef, SiteProfile, StatusCategory, Version
from models.finding import Finding
from sync.jira.client.mend import CUT
from sync.jira.client.texts import LONGEST_ID, clean_key, clean_name, strip_controls
from sync.jira.describe.field_plan import FieldPlan
from sync.jira.read.issue_type_levels import IssueTypeLevels
from sync.jira.read.rows import explain_broken, parse_id
from sync.jira.read.schema import DescriptionRow, RawIssue, RawUser, SystemFields
from sync.jira.read.texts import extract_words, flatten_document
from translators.plurals import count_noun

_raw_issue = msgspec.json.Decoder(RawIssue)
_system_fields = msgspec.json.Decoder(SystemFields)
_description_row = msgspec.json.Decoder(DescriptionRow)
_fields = msgspec.json.Decoder(dict[str, Raw])
_exact_number = msgspec.json.Decoder(Decimal)
_optional_text = msgspec.json.Decoder(str | None)

UNREADABLE = (msgspec.DecodeError, ValueError, ArithmeticError, RecursionError)
"""What decoding one issue may raise, whatever somebody wrote into it."""

UNKNOWN: Final = object()
"""Stands for a value that cannot be read."""

MOST_POINTS, MOST_DIGITS, MOST_PLACES = 10**9, 17, 20
"""What a person may mean, in as many digits as a number of Jira's can have."""
MOST_SECONDS = 10**11
"""Three thousand years of work on one issue."""
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=2)
"""Nothing was done later than this behind Jira's own present, whatever the zone."""


class IssueDecoder:
    """Decodes the issues of one site. `conflicts` counts issues whose point fields disagree.

    `unknown` counts optional values that cannot be kept by their field; `examples` has one key of
    each.
    """

    def __init__(self, site: str, profile: SiteProfile, plan: FieldPlan, hash_key: str) -> None:
        self.site = site
        self.plan = plan
        self.type_levels = IssueTypeLevels(profile.types)
        self.conflicts = 0
        self.negative = 0
        self.unreadable_points = 0
        self.unknown: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self._latest = profile.server_time + AHEAD
        self._cloud = profile.deployment == "cloud"
        self._key = bytes.fromhex(hash_key)

    def decode_issue(self, raw: Raw) -> Issue:
        """One issue, or IncompleteWalkError naming it: none is ever dropped."""
        name = "an issue"
        try:
            raw_issue = _raw_issue.decode(raw)
            name = f"issue {clean_key(raw_issue.key)} (id {raw_issue.id[:20]})"
            _check_whole(raw)
            system = _system_fields.decode(raw_issue.fields)
            return self._build_issue(raw_issue, system, _fields.decode(raw_issue.fields))
        except UNREADABLE as error:
            raise explain_broken(f"{name} cannot be read", error) from None

    @property
    def oddities(self) -> int:
        """How often something was odd so far; what is counted here is told by `list_findings`."""
        return self.conflicts + self.negative + self.unreadable_points

    def decode_description(self, raw: Raw) -> tuple[int, str]:
        """An epic's id and its description as text, which is empty for a restricted epic."""
        try:
            _check_whole(raw)
            row = _description_row.decode(raw)
            issue_id = parse_id(row.id)
            if msgspec.json.decode(row.fields.security) is not None:
                return issue_id, ""
            document = msgspec.json.decode(row.fields.description)
            return issue_id, flatten_document(document).strip()
        except UNREADABLE as error:
            raise explain_broken("its description cannot be read", error) from None

    def list_findings(self) -> Iterable[Finding]:
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
        for name, count in sorted(self.unknown.items()):
            what = f"{count_noun(count, 'issue')} with a value that cannot be kept, taken as none"
            yield Finding("value-unreadable", name, f"{what}; one is {self.examples[name]}")
        yield from self.type_levels.list_findings()

    def _build_issue(
        self, raw_issue: RawIssue, system: SystemFields, fields: dict[str, Raw]
    ) -> Issue:
        restricted = system.security is not None
        key = clean_key(raw_issue.key)
        points, points_field = self._read_points(fields, parse_id(system.project.id))
        status = system.status
        category = status.statusCategory.key if status.statusCategory else "undefined"
        known = category in StatusCategory.__members__.values()
        self._observe_type(raw_issue, system, fields)
        return Issue(
            site=self.site,
            id=parse_id(raw_issue.id),
            key=key,
            project_id=parse_id(system.project.id),
            project=clean_key(system.project.key),
            type_id=clean_key(system.issuetype.id, LONGEST_ID),
            type=clean_name(system.issuetype.name),
            hierarchy_level=self.type_levels.find_level(system.issuetype),
            status=clean_name(status.name),
            status_category=StatusCategory(category) if known else StatusCategory.UNDEFINED,
            updated_at=parse_moment(system.updated),
            parent=self._read_parent(system, fields),
            epic_link=self._read_key(fields, self.plan.epic_links),
            resolution=_read_resolution(system),
            resolved_at=self._read_moment("resolutiondate", system.resolutiondate, key),
            category_changed_at=self._read_moment(
                "statuscategorychangedate", system.statuscategorychangedate, key
            ),
            restricted=restricted,
            points=points,
            points_field=points_field,
            time_spent=self._read_seconds(system.timespent, key),
            contributor=self._hash_user(system.assignee),
            labels=tuple(sorted(clean_name(label) for label in system.labels or ())),
            components=tuple(sorted(clean_name(c.name) for c in system.components or () if c.name)),
            fix_versions=tuple(
                Version(clean_name(v.name), v.released) for v in system.fixVersions or ()
            ),
            summary="" if restricted else strip_controls(system.summary or ""),
            extra=self._read_extra(fields, key),
        )

    def _observe_type(
        self, raw_issue: RawIssue, system: SystemFields, fields: dict[str, Raw]
    ) -> None:
        """Data Center shows epics, and what stands above them, by their links alone."""
        if self._cloud:
            return
        self.type_levels.observe(
            system.issuetype,
            clean_key(raw_issue.key),
            epic_name=self._read_text(fields, self.plan.epic_names) is not None,
            epic_link=self._read_text(fields, self.plan.epic_links) is not None,
        )
        parent = self._read_key(fields, self.plan.parent_links)
        if parent:
            self.type_levels.observe_parent(parent)

    def _read_parent(self, system: SystemFields, fields: dict[str, Raw]) -> IssueRef | None:
        if system.parent is not None and (system.parent.id or system.parent.key):
            number = system.parent.id
            parent_key = system.parent.key
            return IssueRef(
                parse_id(number) if number else None, clean_key(parent_key) if parent_key else None
            )
        key = self._read_key(fields, self.plan.parent_links)
        return IssueRef(key=key) if key else None

    def _read_points(
        self, fields: dict[str, Raw], project_id: int
    ) -> tuple[Decimal | None, str | None]:
        """The first field in precedence that has a value; zero is an estimate, negative is none."""
        precedence = self.plan.points_by_project.get(project_id, self.plan.points)
        numbers = [(self._read_number(fields.get(name)), name) for name in precedence]
        values = [(value, name) for value, name in numbers if value is not None and value >= 0]
        self.negative += any(value is not None and value < 0 for value, _ in numbers)
        self.conflicts += len({value for value, _ in values}) > 1
        return values[0] if values else (None, None)

    def _read_number(self, raw: Raw | None) -> Decimal | None:
        """A number given as 5, "5" or {"value": 5}, exactly as written; words are counted."""
        if raw is None:
            return None
        try:
            number: Decimal = _exact_number.decode(raw)
        except UNREADABLE:
            try:
                value = msgspec.json.decode(raw)
                value = value.get("value") if isinstance(value, dict) else value
                if value is None or value == "":
                    return None
                number = Decimal("NaN" if isinstance(value, bool) else str(value))
            except UNREADABLE:
                number = Decimal("NaN")
        if number.is_finite() and _is_sane(number):
            return number
        self.unreadable_points += 1
        return None

    def _read_seconds(self, raw: Raw, key: str) -> int | None:
        """Time that somebody logged, in whole seconds."""
        try:
            number = _exact_number.decode(raw) if bytes(raw) != b"null" else None
        except UNREADABLE:
            number = Decimal("NaN")
        if number is None or (number.is_finite() and 0 <= number <= MOST_SECONDS):
            return None if number is None else int(number)
        self._note_unknown("timespent", key)
        return None

    def _read_moment(self, name: str, raw: Raw, key: str) -> datetime | None:
        """A moment that may be absent, and is unknown where it makes no sense."""
        try:
            text = _optional_text.decode(raw)
            moment = parse_moment(text) if text else None
        except UNREADABLE:
            self._note_unknown(name, key)
            return None
        if moment is None or EARLIEST <= moment <= self._latest:
            return moment
        self._note_unknown(name, key)
        return None

    def _note_unknown(self, name: str, key: str) -> None:
        self.unknown[name] += 1
        self.examples.setdefault(name, f"issue {key}")

    def _read_key(self, fields: dict[str, Raw], names: Iterable[str]) -> str | None:
        """The key of another issue."""
        key = self._read_text(fields, names)
        return clean_key(key) if key else None

    def _read_text(self, fields: dict[str, Raw], names: Iterable[str]) -> str | None:
        """The first of these fields that is a text."""
        values = (_decode_any(fields[name]) for name in names if name in fields)
        return next((value for value in values if isinstance(value, str) and value), None)

    def _read_extra(self, fields: dict[str, Raw], key: str) -> dict[str, tuple[str, ...]]:
        extra = {}
        for name, ids in self.plan.extra.items():
            values = [_decode_any(fields[each]) for each in ids if each in fields]
            if UNKNOWN in values:
                self._note_unknown(name, key)
            texts = tuple(dict.fromkeys(extract_words(values)))
            if texts:
                extra[name] = texts
        return extra

    def _hash_user(self, user: RawUser | None) -> str | None:
        name = user and (user.accountId or user.key or user.name)
        if not name:
            return None
        return hmac.new(self._key, name.encode(), hashlib.sha256).hexdigest()[:32]


def _decode_any(raw: Raw) -> Any:
    """Whatever a field holds; UNKNOWN for a number that is beyond all others."""
    try:
        return msgspec.json.decode(raw)
    except msgspec.ValidationError:
        return UNKNOWN


def _is_sane(number: Decimal) -> bool:
    """A number that a person may have meant; beyond that sums grow past what a database keeps."""
    _, digits, exponent = number.as_tuple()
    short = len(digits) <= MOST_DIGITS and int(exponent) >= -MOST_PLACES
    return short and abs(number) <= MOST_POINTS


def parse_moment(text: str) -> datetime:
    """Jira's timestamp, whatever its offset, in UTC. ValueError if it names no offset."""
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError("a time without an offset")
    return parsed.astimezone(UTC)


def _check_whole(raw: Raw) -> None:
    """ValueError if something of an issue lay too deep, and was cut out."""
    if CUT in bytes(raw):
        raise ValueError("it is nested too deep")


def _read_resolution(system: SystemFields) -> str | None:
    """A resolution counts even where Jira keeps its name to itself."""
    if system.resolution is None:
        return None
    return clean_name(system.resolution.name or "") or "Resolved"
