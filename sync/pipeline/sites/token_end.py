"""When Jira's token ends, as the operator wrote it down: no interface of Jira tells."""

from datetime import date, datetime, timedelta

from translators.plurals import count_noun

TOKEN_ENDS = "token-ends"
"""The code of the finding that a run makes of it."""
WARN_DAYS = 30
"""So many days before its token ends people begin to be told."""
REMEDY = (
    "Make a new one, put it into HEADWAY_JIRA_TOKEN and its last day into "
    "HEADWAY_JIRA_TOKEN_EXPIRES: the next run takes it."
)


def word_token_end(ends: date | None, now: datetime) -> str:
    """That it ends soon, or has ended; empty where there is time, or nobody wrote down when."""
    days = count_days_left(ends, now)
    if days is None or days > WARN_DAYS:
        return ""
    if days < 0:
        return "the token has ended"
    return f"the token ends in {count_noun(days, 'day')}" if days else "the token ends today"


def count_days_left(ends: date | None, now: datetime) -> int | None:
    """Whole days; 0 on the last one, fewer after it. None where nobody wrote down when it ends."""
    return (ends - now.date()) // timedelta(days=1) if ends else None
