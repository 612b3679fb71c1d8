"""An answer to an ask as other programs are given it, be it by the command or over HTTP."""

from msgspec import Struct

from models.capability import Capability
from translators.find.search import Answer, SearchResult


class Offer(Struct, frozen=True):
    """A row that may be meant: what it is, and nothing to say of it yet."""

    capability_id: str
    name: str
    product_area: str
    summary: str


class FoundAnswer(Struct, frozen=True):
    """An answer for other programs: `row` where it is it, `close` where one must ask first."""

    answer: Answer
    row: Capability | None
    close: tuple[Offer, ...]


def tell_answer(result: SearchResult) -> FoundAnswer:
    """The row that it is, with all that may be said; or those that are close, without."""
    rows = () if result.row else result.rows
    close = tuple(
        Offer(each.capability_id, each.name, each.product_area, each.summary) for each in rows
    )
    return FoundAnswer(result.answer, result.row, close)
