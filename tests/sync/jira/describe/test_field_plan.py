import pytest

from models.backlog import Estimate, Field
from models.errors import RuleBookError
from sync.jira.describe.field_plan import POINT_ESTIMATE, plan_fields
from tests.sync.jira.reading import EPIC_LINK, EPIC_NAME, PARENT_LINK, POINTS, a_profile

ESTIMATE = Field(id="customfield_7", name="Story point estimate", kind=POINT_ESTIMATE)
OWN = Field(id="customfield_8", name="Effort", kind=POINTS.kind)


def test_story_points_stand_in_precedence() -> None:
    profile = a_profile(fields=(POINTS, OWN, ESTIMATE))

    assert plan_fields(profile, ()).points == (ESTIMATE.id, POINTS.id)
    assert plan_fields(profile, (), ["effort"]).points == (OWN.id, ESTIMATE.id, POINTS.id)
    assert plan_fields(profile, (), [POINTS.id]).points == (POINTS.id, ESTIMATE.id)


def test_of_fields_that_share_a_name_all_are_asked_for_the_oldest_first_and_that_is_said() -> None:
    twins = [
        Field(id=f"customfield_{number}", name=name, kind=POINTS.kind)
        for number, name in ((20, "Story Points"), (3, "Story points "), (100, "Effort"))
    ]

    plan = plan_fields(a_profile(fields=twins), ())

    assert plan.points == ("customfield_3", "customfield_20")
    assert [finding.code for finding in plan.list_findings()] == ["points-ambiguous"]
    assert "customfield_3, customfield_20" in next(iter(plan.list_findings())).what


def test_the_rule_book_settles_which_of_two_fields_of_one_name_counts() -> None:
    twins = [Field(id=f"customfield_{n}", name="Story Points", kind=POINTS.kind) for n in (3, 20)]
    profile = a_profile(fields=twins)

    by_id = plan_fields(profile, (), ["customfield_20"])
    by_name = plan_fields(profile, (), ["story points"])

    assert by_id.points == ("customfield_20", "customfield_3")
    assert list(by_id.list_findings()) == []
    assert [finding.code for finding in by_name.list_findings()] == ["points-ambiguous"]


def test_the_order_in_which_a_site_lists_its_fields_changes_nothing() -> None:
    fields = (POINTS, OWN, ESTIMATE, EPIC_LINK, EPIC_NAME, PARENT_LINK)

    plans = [
        plan_fields(a_profile(fields=listed), ["effort"], ["effort"])
        for listed in (fields, fields[::-1])
    ]

    assert plans[0] == plans[1]


def test_a_link_that_has_its_own_name_beats_others_of_its_kind_and_else_all_are_asked() -> None:
    old = Field(id="customfield_1", name="Epic Name [deprecated]", kind=EPIC_NAME.kind)
    older = Field(id="customfield_0", name="Nom de l'épopée", kind=EPIC_NAME.kind)

    renamed = plan_fields(a_profile(fields=(old, older)), ())
    original = plan_fields(a_profile(fields=(old, EPIC_NAME, older)), ())

    assert renamed.epic_names == (older.id, old.id)
    assert original.epic_names == (EPIC_NAME.id,)


def test_a_board_says_which_field_its_project_is_measured_by() -> None:
    fields = (POINTS, OWN, ESTIMATE)
    boards = (Estimate(1, ESTIMATE.id), Estimate(2, POINTS.id), Estimate(3, OWN.id))
    plan = plan_fields(a_profile(fields=fields, estimates=boards), ())

    assert plan.points == (ESTIMATE.id, POINTS.id, OWN.id)
    assert plan.points_by_project == {
        2: (POINTS.id, ESTIMATE.id, OWN.id),
        3: (OWN.id, ESTIMATE.id, POINTS.id),
    }


def test_the_rule_book_outranks_a_board() -> None:
    profile = a_profile(fields=(POINTS, OWN, ESTIMATE), estimates=(Estimate(2, POINTS.id),))

    assert plan_fields(profile, (), ["Effort"]).points_by_project == {
        2: (OWN.id, POINTS.id, ESTIMATE.id)
    }


def test_a_board_that_adds_up_hours_is_not_asked_for_points() -> None:
    hours = Field(id="timeoriginalestimate", name="Original estimate")
    profile = a_profile(fields=(POINTS, hours), estimates=(Estimate(2, hours.id),))

    assert (plan_fields(profile, ()).points, plan_fields(profile, ()).points_by_project) == (
        (POINTS.id,),
        {},
    )


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

    found = (plan.epic_links, plan.epic_names, plan.parent_links)
    assert found == tuple((field.id,) for field in fields)


def test_cloud_needs_no_links_beside_the_parent() -> None:
    plan = plan_fields(a_profile(deployment="cloud"), ())

    assert (plan.epic_links, plan.epic_names, plan.parent_links) == ((), (), ())
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


def test_a_story_point_field_that_jira_lacks_is_an_error_like_any_other() -> None:
    with pytest.raises(RuleBookError, match="'Estimaet', which Jira lacks"):
        plan_fields(a_profile(), (), ["Estimaet"])


def test_every_unknown_field_is_named_at_once_with_a_likely_one() -> None:
    with pytest.raises(RuleBookError) as refused:
        plan_fields(a_profile(), ["Story Pionts", "Wholly else"])

    assert len(refused.value.problems) == 2
    assert "story points" in str(refused.value)
