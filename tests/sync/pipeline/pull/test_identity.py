"""Issues keep their identity whatever they are called, wherever they are and whatever is above."""

from dataclasses import replace
from pathlib import Path

import pytest

from models.backlog import HierarchyLevel
from sync.pipeline.incremental.affected import find_affected
from sync.sample.company.issues import Issue, Level
from tests.sync.pipeline.pull.site import MirroredSite, kept
from translators.backlog.hierarchy import resolve_epics


def story_of(site: MirroredSite, project: str = "RPT") -> Issue:
    """A story below an epic."""
    return next(
        issue
        for issue in site.company.issues.values()
        if issue.project == project and issue.level is Level.BASE and issue.parent
        if issue.parent in site.company.issues
    )


def epics_of(site: MirroredSite, project: str = "RPT") -> list[Issue]:
    return [epic for epic in site.company.epics() if epic.project == project]


def subtask_below(site: MirroredSite, parent: Issue) -> Issue:
    """A new sub-task of an issue."""
    issue_id = max(site.company.issues) + 1
    number = site.company.last_number(parent.project) + 1
    now = site.company.now
    return site.company.add(
        replace(
            parent,
            id=issue_id,
            key=f"{parent.project}-{number}",
            type="Sub-task",
            level=Level.SUBTASK,
            parent=parent.id,
            created=now,
            updated=now,
            description=None,
        )
    )


def later(site: MirroredSite) -> None:
    site.pass_time(minutes=1)
    site.pull()


def test_an_issue_that_moves_keeps_its_row_and_its_former_key(site: MirroredSite) -> None:
    story = story_of(site)
    old_key, epic = story.key, story.parent
    site.company.move(story.id, "INT")

    later(site)

    rows = [issue for issue in site.mirror.read_issues() if issue.id == story.id]
    assert [(row.key, row.project, row.former_keys) for row in rows] == [
        (story.key, "INT", (old_key,))
    ]
    assert site.issues()[story.id].epic_id == epic


def test_a_project_under_another_key_is_read_whole_though_nothing_was_updated(
    site: MirroredSite,
) -> None:
    ids = site.company.ids_of("RPT")
    site.company.rename_project("RPT", "BER")
    site.pass_time(days=1)

    pulled = site.pull()

    rows = {issue.id: issue for issue in site.mirror.read_issues()}
    assert {rows[one].project for one in ids} == {"BER"}
    assert all(rows[one].former_keys == (f"RPT-{rows[one].key[4:]}",) for one in ids)
    assert "project-lost" not in {finding.code for finding in pulled.findings}


def test_a_project_renamed_during_the_day_is_known_by_the_run_after_next(
    site: MirroredSite,
) -> None:
    site.company.rename_project("RPT", "BER")
    site.company.edit(max(site.company.ids_of("BER")), summary="The first sign of it")
    later(site)

    later(site)

    assert {p.key for p in site.site_store.list_projects()} == {*site.company.projects}
    assert "RPT" not in site.mirror.seen_projects()


def test_the_epic_of_a_story_is_found_under_the_key_it_had_before_it_moved(
    site: MirroredSite,
) -> None:
    site.jira.view.keeps_old_links = True
    story = story_of(site)
    assert story.parent
    site.company.move(story.parent, "INT")

    later(site)
    site.pull(full=True)

    assert site.issues()[story.id].epic_id == story.parent


def test_a_story_under_another_epic_leaves_the_one_and_joins_the_other(
    site: MirroredSite,
) -> None:
    story = story_of(site)
    old, new = story.parent, next(e.id for e in epics_of(site) if e.id != story.parent)
    before = {e: _children(site, e) for e in (old, new)}
    site.mirror.write_epics(resolve_epics(site.mirror.read_issues()).epics)
    site.keep_translation()
    site.company.edit(story.id, parent=new)

    site.pass_time(minutes=1)
    site.pull()

    assert story.id in site.changes().issues
    assert {old, new} <= find_affected(site.mirror, site.changes()).numbers
    assert _children(site, old) == before[old] - {story.id}
    assert _children(site, new) == before[new] | {story.id}


def _children(site: MirroredSite, epic: int | None) -> set[int]:
    return {issue.id for issue in site.issues().values() if issue.epic_id == epic}


def test_a_sub_task_belongs_to_the_epic_of_its_story(site: MirroredSite) -> None:
    story = story_of(site)
    subtask = subtask_below(site, story)

    later(site)

    found = site.issues()[subtask.id]
    assert (found.hierarchy_level, found.epic_id) == (HierarchyLevel.SUBTASK, story.parent)


def test_a_sub_task_right_below_an_epic_belongs_to_it(site: MirroredSite) -> None:
    epic = epics_of(site)[0]
    subtask = subtask_below(site, epic)

    later(site)

    assert site.issues()[subtask.id].epic_id == epic.id


def test_an_epic_that_becomes_a_story_is_none_any_more(site: MirroredSite) -> None:
    story = story_of(site)
    assert story.parent
    site.company.edit(story.parent, type="Story", level=Level.BASE)

    later(site)

    issues = site.issues()
    assert issues[story.parent].hierarchy_level is HierarchyLevel.BASE
    assert issues[story.id].epic_id is None


def test_a_story_that_becomes_an_epic_is_one_with_its_description(site: MirroredSite) -> None:
    story = story_of(site)
    site.company.edit(
        story.id, type="Epic", level=Level.EPIC, parent=None, description="All about it"
    )

    later(site)

    found = site.issues()[story.id]
    assert (found.hierarchy_level, found.description) == (HierarchyLevel.EPIC, "All about it")


def test_parents_that_go_round_in_a_circle_end_without_an_epic_and_are_said(
    site: MirroredSite,
) -> None:
    one, other = subtask_below(site, story_of(site)), subtask_below(site, story_of(site))
    site.company.edit(one.id, parent=other.id)
    site.company.edit(other.id, parent=one.id)

    later(site)

    resolved = resolve_epics(site.mirror.read_issues())
    assert (resolved.epics[one.id], resolved.epics[other.id]) == (None, None)
    assert resolved.orphaned[one.id] == resolved.orphaned[other.id] == "cyclic-parent"


@pytest.mark.parametrize("fate", ["elsewhere", "hidden", "archived"])
def test_a_parent_nobody_shows_us_keeps_its_child_and_is_said(
    site: MirroredSite, fate: str, tmp_path: Path
) -> None:
    """Not in the mirror of one who sees it never; still in ours, who saw it once."""
    story = story_of(site)
    assert story.parent
    if fate == "elsewhere":
        site.company.edit(story.id, parent=next(iter(site.company.elsewhere)))
    else:
        getattr(site.jira.view, f"{fate}_issues").add(story.parent)
    later(site)

    with kept(site.jira, tmp_path / "anew") as anew:
        anew.pull()
        rows = list(anew.mirror.read_issues())

    resolved = resolve_epics(rows)
    assert resolved.epics[story.id] is None
    assert resolved.orphaned[story.id] == "dangling-parent"
    assert site.issues()[story.id].epic_id == (None if fate == "elsewhere" else story.parent)


def test_four_levels_come_to_the_epic_in_the_middle(site: MirroredSite) -> None:
    story = story_of(site)
    epic = site.company.issues[story.parent or 0]
    subtask = subtask_below(site, story)
    initiative = site.company.add(
        replace(
            epic,
            id=max(site.company.issues) + 1,
            key=f"RPT-{site.company.last_number('RPT') + 1}",
            type="Initiative",
            level=Level.ABOVE,
            updated=site.company.now,
        )
    )
    site.company.add_initiatives()
    site.company.edit(epic.id, parent=initiative.id)

    site.pull(full=True)

    issues = site.issues()
    assert [issues[i.id].hierarchy_level for i in (initiative, epic, story, subtask)] == [
        HierarchyLevel.ABOVE,
        HierarchyLevel.EPIC,
        HierarchyLevel.BASE,
        HierarchyLevel.SUBTASK,
    ]
    assert [issues[i.id].epic_id for i in (initiative, epic, story, subtask)] == [
        None,
        None,
        epic.id,
        epic.id,
    ]


def test_every_link_that_jira_has_is_in_the_mirror(site: MirroredSite) -> None:
    """Counted against the source: so many epics, so many issues below each."""
    company, issues = site.company, site.issues()
    stories = [i for i in company.issues.values() if i.level is Level.BASE]

    assert {i.id for i in issues.values() if i.hierarchy_level is HierarchyLevel.EPIC} == {
        epic.id for epic in company.epics()
    }
    for story in stories:
        known = story.parent if story.parent in company.issues else None
        assert issues[story.id].epic_id == known
    assert sum(issue.epic_id is not None for issue in issues.values()) > 5


@pytest.mark.every_kind
def test_types_and_fields_that_team_managed_projects_have_of_their_own_are_told_apart(
    site: MirroredSite,
) -> None:
    """Two projects each with an Epic, a Story and a field Severity of their own."""
    pulled = site.pull(full=True)

    rows = list(site.mirror.read_issues())
    if site.jira.view.is_cloud:
        names = [f.name for f in pulled.profile.fields]
        assert names.count("Severity") == 2
        assert len({i.type_id for i in rows if i.hierarchy_level is HierarchyLevel.EPIC}) == 3
    assert {i.id for i in rows if i.hierarchy_level is HierarchyLevel.EPIC} == {
        e.id for e in site.company.epics()
    }
