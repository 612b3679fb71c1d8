from models.backlog import HierarchyLevel, IssueType
from sync.jira.read.issue_type_levels import IssueTypeLevels
from sync.jira.read.schema import RawIssueType

STORY, EPIC, INITIATIVE = (RawIssueType(id=n, name=n) for n in ("story", "epic", "initiative"))
SUBTASK = RawIssueType(id="sub", subtask=True)


def two_initiatives(*types: IssueType) -> IssueTypeLevels:
    """Ten stories below three epics below two initiatives, of which one is used."""
    type_levels = IssueTypeLevels(types)
    for number in range(10):
        type_levels.observe(STORY, f"S-{number}", epic_name=False, epic_link=True)
    for number in range(3):
        type_levels.observe(EPIC, f"E-{number}", epic_name=True, epic_link=False)
        type_levels.observe_parent("I-1")
    for number in (1, 2):
        type_levels.observe(INITIATIVE, f"I-{number}", epic_name=False, epic_link=False)
    return type_levels


def hierarchy_levels(type_levels: IssueTypeLevels) -> list[HierarchyLevel]:
    return [type_levels.find_level(kind) for kind in (SUBTASK, STORY, EPIC, INITIATIVE)]


def test_issues_give_their_types_away_whatever_these_are_called() -> None:
    type_levels = two_initiatives()
    assert hierarchy_levels(type_levels) == [
        HierarchyLevel.SUBTASK,
        HierarchyLevel.BASE,
        HierarchyLevel.BASE,
        HierarchyLevel.BASE,
    ]

    type_levels.infer()

    assert hierarchy_levels(type_levels) == [
        HierarchyLevel.SUBTASK,
        HierarchyLevel.BASE,
        HierarchyLevel.EPIC,
        HierarchyLevel.ABOVE,
    ]
    assert [finding.where for finding in type_levels.list_findings()] == ["issue type initiative"]


def test_values_that_outlived_a_change_of_type_lift_no_type() -> None:
    type_levels = two_initiatives()
    type_levels.observe(STORY, "S-99", epic_name=True, epic_link=False)
    type_levels.observe_parent("S-1")
    type_levels.observe(EPIC, "E-99", epic_name=True, epic_link=True)
    type_levels.infer()

    assert hierarchy_levels(type_levels) == [
        HierarchyLevel.SUBTASK,
        HierarchyLevel.BASE,
        HierarchyLevel.EPIC,
        HierarchyLevel.ABOVE,
    ]


def test_a_rare_parent_among_many_of_its_type_lifts_nothing() -> None:
    task = RawIssueType(id="task")
    type_levels = two_initiatives()
    for number in range(20):
        type_levels.observe(task, f"T-{number}", epic_name=False, epic_link=False)
    type_levels.observe_parent("T-7")
    type_levels.infer()

    assert type_levels.find_level(task) is HierarchyLevel.BASE


def test_a_parent_nobody_shows_us_is_nobodys_type() -> None:
    type_levels = two_initiatives()
    type_levels.observe_parent("HIDDEN-1")
    type_levels.infer()

    assert type_levels.above == {"initiative"}


def test_what_jira_tells_of_a_type_counts_before_what_its_issues_show() -> None:
    type_levels = two_initiatives(
        IssueType(id="epic", name="Epic", subtask=False, hierarchy_level=0)
    )
    type_levels.infer()

    assert type_levels.find_level(EPIC) is HierarchyLevel.BASE
    assert not type_levels.epics
