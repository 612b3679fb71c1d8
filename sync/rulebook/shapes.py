"""What may stand in a rule book file, as pydantic sees it: everything is text at first."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,62}$")]
Written = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Owner = str
Whole = Annotated[int, Field(ge=0)]


def _yes_no(value: Any) -> Any:
    return {"true": True, "false": False, "yes": True, "no": False}.get(value, value)


YesNo = Annotated[bool, BeforeValidator(_yes_no)]


def _texts(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[Written], BeforeValidator(_texts)]
Block = dict[str, Any]
"""A condition; translators' side of the file is read by sync.rulebook.conditions."""


class Shape(BaseModel):
    """Nothing but the keys named here."""

    model_config = ConfigDict(extra="forbid")


class Tests(Shape):
    match: list[str | Block] = []
    no_match: list[str | Block] = []


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


class Available(Shape):
    state: Literal["all", "part", "none"]
    by: Written
    since: str | None = None


class Withdrawn(Shape):
    reason: Literal["merged", "not_for_sale", "mistake"]
    use: Slug | None = None


class Capability(Shape):
    id: Slug
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    area: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    summary: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    owner: Owner | None = None
    aliases: list[Annotated[str, StringConstraints(min_length=1, max_length=80)]] = []
    when: Block | None = None
    beats: list[Slug] = []
    draft: YesNo = False
    available: Available | None = None
    effort: Literal["withhold"] | None = None
    withdrawn: Withdrawn | None = None
    redact: YesNo = False
    today: Annotated[str, StringConstraints(max_length=255)] | None = None
    today_by: Literal["product", "configuration", "none"] | None = None
    tests: Tests = Tests()
    expect: Literal["rare"] | None = None


class Pin(Shape):
    issue: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*-[0-9]+$")]
    capability: Slug | None = None
    hide: YesNo | None = None
    hold: YesNo | None = None
    reason: Written
    by: Written
    until: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class TeamByComponent(Shape):
    component: Texts


class TeamByField(Shape):
    field: Written


class Cancelled(Shape):
    resolutions: Texts = []
    statuses: Texts = []


class Ruling(Shape):
    issue: Written
    reason: Written
    by: Written


class Effort(Shape):
    team: Literal["project"] | TeamByComponent | TeamByField = "project"
    scheme: Whole = 1
    edges: list[Annotated[int, Field(gt=0)]] = [6, 24, 72, 240]
    cancelled: Cancelled = Cancelled()
    points_fields: Texts = []
    minimum_people: Whole = 3
    minimum_people_of: Literal["team", "capability"] = "team"
    void: list[Ruling] = []
    release: list[Ruling] = []


class Word(Shape):
    label: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    meaning: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


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
