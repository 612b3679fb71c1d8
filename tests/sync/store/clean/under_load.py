"""A list that two workers publish and readers read meanwhile: what was published, what was seen."""

import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from msgspec.structs import replace
from sqlalchemy import Engine

from models.capability import REDACTED_NAME, Capability, ChangeKind, RedactedNews, State
from models.effort import Level
from models.errors import LeaseHeldError
from models.plan import Plan
from models.rulebook import WithdrawnReason
from models.tables import clean
from sync.store.clean.freshness import mark_freshness, read_head_revision
from sync.store.clean.lease import release_lease, take_lease
from sync.store.clean.publish import hash_row, publish_plan
from sync.store.clean.readers_file import find_readers_file
from sync.store.db.engines import build_engine
from tests.sync.store.clean.test_publish import BOOK, a_plan, a_row

WORKERS, READERS = 2, 3
MOST_ROWS = 120
SECRET = "Codename Falcon"
WORDS = RedactedNews("An entry has been taken off the list.", "An entry is part of another entry.")
SHORT = timedelta(seconds=30)
QUERIES = {
    "rows": "SELECT capability_id, name, is_active, change_seq, content_hash FROM v1_capability",
    "news": "SELECT change_seq, capability_id, kind, sentence FROM v1_change",
    "aliases": "SELECT capability_id, alias FROM v1_alias",
    "freshness": "SELECT revision, status, row_count, epoch FROM v1_freshness",
}


@dataclass(frozen=True)
class Look:
    """All that one reader saw in one transaction, asked for in several queries."""

    rows: dict[str, tuple[Any, ...]]
    news: list[tuple[Any, ...]]
    aliases: list[tuple[Any, ...]]
    revision: int
    status: str
    row_count: int
    epoch: str


@dataclass
class Load:
    """What became of a list: `truth` has its rows after each revision, by the plans alone.

    `held` are looks at revisions after which a run was held, `unchanged` those that were confirmed.
    """

    publications: int
    truth: dict[int, dict[str, Capability]] = field(default_factory=lambda: {0: {}})
    held: dict[int, Look] = field(default_factory=dict)
    unchanged: set[int] = field(default_factory=set)
    refused: int = 0
    redacted_at: int = 0
    looks: list[list[Look]] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    due: list[threading.Event] = field(default_factory=list)


def run_load(engine: Engine, publications: int) -> Load:
    """Publish with two workers while readers read, each on a connection that stays open."""
    load = Load(publications, due=[threading.Event() for _ in range(READERS)])
    done = threading.Event()
    workers = [
        threading.Thread(target=_guard, args=(load, _work, engine, load, number))
        for number in range(WORKERS)
    ]
    readers = [
        threading.Thread(target=_guard, args=(load, _read, engine, load, due, done))
        for due in load.due
    ]
    for thread in (*readers, *workers):
        thread.start()
    for thread in workers:
        thread.join()
    done.set()
    for event in load.due:
        event.set()
    for thread in readers:
        thread.join()
    return load


def _guard(load: Load, act: Any, *arguments: Any) -> None:
    try:
        act(*arguments)
    except BaseException as error:  # noqa: BLE001 - told to the test
        load.failures.append(error)


def _work(shared: Engine, load: Load, number: int) -> None:
    """Publish in turn with the other: a change, nothing new, or that a run was held."""
    engine = build_engine(shared.url, clean.SCHEMA)
    try:
        _publish_in_turn(engine, load, number)
    finally:
        engine.dispose()


def _publish_in_turn(engine: Engine, load: Load, number: int) -> None:
    chance = random.Random(number)
    while max(load.truth) < load.publications:
        try:
            lease = take_lease(engine, f"worker {number}", SHORT)
        except LeaseHeldError:
            load.refused += 1
            continue
        base = read_head_revision(engine)
        if base % 8 == 3 and base not in load.held:
            mark_freshness(engine, "held", lease.token)
            with open_as_reader(engine) as ask:
                load.held[base] = _look(ask)
        else:
            is_unchanged = base % 8 == 5 and base not in load.unchanged
            plan = a_plan(base=base) if is_unchanged else _plan(load, base, chance)
            if is_unchanged:
                load.unchanged.add(base)
            else:
                changed = {change.capability_id: change.after for change in plan.changes}
                load.truth[base + 1] = load.truth[base] | changed
                if any(change.redaction for change in plan.changes):
                    load.redacted_at = base + 1
            for event in load.due:
                event.set()
            publish_plan(engine, plan, BOOK, run_id="r", token=lease.token, fresh_for=SHORT)
        release_lease(engine, lease)


def _plan(load: Load, base: int, chance: random.Random) -> Plan:
    """Some new rows, some that read otherwise, one taken off, and once one that is redacted."""
    before = load.truth[base]
    fresh = range(3 if len(before) < MOST_ROWS else 0)
    rows = {f"row-{base}-{n}": a_row(f"row-{base}-{n}", name=f"Row {base} {n}") for n in fresh}
    if base == 0:
        rows["falcon"] = a_row("falcon", name=SECRET, aliases=(f"{SECRET} alias",))
    for row in chance.sample(sorted(before.values(), key=lambda r: r.capability_id), min(4, base)):
        if row.is_active:
            rows[row.capability_id] = replace(row, summary=f"Since {base}.", aliases=(f"a{base}",))
    if base == load.publications // 2:
        rows["falcon"] = _take_off(before["falcon"])
    plan = a_plan(*rows.values(), base=base)
    return replace(
        plan,
        remembered=(),
        changes=tuple(
            replace(
                change,
                before=before.get(change.capability_id),
                news=None if change.capability_id in before else ChangeKind.ADDED,
                redaction=WORDS if change.after.name == REDACTED_NAME else None,
            )
            for change in plan.changes
        ),
    )


def _take_off(row: Capability) -> Capability:
    return replace(
        row,
        name=REDACTED_NAME,
        summary="",
        state_code=State.WITHDRAWN,
        effort_code=Level.NOT_RATED,
        effort_rank=None,
        is_active=False,
        withdrawn_reason=WithdrawnReason.MISTAKE,
        aliases=(),
    )


def _read(engine: Engine, load: Load, due: threading.Event, done: threading.Event) -> None:
    """Look whenever something is being published, and once more when all is done."""
    looks: list[Look] = []
    load.looks.append(looks)
    with open_as_reader(engine) as ask:
        while True:
            due.wait()
            due.clear()
            last = done.is_set()
            looks.append(_look(ask))
            if last:
                return


def _look(ask: Any) -> Look:
    ask("BEGIN")
    found = {name: ask(query) for name, query in QUERIES.items()}
    ask("COMMIT")
    ((revision, status, row_count, epoch),) = found["freshness"]
    rows = {row[0]: tuple(row) for row in found["rows"]}
    return Look(rows, found["news"], found["aliases"], revision, status, row_count, epoch)


@contextmanager
def open_as_reader(engine: Engine) -> Iterator[Any]:
    """Ask as a reader does: of SQLite the readers' file, of PostgreSQL as its role's sessions."""
    path = find_readers_file(engine)
    if path is not None:
        with closing(_connect_file(path)) as file:
            yield lambda query: file.execute(query).fetchall()
        return
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    options = "-c search_path=sales -c default_transaction_isolation=repeatable\\ read"
    with psycopg.connect(url, options=options, autocommit=True) as server:

        def ask(query: str) -> list[Any]:
            cursor = server.execute(query.encode())
            return cursor.fetchall() if cursor.description else []

        yield ask


def _connect_file(path: Path) -> sqlite3.Connection:
    address = f"{path.as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=30, isolation_level=None)


def as_read(rows: dict[str, Capability]) -> dict[str, tuple[str, str, bool, str]]:
    """Rows as plans have them, in the shape of a look without its change_seq."""
    return {key: (key, row.name, row.is_active, hash_row(row)) for key, row in sorted(rows.items())}
