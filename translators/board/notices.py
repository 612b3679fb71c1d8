"""What the board says of the list's own state: how old it is, and what it lacks."""

from datetime import UTC, date, datetime

from msgspec import Struct

from models.freshness import ListFreshness

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


def list_notices(freshness: ListFreshness, on: date | None) -> tuple[Notice, ...]:
    """What to say above all else; nothing where the list is as it should be."""
    if not freshness.is_published:
        text = "That says nothing of what the product can do: ask the product team."
        return (Notice("none", "There is no list yet", text),)
    if on is not None:
        text = "It is not today's: do not tell a customer from it what there is now."
        return (Notice("past", f"This is the list as it stood on {name_day(on)}", text),)
    notices = []
    if freshness.is_stale:
        notices.append(make_stale_notice(freshness))
    if freshness.status in LACKS:
        notices.append(Notice(freshness.status, *LACKS[freshness.status]))
    return tuple(notices)


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
