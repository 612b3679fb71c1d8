"""What is not shown any more, below the size of a project: a role that was reduced is no edit."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from sync.sample.company.issues import Issue, Level
from tests.runs.place import Place
from tests.variants import on_cloud, on_sqlite, on_sqlite_first


def issues_of(place: Place, project: str) -> list[Issue]:
    found = place.company.issues.values()
    return sorted((i for i in found if i.project == project), key=lambda issue: issue.id)


def half(place: Place) -> list[Issue]:
    return issues_of(place, "PAY")[::2]


def epics(place: Place) -> list[Issue]:
    return [issue for issue in issues_of(place, "PAY") if issue.level is Level.EPIC][::2]


def bugs(place: Place) -> list[Issue]:
    found = place.company.issues.values()
    return [issue for issue in found if issue.type == "Bug"]


def hide(place: Place, issues: list[Issue]) -> None:
    place.jira.view.hidden_issues |= {issue.id for issue in issues}
    place.company.version += 1


def show_all(place: Place) -> None:
    place.jira.view.hidden_issues.clear()
    place.company.version += 1


def run(place: Place, hours: float = 24) -> tuple[int, str]:
    """A run so much later: its exit code, and what freshness says of the list."""
    place.company.now += timedelta(hours=hours)
    said = place.headway("sync")
    assert "Traceback" not in said.err
    return said.code, place.freshness()["status"]


def mirror(place: Place) -> object:
    return place.state_rows("SELECT id, missing_since FROM {t}issue ORDER BY id")


GONE: dict[str, Callable[[Place], list[Issue]]] = {"half": half, "epics": epics, "bugs": bugs}
"""How much is too much of issues, epics and kinds is tried in tests/translators/backlog."""


@pytest.mark.parametrize(
    "share",
    [pytest.param(name, marks=() if name == "half" else pytest.mark.all) for name in GONE],
)
def test_a_share_that_is_not_shown_any_more_is_told_and_current_again_when_it_is_back(
    watched: Place, share: str
) -> None:
    before, kept = watched.published(), mirror(watched)
    lost = GONE[share](watched)
    assert lost
    hide(watched, lost)
    watched.company.now += timedelta(days=1)

    said = watched.headway("sync")

    told = re.findall(r"project PAY: (.*) are not shown any more", said.out)
    assert said.code == 77, said.out + said.err
    assert told
    assert {"half": "issues", "epics": "epics", "bugs": "Bug"}[share] in told[0]
    assert "role was reduced, or an issue-security scheme" in said.out
    assert watched.freshness()["status"] == "partial"
    assert (watched.published(), mirror(watched)) == (before, kept)
    assert watched.headway("status").code == 77
    assert run(watched, 0.3) == (77, "partial")
    assert mirror(watched) == kept

    show_all(watched)

    assert run(watched, 0.3) == (0, "current")
    assert watched.published() == before


@on_cloud
@on_sqlite
def test_a_loss_in_two_steps_is_one_loss(watched: Place) -> None:
    every = issues_of(watched, "PAY")
    hide(watched, every[::6])
    assert run(watched)[0] == 0
    hide(watched, every[1::6])

    assert run(watched) == (77, "partial")

    show_all(watched)
    assert run(watched) == (0, "current")


@on_cloud
@on_sqlite
def test_what_people_delete_a_few_at_a_time_is_no_loss(watched: Place) -> None:
    items = [issue for issue in issues_of(watched, "PAY") if issue.level is Level.BASE]
    for first in (0, 2, 4):
        for issue in items[first : first + 2]:
            watched.company.remove(issue.id)
        assert run(watched) == (0, "current")

    assert "4 issues are not in Jira any more" in watched.headway("status", "--all").out


@on_cloud
@on_sqlite_first
def test_what_a_person_says_is_gone_the_next_run_takes_and_no_later_run_asks_again(
    watched: Place,
) -> None:
    for issue in issues_of(watched, "PAY")[::4]:
        watched.company.remove(issue.id)
    assert run(watched) == (77, "partial")
    status = watched.headway("status").out
    [run_id] = re.findall(r"deleted or archived them, headway approve (\S+)", status)
    assert "gone for good, add to" not in status

    said = watched.headway("approve", run_id)

    assert said.code == 0, said.err
    assert "accepted: project PAY: " in said.out
    assert run(watched, 0.3)[0] == 0
    assert watched.freshness()["status"] == "current"
    assert [run(watched)[0] for _ in range(2)] == [0, 0]
    rest = issues_of(watched, "PAY")
    hide(watched, rest[::2])
    assert run(watched) == (77, "partial")


@on_cloud
@on_sqlite
def test_what_was_accepted_is_not_taken_of_a_loss_that_grew(watched: Place) -> None:
    every = issues_of(watched, "PAY")
    hide(watched, every[::3])
    assert run(watched)[0] == 77
    [run_id] = re.findall(r"headway approve (\S+)", watched.headway("status").out)
    hide(watched, every[:-2])

    assert watched.headway("approve", run_id).code == 0

    assert run(watched) == (77, "partial")


@on_cloud
@on_sqlite
def test_what_came_back_is_not_accepted_late(watched: Place) -> None:
    hide(watched, half(watched))
    assert run(watched)[0] == 77
    [run_id] = re.findall(r"headway approve (\S+)", watched.headway("status").out)
    show_all(watched)
    assert run(watched)[0] == 0

    assert watched.headway("approve", run_id).code == 2


@on_cloud
@on_sqlite
def test_every_project_may_be_in_doubt_and_hiding_goes_on(watched: Place) -> None:
    hide(watched, [*issues_of(watched, "ID")[::2], *issues_of(watched, "PAY")[::2]])
    (watched.folder / "config" / "more.yaml").write_text(
        "screening:\n  - {id: sold, reason: sold, then: hide, when: {project: ID}}\n", "utf-8"
    )

    assert run(watched) == (77, "partial")

    rows = {row["capability_id"]: row["is_active"] for row in watched.published()}
    assert not rows["audit-log"]
    assert rows["invoicing"]


@on_cloud
@on_sqlite
def test_json_and_explain_say_what_is_lost(watched: Place) -> None:
    some = issues_of(watched, "PAY")
    hide(watched, some[::2])
    watched.company.now += timedelta(days=1)

    told = json.loads(watched.headway("sync", "--json").out)

    assert {loss["project"] for loss in told["losses"]} == {"PAY"}
    assert told["outcome"] == "partial"
    story = watched.headway("explain", some[1].key).out
    assert "project PAY is not shown whole any more; this is as it was last seen" in story


@on_cloud
@on_sqlite
def test_limits_are_those_of_the_rule_book(watched: Place) -> None:
    (watched.folder / "config" / "open.yaml").write_text(
        'version: "1"\nguards: {lost_issues_percent: 60, lost_epics_percent: 60}\n'
    )
    hide(watched, half(watched))

    assert run(watched)[0] != 77
