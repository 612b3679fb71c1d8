from datetime import date, datetime, timedelta, timezone

import pytest
from msgspec.structs import replace

from models.capability import Capability, ChangeKind, State
from models.effort import Level
from tests.board.lists import a_board, sample_rows, some_news
from tests.builders import a_row


def test_entries_stand_by_area_what_can_be_used_first_then_most_work() -> None:
    def row(name: str, state: State, rank: int | None, area: str = "Billing") -> Capability:
        return a_row(name, name, state_code=state, effort_rank=rank, product_area=area)

    board = a_board(
        [
            row("recent-2", State.RECENT, 2),
            row("recent-none", State.RECENT, None),
            row("recent-5", State.RECENT, 5),
            row("available", State.AVAILABLE, None),
            row("partly", State.PARTLY_AVAILABLE, 1),
            row("other", State.EARLIER, 1, "administration"),
        ]
    )

    assert [area.name for area in board.areas] == ["administration", "Billing"]
    names = [entry.name for entry in board.areas[1].entries]
    assert names == ["available", "partly", "recent-5", "recent-2", "recent-none"]
    assert [entry.marks for entry in board.areas[1].entries] == [0, 1, 5, 2, 0]
    assert board.number == 6


def test_what_is_off_the_list_is_not_on_the_board() -> None:
    gone = a_row("gone", "Gone", is_active=False, state_code=State.WITHDRAWN)

    assert a_board([gone]).areas == ()


def test_only_what_can_be_used_now_became_available_by_past_month() -> None:
    rows = [
        a_row("now", "Now", state_code=State.AVAILABLE),
        a_row("part", "Part", state_code=State.PARTLY_AVAILABLE),
        a_row("no-more", "No more", state_code=State.RECENT),
        a_row("gone", "Gone", is_active=False, state_code=State.WITHDRAWN),
    ]
    news = some_news(
        ("now", ChangeKind.ADDED, "2026-08"),
        ("no-more", ChangeKind.AVAILABLE, "2026-08"),
        ("gone", ChangeKind.AVAILABLE, "2026-09"),
        ("part", ChangeKind.PARTLY_AVAILABLE, "2026-09"),
        ("now", ChangeKind.AVAILABLE, "2026-11"),
    )

    board = a_board(rows, news)

    told = [(month.name, month.sentences) for month in board.became_available]
    assert told == [
        ("November 2026", ("now is available.",)),
        ("September 2026", ("part is partly_available.",)),
    ]
    assert [month.name for month in board.other_news] == ["August 2026"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"is_stale": True}, ["stale"]),
        ({"status": "partial"}, ["partial"]),
        ({"status": "held"}, ["held"]),
        ({"status": "failing", "is_stale": True}, ["stale", "failing"]),
        ({"as_of": None, "checked_at": None, "stale_after": None, "is_stale": True}, ["none"]),
        ({"status": "unheard of"}, []),
    ],
)
def test_what_the_list_lacks_is_said_above_all_else(
    changes: dict[str, object], codes: list[str]
) -> None:
    assert [notice.code for notice in a_board(**changes).notices] == codes  # type: ignore[arg-type]


def test_a_list_that_was_never_published_shows_no_row_however_many_there_are() -> None:
    board = a_board(as_of=None, checked_at=None, stale_after=None, is_stale=True)

    assert board.areas == ()
    assert board.lookup.names == {}


def test_a_past_day_says_that_it_is_not_today_and_nothing_of_being_stale() -> None:
    board = a_board(on=date(2026, 3, 1), is_stale=True, status="held")

    (notice,) = board.notices
    assert notice.title == "This is the list as it stood on 1 March 2026"


def test_moments_are_said_in_words_and_in_utc() -> None:
    moment = datetime(2026, 12, 2, 0, 52, tzinfo=timezone(timedelta(hours=14)))

    (notice,) = a_board(is_stale=True, checked_at=moment).notices

    assert "since 1 December 2026, 10:52 UTC" in notice.text


def test_what_is_not_rated_has_no_mark_and_its_own_word() -> None:
    row = replace(
        sample_rows()[0],
        effort_code=Level.NOT_RATED,
        effort_rank=None,
        effort_label="Not rated",
    )

    (entry,) = a_board([row]).areas[0].entries

    assert (entry.marks, entry.effort_label) == (0, "Not rated")
