"""The field lists of fourteen real Jiras: what is found in each was looked up in it by hand."""

import json

import pytest
from msgspec import Struct

from models.backlog import Field, IssueType
from sync.jira.client.site import Site
from sync.jira.describe import metadata
from sync.jira.describe.field_plan import FieldPlan, plan_fields
from tests.outside import data_folder
from tests.sync.jira.reading import a_profile

pytestmark = pytest.mark.all

SITE = Site(name="main", url="https://jira.example.com", token="")
SPRINT = "com.pyxis.greenhopper.jira:gh-sprint"


class Found(Struct, frozen=True, kw_only=True):
    """The numbers of the custom fields that mean something to us, in precedence."""

    points: tuple[int, ...]
    epic_links: tuple[int, ...] = ()
    epic_names: tuple[int, ...] = ()
    parent_links: tuple[int, ...] = ()
    sprints: tuple[int, ...]
    ambiguous: tuple[str, ...] = ()


# On Cloud the parent says it all, so that links are not looked for.
CLOUD = {
    "IntelDAOS": Found(points=(10016, 10026), sprints=(10020,)),
    "JiraEcosystem": Found(points=(19406, 10133), sprints=(10880,)),
    "Sakai": Found(points=(10016, 10026), sprints=(10020,)),
}
DATACENTER = {
    "Apache": Found(
        points=(12310293,),
        epic_links=(12311120,),
        epic_names=(12311121,),
        parent_links=(12314520,),
        sprints=(12310921,),
    ),
    "Hyperledger": Found(
        points=(10002,), epic_links=(10006,), epic_names=(10005,), sprints=(10004,)
    ),
    "JFrog": Found(points=(14600,), epic_links=(10806,), epic_names=(10807,), sprints=(10805,)),
    "Jira": Found(
        points=(10571, 10623, 10653),  # beside "Task Points" and "Support Points"
        epic_links=(12931,),
        epic_names=(12932,),
        parent_links=(17631,),
        sprints=(11930,),
        ambiguous=("Story Points",),
    ),
    "Mojang": Found(points=(), epic_links=(11602,), epic_names=(11604,), sprints=(11601,)),
    "MongoDB": Found(
        points=(10555,),  # beside "Actual Story Points"
        epic_links=(10857,),
        epic_names=(10858,),
        parent_links=(14051,),
        sprints=(10557,),
    ),
    "Qt": Found(
        points=(10183,),
        epic_links=(10400,),
        epic_names=(10500,),  # beside three that are called deprecated
        sprints=(10302,),
    ),
    "RedHat": Found(
        points=(12310243,),
        epic_links=(12311140,),
        epic_names=(12311141,),
        parent_links=(12313140,),
        sprints=(12310940,),
    ),
    "SecondLife": Found(
        points=(10163,),
        epic_links=(10871,),
        epic_names=(10872,),
        parent_links=(13171,),
        sprints=(10671,),
    ),
    "Sonatype": Found(
        points=(10132,),
        epic_links=(11500,),
        epic_names=(11501,),
        parent_links=(12602,),
        sprints=(11001,),
    ),
    "Spring": Found(points=(10142,), epic_links=(10680,), epic_names=(10681,), sprints=(10480,)),
}
EPICS = {"IntelDAOS": "10000", "JiraEcosystem": "9", "Sakai": "10000"}


def recorded(name: str, resource: str) -> bytes:
    """What one of these Jiras answered."""
    return (data_folder("fields") / f"{name}_{resource}.json").read_bytes()


def fields_of(name: str) -> tuple[Field, ...]:
    """Its fields, read as a run reads them."""
    return metadata.read_fields(SITE, recorded(name, "field"))


def numbers(ids: tuple[str, ...]) -> tuple[int, ...]:
    """The numbers in the ids of custom fields."""
    return tuple(int(each.removeprefix("customfield_")) for each in ids)


def found_in(fields: tuple[Field, ...], plan: FieldPlan) -> Found:
    """What the plan found; sprints are found when a rule names them."""
    sprints = [field.id for field in fields if field.kind == SPRINT]
    assert set(sprints) <= set(plan.extra["sprint"])
    return Found(
        points=numbers(plan.points),
        epic_links=numbers(plan.epic_links),
        epic_names=numbers(plan.epic_names),
        parent_links=numbers(plan.parent_links),
        sprints=numbers(plan.extra["sprint"]),
        ambiguous=tuple(plan.ambiguous),
    )


@pytest.mark.parametrize("backwards", [False, True], ids=["as listed", "backwards"])
@pytest.mark.parametrize("name", [*CLOUD, *DATACENTER])
def test_the_fields_of_a_real_jira_are_found(name: str, backwards: bool) -> None:
    fields = fields_of(name)
    listed = fields[::-1] if backwards else fields
    deployment = "cloud" if name in CLOUD else "datacenter"

    plan = plan_fields(a_profile(deployment=deployment, fields=listed), ["sprint"])

    assert found_in(fields, plan) == {**CLOUD, **DATACENTER}[name]
    meant = {*plan.points, *plan.epic_links, *plan.epic_names, *plan.parent_links}
    assert meant <= set(plan.requested)


def test_one_real_jira_has_three_fields_called_story_points_and_one_has_none() -> None:
    three = plan_fields(a_profile(fields=fields_of("Jira")), ())
    none = plan_fields(a_profile(fields=fields_of("Mojang")), ())
    settled = plan_fields(a_profile(fields=fields_of("Jira")), (), ["customfield_10653"])

    assert [finding.code for finding in three.list_findings()] == ["points-ambiguous"]
    assert [finding.code for finding in none.list_findings()] == ["points-missing"]
    assert list(settled.list_findings()) == []
    assert settled.points[0] == "customfield_10653"


def read_types(name: str) -> tuple[IssueType, ...]:
    """The issue types of a real Jira; they were recorded by name, Jira answers with a list."""
    answer = json.dumps(list(json.loads(recorded(name, "issuetype")).values())).encode()
    return metadata.read_issue_types(SITE, answer)


@pytest.mark.parametrize("name", list(CLOUD))
def test_cloud_tells_which_types_are_epics_and_data_center_does_not(name: str) -> None:
    types = read_types(name)

    assert [kind.id for kind in types if kind.hierarchy_level == 1] == [EPICS[name]]
    assert {kind.hierarchy_level for kind in types} == {-1, 0, 1}


def test_every_real_list_of_issue_types_can_be_read() -> None:
    names = sorted(path.name for path in data_folder("fields").glob("*_issuetype.json"))

    lists = {
        name: read_types(name) for name in (each.removesuffix("_issuetype.json") for each in names)
    }

    assert len(lists) == 16
    assert all(
        kind.hierarchy_level is None
        for name, types in lists.items()
        if name not in CLOUD
        for kind in types
    )
