"""What the sales board said of a list that stood once."""

import msgspec
from msgspec.structs import replace

from models.capability import News, sort_terms
from models.freshness import ListFreshness
from models.history import ListAsOf, Period
from translators.board.content import BoardContent, build_board
from translators.board.notices import list_past_notices


def build_past_board(past: ListAsOf, period: Period) -> BoardContent:
    """The page of that list, under a banner that it is past; `past` is as `period` ended.

    All else is as a page said that was made then, words included that were redacted since.
    """
    rows = tuple(replace(row, aliases=tuple(sorted(row.aliases))) for row in past.rows)
    news = msgspec.convert(past.changes, tuple[News, ...], from_attributes=True)
    freshness = msgspec.convert(past.freshness, ListFreshness, from_attributes=True)
    notices = list_past_notices(past, period)
    return build_board(rows, sort_terms(past.terms), news, freshness, past=notices)
