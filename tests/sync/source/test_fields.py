import pytest

from models.backlog import Field
from models.errors import RuleBookError
from sync.source.fields import POINT_ESTIMATE, plan_fields
from tests.sync.source.reading import EPIC_LINK, EPIC_NAME, PARENT_LINK, POINTS, a_profile

ESTIMATE = Field(id="customfield_7", name="Story point estimate", kind=POINT_ESTIMATE)
OWN = Field(id="customfield_8", name="Effort", kind=POINTS.kind)


def test_story_points_stand_in_precedence() -> None:
    profile = a_profile(fields=(POINTS, OWN, ESTIMATE))

    assert plan_fields(profile, ()).points == (ESTIMATE.id, POINTS.id)
    assert plan_fields(profile, (), ["effort"]).points == (OWN.id, ESTIMATE.id, POINTS.id)
    assert plan_fields(profile, (), [POINTS.id]).points == (POINTS.id, ESTIMATE.id)


def test_a_name_like_story_points_is_not_enough() -> None:
    text = Field(id="customfield_9", name="Story Points", kind="some.plugin:textfield")
    other = Field(id="customfield_5", name="Story Points (old)", kind=POINTS.kind)

    assert plan_fields(a_profile(fields=(text, other)), ()).points == ()


def test_links_are_found_by_kind_whatever_they_are_called() -> None:
    fields = tuple(
        Field(id=field.id, name="Épopée", kind=field.kind)
        for field in (EPIC_LINK, EPIC_NAME, PARENT_LINK)
    )
    plan = plan_fields(a_profile(fields=fields), ())

    assert (plan.epic_link, plan.epic_name, plan.parent_link) == tuple(f.id for f in fields)


def test_cloud_needs_no_links_beside_the_parent() -> None:
    plan = plan_fields(a_profile(deployment="cloud"), ())

    assert (plan.epic_link, plan.epic_name, plan.parent_link) == (None, None, None)
    assert EPIC_LINK.id not in plan.requested
    assert "parent" in plan.requested


def test_only_what_is_needed_is_asked_for() -> None:
    requested = plan_fields(a_profile(), ["story points"]).requested

    assert len(requested) == len(set(requested))
    assert not {"*all", "*navigable", "issuelinks", "description", "comment"} & set(requested)


def test_two_fields_of_one_name_are_both_fetched() -> None:
    fields = (
        Field(id="customfield_71", name="Severity"),
        Field(id="customfield_72", name="severity"),
    )
    plan = plan_fields(a_profile(fields=fields), ["SEVERITY"])

    assert plan.extra == {"severity": ("customfield_71", "customfield_72")}
    assert {"customfield_71", "customfield_72"} <= set(plan.requested)


def test_every_unknown_field_is_named_at_once_with_a_likely_one() -> None:
    with pytest.raises(RuleBookError) as refused:
        plan_fields(a_profile(), ["Story Pionts", "Wholly else"])

    assert len(refused.value.problems) == 2
    assert "story points" in str(refused.value)
