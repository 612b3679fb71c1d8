"""Gathers what sales could see of one capability on a day, and what of the log proves it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import zip_longest
from zoneinfo import ZoneInfo

import msgspec

from models.capability import REDACTED_NAME, Capability
from models.evidence import (
    CapabilityLog,
    Evidence,
    PastChange,
    Presence,
    ShownPart,
    Version,
)
from models.history import ListAsOf, LoggedWaiver, Period, PublishedNews


def gather_evidence(
    capability_id: str, period: Period, past: ListAsOf, log: CapabilityLog, *, shows_removed: bool
) -> Evidence:
    """What could be seen in that time; `past` is the list at its end, and `log` goes so far.

    Words that were redacted since are withheld unless `shows_removed`.
    """
    is_removed = capability_id in past.removed and not shows_removed
    published_at = {link.publication.revision: link.publication.published_at for link in log.links}
    rows = [
        (part.revision, msgspec.json.decode(part.content, type=Capability))
        for part in log.parts
        if part.kind == "row"
    ]
    withheld = {revision for revision, row in rows if is_removed and row.name != REDACTED_NAME}
    rewritten = frozenset[tuple[str, int]]() if shows_removed else log.rewritten
    versions = tuple(_list_versions(rows, published_at, withheld))
    seen = tuple(each for each in versions if _overlaps(each, period))
    last = rows[-1][1] if rows else None
    is_hidden = bool(rows) and rows[-1][0] in withheld
    shown = [
        part
        for part in log.parts
        if not (part.kind in ("row", "news") and part.revision in withheld)
        and (part.subject, part.revision) not in rewritten
    ]
    waivers = () if last is None or is_hidden else tuple(_list_applied(past.waivers, last))
    return Evidence(
        capability_id=capability_id,
        period=period,
        presence=_find_presence(past, last),
        versions=tuple(_end_with(seen, period)),
        first_seen=log.first.published_at if log.first else None,
        changed=tuple(
            each
            for each in _list_changes(rows, shown, published_at)
            if _is_in_month(each.published_at, period)
        ),
        published=tuple(
            link.publication
            for link in log.links
            if period.begins <= link.publication.published_at <= period.ends
        ),
        publication=past.publication,
        terms=tuple(
            term
            for term in past.terms
            if last is not None
            and not is_hidden
            and (term.kind, term.code) in (("state", last.state_code), ("effort", last.effort_code))
        ),
        waivers=waivers,
        freshness=past.freshness,
        lost=past.lost,
        is_withheld=bool(withheld) or bool(rewritten),
        links=log.links,
        shown=tuple(part for part in shown if part.kind != "waiver" or _tells_one(part, waivers)),
    )


def _find_presence(past: ListAsOf, last: Capability | None) -> Presence:
    if not past.is_published:
        return Presence.NO_LIST
    if last is None:
        return Presence.NOT_LISTED
    return Presence.LISTED if last.is_active else Presence.WITHDRAWN


def _list_versions(
    rows: list[tuple[int, Capability]], published_at: dict[int, datetime], withheld: set[int]
) -> Iterator[Version]:
    ends = [published_at[revision] for revision, _ in rows[1:]]
    for (revision, row), until in zip_longest(rows, ends):
        yield Version(
            revision=revision,
            since=published_at[revision],
            until=until,
            row=None if revision in withheld else row,
        )


def _overlaps(version: Version, period: Period) -> bool:
    """Whether somebody could read it in that time."""
    return version.since <= period.ends and (version.until is None or version.until > period.begins)


def _end_with(versions: Iterable[Version], period: Period) -> Iterator[Version]:
    """The versions, the last of them without an end: what came after the time is not told of."""
    for version in versions:
        is_after = version.until is not None and version.until > period.ends
        yield msgspec.structs.replace(version, until=None) if is_after else version


def _list_changes(
    rows: list[tuple[int, Capability]],
    shown: list[ShownPart],
    published_at: dict[int, datetime],
) -> Iterator[PastChange]:
    told = (
        (part.revision, msgspec.json.decode(part.content, type=PublishedNews))
        for part in shown
        if part.kind == "news"
    )
    news = dict(sorted(told, key=lambda each: each[1].change_seq))
    before: Capability | None = None
    for revision, row in rows:
        columns = tuple(
            name
            for name in Capability.__struct_fields__
            if before is not None and getattr(before, name) != getattr(row, name)
        )
        own = news.get(revision)
        yield PastChange(
            revision=revision,
            published_at=published_at[revision],
            columns=columns,
            sentence=own.sentence if own else None,
        )
        before = row


def _is_in_month(moment: datetime, period: Period) -> bool:
    """Whether it was in the month in which the time lies, by its own time zone."""
    zone = ZoneInfo(period.zone)
    then, asked = moment.astimezone(zone), period.begins.astimezone(zone)
    return (then.year, then.month) == (asked.year, asked.month)


def _list_applied(waivers: Iterable[LoggedWaiver], row: Capability) -> Iterator[LoggedWaiver]:
    """Those without which this row's words might not have passed."""
    values = (getattr(row, name) for name in Capability.__struct_fields__)
    words = [value for value in values if isinstance(value, str)] + [*row.aliases]
    for waiver in waivers:
        is_for_it = waiver.capability in (None, row.capability_id)
        if is_for_it and any(waiver.says in text for text in words):
            yield waiver


def _tells_one(part: ShownPart, waivers: Iterable[LoggedWaiver]) -> bool:
    return msgspec.json.decode(part.content, type=LoggedWaiver) in waivers
