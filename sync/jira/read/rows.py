"""Reads pages and rows of a backlog as far as paging needs them: issues stay undecoded."""

import msgspec
from msgspec import Raw

from models.errors import IncompleteWalkError, Problem
from sync.jira.client.body import LARGE
from sync.jira.client.texts import clean_key
from sync.jira.read.schema import MOST_COUNTED, Count, IdOnly, KeyOnly, Page, PageOfIds

MOST_DIGITS_OF_ID = 14
"""More than any Jira will ever count to, and fewer than `IDS_A_SITE` has."""

_page_of_ids = msgspec.json.Decoder(PageOfIds)
_page = msgspec.json.Decoder(Page)
_count = msgspec.json.Decoder(Count)
_id_only = msgspec.json.Decoder(IdOnly)
_key_only = msgspec.json.Decoder(KeyOnly)


def read_page(body: bytes) -> Page:
    """The page itself, or IncompleteWalkError if it is not one.

    A large one is looked through first, since millions of empty rows would fill the memory, and
    is let go of, since rows that wait would keep all that stands between them.
    """
    is_large = len(body) > LARGE
    try:
        if is_large:
            _page_of_ids.decode(body)
        page = _page.decode(body)
    except msgspec.DecodeError as error:
        raise explain_broken("a page of the backlog cannot be read", error) from None
    if page.issues is None:
        raise explain_broken("a page of the backlog has no list of issues")
    if page.total is not None and not 0 <= page.total <= MOST_COUNTED:
        page.total = None
    if is_large:
        page.issues = [row.copy() for row in page.issues]
    return page


def read_count(body: bytes) -> int:
    """About how many issues there are, or IncompleteWalkError if that is not said."""
    try:
        return _count.decode(body).count
    except msgspec.DecodeError as error:
        raise explain_broken("the count of the backlog cannot be read", error) from None


def read_id(raw: bytes | Raw) -> int:
    """The id of a row, or IncompleteWalkError."""
    try:
        return parse_id(_id_only.decode(raw).id)
    except (msgspec.DecodeError, ValueError):
        raise explain_broken("a row of the backlog carries no id") from None


def parse_id(text: str) -> int:
    """An id that a database can keep, or ValueError."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS_OF_ID):
        raise ValueError("an id that is no number of sensible length")
    return int(text)


def read_key(raw: Raw) -> tuple[int, str]:
    """The id and the key of a row, or IncompleteWalkError."""
    try:
        return read_id(raw), clean_key(_key_only.decode(raw).key)
    except msgspec.DecodeError:
        raise explain_broken("a row of the backlog carries no key") from None


def explain_broken(what: str, error: Exception | None = None) -> IncompleteWalkError:
    """The error for what makes no sense although it came through."""
    detail = f": {str(error)[:120]}" if error else ""
    remedy = "Nothing was published; if it stays, please report it with the issue's key."
    return IncompleteWalkError(Problem("walk", f"{what}{detail}", remedy))


def explain_incomplete(what: str) -> IncompleteWalkError:
    """The error of a walk that did not come through whole."""
    return IncompleteWalkError(Problem("walk", what, "Nothing was published; run again."))
