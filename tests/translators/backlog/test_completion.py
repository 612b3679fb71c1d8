from datetime import timedelta
from typing import Any

import pytest

from models.backlog import DoneSource, Issue, StatusCategory, StatusChange
from tests.builders import AS_OF, an_issue, effort_rules, finished
from translators.backlog.completion import compile_is_finished, date_completion, find_completion

EARLIER = AS_OF - timedelta(days=3)
DONE = {"status": "Done", "status_category": StatusCategory.DONE}


@pytest.mark.parametrize(
    ("changes", "before", "first_run", "expected"),
    [
        ({}, None, True, (None, None)),
        ({**DONE, "resolved_at": EARLIER}, None, True, (EARLIER, DoneSource.RESOLUTION_DATE)),
        (
            {**DONE, "category_changed_at": EARLIER},
            None,
            True,
            (EARLIER, DoneSource.CATEGORY_CHANGE),
        ),
        (DONE, None, True, (None, DoneSource.UNKNOWN)),
        (DONE, None, False, (AS_OF, DoneSource.FIRST_SEEN)),
        (DONE, an_issue(), False, (AS_OF, DoneSource.FIRST_SEEN)),
        (
            DONE,
            an_issue(**DONE, done_at=EARLIER, done_source=DoneSource.FIRST_SEEN),
            False,
            (EARLIER, DoneSource.FIRST_SEEN),
        ),
        (
            DONE,
            an_issue(**DONE, done_at=None, done_source=DoneSource.UNKNOWN),
            False,
            (None, DoneSource.UNKNOWN),
        ),
    ],
)
def test_completion_is_dated_by_the_best_that_is_known(
    changes: dict[str, Any], before: Issue | None, first_run: bool, expected: tuple[Any, Any]
) -> None:
    issue = date_completion(an_issue(**changes), before, AS_OF, first_run)

    assert (issue.done_at, issue.done_source) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"resolution": "DUPLICATE"}, False),
        ({"status": "rejected"}, False),
        ({"done_at": None}, False),
        ({"status_category": StatusCategory.INDETERMINATE}, False),
    ],
)
def test_finished_is_done_dated_and_not_given_up(changes: dict[str, Any], expected: bool) -> None:
    issue = finished(done_at=EARLIER)
    issue = an_issue(**({f: getattr(issue, f) for f in issue.__struct_fields__} | changes))

    assert compile_is_finished(effort_rules())(issue) is expected


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("new>doing doing>done", 1),
        ("doing>done done>closed", 0),
        ("doing>done done>doing doing>done", 2),
        ("new>doing doing>gone", 1),
        ("gone>done", 0),
        ("", None),
    ],
)
def test_its_history_tells_when_an_issue_came_to_be_done(path: str, day: int | None) -> None:
    steps = [step.split(">") for step in path.split()]
    changes = [StatusChange(AS_OF + n * DAY, a, b) for n, (a, b) in enumerate(steps)]

    found = find_completion(reversed(changes), {"done", "closed"})

    assert found == (None if day is None else AS_OF + day * DAY)
