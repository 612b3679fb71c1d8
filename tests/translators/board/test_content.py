from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import asdict, replace

from models.capability import REDACTED_NAME, Capability, ChangeKind, State
from models.effort import Level
from models.history import (
    ListAsOf,
    LoggedPublication,
    LostPublications,
    PastFreshness,
    Period,
)
from tests.board.lists import a_board, a_freshness, sample_rows, some_news
from tests.builders import AS_OF, a_row
from translators.board.past import build_past_board


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


def a_past_list(*rows: Capability, **changes: object) -> ListAsOf:
    fresh = PastFreshness(
        revision=1,
        epoch="e",
        published_at=AS_OF,
        row_count=len(rows),
        **asdict(a_freshness(status="held")),
    )
    values = {"terms": (), "changes": (), "publication": a_publication()} | changes
    return ListAsOf(moment=AS_OF, rows=rows, freshness=fresh, **values)  # type: ignore[arg-type]


def a_publication() -> LoggedPublication:
    texts = dict.fromkeys(LoggedPublication.__struct_fields__, "x")
    numbers = {"revision": 1, "change_seq": 1, "refused": 0}
    moments = {"as_of": AS_OF, "published_at": AS_OF}
    return LoggedPublication(**(texts | numbers | moments))  # type: ignore[arg-type]


def a_day(day: int, zone: str = "UTC", *, is_over: bool = True) -> Period:
    begins = datetime(2026, 3, day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    ends = begins + timedelta(days=1, microseconds=-1)
    return Period(text=f"2026-03-{day:02}", zone=zone, begins=begins, ends=ends, is_over=is_over)


@pytest.mark.parametrize(
    ("period", "when"),
    [
        (a_day(1), "1 March 2026"),
        (a_day(1, "Asia/Tokyo"), "1 March 2026"),
        (a_day(1, "America/Los_Angeles"), "1 March 2026"),
        (a_day(1, is_over=False), "1 March 2026, 23:59 UTC"),
        (replace(a_day(2), ends=a_day(2).begins), "2 March 2026, 00:00 UTC"),
    ],
)
def test_a_past_page_says_when_it_stood_so_and_then_what_its_own_page_said(
    period: Period, when: str
) -> None:
    board = build_past_board(a_past_list(*sample_rows()[:2]), period)

    titles = [notice.title for notice in board.notices]
    assert titles == [f"This is the list as it stood on {when}", "Newer changes wait for a person"]
    assert board.is_past
    assert board.number == 2


def test_a_time_whose_publications_were_lost_is_said_to_be_unknown() -> None:
    lost = LostPublications(since=AS_OF, until=AS_OF + timedelta(days=1), revision=4)
    rows = sample_rows()[:2]

    known = build_past_board(a_past_list(*rows, lost=lost), a_day(1))
    none = build_past_board(a_past_list(publication=None, lost=replace(lost, since=None)), a_day(1))

    words = "What could be read then is not known for sure"
    assert [notice.title for notice in known.notices][1] == words
    assert "What stands here is the last that is known." in known.notices[1].text
    assert none.notices[0].title == words
    assert "nothing had been published" not in str(none.notices)


def test_words_that_were_removed_since_are_named_as_such() -> None:
    rows = sample_rows()[:2]
    blank = a_row("blank", REDACTED_NAME)
    gone = frozenset((rows[0].capability_id, "blank", "never-there"))

    board = build_past_board(a_past_list(*rows, blank, removed=gone), a_day(1))

    text = next(notice.text for notice in board.notices if notice.code == "removed")
    assert f"as they read then: {rows[0].capability_id}. " in text


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
