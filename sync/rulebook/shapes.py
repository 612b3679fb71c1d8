"""What may stand in a rule book file, as pydantic sees it: everything is text at first."""

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

_LIKE_A_KEY = re.compile(r"[a-z][a-z0-9]*-[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH_OR_DAY = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


def _no_key(text: str) -> str:
    if _LIKE_A_KEY.fullmatch(text):
        raise ValueError(f"{text!r} reads like an issue key, which sales must never see")
    return text


def _day(text: str) -> str:
    if not _DAY.fullmatch(text) or not _is_in_calendar(text):
        raise ValueError('must be a date such as "2027-03-31"')
    return text


def _month_or_day(text: str) -> str:
    if not _MONTH_OR_DAY.fullmatch(text) or not _is_in_calendar(f"{text}-01"[:10]):
        raise ValueError('must be a month or a date, such as "2026-03"')
    return text


def _is_in_calendar(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,62}$"), AfterValidator(_no_key)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*-[0-9]+$")]
Day = Annotated[str, AfterValidator(_day)]
MonthOrDay = Annotated[str, AfterValidator(_month_or_day)]
Written = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Owner = str
Whole = Annotated[int, Field(ge=0)]


def _yes_no(value: Any) -> Any:
    return {"true": True, "false": False, "yes": True, "no": False}.get(value, value)


YesNo = Annotated[bool, BeforeValidator(_yes_no)]


def _texts(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _example(value: Any) -> Any:
    texts = value.values() if isinstance(value, dict) and value else [value]
    for text in texts:
        several = text if isinstance(text, list) and value is not text else [text]
        if not all(isinstance(one, str) for one in several):
            raise ValueError("must be an issue key, or fields such as {summary: some words}")
    return value


def _team(value: Any) -> Any:
    keys = list(value) if isinstance(value, dict) else value
    if keys not in ("project", ["component"], ["field"]):
        raise ValueError("must be project, {component: [..]} or {field: Name}")
    return value


def _four_edges(edges: list[int]) -> list[int]:
    if len(edges) != 4 or sorted(set(edges)) != edges:
        raise ValueError("must be four numbers of person-weeks, each larger than the last")
    return edges


def _ratio(text: str) -> str:
    try:
        worth = Fraction(text)
    except (ValueError, ZeroDivisionError):
        worth = Fraction(0)
    if worth <= 0:
        raise ValueError("must be a number above 0, such as 10, 0.5 or 1/3")
    return text


Texts = Annotated[list[Written], BeforeValidator(_texts)]
Sample = Annotated[Any, BeforeValidator(_example)]
Samples = Annotated[list[Sample], BeforeValidator(_texts)]
Block = Any
"""A condition; sync.rulebook.clauses reads it, with mistakes of its own."""


class Shape(BaseModel):
    """Nothing but the keys named here."""

    model_config = ConfigDict(extra="forbid")


class Tests(Shape):
    match: Samples = []
    no_match: Samples = []


class Screening(Shape):
    id: Slug
    reason: Annotated[str, StringConstraints(max_length=60)] | None = None
    owner: Owner | None = None
    then: Literal["hide", "hold", "hold_unclaimed"] = "hide"
    when: Block | None = None
    unless: Block | None = None
    tests: Tests = Tests()
    expect: Literal["rare"] | None = None
    off: YesNo = False

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.when is None and not self.off:
            raise ValueError("'when' is missing")
        return self


class Available(Shape):
    state: Literal["all", "part", "none"]
    by: Written
    since: MonthOrDay | None = None


class Withdrawn(Shape):
    reason: Literal["merged", "not_for_sale", "mistake"]
    use: Slug | None = None


class Capability(Shape):
    id: Slug
    name: Annotated[Written, StringConstraints(max_length=80)]
    area: Annotated[Written, StringConstraints(max_length=60)]
    summary: Annotated[Written, StringConstraints(max_length=400)]
    owner: Owner | None = None
    aliases: Annotated[
        list[Annotated[Written, StringConstraints(max_length=80)]], BeforeValidator(_texts)
    ] = []
    when: Block | None = None
    beats: Annotated[list[Slug], BeforeValidator(_texts)] = []
    draft: YesNo = False
    available: Available | None = None
    effort: Literal["withhold"] | None = None
    withdrawn: Withdrawn | None = None
    redact: YesNo = False
    today: Annotated[Written, StringConstraints(max_length=255)] | None = None
    today_by: Literal["product", "configuration", "none"] | None = None
    tests: Tests = Tests()
    expect: Literal["rare"] | None = None


class Pin(Shape):
    issue: Key
    capability: Slug | None = None
    hide: YesNo | None = None
    hold: YesNo | None = None
    reason: Written
    by: Written
    until: Day | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if [bool(self.capability), bool(self.hide), bool(self.hold)].count(True) != 1:
            raise ValueError("a pin says one of `capability: ID`, `hide: true`, `hold: true`")
        return self


class TeamByComponent(Shape):
    component: Texts


class TeamByField(Shape):
    field: Written


class Cancelled(Shape):
    resolutions: Texts = []
    statuses: Texts = []


class Ruling(Shape):
    issue: Key
    reason: Written
    by: Written


class Release(Shape):
    issue: Key | None = None
    team: Written | None = None
    day: Day | None = None
    reason: Written
    by: Written

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        a_day = self.team is not None and self.day is not None
        half = (self.team is None) is not (self.day is None)
        if half or a_day is (self.issue is not None):
            raise ValueError(
                'a release names `issue: KEY`, or `team: NAME` and `day: "2026-05-02"`'
            )
        return self


class TeamAlias(Shape):
    team: Written
    is_: Annotated[Written, Field(alias="is")]
    since: Annotated[Day | None, Field(alias="from")] = None
    until: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError("`until` lies before `from`")
        return self


class Rescale(Shape):
    team: Written
    since: Annotated[Day, Field(alias="from")]
    times: Annotated[str, AfterValidator(_ratio)]


class Effort(Shape):
    team: Annotated[Literal["project"] | TeamByComponent | TeamByField, BeforeValidator(_team)] = (
        "project"
    )
    scheme: Whole = 1
    edges: Annotated[list[Annotated[int, Field(gt=0)]], AfterValidator(_four_edges)] = [
        6,
        24,
        72,
        240,
    ]
    cancelled: Cancelled = Cancelled()
    points_fields: Texts = []
    team_aliases: list[TeamAlias] = []
    rescaled: list[Rescale] = []
    points_from_percent: Annotated[int, Field(ge=1, le=100)] = 50
    minimum_people: Whole = 3
    minimum_people_of: Literal["team", "capability"] = "team"
    void: list[Ruling] = []
    release: list[Release] = []


class Word(Shape):
    label: Annotated[Written, StringConstraints(max_length=60)]
    meaning: Annotated[Written, StringConstraints(max_length=1000)]


class Paragraph(Word):
    code: Slug


class Wording(Shape):
    states: dict[str, Word] = {}
    effort: dict[str, Word] = {}
    guide: list[Paragraph] = []
    asked_when: Word | None = None


class Limits(Shape):
    lost_capabilities: Whole = 2
    lost_capabilities_percent: Whole = 10
    level_jumps: Whole = 3
    level_jumps_percent: Whole = 15
    undecided_percent: Whole = 5


SECTIONS: dict[str, Any] = {
    "screening": list[Screening],
    "capabilities": list[Capability],
    "pins": list[Pin],
    "effort": Effort,
    "wording": Wording,
    "guards": Limits,
    "patterns_allowed": Texts,
    "version": Literal["1"],
}
"""What each section of a file must look like."""
