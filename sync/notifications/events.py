"""Tells what happened to the list since the mark, and words it: pure, of values that were read.

A message holds what readers of the list can see, the hash that closes the publication log, and
how a run ended as an exit code. What a run said of Jira stays inside.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime

from msgspec import Struct

from models.digest import Digest
from models.errors import DatabaseError, RefusedError, TryLaterError, UsageError
from models.notification import (
    EndedRun,
    Event,
    LoggedRevision,
    Message,
    OutboxMark,
    Payload,
    RunCondition,
)
from models.plan import canonical_json
from sync.notifications.digest import word_digest
from sync.pipeline.sites.token_end import REMEDY as NEW_TOKEN
from sync.pipeline.sites.token_end import count_days_left, word_token_end
from translators.plain_text import format_moment
from translators.plurals import count_noun

REMEDIES = {
    UsageError.exit_code: "Mend the settings or the rule book; `headway status` says more.",
    DatabaseError.exit_code: "Mend a database; `headway status` says which.",
    TryLaterError.exit_code: "The next run tries again; `headway status` says what kept it.",
    RefusedError.exit_code: "Jira refuses us; `headway status` says what, and what to do.",
}
REPORT_IT = "`headway status` and the log have more; please report it."
CONDITIONS = {
    "partial": RunCondition.PARTIAL,
    "held": RunCondition.HELD,
    "failed": RunCondition.FAILING,
}
"""What a run that ended otherwise than well says of how things stand."""
KINDS = {
    RunCondition.PARTIAL: Event.PARTIAL,
    RunCondition.HELD: Event.HELD,
    RunCondition.FAILING: Event.FAILING,
}
TOKEN_TOLD = (1, 7, 30)
"""So many days before the token ends receivers are told, each time once; and when it has ended."""


class Observed(Struct, frozen=True, kw_only=True):
    """The list as readers see it, how the last run went, and what was published since the mark.

    `last` is the publication that readers see, None before the first. `digest` is there where one
    is due since `digest_due`. `list_name` is empty where there is one list alone.
    """

    now: datetime
    revision: int
    is_stale: bool
    checked_at: datetime | None
    stale_after: datetime | None
    status: str
    run: EndedRun | None
    last: LoggedRevision | None
    published: tuple[LoggedRevision, ...] = ()
    digest: Digest | None = None
    digest_due: datetime | None = None
    token_ends: date | None = None
    list_name: str = ""


def make_mark(observed: Observed, before: OutboxMark | None) -> OutboxMark:
    """Where the mark stands once all that was observed is told; never behind where it was.

    A clean database may go back, to a backup; numbers are handed out once all the same.
    """
    run = observed.run
    condition = CONDITIONS.get(run.outcome, RunCondition.GOOD) if run else RunCondition.GOOD
    cause = ""
    if run is not None and condition is not RunCondition.GOOD:
        first = re.sub(r"\d+", "#", run.message.partition("\n")[0])
        cause = _digest(f"{run.exit_code} {first}")
    return OutboxMark(
        revision=max(observed.revision, before.revision if before else 0),
        condition=condition,
        cause=cause,
        is_stale=observed.is_stale and observed.last is not None,
        digested_at=_find_digested(observed, before),
        token_told=_name_warning(observed) if before else "",
    )


def _find_digested(observed: Observed, before: OutboxMark | None) -> datetime:
    """Up to when a digest is told; a time still to come was noted by a clock that was ahead."""
    is_told = before is not None and not _is_digest_due(observed, before)
    return min(before.digested_at, observed.now) if before and is_told else observed.now


def _is_digest_due(observed: Observed, before: OutboxMark) -> bool:
    """Whether there is a digest that nobody told in the meantime."""
    due = observed.digest_due
    return observed.digest is not None and due is not None and before.digested_at < due


def _name_warning(observed: Observed) -> str:
    """The last day of the token, and the nearest of the days before it on which it is told."""
    days = count_days_left(observed.token_ends, observed.now)
    if days is None or days > TOKEN_TOLD[-1]:
        return ""
    near = "ended" if days < 0 else next(each for each in TOKEN_TOLD if days <= each)
    return f"{observed.token_ends} {near}"


def tell_events(observed: Observed, before: OutboxMark | None) -> Iterator[Message]:
    """The messages that lead from one mark to what was observed; of the past, none."""
    if before is None:
        return
    now = make_mark(observed, before)
    for publication in observed.published:
        if publication.revision > before.revision:
            yield _tell_publication(publication, observed)
    run = observed.run
    if run and now.cause and now.cause != before.cause:
        yield _tell(
            KINDS[now.condition],
            run.finished_at,
            _word_failure(run, observed),
            observed,
            run.run_id,
        )
    if now.is_stale and not before.is_stale and observed.stale_after:
        yield _tell(Event.STALE, observed.stale_after, _word_stale(observed), observed)
    is_well = now.condition is RunCondition.GOOD and not now.is_stale
    was_well = before.condition is RunCondition.GOOD and not before.is_stale
    if run and is_well and not was_well:
        said = f"Runs go well again. {_word_list(observed)}"
        yield _tell(Event.RECOVERED, run.finished_at, said, observed, run.run_id)
    if now.token_told and now.token_told != before.token_told:
        yield _tell_token(observed, now.token_told)
    if observed.digest and _is_digest_due(observed, before):
        yield _tell_digest(observed, observed.digest)


def _tell_token(observed: Observed, warning: str) -> Message:
    data: Payload = {"message": _word_token(observed), "ends": f"{observed.token_ends}"}
    data |= {"status": observed.status, "is_stale": observed.is_stale}
    return _make(Event.TOKEN_ENDS, observed.now, data, warning, observed)


def _tell_digest(observed: Observed, digest: Digest) -> Message:
    data: Payload = {"message": "\n".join(word_digest(digest)), "status": observed.status}
    data |= {"is_stale": observed.is_stale, "checked_at": _write(observed.checked_at)}
    data |= {
        "since": _write(digest.since),
        "available": len(digest.available),
        "partly_available": len(digest.partly_available),
        "others": digest.others,
        "changes": len(digest.news),
        "waiting": digest.waiting,
    }
    if observed.last:
        data |= _describe(observed.last)
    return _make(Event.DIGEST, observed.now, data, _write(observed.digest_due) or "", observed)


def _tell_publication(publication: LoggedRevision, observed: Observed) -> Message:
    said = (
        f"Published revision {publication.revision}: "
        f"{count_noun(publication.rows, 'entry', 'changed', one='changed')}. "
        f"The list is as of {format_moment(publication.as_of)}."
    )
    data = _describe(publication) | {"entries_changed": publication.rows}
    name = f"{publication.epoch} {publication.revision}"
    data |= {"message": said}
    return _make(Event.PUBLISHED, publication.published_at, data, name, observed)


def _tell(
    kind: Event, when: datetime, said: str, observed: Observed, run_id: str | None = None
) -> Message:
    data: Payload = {"message": said, "status": observed.status, "is_stale": observed.is_stale}
    data |= {"checked_at": _write(observed.checked_at)}
    if observed.last:
        data |= _describe(observed.last)
    if run_id and observed.run:
        data |= {"run": run_id, "exit_code": observed.run.exit_code}
    return _make(kind, when, data, f"{run_id or _write(when)}", observed)


def _describe(publication: LoggedRevision) -> Payload:
    """What readers know a publication by, and the hash that closes the log behind it."""
    return {
        "epoch": publication.epoch,
        "revision": publication.revision,
        "change_seq": publication.change_seq,
        "as_of": _write(publication.as_of),
        "chain": publication.hash,
    }


def _make(kind: Event, when: datetime, data: Payload, name: str, observed: Observed) -> Message:
    """A message whose id is that of what it tells, however often that is found.

    Of several lists each has ids of its own: one token may end for all of them.
    """
    if observed.list_name:
        data, name = data | {"list": observed.list_name}, f"{name} {observed.list_name}"
    payload = {"type": kind.value, "timestamp": _write(when), "data": data}
    return Message(
        message_id=f"msg_{_digest(f'{kind.value} {name}')[:32]}",
        kind=kind,
        body=canonical_json(payload).decode(),
    )


def _word_failure(run: EndedRun, observed: Observed) -> str:
    kept = _word_list(observed)
    if run.outcome == "partial":
        return (
            "A project cannot be seen, or not whole: what it feeds stays as it was, all else is "
            f"current. {kept} `headway status` says which project, and what to do."
        )
    if run.outcome == "held":
        return f"A run is held back for a person to decide. {kept} `headway status` says why."
    remedy = REMEDIES.get(run.exit_code, REPORT_IT)
    return f"The last run came to no result (exit {run.exit_code}). {kept} {remedy}"


def _word_stale(observed: Observed) -> str:
    since = f" since {format_moment(observed.checked_at)}" if observed.checked_at else ""
    return (
        f"The list is stale: no run has confirmed it{since}. See whether `headway serve` runs; "
        "`headway status` says how the last runs went."
    )


def _word_token(observed: Observed) -> str:
    what = word_token_end(observed.token_ends, observed.now)
    return (
        f"Jira: {what}. {_word_list(observed)} Without a token no run can read Jira, and the list "
        f"goes stale. {NEW_TOKEN}"
    )


def _word_list(observed: Observed) -> str:
    if observed.last is None:
        return "Nothing was published yet."
    return f"Sales reads the list as of {format_moment(observed.last.as_of)}."


def _write(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}" if moment else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
