"""Holds what the clean database says was published against what the state database remembers.

A clean database that was restored from a backup, or lost, would hand out numbers a second time,
and whoever has read on from them would never see what changed. So both remember, and where they
differ nothing is published before a person has a new epoch begun.
"""

from msgspec import Struct

from models.errors import HistoryError, Problem, SettingsError
from sync.crash_points import pass_crash_point
from sync.pipeline.context import Context
from sync.store.clean.epoch import (
    HistoryEnd,
    begin_epoch,
    claim_for_site,
    find_publication_hash,
    read_history_end,
)
from sync.store.clean.lease import acquire_lease
from sync.store.db.addresses import describe_place
from sync.store.state.last_publication import (
    PublicationMark,
    read_last_publication,
    remember_publication,
)

RECOVER = (
    "Nothing was published, and readers see what stands there. If the newest backup is in its "
    "place, run `headway recover`: it begins a new epoch, so that every reader reads anew."
)


class Recovered(Struct, frozen=True, kw_only=True):
    """What a recovery found and did; `difference` is None where both histories were one."""

    difference: str | None
    epoch: str
    revision: int
    change_seq: int


def find_difference(context: Context, known: PublicationMark | None, end: HistoryEnd) -> str | None:
    """How the clean database's `end` differs from what is `known`, in words; None if not at all."""
    if known is None:
        return None
    at = f"revision {known.revision} (change_seq {known.change_seq}) was published last"
    if end.epoch != known.epoch and not end.revision:
        return f"is another one than before, and empty, where {at}"
    if end.epoch != known.epoch:
        return f"is of another epoch than the one in which {at}"
    if end.revision < known.revision or end.change_seq < known.change_seq:
        return f"went back to revision {end.revision} (change_seq {end.change_seq}), where {at}"
    is_same = end.revision == known.revision
    there = end.hash if is_same else find_publication_hash(context.clean, known.revision)
    if known.hash and there != known.hash:
        return f"tells another history of revision {known.revision} than the one that was published"
    return None


def check_histories(context: Context) -> PublicationMark | None:
    """The last publication that is remembered, which the clean database agrees with.

    HistoryError where that went back, SettingsError where it is the list of another site.
    """
    end = read_history_end(context.clean)
    known = read_last_publication(context.state)
    names = context.settings.site_names
    if end.site not in (None, *names) and not (known and _has_fed(context)):
        site = names[0]
        what = f"says {site!r}, and the list in the clean database is that of site {end.site!r}"
        remedy = (
            f"Put {end.site!r} back, or give {site!r} databases of its own (HEADWAY_CLEAN_URL, "
            "HEADWAY_STATE_URL): two sites in one list would overwrite each other."
        )
        raise SettingsError(Problem("HEADWAY_SITE", what, remedy))
    if difference := find_difference(context, known, end):
        raise HistoryError(Problem(describe_place(context.clean.url), difference, RECOVER))
    return known


def _has_fed(context: Context) -> bool:
    """Whether a site of the settings has brought something to the list: one that left it was the
    first to do so."""
    records = (
        context.narrow(name).site_store.find_record() for name in context.settings.site_names
    )
    return any(record and record.generation for record in records)


def note_publication(context: Context, known: PublicationMark | None) -> None:
    """Let the state database remember where the clean one stands, and whose it is."""
    end = read_history_end(context.clean)
    if end.site is None:
        claim_for_site(context.clean, context.settings.site_names[0])
    mark = PublicationMark(
        epoch=end.epoch, revision=end.revision, change_seq=end.change_seq, hash=end.hash
    )
    if mark != known:
        remember_publication(context.state, mark)
    pass_crash_point("publish.noted")


def recover_history(context: Context, *, restored: bool = False) -> Recovered:
    """Begin a new epoch where the histories differ; where they do not, nothing is changed.

    Numbers go on above all that either database knows to have been handed out. `restored` is a
    person's word that both were restored: then they agree, and neither knows what came after.
    """
    with acquire_lease(context.clean) as lease:
        known = read_last_publication(context.state)
        end = read_history_end(context.clean)
        difference = find_difference(context, known, end)
        if difference is None and restored and end.revision:
            difference = f"was restored as of revision {end.revision} or before, as you say"
        if difference is not None:
            last = known or end
            is_behind = end.epoch != last.epoch or end.revision < last.revision
            begin_epoch(
                context.clean,
                lease.token,
                last.change_seq,
                lost=max(last.revision, end.revision) if restored else last.revision,
                is_older=restored or is_behind,
            )
            context.invalidate_translation()
            note_publication(context, known)
    end = read_history_end(context.clean)
    return Recovered(
        difference=difference, epoch=end.epoch, revision=end.revision, change_seq=end.change_seq
    )
