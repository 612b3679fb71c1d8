"""Whatever happens to a backlog, reading what changed comes to the same mirror as reading all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.errors import HeadwayError
from sync.sample.company.issues import Level
from sync.sample.server.faults import Fault
from tests.companies import a_tiny_company
from tests.sync.pipeline.pull.site import Dialect, MirroredSite, kept, mirrored

EXAMPLES = 2
ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "Asia/Kathmandu")
NIGHTS = (datetime(2026, 3, 29, 0, 55), datetime(2026, 10, 25, 0, 55))  # noqa: DTZ001
"""Just before Berlin's clocks change, in UTC."""

Step = Callable[[MirroredSite, Random], object]


def some_issue(site: MirroredSite, random: Random) -> int:
    return random.choice(sorted(site.company.issues))


def last_updates(site: MirroredSite) -> dict[int, datetime]:
    """When each issue was updated last, as the mirror has it."""
    return {issue.id: issue.updated_at for issue in site.mirror.read_issues()}


def pull(site: MirroredSite, random: Random) -> None:
    """A pull drops no row, and takes none back to what it was before."""
    before = last_updates(site)
    site.pull()
    after = last_updates(site)
    assert before.keys() <= after.keys()
    assert [i for i in before if after[i] < before[i]] == []


def edit(site: MirroredSite, random: Random) -> None:
    site.company.edit(some_issue(site, random), summary=f"Edited {random.random()}")


def edit_on_the_minute(site: MirroredSite, random: Random) -> None:
    now = site.company.now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    site.company.now = now
    edit(site, random)


def edit_twice_in_a_minute(site: MirroredSite, random: Random) -> None:
    edit(site, random)
    pull(site, random)
    site.pass_time(seconds=5)
    edit(site, random)


def move(site: MirroredSite, random: Random) -> None:
    issue = site.company.issues[some_issue(site, random)]
    if issue.level is not Level.SUBTASK:
        others = sorted(set(site.company.projects) - {issue.project})
        site.company.move(issue.id, random.choice(others))


def delete(site: MirroredSite, random: Random) -> None:
    if len(site.company.issues) > 20:
        site.company.remove(some_issue(site, random))


def delete_an_epic(site: MirroredSite, random: Random) -> None:
    """What was below it stays, names no parent any more, and may be `updated` because of it."""
    parents = {issue.parent for issue in site.company.issues.values()}
    epics = [epic for epic in site.company.epics() if epic.id in parents]
    if len(epics) > 2:
        epic = random.choice(epics)
        children = site.company.children_of(epic.id)
        site.company.remove(epic.id)
        for child in random.choice([children, []]):
            site.company.edit(child.id, parent=None)


def take_out(site: MirroredSite, random: Random) -> None:
    """A story is taken out of its epic, which is there, hidden or archived."""
    story = site.company.issues[some_issue(site, random)]
    if story.level is Level.BASE:
        site.company.edit(story.id, parent=None)


def hide(site: MirroredSite, random: Random) -> None:
    site.jira.view.hidden_issues.add(some_issue(site, random))


def show(site: MirroredSite, random: Random) -> None:
    site.jira.view.hidden_issues.clear()


def hide_a_project(site: MirroredSite, random: Random) -> None:
    site.jira.view.hidden_projects = {random.choice(sorted(site.company.projects))}


def show_all_projects(site: MirroredSite, random: Random) -> None:
    site.jira.view.hidden_projects = set()


def reparent(site: MirroredSite, random: Random) -> None:
    story = site.company.issues[some_issue(site, random)]
    if story.level is Level.BASE:
        site.company.edit(story.id, parent=random.choice(site.company.epics()).id)


def add(site: MirroredSite, random: Random) -> None:
    like = site.company.issues[some_issue(site, random)]
    number = site.company.last_number(like.project) + 1
    now = site.company.now
    site.company.add(
        replace(
            like,
            id=max(site.company.issues) + 1,
            key=f"{like.project}-{number}",
            created=now,
            updated=now,
        )
    )


def finish_or_reopen(site: MirroredSite, random: Random) -> None:
    issue = site.company.issues[some_issue(site, random)]
    statuses = site.company.projects[issue.project].statuses
    status = random.choice(statuses)
    done = status.category == "done"
    site.company.edit(
        issue.id,
        status=status.name,
        resolution="Done" if done else None,
        resolved_at=site.company.now if done else None,
    )


def move_an_epic(site: MirroredSite, random: Random) -> None:
    epic = random.choice(site.company.epics())
    others = sorted(set(site.company.projects) - {epic.project})
    site.company.move(epic.id, random.choice(others))


def change_type(site: MirroredSite, random: Random) -> None:
    """A story becomes an epic, or an epic a story; its children stay where they are."""
    issue = site.company.issues[some_issue(site, random)]
    if issue.level is Level.BASE:
        site.company.edit(issue.id, type="Epic", level=Level.EPIC, parent=None)
    elif issue.level is Level.EPIC and len(site.company.epics()) > 4:
        site.company.edit(issue.id, type="Story", level=Level.BASE)


def rename_a_project(site: MirroredSite, random: Random) -> None:
    """Nothing is `updated`: the site tells it when it is described again, once a day."""
    catch_up(site)
    key = random.choice(sorted(site.company.projects))
    if key not in site.jira.view.hidden_projects:
        site.company.rename_project(key, f"{key[:2]}X{random.randrange(10_000)}")
        site.pass_time(hours=21)


def restrict(site: MirroredSite, random: Random) -> None:
    site.company.edit(
        some_issue(site, random), security_level=random.choice(["Security team only", None])
    )


def archive(site: MirroredSite, random: Random) -> None:
    site.jira.view.archived_issues.add(some_issue(site, random))


def unarchive(site: MirroredSite, random: Random) -> None:
    site.jira.view.archived_issues.clear()


def fall_behind(site: MirroredSite, random: Random) -> None:
    """An index that goes on handing out versions that were edited shortly before."""
    ids = random.sample(sorted(site.company.issues), 5)
    for when in ("before", "after"):
        site.pass_time(seconds=random.choice([1, 30]))
        for issue_id in ids:
            site.company.edit(issue_id, summary=f"Edited {when} {random.random()}")
        site.jira.view.fall_behind(ids)


def catch_up(site: MirroredSite) -> None:
    site.jira.view.old_versions.clear()


def answer_from_both_nodes(site: MirroredSite, random: Random) -> None:
    """A pull from a node that is up to date, then one from a node that is behind."""
    fall_behind(site, random)
    behind = dict(site.jira.view.old_versions)
    catch_up(site)
    pull(site, random)
    here = site.company.issues
    site.jira.view.old_versions |= {each: behind[each] for each in behind if each in here}
    pull(site, random)


def fail_a_pull(site: MirroredSite, random: Random) -> None:
    """A pull that breaks off somewhere, by something in front of Jira or by Jira itself."""
    path = random.choice(["/search", "bulkfetch", "myself", "serverInfo"])
    kind = random.choice(["bad-gateway", "truncate", "html-login", "reset"])
    fault = Fault(path, kind, nth=range(random.randint(1, 6), 1000))
    site.jira.faults.append(fault)
    with suppress(HeadwayError):
        site.pull()
    site.jira.faults.remove(fault)


def lag(site: MirroredSite, random: Random) -> None:
    site.jira.view.index_lag = timedelta(minutes=random.choice([0, 1, 3, 8]))


def change_zone(site: MirroredSite, random: Random) -> None:
    site.jira.view.account_zone = ZoneInfo(random.choice(ZONES))


def wait_a_moment(site: MirroredSite, random: Random) -> None:
    catch_up(site)
    site.pass_time(seconds=random.choice([1, 20, 59, 61, 600]))


def wait_long(site: MirroredSite, random: Random) -> None:
    catch_up(site)
    site.pass_time(hours=random.choice([1, 6, 21, 25, 24 * 8]))


STEPS: tuple[Step, ...] = (
    edit,
    edit_on_the_minute,
    edit_twice_in_a_minute,
    move,
    delete,
    delete_an_epic,
    take_out,
    hide,
    show,
    hide_a_project,
    show_all_projects,
    reparent,
    add,
    finish_or_reopen,
    move_an_epic,
    change_type,
    rename_a_project,
    restrict,
    archive,
    unarchive,
    fall_behind,
    answer_from_both_nodes,
    fail_a_pull,
    lag,
    change_zone,
    wait_a_moment,
    wait_long,
    pull,
    pull,
    pull,
)


EVERY_STEP = [step for each in STEPS for step in (each, wait_a_moment)]
"""What no choice of steps is to leave out."""


@dataclass
class Beginnings:
    """Sites to begin with, each of which was read once; short to print where one is told."""

    originals: Path

    @contextmanager
    def site(
        self, dialect: Dialect, night: datetime | None, folder: Path
    ) -> Iterator[MirroredSite]:
        """A site on that night, with nothing in it that is later, and the mirror of it."""
        company = a_tiny_company()
        original = self.originals / dialect
        if night is not None:
            company.now = night.replace(tzinfo=UTC)
            for issue in company.issues.values():
                issue.updated = min(issue.updated, company.now)
            original = self.originals / f"{dialect}-{night:%B}"
        with mirrored(company, dialect, folder, original) as site:
            yield site


@pytest.fixture(scope="session")
def beginnings(originals: Path) -> Beginnings:
    return Beginnings(originals)


def converges(site: MirroredSite, steps: list[Step], seed: int, folder: Path) -> None:
    """Run the steps, then compare the mirror with one that is read anew.

    Where so much was deleted that it is not believed, a person says that it is so.
    """
    random = Random(seed)
    for step in steps:
        step(site, random)
    site.pass_time(minutes=10)
    catch_up(site)
    site.jira.view.index_lag = timedelta(0)
    site.pull()
    for _ in range(3):
        site.site_store.accept_losses(site.site_store.list_losses())
        site.pass_time(days=1)
        site.pull()
    with kept(site.jira, folder) as anew:
        anew.pull()
        mirrored, read = site.issues(), anew.issues()
        assert mirrored.keys() == read.keys()
        assert [i for i in read if mirrored[i] != read[i]] == []


histories = st.lists(st.sampled_from(STEPS), min_size=3, max_size=25)
nights = st.sampled_from([None, *NIGHTS])


@pytest.mark.parametrize("dialect", ["cloud", "datacenter"])
@given(steps=histories, seed=st.integers(0, 2**32), night=nights)
@example(steps=EVERY_STEP, seed=0, night=NIGHTS[0])
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_reading_what_changed_comes_to_the_same_as_reading_all(
    beginnings: Beginnings,
    dialect: Dialect,
    steps: list[Step],
    seed: int,
    night: datetime | None,
) -> None:
    with TemporaryDirectory() as folder, beginnings.site(dialect, night, Path(folder)) as site:
        converges(site, steps, seed, Path(folder) / "anew")


@pytest.mark.all
@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("dialect", ["cloud", "datacenter"])
@given(steps=histories, seed=st.integers(0, 2**32), night=nights)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_reading_what_changed_comes_to_the_same_as_reading_all_at_length(
    beginnings: Beginnings,
    dialect: Dialect,
    part: int,
    steps: list[Step],
    seed: int,
    night: datetime | None,
) -> None:
    """Four hundred histories of each kind of Jira, in parts that no watchdog takes for hanging."""
    with TemporaryDirectory() as folder, beginnings.site(dialect, night, Path(folder)) as site:
        converges(site, steps, seed, Path(folder) / "anew")
