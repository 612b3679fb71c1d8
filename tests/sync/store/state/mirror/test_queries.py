"""Issues are found by how they hang together."""

from msgspec.structs import replace
from sqlalchemy import Engine

from models.backlog import HierarchyLevel
from sync.store.db.batches import BATCH
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.mirror.queries import find_titles_below
from sync.store.state.site.site import SiteStore
from tests.builders import an_epic, an_issue
from tests.sync.store.state.mirror.test_mirror import PROFILE, READ_WITH, write


def test_the_first_titles_below_an_epic_are_found_and_no_others(state_engine: Engine) -> None:
    mirror, other = Mirror(state_engine, "main"), Mirror(state_engine, "other")
    epic, empty, unasked = an_epic(id=1), an_epic(id=2), an_epic(id=3)
    below = [an_issue(id=30 - n, epic_id=1, summary=f"Story {30 - n}") for n in range(5)]
    passed_over = [
        an_issue(id=10, epic_id=1, summary="", restricted=True),
        an_issue(id=11, epic_id=1, summary="Gone"),
        an_issue(id=12, epic_id=1, summary="Sub-task", hierarchy_level=HierarchyLevel.SUBTASK),
        an_issue(id=13, epic_id=3, summary="Below another"),
        an_issue(id=14, summary="Below none"),
    ]
    SiteStore(state_engine, "main").ensure_record()
    write(mirror, [epic, empty, unasked, *below, *passed_over])
    write(other, [replace(each, site="other", summary="Elsewhere") for each in (epic, below[0])])

    SiteStore(state_engine, "main").finish_walk(
        PROFILE, READ_WITH, 1, token=0, gone=[11], census=True
    )

    found = find_titles_below(mirror, [1, 2], 3)

    assert found == {1: ("Story 26", "Story 27", "Story 28")}


def test_more_epics_than_fit_into_one_question_are_asked_for(state_engine: Engine) -> None:
    mirror = Mirror(state_engine, "main")
    number = BATCH + 1
    write(mirror, [an_epic(id=n) for n in range(1, number + 1)])
    write(mirror, [an_issue(id=number + 1, epic_id=number, summary="The last")])

    assert find_titles_below(mirror, range(1, number + 1), 10) == {number: ("The last",)}
