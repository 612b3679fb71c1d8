"""Joins promises that were made to what the list said on the day: the promise ledger.

By class and by month; never by person.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from models.capability import Capability, State
from translators.find.search import CompiledSearch
from translators.promises.violation import Violation

DATES = ("P1", "P2")
"""The classes that say when."""
PROMISE = "P"
"""How the classes of promises begin; the others are leaks."""


class Standing(StrEnum):
    """What a promise was of, on the day it was made."""

    AVAILABLE = "available"
    PARTLY_AVAILABLE = "partly_available"
    WORKED_ON = "worked_on"
    NOT_LISTED = "not_listed"
    DATE = "date"
    NO_LIST = "no_list"
    UNDATED = "undated"


_BY_STATE = {
    State.AVAILABLE: Standing.AVAILABLE,
    State.PARTLY_AVAILABLE: Standing.PARTLY_AVAILABLE,
    State.RECENT: Standing.WORKED_ON,
    State.EARLIER: Standing.WORKED_ON,
}
List = tuple[Capability, ...]


class Remark(Struct, frozen=True):
    """What the linter found at a place of a document, and the day that the document is of."""

    file: str
    place: str
    line: int | None
    day: date | None
    violation: Violation
    sentence: str
    around: str

    @property
    def is_promise(self) -> bool:
        """Whether it is a promise, and no leak."""
        return self.violation.rule.startswith(PROMISE)


class Entry(Struct, frozen=True):
    """A promise, what it was of, and the capability that it names.

    A date has a capability too, where its sentence names one. One that is not listed may have been
    on the list on another day.
    """

    remark: Remark
    standing: Standing
    capability_id: str | None


class PromiseLedger(Struct, frozen=True):
    """Every promise, and how many there were of each kind, by class and by month (2026-03).

    The month of a document without a day is "".
    """

    entries: tuple[Entry, ...]
    total: Counter[Standing]
    by_class: dict[str, Counter[Standing]]
    by_month: dict[str, Counter[Standing]]


def write_ledger(
    remarks: Iterable[Remark], lists: Mapping[date, List | None], ever: List
) -> PromiseLedger:
    """The ledger of the promises among `remarks`.

    `lists` has what could be read at the end of each day, None before the first publication; and
    `ever` every capability that was published at any time.
    """
    join = _Join(lists, ever)
    entries = tuple(join.write_entry(each) for each in remarks if each.is_promise)
    by_class: defaultdict[str, Counter[Standing]] = defaultdict(Counter)
    by_month: defaultdict[str, Counter[Standing]] = defaultdict(Counter)
    for entry in entries:
        day = entry.remark.day
        by_class[entry.remark.violation.rule][entry.standing] += 1
        by_month[f"{day:%Y-%m}" if day else ""][entry.standing] += 1
    total = Counter(entry.standing for entry in entries)
    return PromiseLedger(
        entries, total, dict(sorted(by_class.items())), dict(sorted(by_month.items()))
    )


class _Join:
    """Looks up what sentences speak of, on the list of their day."""

    def __init__(self, lists: Mapping[date, List | None], ever: List) -> None:
        self._lists = lists
        self._ever = tuple(replace(row, is_active=True) for row in ever)
        self._others: dict[int, List] = {}
        self._searches: dict[int, CompiledSearch] = {}
        self._known: dict[tuple[int, str], Capability | None] = {}

    def write_entry(self, remark: Remark) -> Entry:
        """What a promise was of, on its day."""
        rows = self._lists.get(remark.day) if remark.day else None
        row = self._find(rows, remark) if rows else None
        named = row or self._find(self._list_others(rows), remark)
        capability_id = named.capability_id if named else None
        if remark.violation.rule in DATES:
            return Entry(remark, Standing.DATE, capability_id)
        if remark.day is None:
            return Entry(remark, Standing.UNDATED, capability_id)
        if rows is None:
            return Entry(remark, Standing.NO_LIST, capability_id)
        standing = _BY_STATE[row.state_code] if row else Standing.NOT_LISTED
        return Entry(remark, standing, capability_id)

    def _list_others(self, rows: List | None) -> List:
        """What was published at some time, and was not on a day's list."""
        if id(rows) not in self._others:
            listed = {row.capability_id for row in rows or () if row.is_active}
            others = (row for row in self._ever if row.capability_id not in listed)
            self._others[id(rows)] = tuple(others)
        return self._others[id(rows)]

    def _find(self, rows: List, remark: Remark) -> Capability | None:
        """What a sentence names; where it names nothing, what the words around it do."""
        for text in (remark.sentence, remark.around):
            key = (id(rows), text)
            if key not in self._known:
                self._known[key] = self._search(rows, text)
            if (row := self._known[key]) is not None:
                return row
        return None

    def _search(self, rows: List, text: str) -> Capability | None:
        """By identity: the lists of days on which nothing was published are one and the same."""
        if id(rows) not in self._searches:
            self._searches[id(rows)] = CompiledSearch(rows)
        return self._searches[id(rows)].find_mentioned(text)
