"""What the sales board says, from published rows alone: one value that a page is laid out from."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from operator import attrgetter

import msgspec
from msgspec import Struct

from models.capability import Capability, ChangeKind, News, PublishedTerm, State
from models.freshness import ListFreshness
from models.rulebook import TodayBy
from translators.board.notices import MONTHS, Notice, list_notices
from translators.find.lookup import NO_LOOKUP, AskLookup, index_asks

AVAILABLE_NEWS = frozenset((ChangeKind.AVAILABLE, ChangeKind.PARTLY_AVAILABLE))
CAN_BE_USED = frozenset((State.AVAILABLE, State.PARTLY_AVAILABLE))
MOST_NEWS = 200
"""News of other kinds that the page tells: the newest."""
_STATES = tuple(State)


class Entry(Struct, frozen=True, kw_only=True):
    """A capability as the page shows it; `marks`: 1 to 5, or 0 where it is not rated."""

    capability_id: str
    name: str
    summary: str
    state_code: str
    state_label: str
    marks: int
    effort_label: str
    today_text: str
    is_by_configuration: bool
    statement: str
    disclaimer: str
    aliases: tuple[str, ...]


class Area(Struct, frozen=True):
    """A part of the product, and its entries: what can be used first, then most work first."""

    name: str
    entries: tuple[Entry, ...]


class Month(Struct, frozen=True):
    """A past month and its news, as sentences that may be passed on."""

    name: str
    sentences: tuple[str, ...]


class BoardContent(Struct, frozen=True, kw_only=True):
    """All that the page says. `is_past`: of a list that stood once, not of the one that stands.

    `rows_digest` is that of the rows that `lookup` was made of (`digest_rows`), if any. Nothing but
    what the v1 views show, or showed, goes in, so that nothing else can come out.
    """

    areas: tuple[Area, ...]
    became_available: tuple[Month, ...]
    other_news: tuple[Month, ...]
    states: tuple[PublishedTerm, ...]
    levels: tuple[PublishedTerm, ...]
    guide: tuple[PublishedTerm, ...]
    asked_when: PublishedTerm | None
    disclaimer: str
    freshness: ListFreshness
    notices: tuple[Notice, ...]
    lookup: AskLookup
    rows_digest: str
    is_past: bool = False

    @property
    def number(self) -> int:
        """How many entries are on the list."""
        return sum(len(area.entries) for area in self.areas)


def build_board(
    rows: tuple[Capability, ...],
    terms: Iterable[PublishedTerm],
    news: Iterable[News],
    freshness: ListFreshness,
    *,
    past: tuple[Notice, ...] = (),
    lookup: AskLookup | None = None,
) -> BoardContent:
    """The page's content for these rows, the words for them, their news and their freshness.

    `past` are the notices of a list that stood once; `lookup` is the rows' own, where it is known.
    """
    rows = sort_rows(rows) if freshness.is_published else ()
    active = [row for row in rows if row.is_active]
    by_kind: dict[str, list[PublishedTerm]] = defaultdict(list)
    for term in terms:
        by_kind[term.kind].append(term)
    usable = {row.capability_id for row in active if row.state_code in CAN_BE_USED}
    told = list(news)
    available = [
        each for each in told if each.kind in AVAILABLE_NEWS and each.capability_id in usable
    ]
    others = [each for each in told if each.kind not in AVAILABLE_NEWS]
    return BoardContent(
        areas=_group_by_area(active),
        became_available=_group_by_month(available),
        other_news=_group_by_month(others[-MOST_NEWS:]),
        states=tuple(term for term in by_kind["state"] if term.code != State.WITHDRAWN),
        levels=tuple(by_kind["effort"]),
        guide=tuple(by_kind["guide"]),
        asked_when=next(iter(by_kind["asked_when"]), None),
        disclaimer=active[0].disclaimer if active else "",
        freshness=freshness,
        notices=list_notices(freshness, past),
        lookup=index_asks(rows) if lookup is None else lookup,
        rows_digest="" if lookup is NO_LOOKUP else digest_rows(rows),
        is_past=bool(past),
    )


def sort_rows(rows: Iterable[Capability]) -> tuple[Capability, ...]:
    """In the order of their ids: views give them in none."""
    return tuple(sorted(rows, key=attrgetter("capability_id")))


def digest_rows(rows: tuple[Capability, ...]) -> str:
    """A digest that other rows do not have; the same for the same rows in the same order."""
    return hashlib.sha256(msgspec.json.encode(rows)).hexdigest()


def _group_by_area(active: Iterable[Capability]) -> tuple[Area, ...]:
    by_area: dict[str, list[Capability]] = defaultdict(list)
    for row in active:
        by_area[row.product_area].append(row)
    return tuple(
        Area(name, tuple(map(_make_entry, sorted(by_area[name], key=_order))))
        for name in sorted(by_area, key=lambda name: (name.casefold(), name))
    )


def _order(row: Capability) -> tuple[int, int, str, str]:
    place = _STATES.index(row.state_code)
    return place, -(row.effort_rank or 0), row.name.casefold(), row.capability_id


def _make_entry(row: Capability) -> Entry:
    return Entry(
        capability_id=row.capability_id,
        name=row.name,
        summary=row.summary,
        state_code=row.state_code,
        state_label=row.state_label,
        marks=row.effort_rank or 0,
        effort_label=row.effort_label,
        today_text=row.today_text or "",
        is_by_configuration=row.today_by is TodayBy.CONFIGURATION,
        statement=row.statement,
        disclaimer=row.disclaimer,
        aliases=row.aliases,
    )


def _group_by_month(news: Iterable[News]) -> tuple[Month, ...]:
    """Months, the newest first, and in each the newest news first."""
    by_month: dict[str, list[str]] = defaultdict(list)
    for each in news:
        by_month[each.changed_month].insert(0, each.sentence)
    return tuple(
        Month(_name_month(month), tuple(by_month[month])) for month in sorted(by_month)[::-1]
    )


def _name_month(month: str) -> str:
    """November 2026, for 2026-11."""
    year, _, number = month.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}"
