"""What may stand in the `effort` section of a rule book file."""

from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from sync.rulebook.scalars import Day, Key, Shape, Texts, Whole, Written


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
    points_from_percent: Annotated[int, Field(ge=1, le=100)] = 30
    minimum_people: Whole = 3
    minimum_people_of: Literal["team", "capability"] = "team"
    void: list[Ruling] = []
    release: list[Release] = []
