from models.backlog import HierarchyLevel, Issue, IssueRef
from tests.builders import a_subtask, an_epic, an_issue
from translators.backlog.hierarchy import resolve_epics


def epic_of(issue: Issue, *others: Issue) -> int | None:
    return resolve_epics([issue, *others]).epics[issue.id]


def test_a_story_finds_its_epic_by_parent_id() -> None:
    epic = an_epic()

    assert epic_of(an_issue(parent=IssueRef(id=epic.id, key="OLD-1")), epic) == epic.id


def test_a_story_finds_its_epic_by_epic_link_even_under_a_former_key() -> None:
    epic = an_epic(former_keys=("OLD-9",))

    assert epic_of(an_issue(epic_link="OLD-9"), epic) == epic.id


def test_a_subtask_finds_its_epic_through_its_story() -> None:
    epic = an_epic()
    story = an_issue(epic_link=epic.key)

    assert epic_of(a_subtask(story), story, epic) == epic.id


def test_an_epic_has_no_epic_and_nothing_is_looked_for_above_it() -> None:
    initiative = an_issue(hierarchy_level=HierarchyLevel.ABOVE)
    epic = an_epic(parent=IssueRef(id=initiative.id))

    assert resolve_epics([epic, initiative]).epics == {epic.id: None, initiative.id: None}


def test_a_dangling_parent_keeps_the_issue_and_is_said() -> None:
    orphan = an_issue(parent=IssueRef(id=404, key="GONE-1"))

    resolved = resolve_epics([orphan])

    assert resolved.epics == {orphan.id: None}
    assert resolved.orphaned == {orphan.id: "dangling-parent"}


def test_a_cycle_of_parents_ends_the_search_and_is_said() -> None:
    first = an_issue(id=1, parent=IssueRef(id=2))
    second = an_issue(id=2, parent=IssueRef(id=1))

    resolved = resolve_epics([first, second])

    assert resolved.epics == {1: None, 2: None}
    assert resolved.orphaned == dict.fromkeys((1, 2), "cyclic-parent")
