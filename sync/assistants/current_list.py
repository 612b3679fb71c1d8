"""The list as it is now: its head is read for each answer, its rows where they are others."""

from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy.engine import URL

from models.errors import SchemaError
from models.freshness import ListFreshness
from sync.store.clean.readers_view import (
    ListForReaders,
    ListHead,
    read_list,
    read_list_head,
)
from translators.find.search import CompiledSearch


@dataclass(frozen=True)
class ListAtHand:
    """A list, and its rows made ready to be searched."""

    shown: ListForReaders
    search: CompiledSearch
    freshness: ListFreshness


@dataclass
class CurrentList:
    """What readers see at an address. Many may ask at once; one at a time is answered."""

    clean_url: URL
    lock: Lock = field(default_factory=Lock)
    _head: ListHead | None = None
    _shown: ListForReaders | None = None
    _search: CompiledSearch | None = None

    def read(self) -> ListAtHand | None:
        """The list, or None where there is none; DatabaseError where it cannot be read now.

        Hold `lock` as long as it is searched.
        """
        try:
            head = read_list_head(self.clean_url)
            if not head.is_published:
                return None
            if self._search is None or self._shown is None or not self._is_same(head):
                self._shown = read_list(self.clean_url)
                self._search, self._head = CompiledSearch(self._shown.rows), head
        except SchemaError:
            self._head = None
            return None
        return ListAtHand(self._shown, self._search, head)

    def _is_same(self, head: ListHead) -> bool:
        before = self._head
        return before is not None and (before.epoch, before.revision) == (head.epoch, head.revision)
