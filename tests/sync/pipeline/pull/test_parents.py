"""What was below an epic stays with it if the epic is gone, and leaves it if a person says so."""

import pytest

from sync.sample.company.issues import Issue, Level
from tests.sync.pipeline.pull.site import MirroredSite
from translators.backlog.hierarchy import resolve_epics

ON_CLOUD = pytest.mark.parametrize("dialect", ["cloud"], indirect=True)
"""Where it does not depend on the kind of Jira."""


def a_family(site: MirroredSite) -> tuple[Issue, Issue]:
    """An epic, and a story below it."""
    stories = [each for each in site.company.issues.values() if each.level is Level.BASE]
    child = next(each for each in stories if each.parent)
    return site.company.issues[child.parent or 0], child


def epic_of(site: MirroredSite, child: Issue) -> int | None:
    return resolve_epics(list(site.mirror.read_issues())).epics[child.id]


def read(site: MirroredSite, **later: float) -> None:
    site.pass_time(**later)
    site.pull()


@pytest.mark.parametrize(
    ("dialect", "later"),
    [("cloud", {"minutes": 5}), ("datacenter", {"days": 8})],
    indirect=["dialect"],
    ids=["a change", "a re-read"],
)
def test_a_child_stays_with_an_epic_that_is_gone_until_a_person_gives_it_another(
    site: MirroredSite, later: dict[str, float]
) -> None:
    epic, child = a_family(site)
    site.company.remove(epic.id)
    site.company.edit(child.id, parent=None)

    read(site, **later)
    assert epic_of(site, child) == epic.id

    other = site.company.epics()[0]
    site.company.edit(child.id, parent=other.id)
    read(site, minutes=5)

    assert epic_of(site, child) == other.id


@ON_CLOUD
@pytest.mark.parametrize("later", [{"minutes": 5}, {"days": 8}], ids=["a change", "a re-read"])
def test_a_child_that_was_taken_out_of_an_epic_has_none(
    site: MirroredSite, later: dict[str, float]
) -> None:
    _, child = a_family(site)
    site.company.edit(child.id, parent=None)

    read(site, **later)

    assert epic_of(site, child) is None


@ON_CLOUD
def test_a_child_taken_out_of_what_nobody_saw_is_out_once_that_is_shown(
    site: MirroredSite,
) -> None:
    epic, child = a_family(site)
    site.jira.view.hidden_issues.add(epic.id)
    site.company.edit(child.id, parent=None)
    read(site, minutes=5)
    assert epic_of(site, child) == epic.id

    site.jira.view.hidden_issues.clear()
    read(site, days=1)

    assert epic_of(site, child) is None


@ON_CLOUD
def test_so_it_is_where_a_whole_project_was_not_seen(site: MirroredSite) -> None:
    epic, child = a_family(site)
    other = next(key for key in site.company.projects if key != epic.project)
    site.company.move(child.id, other)
    read(site, minutes=5)
    site.jira.view.hidden_projects.add(epic.project)
    read(site, days=1)
    site.company.edit(child.id, parent=None)
    read(site, minutes=5)
    assert epic_of(site, child) == epic.id

    site.jira.view.hidden_projects.clear()
    read(site, minutes=5)

    assert epic_of(site, child) is None
