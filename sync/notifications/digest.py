"""Words a digest: names and sentences that are published, numbers and ages; no date anywhere.

It goes where sales reads along: the promise linter has nothing against any line of it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from models.digest import Digest
from translators.plurals import count_noun, join_few

MOST_NAMES = 20
MOST_NEWS = 20
HOUR = timedelta(hours=1)
LACKS = {
    "partial": "A project cannot be seen, and what it feeds is shown as it was; `headway status` "
    "says which and what to do.",
    "held": "Newer changes are held back for a person; `headway status` says why.",
    "failing": "Newer runs failed; `headway status` says why.",
}
"""By the status of v1_freshness, what a list lacks that is not current."""


def word_digest(digest: Digest) -> Iterator[str]:
    """The lines of a digest: what is available, what changed, what waits, how fresh the list is."""
    if not digest.freshness.is_published:
        yield "Nothing was published yet."
    else:
        yield from _word_list(digest)
        yield from _word_news(digest)
    yield _word_waiting(digest)
    if digest.freshness.is_published:
        yield _word_freshness(digest)


def _word_list(digest: Digest) -> Iterator[str]:
    available = join_few(digest.available, MOST_NAMES) or "no entry"
    yield f"Available today: {available}."
    if digest.partly_available:
        yield f"Partly available today: {join_few(digest.partly_available, MOST_NAMES)}."
    if digest.others:
        yield f"{count_noun(digest.others, 'more entry', 'tell', one='tells')} of past work alone."


def _word_news(digest: Digest) -> Iterator[str]:
    span = word_age(digest.since, digest.until)
    if not digest.news:
        yield f"Nothing changed in the last {span}."
        return
    yield f"Changed in the last {span}:"
    yield from (f"  {sentence}" for sentence in digest.news[-MOST_NEWS:])
    if len(digest.news) > MOST_NEWS:
        yield f"  and {len(digest.news) - MOST_NEWS} before these"


def _word_waiting(digest: Digest) -> str:
    if not digest.waiting or digest.waiting_since is None:
        return "No decision waits."
    number = count_noun(digest.waiting, "decision", "wait", one="waits")
    age = word_age(digest.waiting_since, digest.until)
    return f"{number} for the product team, the oldest for {age}; `headway queue` lists them."


def _word_freshness(digest: Digest) -> str:
    fresh = digest.freshness
    checked_at = fresh.checked_at or digest.until
    age = word_age(checked_at, digest.until)
    if fresh.is_stale:
        told = f"The list is stale: no run has confirmed it for {age}. Ask before you go by it."
    else:
        when = "less than an hour ago" if digest.until - checked_at < HOUR else f"{age} ago"
        told = f"The list is fresh: a run confirmed it {when}."
    lacks = LACKS.get(fresh.status)
    return f"{told} {lacks}" if lacks else told


def word_age(since: datetime, until: datetime) -> str:
    """A length of time to the nearest hour, of more than two days to the nearest day."""
    hours = max(round((until - since) / HOUR), 1)
    return count_noun(hours, "hour") if hours <= 48 else count_noun(round(hours / 24), "day")
