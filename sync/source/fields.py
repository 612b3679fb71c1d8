"""Finds the fields a walk needs among those a site has; by schema where names may lie."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from rapidfuzz import process

from models.backlog import Field, SiteProfile
from models.errors import Problem, RuleBookError

GREENHOPPER = "com.pyxis.greenhopper.jira:"
EPIC_LINK = GREENHOPPER + "gh-epic-link"
EPIC_NAME = GREENHOPPER + "gh-epic-label"
PARENT_LINK = "com.atlassian.jpo:jpo-custom-field-parent"
POINT_ESTIMATE = GREENHOPPER + "jsw-story-points"
FLOAT = "com.atlassian.jira.plugin.system.customfieldtypes:float"
POINT_NAMES = ("story points", "story point estimate")

SYSTEM = (
    "summary",
    "issuetype",
    "project",
    "parent",
    "status",
    "resolution",
    "resolutiondate",
    "statuscategorychangedate",
    "updated",
    "security",
    "labels",
    "components",
    "fixVersions",
    "assignee",
    "timespent",
)


class FieldPlan(Struct, frozen=True, kw_only=True):
    """The fields to ask for, and what the custom ones mean.

    `points` stands in precedence; `points_of` where a project's board has it otherwise.
    """

    requested: tuple[str, ...]
    points: tuple[str, ...]
    points_of: dict[int, tuple[str, ...]] = {}
    epic_link: str | None
    epic_name: str | None
    parent_link: str | None
    extra: dict[str, tuple[str, ...]]


def plan_fields(
    profile: SiteProfile, named: Iterable[str], points_first: Sequence[str] = ()
) -> FieldPlan:
    """The field plan of a site; `named` are the fields that rules name, `points_first` the story
    point fields (by id or name) that the rule book prefers.

    Raises RuleBookError naming every field that the site does not have.
    """
    points = tuple(why_points(profile, points_first))
    extra, problems = _extra(profile.fields, named)
    if problems:
        raise RuleBookError(problems)
    cloud = profile.deployment == "cloud"
    epic_link = None if cloud else _by_kind(profile.fields, EPIC_LINK)
    epic_name = None if cloud else _by_kind(profile.fields, EPIC_NAME)
    parent_link = None if cloud else _by_kind(profile.fields, PARENT_LINK)
    custom = (
        *points,
        *(name for name in (epic_link, epic_name, parent_link) if name),
        *(field_id for ids in extra.values() for field_id in ids),
    )
    return FieldPlan(
        requested=tuple(dict.fromkeys((*SYSTEM, *custom))),
        points=points,
        points_of=dict(_points_of(profile, points, points_first)),
        epic_link=epic_link,
        epic_name=epic_name,
        parent_link=parent_link,
        extra=extra,
    )


def why_points(profile: SiteProfile, first: Sequence[str] = ()) -> dict[str, str]:
    """The story point fields, best first, and why each is one.

    The rule book's come first, then Jira's own kind, then those with the exact name, then what
    else a board adds up.
    """
    fields = profile.fields
    boards = {estimate.field for estimate in profile.estimates}
    why = dict.fromkeys(_preferred(fields, first), "the rule book names it")
    for reason, ids in (
        ("Jira's own kind of field for it", [f.id for f in fields if f.kind == POINT_ESTIMATE]),
        ("its name", [f.id for f in fields if f.kind == FLOAT and _is_named_points(f)]),
        ("boards add it up", [f.id for f in fields if f.id in boards and f.kind == FLOAT]),
    ):
        why |= {each: reason for each in ids if each not in why}
    return why


def _points_of(
    profile: SiteProfile, points: Sequence[str], first: Sequence[str]
) -> Iterable[tuple[int, tuple[str, ...]]]:
    """Where a project's board adds up another field than the one that would come first there."""
    preferred = _preferred(profile.fields, first)
    for estimate in profile.estimates:
        if estimate.field in points:
            order = tuple(dict.fromkeys((*preferred, estimate.field, *points)))
            if order != points:
                yield estimate.project_id, order


def _preferred(fields: Sequence[Field], first: Sequence[str]) -> list[str]:
    return [
        field.id
        for wanted in first
        for field in fields
        if wanted.casefold() in (field.id.casefold(), field.name.casefold())
    ]


def _is_named_points(field: Field) -> bool:
    return field.name.strip().casefold() in POINT_NAMES


def _extra(
    fields: Sequence[Field], named: Iterable[str]
) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    by_name: dict[str, list[str]] = {}
    for field in fields:
        by_name.setdefault(field.name.strip().casefold(), []).append(field.id)
        by_name.setdefault(field.id.casefold(), []).append(field.id)
    extra: dict[str, tuple[str, ...]] = {}
    problems = []
    for name in sorted(named):
        ids = by_name.get(name.casefold())
        if ids:
            extra[name.casefold()] = tuple(dict.fromkeys(ids))
            continue
        close = process.extractOne(name.casefold(), list(by_name), score_cutoff=70)
        hint = (
            f"Did you mean {close[0]!r}?" if close else "Its names are listed in Jira's settings."
        )
        problems.append(Problem("rule book", f"names the field {name!r}, which Jira lacks", hint))
    return extra, problems


def _by_kind(fields: Iterable[Field], kind: str) -> str | None:
    return next((field.id for field in fields if field.kind == kind), None)
