"""Finds what stands above issues, as far as it tells their epics."""

from collections.abc import Iterable, Sequence

from models.backlog import IssuePlace
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.mirror.queries import find_by_keys
from sync.store.state.mirror.streams import read_places_above, read_places_below
from translators.backlog.hierarchy import Family, Placed, resolve_epics


class Epics:
    """Where all epics, and what is above them, stand: looked at without asking the database."""

    def __init__(self, places: Sequence[IssuePlace] = ()) -> None:
        self._by_id = {place.id: place for place in places}
        self._by_key = {place.key: place for place in places}

    def find_epics(self, ids: Iterable[int], keys: Iterable[str]) -> list[IssuePlace]:
        """Those of them that have these ids or keys."""
        by_id = [self._by_id[issue_id] for issue_id in ids if issue_id in self._by_id]
        return by_id + [self._by_key[key] for key in keys if key in self._by_key]


def load_family(mirror: Mirror, issues: Iterable[Placed], epics: Epics | None = None) -> Family:
    """These issues and all above them, and whatever has a key by which a parent is named.

    `epics` are given where they have been read already.
    """
    epics = epics or Epics()
    family: dict[int, Placed] = {issue.id: issue for issue in issues}
    newest = list(family.values())
    asked: set[str] = set()
    while newest:
        parents = [issue.parent for issue in newest if issue.parent]
        ids = {parent.id for parent in parents if parent.id is not None} - family.keys()
        keys = {parent.key for parent in parents if parent.id is None and parent.key}
        keys = (keys | {issue.epic_link for issue in newest if issue.epic_link}) - asked
        asked |= keys
        known = epics.find_epics(ids, keys)
        ids -= {place.id for place in known}
        keys -= {place.key for place in known}
        above: list[Placed] = [*known, *mirror.read_by_ids(ids)] if ids else [*known]
        above += find_by_keys(mirror, keys) if keys else []
        newest = [issue for issue in above if issue.id not in family]
        family.update((issue.id, issue) for issue in newest)
    return Family(family[issue_id] for issue_id in sorted(family))


def resolve_all(mirror: Mirror) -> dict[int, str]:
    """Write the epic of every issue as it now stands; which are orphaned, by code."""
    above = read_places_above(mirror)
    mirror.write_epics({place.id: None for place in above if place.epic_id is not None})
    epics = Epics(above)
    orphaned: dict[int, str] = {}
    for places in read_places_below(mirror):
        resolved = resolve_epics(places, load_family(mirror, places, epics))
        orphaned.update(resolved.orphaned)
        mirror.write_epics(
            {
                place.id: resolved.epics[place.id]
                for place in places
                if place.epic_id != resolved.epics[place.id]
            }
        )
    return orphaned
