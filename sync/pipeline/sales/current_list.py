"""The list as it is now: its head is read for each answer, its rows where they are others."""

from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy.engine import URL

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
    """A list, its rows made ready to be searched, and how fresh it is now."""

    shown: ListForReaders
    search: CompiledSearch
    freshness: ListFreshness


@dataclass
class CurrentList:
    """What readers see at an address. Many may ask at once; one at a time is answered."""

    clean_url: URL
    with_news: bool = False
    lock: Lock = field(default_factory=Lock)
    _head: ListHead | None = None
    _shown: ListForReaders | None = None
    _search: CompiledSearch | None = None

    def read(self) -> ListAtHand:
        """The list, with no rows where nothing is published; raises as `read_list` does.

        Hold `lock` as long as it is searched.
        """
        head = read_list_head(self.clean_url)
        if self._search is None or self._shown is None or not self._is_same(head):
            self._shown = read_list(self.clean_url, with_news=self.with_news)
            self._search, self._head = CompiledSearch(self._shown.rows), head
        return ListAtHand(self._shown, self._search, _tell_freshness(head))

    def _is_same(self, head: ListHead) -> bool:
        before = self._head
        return before is not None and (before.epoch, before.revision) == (head.epoch, head.revision)


def _tell_freshness(head: ListHead) -> ListFreshness:
    return ListFreshness(**{name: getattr(head, name) for name in ListFreshness.__struct_fields__})
