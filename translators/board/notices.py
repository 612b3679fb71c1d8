"""What the board says of the list's own state: how old it is, and what it lacks."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from models.capability import REDACTED_NAME
from models.freshness import ListFreshness
from models.history import ListAsOf, LostPublications, Period

MONTHS = (
    "January February March April May June July August September October November December"
).split()
ASK = "Ask the product team before you rely on it."
LACKS = {
    "partial": (
        "Part of the list could not be brought up to date",
        "A project cannot be seen at present, and what it feeds is shown as it was. "
        "All other entries are current.",
    ),
    "held": (
        "Newer changes wait for a person",
        "Something unusual came in and is being looked at. This is the last list that was let "
        "through.",
    ),
    "failing": (
        "Newer runs came to no result",
        "This is the last good list. Whoever runs Headway has been told why.",
    ),
}
"""By the status of v1_freshness: what the list lacks, and what that means for a reader."""


class Notice(Struct, frozen=True):
    """Something to know before reading on: its code for styling, a heading, and a sentence."""

    code: str
    title: str
    text: str


def list_notices(freshness: ListFreshness, past: tuple[Notice, ...] = ()) -> tuple[Notice, ...]:
    """What to say above all else; nothing where the list is as it should be.

    On a page of a past list, what `past` says comes before what that list's own page said.
    """
    if not freshness.is_published:
        if past:
            return past
        text = "That says nothing of what the product can do: ask the product team."
        return (Notice("none", "There is no list yet", text),)
    notices = [*past]
    if freshness.is_stale:
        notices.append(make_stale_notice(freshness))
    if freshness.status in LACKS:
        notices.append(Notice(freshness.status, *LACKS[freshness.status]))
    return tuple(notices)


def list_past_notices(past: ListAsOf, period: Period) -> tuple[Notice, ...]:
    """What a page of a past list says of being one: when it stood so, and what of it is in doubt.

    The words that were removed from the list since stand on such a page, and it says so.
    """
    notices = []
    if past.is_published or past.lost is None:
        notices.append(_make_past_notice(past, period))
    if past.lost is not None:
        notices.append(_make_lost_notice(past.lost, is_known=past.is_published))
    removed = list_removed(past)
    if removed:
        what = f"Removed from the list since, and shown as they read then: {', '.join(removed)}."
        title = "Words stand here that nobody is to read any more"
        notices.append(Notice("removed", title, f"{what} Do not pass this page on."))
    return tuple(notices)


def list_removed(past: ListAsOf) -> tuple[str, ...]:
    """The ids of rows whose words could be read then, and were redacted since."""
    return tuple(
        row.capability_id
        for row in past.rows
        if row.capability_id in past.removed and row.name != REDACTED_NAME
    )


def _make_past_notice(past: ListAsOf, period: Period) -> Notice:
    whole_day = period.is_over and period.begins != period.ends
    if whole_day:
        when = name_day(period.begins.astimezone(ZoneInfo(period.zone)).date())
        end = f"It shows what could be read when that day ended ({period.zone}). "
    else:
        when, end = name_moment(period.ends), ""
    if not past.is_published:
        text = f"{end}That says nothing of what the product could do."
        return Notice("past", f"On {when} nothing had been published yet", text)
    what = "It is not today's" if whole_day else "It shows nothing of later"
    text = f"{end}{what}: do not tell a customer from it what there is now."
    return Notice("past", f"This is the list as it stood on {when}", text)


def _make_lost_notice(lost: LostPublications, *, is_known: bool) -> Notice:
    since = f"from {name_moment(lost.since)}" if lost.since else "before"
    shown = "What stands here is the last that is known. " if is_known else ""
    until = f"until {name_moment(lost.until)}" if lost.since else name_moment(lost.until)
    text = f"Publications {since} {until} went with a lost database. {shown}"
    return Notice("lost", "What could be read then is not known for sure", text.strip())


def make_stale_notice(freshness: ListFreshness) -> Notice:
    """What is said once `stale_after` has passed, be it when the page is made or opened."""
    since = f" since {name_moment(freshness.checked_at)}" if freshness.checked_at else ""
    return Notice("stale", "This list is stale", f"Nobody has confirmed it{since}. {ASK}")


def name_day(day: date) -> str:
    """23 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def name_moment(moment: datetime) -> str:
    """23 November 2026, 06:00 UTC."""
    there = moment.astimezone(UTC)
    return f"{name_day(there.date())}, {there:%H:%M} UTC"
