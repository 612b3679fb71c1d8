"""Publishes by chance, and notes what readers saw after each publication."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from msgspec.structs import asdict, replace
from sqlalchemy import Engine, text

from models.capability import (
    DO_NOT_QUOTE,
    REDACTED_NAME,
    Capability,
    ChangeKind,
    PublishedTerm,
    RedactedNews,
    State,
)
from models.effort import Level
from models.history import ListAsOf
from models.plan import Change, Plan, Tally
from models.rulebook import TodayBy, WithdrawnReason
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from sync.store.clean.epoch import begin_epoch
from sync.store.clean.freshness import mark_freshness
from sync.store.clean.lease import Lease, take_lease
from sync.store.clean.past_list import read_clock
from sync.store.clean.publish import PublishResult, hash_row, publish_plan
from sync.store.db.engines import open_reader
from tests import builders
from tests.databases import name_prefixes

AS_OF = datetime(2026, 11, 23, 6, tzinfo=UTC)
BOOK = rulebook_from_texts(read_shipped_texts())
IDS = tuple(f"thing-{number}" for number in range(9))
NAMES = (
    "Audit log",
    "Prüfprotokoll",
    'Log "raw" <b>',
    "Übersicht\u2028zwei",
    "監査ログ",
    "Exports",
)
WORDS = RedactedNews(own="An entry was taken off the list.", others="Two entries became one.")
_BUSINESS = tuple(name for name in Capability.__struct_fields__ if name != "aliases")


def a_plan(base: int, changes: tuple[Change, ...] = (), **values: Any) -> Plan:
    """A plan of these changes on top of a revision."""
    return Plan(
        base_revision=base,
        as_of=values.pop("as_of", AS_OF),
        rulebook_digest=BOOK.digest,
        generation="g1",
        changes=changes,
        terms=values.pop("terms", None),
        remembered=(),
        tally=Tally(epics=1, by_outcome={}, left_out={}, undecided={}),
        active=0,
        unrated={},
        **values,
    )


def a_change(after: Capability, before: Capability | None = None, **values: Any) -> Change:
    """One row's change, with what is told of it."""
    kind = values.pop("news", ChangeKind.CORRECTED if before else ChangeKind.ADDED)
    return Change(
        capability_id=after.capability_id,
        before=before,
        after=after,
        because=(),
        news=kind,
        sentence=f"{after.name} is {kind.replace('_', ' ')}." if kind else None,
        redaction=WORDS if after.name == REDACTED_NAME else None,
        **values,
    )


def wait_for_clock(engine: Engine) -> datetime:
    """A moment by the database's clock after which nothing was written yet."""
    moment = read_clock(engine)
    while read_clock(engine) <= moment:
        pass
    return moment


@dataclass
class RandomPublisher:
    """Publishes what chance says; `rows` are those that were published last."""

    engine: Engine
    random: Random
    revision: int = 0
    rows: dict[str, Capability] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lease: Lease = take_lease(self.engine, "me", timedelta(hours=1))

    def take_step(self) -> None:
        """A publication, a confirmation, a run that was held back, or a new epoch."""
        step = self.random.choices(
            ("publish", "confirm", "hold", "recover"), weights=(12, 3, 2, 1)
        )[0]
        if step == "hold":
            status = self.random.choice(("held", "failing"))
            mark_freshness(self.engine, status, self.lease.token)
        elif step == "recover":
            begin_epoch(self.engine, self.lease.token, self.random.randrange(100))
        else:
            self.publish(() if step == "confirm" else self._choose_changes())

    def publish(self, changes: tuple[Change, ...], **values: Any) -> PublishResult:
        """Publish these changes, and perhaps another vocabulary."""
        if changes and "terms" not in values and self.random.random() < 0.2:
            label = self.random.choice(NAMES)
            term = PublishedTerm(kind="state", code="recent", label=label, meaning=".", rank=3)
            values["terms"] = (term,)
        unseen = self.random.choice(((), ("PAY",)))
        plan = a_plan(self.revision, changes, unseen_projects=unseen, **values)
        done = publish_plan(
            self.engine,
            plan,
            BOOK,
            run_id=f"r{self.revision}",
            token=self.lease.token,
            fresh_for=timedelta(milliseconds=self.random.choice((-1, 10**8))),
        )
        self.revision = done.revision
        self.rows |= {change.capability_id: change.after for change in changes}
        return done

    def _choose_changes(self) -> tuple[Change, ...]:
        ids = sorted(self.random.sample(IDS, self.random.randint(1, 3)))
        return tuple(self._choose_change(capability_id) for capability_id in ids)

    def _choose_change(self, capability_id: str) -> Change:
        before = self.rows.get(capability_id)
        row = before or builders.a_row(capability_id, "Audit log")
        fate = self.random.choice(("edit", "edit", "edit", "merge", "withdraw", "redact"))
        if before is None or fate == "edit":
            return a_change(self._edit(row), before)
        if fate == "redact":
            return a_change(blank_row(row), before, news=ChangeKind.WITHDRAWN)
        if fate == "merge":
            after = withdraw(row, WithdrawnReason.MERGED, self.random.choice(IDS))
            return a_change(after, before, news=ChangeKind.MERGED)
        after = withdraw(row, WithdrawnReason.NOT_FOR_SALE)
        return a_change(after, before, news=ChangeKind.WITHDRAWN)

    def _edit(self, row: Capability) -> Capability:
        state = self.random.choice((State.AVAILABLE, State.RECENT, State.EARLIER))
        rank = self.random.choice((None, 1, 5))
        levels = {None: Level.NOT_RATED, 1: Level.SMALL, 5: Level.EXCEPTIONAL}
        return replace(
            row,
            name=self.random.choice(NAMES),
            aliases=tuple(sorted(self.random.sample(NAMES, self.random.randint(0, 2)))),
            state_code=state,
            effort_code=levels[rank],
            effort_rank=rank,
            is_active=True,
            withdrawn_reason=None,
            replaced_by=None,
        )


def withdraw(row: Capability, reason: WithdrawnReason, use: str | None = None) -> Capability:
    """The row, off the list."""
    return replace(
        row,
        state_code=State.WITHDRAWN,
        statement=DO_NOT_QUOTE,
        is_active=False,
        withdrawn_reason=reason,
        replaced_by=use,
    )


def blank_row(row: Capability) -> Capability:
    """The row without its texts, as `redact` leaves it."""
    return replace(
        withdraw(row, WithdrawnReason.MISTAKE),
        name=REDACTED_NAME,
        summary="",
        product_area="",
        today_text=None,
        today_by=TodayBy.NONE,
        aliases=(),
    )


def read_views(engine: Engine) -> dict[str, Any]:
    """What the views say now, apart from what moves by itself: cursors and times of rows."""
    _, views = name_prefixes(engine.dialect.name)
    with open_reader(engine) as connection:
        found = {
            view: [
                dict(row)
                for row in connection.execute(text(f"SELECT * FROM {views}v1_{view}")).mappings()
            ]
            for view in ("capability", "alias", "change", "term", "freshness")
        }
    (freshness,) = found["freshness"]
    return {
        "rows": {
            row["capability_id"]: {name: row[name] for name in (*_BUSINESS, "content_hash")}
            for row in found["capability"]
        },
        "aliases": sorted((row["capability_id"], row["alias"]) for row in found["alias"]),
        "changes": sorted(tuple(map(str, row.values())) for row in found["change"]),
        "terms": found["term"],
        "freshness": {name: _read_time(value) for name, value in freshness.items()},
    }


def tell_views(past: ListAsOf) -> dict[str, Any]:
    """The same, as the log tells it."""
    told = asdict(past.freshness) | {"contract_version": "1"}
    return {
        "rows": {
            row.capability_id: {name: getattr(row, name) for name in _BUSINESS}
            | {"content_hash": hash_row(row)}
            for row in past.rows
        },
        "aliases": sorted((row.capability_id, alias) for row in past.rows for alias in row.aliases),
        "changes": sorted(tuple(map(str, asdict(each).values())) for each in past.changes),
        "terms": [asdict(term) for term in past.terms],
        "freshness": told,
    }


def _read_time(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    try:
        return datetime.fromisoformat(value) if str(value).endswith("Z") else value
    except ValueError:
        return value
