"""Which losses of values are no edits, on made-up issues."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue, IssueRef, StatusCategory
from models.emptied import Emptied
from models.rulebook import Guards
from sync.store.state.mirror.witnesses import FILLED
from tests.builders import AS_OF, an_epic, an_issue
from tests.rules import a_book
from translators.backlog.emptied import WATCHED, FieldWatch, tell_emptied

LIMITS: Guards = a_book().guards
LABELLED = [an_epic(id=i, key=f"PAY-{i}", labels=("psd3",)) for i in range(1, 21)]


def watch(
    pairs: list[tuple[Issue, Issue]], watcher: FieldWatch | None = None
) -> tuple[Emptied, ...]:
    """What is in doubt after these were read, each as it was and as it is."""
    watcher = watcher or FieldWatch(())
    for was, now in pairs:
        watcher.count_issue(was, now)
    return watcher.find_collapsed(LIMITS)


def lose(issues: list[Issue], number: int, *, edited: bool = False, **values: Any) -> Any:
    """The first of them lose these values, the others stay."""
    values |= {"updated_at": issues[0].updated_at + timedelta(hours=1)} if edited else {}
    lost = [(issue, replace(issue, **values)) for issue in issues[:number]]
    return lost + [(issue, issue) for issue in issues[number:]]


def test_a_field_that_goes_without_an_edit_is_in_doubt() -> None:
    (found,) = watch(lose(LABELLED, 18, labels=()))

    assert (found.field, found.project, found.lost, found.had) == ("labels", "PAY", 18, 20)
    assert tell_emptied([found]) == [
        "labels came empty in 18 of 20 issues with a value (PAY: Epic); 18 of them nobody edited"
    ]


def test_of_a_few_labelled_issues_three_are_enough_and_two_are_not() -> None:
    assert watch(lose(LABELLED[:3], 3, labels=()))
    assert not watch(lose(LABELLED[:2], 2, labels=()))


def test_a_few_of_many_are_nobodys_doubt() -> None:
    assert not watch(lose(LABELLED, 5, labels=()))


def test_what_people_edit_they_may_empty_while_others_have_the_field_still() -> None:
    assert not watch(lose(LABELLED, 15, edited=True, labels=()))
    assert watch(lose(LABELLED, 20, edited=True, labels=()))
    assert not watch(lose(LABELLED[:9], 9, edited=True, labels=()))


def test_one_project_or_type_that_lost_it_does_not_hide_among_the_others() -> None:
    others = [replace(issue, id=issue.id + 100, project="OPS") for issue in LABELLED * 5]

    (found,) = watch([*lose(LABELLED[:4], 4, labels=()), *((each, each) for each in others)])

    assert found.project == "PAY"


def test_a_single_security_level_that_goes_without_an_edit_is_in_doubt() -> None:
    secret = [replace(issue, restricted=True, summary="") for issue in LABELLED]

    assert watch(lose(secret, 1, restricted=False, summary="Read me"))
    assert not watch(lose(secret, 2, edited=True, restricted=False, summary="Read me"))
    assert watch(lose(secret, 3, edited=True, restricted=False, summary="Read me"))


def test_the_values_are_kept_and_all_else_is_taken() -> None:
    was = an_epic(labels=("psd3",), restricted=True, summary="", description=None)
    now = replace(was, labels=(), restricted=False, summary="New", status="Other")

    kept = FieldWatch(()).keep_values(was, now)

    assert (kept.labels, kept.restricted, kept.summary) == (("psd3",), True, "")
    assert kept.status == "Other"


def test_a_field_of_the_sites_own_is_watched_if_rules_name_it() -> None:
    own = [replace(issue, extra={"team": ("Blue",)}) for issue in LABELLED]

    (found,) = watch(lose(own, 20, extra={}), FieldWatch(("team",)))

    assert found.field == "field 'team'"
    assert FieldWatch(("team",)).keep_values(own[0], LABELLED[0]).extra == {"team": ("Blue",)}
    assert not watch(lose(own, 20, extra={}))


def test_what_a_reopened_issue_loses_is_no_loss() -> None:
    done = [
        an_issue(id=i, status_category=StatusCategory.DONE, resolution="Done", contributor="a")
        for i in range(1, 21)
    ]
    reopened: dict[str, Any] = {
        "status_category": StatusCategory.NEW,
        "resolution": None,
        "contributor": None,
    }

    assert not watch(lose(done, 20, **reopened))
    assert watch(lose(done, 20, resolution=None))


def test_what_a_person_said_is_true_is_taken_there_and_nowhere_else() -> None:
    accepted = watch(lose(LABELLED, 20, labels=()))
    elsewhere = [replace(issue, id=issue.id + 100, project="OPS") for issue in LABELLED]

    assert not watch(lose(LABELLED, 20, labels=()), FieldWatch((), accepted=accepted))
    assert watch(lose(elsewhere, 20, labels=()), FieldWatch((), accepted=accepted))


def test_points_that_are_read_from_another_field_are_not_watched() -> None:
    pointed = [an_issue(id=i, points=3) for i in range(1, 21)]

    assert watch(lose(pointed, 20, points=None))
    assert not watch(lose(pointed, 20, points=None), FieldWatch((), read_otherwise=True))


@pytest.mark.parametrize(
    ("had", "lost", "is_edited", "is_doubted"),
    [
        (20, 10, False, True),  # half
        (20, 9, False, False),
        (201, 100, False, False),
        (20, 18, True, True),  # 90 %
        (20, 17, True, False),
        (100, 90, True, True),
        (100, 89, True, False),
        (10, 10, True, True),  # so many were emptied
        (9, 9, True, False),
    ],
)
def test_a_share_and_a_number_make_it_a_doubt(
    had: int, lost: int, is_edited: bool, is_doubted: bool
) -> None:
    issues = [an_epic(id=i, key=f"PAY-{i}", labels=("psd3",)) for i in range(1, had + 1)]

    assert bool(watch(lose(issues, lost, edited=is_edited, labels=()))) is is_doubted


def test_one_security_level_of_many_is_enough() -> None:
    secret = [an_epic(id=i, key=f"PAY-{i}", restricted=True, summary="") for i in range(1, 202)]

    assert watch(lose(secret, 1, restricted=False, summary="Read me"))


def test_whoever_is_read_twice_is_counted_once_and_kept_as_last_read() -> None:
    watcher = FieldWatch(())
    was, now = LABELLED[0], replace(LABELLED[0], labels=())
    later = replace(now, status="Later")

    for pair in ((was, now), (was, later), (LABELLED[1], LABELLED[1])):
        watcher.count_issue(*pair)

    assert watcher.emptied == {was.id: later}
    assert watcher.read == {was.id, LABELLED[1].id}
    assert not watch(lose(LABELLED[1:3], 1, labels=()), watcher)
    assert watch(lose(LABELLED[3:7], 4, labels=()), watcher)[0].had == 7


def test_a_description_that_is_hidden_with_its_issue_is_none_that_went() -> None:
    told = [an_epic(id=i, key=f"PAY-{i}", description="Why") for i in range(1, 21)]
    stories = [replace(each, hierarchy_level=HierarchyLevel.BASE) for each in told]

    assert watch(lose(told, 20, description=None))
    assert not watch(lose(told, 20, description=None, restricted=True))
    assert not watch(lose(told, 20, description=None, hierarchy_level=HierarchyLevel.BASE))
    assert watch(lose(stories, 20, description=None))
    assert not watch(lose([replace(each, restricted=True) for each in told], 20, description=None))


def test_labels_that_go_with_a_security_level_or_the_kind_of_issue_are_in_doubt() -> None:
    gone: dict[str, Any] = {"labels": ()}

    assert watch(lose(LABELLED, 20, restricted=True, **gone))
    assert watch(lose(LABELLED, 20, hierarchy_level=HierarchyLevel.BASE, **gone))


@pytest.mark.parametrize("filled", [{"parent": IssueRef(id=7)}, {"epic_link": "PAY-7"}])
def test_a_parent_is_one_by_either_field(filled: dict[str, Any]) -> None:
    below = [an_issue(id=i, **filled) for i in range(1, 21)]

    (found,) = watch(lose(below, 20, parent=None, epic_link=None))

    assert (found.field, found.had) == ("parent", 20)


@pytest.mark.parametrize("name", [each.name for each in WATCHED if each.of_done])
def test_what_only_finished_issues_have_others_cannot_lose(name: str) -> None:
    every: dict[str, dict[str, Any]] = {
        "assignee": {"contributor": "a"},
        "resolution": {"resolution": "Done"},
        "resolution date": {"resolved_at": AS_OF},
        "day of the status": {"category_changed_at": AS_OF},
    }
    values = every[name]
    emptied: dict[str, Any] = dict.fromkeys(values)
    opened = [an_issue(id=i, **values) for i in range(1, 21)]
    done = [replace(each, status_category=StatusCategory.DONE) for each in opened]
    reopened: dict[str, Any] = {"status_category": StatusCategory.NEW}

    assert [each.field for each in watch(lose(done, 20, **emptied))] == [name]
    assert not watch(lose(opened, 20, **emptied))
    assert not watch(lose(done, 20, **emptied, **reopened))


def test_a_security_level_that_went_is_kept_with_nothing_to_read() -> None:
    was = an_epic(restricted=True, summary="", description=None)
    now = replace(was, restricted=False, summary="Secret", description="Secret too")

    kept = FieldWatch(()).keep_values(was, now)

    assert kept == was


def test_witnesses_are_found_of_every_field_that_is_watched() -> None:
    assert {each.name for each in WATCHED} == FILLED.keys()
