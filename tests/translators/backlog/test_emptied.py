"""Which losses of values are no edits, on made-up issues."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from models.backlog import Issue, StatusCategory
from models.emptied import Emptied
from models.rulebook import Guards
from sync.store.state.witnesses import FILLED
from tests.builders import an_epic, an_issue
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


def test_witnesses_are_found_of_every_field_that_is_watched() -> None:
    assert {each.name for each in WATCHED} == FILLED.keys()
