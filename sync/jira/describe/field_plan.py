"""Finds the fields a walk needs among those a site has; by schema where names may lie.

Where several fields may mean one thing all are asked for, and for each issue the first that has a
value counts. Story points, best first: those that the rule book prefers, Jira's own estimate, and
numbers that are called exactly as Jira calls story points; equals stand in the order of their ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import Field, SiteProfile
from models.errors import Problem, RuleBookError
from models.finding import Finding
from translators.spelling import find_close_names

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
    """The fields to ask for, and what the custom ones mean, each in precedence.

    `points_by_project` is where a project's board has story points in another order. `ambiguous`
    are story point fields of one name, none of which the rule book prefers by its id.
    """

    requested: tuple[str, ...]
    points: tuple[str, ...]
    points_by_project: dict[int, tuple[str, ...]] = {}
    epic_links: tuple[str, ...] = ()
    epic_names: tuple[str, ...] = ()
    parent_links: tuple[str, ...] = ()
    extra: dict[str, tuple[str, ...]] = {}
    ambiguous: dict[str, tuple[str, ...]] = {}

    def list_findings(self) -> Iterable[Finding]:
        """What is odd about the site's story point fields."""
        if not self.points:
            what = "no story point field was found; all work is measured by count"
            yield Finding("points-missing", "story points", what)
        for name, ids in self.ambiguous.items():
            what = f"{len(ids)} fields are called {name} ({', '.join(ids)})"
            remedy = "the first that is set counts; name the right one in effort: points_fields"
            yield Finding("points-ambiguous", "story points", f"{what}; {remedy}")


def plan_fields(
    profile: SiteProfile,
    named: Iterable[str],
    points_first: Sequence[str] = (),
    places: Mapping[str, str] = MappingProxyType({}),
    *,
    elsewhere: Sequence[Field] | None = (),
) -> FieldPlan:
    """The field plan of a site; `named` are the fields that rules name, `points_first` the story
    point fields (by id or name) that the rule book prefers; `places` is where it names them.

    Raises RuleBookError naming every field that neither the site has, nor another `elsewhere`;
    where that is None, not all of the others are known yet, and none is missed.
    """
    fields = sorted(profile.fields, key=_rank_by_number)
    points = tuple(rank_point_fields(profile, points_first))
    if elsewhere != ():
        named = _leave_out(named, elsewhere, fields)
        points_first = _leave_out(points_first, elsewhere, fields)
    extra, problems = _look_up_names(fields, named, places)
    _, mistaken = _look_up_names(fields, points_first, {})
    if problems or mistaken:
        raise RuleBookError(dict.fromkeys((*problems, *mistaken)))
    links: dict[str, tuple[str, ...]] = {}
    if profile.deployment != "cloud":
        links = {
            "epic_links": _find_by_kind(fields, EPIC_LINK, "Epic Link"),
            "epic_names": _find_by_kind(fields, EPIC_NAME, "Epic Name"),
            "parent_links": _find_by_kind(fields, PARENT_LINK, "Parent Link"),
        }
    custom = (each for ids in (points, *links.values(), *extra.values()) for each in ids)
    return FieldPlan(
        requested=tuple(dict.fromkeys((*SYSTEM, *custom))),
        points=points,
        points_by_project=dict(_order_by_board(profile, points, points_first)),
        **links,
        extra=extra,
        ambiguous=_find_ambiguous([field for field in fields if field.id in points], points_first),
    )


def _leave_out(
    names: Iterable[str], elsewhere: Sequence[Field] | None, fields: Sequence[Field]
) -> list[str]:
    """These names without those that only other sites have, or may have."""
    ours, others = (
        {name for each in known or () for name in (_fold_name(each), each.id.casefold())}
        for known in (fields, elsewhere)
    )
    return [
        name
        for name in names
        if name.casefold() in ours or not (elsewhere is None or name.casefold() in others)
    ]


def _rank_by_number(field: Field) -> tuple[int, str]:
    """Custom fields are numbered as they were made; sites list them in no order that lasts."""
    number = field.id.rpartition("_")[2]
    return int(number) if number.isdecimal() else 0, field.id


def rank_point_fields(profile: SiteProfile, first: Sequence[str] = ()) -> dict[str, str]:
    """The story point fields, best first, and why each is one.

    The rule book's come first, then Jira's own kind, then those with the exact name, then what
    else a board adds up.
    """
    fields = sorted(profile.fields, key=_rank_by_number)
    boards = {estimate.field for estimate in profile.estimates}
    why = dict.fromkeys(_find_preferred(fields, first), "the rule book names it")
    for reason, ids in (
        ("Jira's own kind of field for it", [f.id for f in fields if f.kind == POINT_ESTIMATE]),
        ("its name", [f.id for f in fields if _is_called_points(f)]),
        ("its name until lately", [f.id for f in fields if f.was]),
        ("boards add it up", [f.id for f in fields if f.id in boards and f.kind == FLOAT]),
    ):
        why |= {each: reason for each in ids if each not in why}
    return why


def _order_by_board(
    profile: SiteProfile, points: Sequence[str], first: Sequence[str]
) -> Iterable[tuple[int, tuple[str, ...]]]:
    """Where a project's board adds up another field than the one that would come first there."""
    preferred = _find_preferred(sorted(profile.fields, key=_rank_by_number), first)
    for estimate in profile.estimates:
        if estimate.field in points:
            order = tuple(dict.fromkeys((*preferred, estimate.field, *points)))
            if order != points:
                yield estimate.project_id, order


def _find_preferred(fields: Sequence[Field], first: Sequence[str]) -> list[str]:
    return [
        field.id
        for wanted in first
        for field in fields
        if wanted.casefold() in (field.id.casefold(), _fold_name(field))
    ]


def _is_called_points(field: Field) -> bool:
    return field.kind == FLOAT and _fold_name(field) in POINT_NAMES


def keep_known_names(fields: Iterable[Field], before: Iterable[Field]) -> tuple[Field, ...]:
    """The fields as they are; of a story point field under another name we know what it `was`.

    An id never changes, so a name that does costs no points.
    """
    names = {field.id: field.name if _is_called_points(field) else field.was for field in before}
    return tuple(
        field if _is_called_points(field) else replace(field, was=names.get(field.id))
        for field in fields
    )


def _find_ambiguous(points: Sequence[Field], first: Sequence[str]) -> dict[str, tuple[str, ...]]:
    by_name: dict[str, list[Field]] = {}
    for field in points:
        by_name.setdefault(_fold_name(field), []).append(field)
    chosen = {wanted.casefold() for wanted in first}
    return {
        same[0].name.strip(): tuple(field.id for field in same)
        for same in by_name.values()
        if len(same) > 1 and chosen.isdisjoint(field.id.casefold() for field in same)
    }


def _fold_name(field: Field) -> str:
    return field.name.strip().casefold()


def _look_up_names(
    fields: Sequence[Field], named: Iterable[str], places: Mapping[str, str]
) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    by_name: dict[str, list[str]] = {}
    for field in fields:
        by_name.setdefault(_fold_name(field), []).append(field.id)
        by_name.setdefault(field.id.casefold(), []).append(field.id)
    ids_by_name: dict[str, tuple[str, ...]] = {}
    problems = []
    for name in sorted(named):
        ids = by_name.get(name.casefold())
        if ids:
            ids_by_name[name.casefold()] = tuple(dict.fromkeys(ids))
            continue
        close = find_close_names(name.casefold(), by_name)
        hint = (
            f"Did you mean {close[0]!r}?" if close else "Its names are listed in Jira's settings."
        )
        where = places.get(name, "rule book")
        problems.append(Problem(where, f"names the field {name!r}, which Jira lacks", hint))
    return ids_by_name, problems


def _find_by_kind(fields: Sequence[Field], kind: str, name: str) -> tuple[str, ...]:
    """All fields of a kind, or those of them that still have Jira's own name for it."""
    of_kind = [field for field in fields if field.kind == kind]
    original = [field for field in of_kind if field.name == name]
    return tuple(field.id for field in original or of_kind)
