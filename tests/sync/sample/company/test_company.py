"""The made-up company: the same every time, noisy where real backlogs are, and editable."""

from collections import Counter
from datetime import timedelta

import pytest

from sync.sample.company.company import Company, build_company
from sync.sample.company.history import BEGIN, CURRENT, FORTNIGHT, NOW
from sync.sample.company.issues import Issue, Level
from sync.sample.company.teams import TEAMS

pytestmark = pytest.mark.whole_backlog


def finished(company: Company) -> list[Issue]:
    """Base-level work with a day on which it was resolved."""
    return [
        issue
        for issue in company.issues.values()
        if issue.level is Level.BASE and issue.resolved_at
    ]


def test_two_companies_of_one_seed_are_equal() -> None:
    assert build_company(3).issues == build_company(3).issues


def test_another_seed_makes_another_company() -> None:
    assert build_company(3).issues != build_company(4).issues


def test_there_are_about_two_thousand_issues_and_131_epics(company: Company) -> None:
    assert 1_900 <= len(company.issues) <= 2_100
    assert len(company.epics()) == 131


@pytest.mark.parametrize(
    ("key", "summary"),
    [
        ("ID-140", "OIDC rp-initiated logout (WIP)"),
        ("CORE-212", "Refactor billing job"),
        ("PAY-310", "DORA register of ICT providers"),
    ],
)
def test_the_epics_everybody_talks_about_are_there(
    company: Company, key: str, summary: str
) -> None:
    epic = company.by_key(key)

    assert epic is not None
    assert (epic.summary, epic.level) == (summary, Level.EPIC)


def test_ids_and_keys_are_unique_and_ids_follow_creation(company: Company) -> None:
    issues = list(company.issues.values())

    assert len({issue.key for issue in issues}) == len(issues)
    assert [issue.id for issue in issues] == sorted(issue.id for issue in issues)
    assert [issue.created for issue in issues] == sorted(issue.created for issue in issues)


def test_nothing_happens_after_now_or_before_it_was_created(company: Company) -> None:
    for issue in company.issues.values():
        assert issue.created <= issue.category_changed_at <= NOW
        assert issue.created <= issue.updated < NOW


def test_work_is_finished_on_weekdays_in_working_hours(company: Company) -> None:
    moments = [issue.resolved_at for issue in finished(company) if issue.resolved_at]

    assert {moment.weekday() for moment in moments} <= {0, 1, 2, 3, 4}
    assert all(7 <= moment.hour < 15 for moment in moments)


def test_no_team_finishes_twenty_items_on_one_day(company: Company) -> None:
    days = Counter((issue.project, str(issue.resolved_at)[:10]) for issue in finished(company))

    assert max(days.values()) < 20


def test_most_teams_finish_something_in_every_fortnight(company: Company) -> None:
    windows = {
        (issue.project, (issue.resolved_at - BEGIN) // FORTNIGHT)
        for issue in finished(company)
        if issue.resolved_at
    }

    for team in TEAMS:
        if not team.releases:
            assert {(team.key, each) for each in range(team.first_window, CURRENT)} <= windows


def test_one_team_finishes_work_at_its_releases_only(company: Company) -> None:
    windows = {
        (issue.resolved_at - BEGIN) // FORTNIGHT
        for issue in finished(company)
        if issue.project == "INT" and issue.resolution == "Done" and issue.resolved_at
    }

    assert windows == {5, 11, 18, 24, 31, 37}


def test_teams_estimate_on_very_different_scales_or_not_at_all(company: Company) -> None:
    scales: dict[str, set[float]] = {team.key: set() for team in TEAMS}
    for issue in company.issues.values():
        if issue.level is Level.BASE and issue.points and issue.points > 0:
            scales[issue.project].add(issue.points)

    assert scales["PAY"] == {20, 40, 100}
    assert scales["RPT"] == {0.5, 1, 2}
    assert not scales["EIN"]


def test_some_subtasks_carry_the_points_their_story_lacks(company: Company) -> None:
    subtasks = [each for each in company.issues.values() if each.level is Level.SUBTASK]
    pointed = [each for each in subtasks if each.points]

    assert pointed
    assert all(company.issues[each.parent or 0].points is None for each in pointed[2:])


def test_two_subtasks_are_each_others_parent(company: Company) -> None:
    knots = [
        issue
        for issue in company.issues.values()
        if issue.parent in company.issues and company.issues[issue.parent].parent == issue.id
    ]

    assert len(knots) == 2


def test_four_items_belong_to_an_epic_nobody_here_can_see(company: Company) -> None:
    lost = [each for each in company.issues.values() if each.parent in company.elsewhere]

    assert len(lost) == 4


def test_moved_issues_answer_to_their_former_keys(company: Company) -> None:
    for key, issue_id in company.former_keys.items():
        assert company.by_key(key) is company.issues[issue_id]
        assert company.issues[issue_id].key.startswith("CORE-")
        assert key.startswith("PAY-")


def test_an_edit_bumps_updated_and_a_new_category_its_own_time(company: Company) -> None:
    company.now += timedelta(hours=1)
    epic = company.by_key("ID-140")
    assert epic is not None

    company.edit(epic.id, summary="OIDC logout")
    assert (epic.updated, epic.category_changed_at < company.now) == (company.now, True)

    company.edit(epic.id, status="Done")
    assert epic.category_changed_at == company.now


def test_a_move_keeps_the_id_and_gives_a_free_key(company: Company) -> None:
    epic = company.by_key("PAY-120")
    assert epic is not None

    company.move(epic.id, "RPT")

    assert epic.key.startswith("RPT-")
    assert company.by_key("PAY-120") is epic
    assert company.category_of(epic) == "done"


def test_a_larger_company_repeats_the_backlog_under_other_ids_and_keys() -> None:
    once, thrice = build_company(), build_company(scale=3)

    assert len(thrice.issues) == 3 * len(once.issues)
    assert len({issue.key for issue in thrice.issues.values()}) == len(thrice.issues)
    assert len(thrice.epics()) == 3 * 131
