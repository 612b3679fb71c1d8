"""What an entry of the publication log has in it: the pieces of its own publication, no other."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Engine, text

from models.conditions import Line
from models.finding import Finding
from models.plan import Plan
from models.promises import Waiver
from models.rulebook import RuleBook
from sync.store.clean.lease import TTL, take_lease
from sync.store.clean.publication_log import list_lines, name_part
from sync.store.clean.publish import PublishResult, publish_plan
from sync.store.db.engines import open_reader
from tests.databases import name_prefixes
from tests.sync.store.clean.test_publish import AS_OF, BOOK, TERM, a_plan, a_row

TODAY = AS_OF.date()


def a_waiver(says: str, until: date, capability: str | None = None) -> Waiver:
    return Waiver(
        says=says,
        capability=capability,
        reason="it is a name",
        by="@pm",
        until=until,
        at=Line("own.yaml", 3),
    )


def publish(
    engine: Engine, *plans: Plan, book: RuleBook = BOOK
) -> tuple[list[PublishResult], dict[int, list[tuple[str, str]]]]:
    """What came of publishing these one after another, and the pieces of each in the log."""
    token = take_lease(engine, "me", TTL).token
    done = [
        publish_plan(engine, plan, book, run_id="r1", token=token, fresh_for=timedelta(days=1))
        for plan in plans
    ]
    pieces: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for revision, kind, subject in read(engine, "publication_part", "revision, kind, subject"):
        pieces[revision].append((kind, subject))
    return done, {revision: sorted(found) for revision, found in pieces.items()}


def read(engine: Engine, table: str, columns: str) -> list[tuple[Any, ...]]:
    tables, _ = name_prefixes(engine.dialect.name)
    query = f"SELECT {columns} FROM {tables}{table} ORDER BY revision"
    with open_reader(engine) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_an_entry_has_the_rows_the_news_and_the_words_of_its_own_publication(
    clean_engine: Engine,
) -> None:
    first = a_plan(a_row(), a_row("passkeys", aliases=()), terms=(TERM,))

    _, pieces = publish(clean_engine, first, a_plan(a_row("scim", aliases=()), base=1))

    assert pieces == {
        1: [
            ("news", "audit-log 1"),
            ("news", "passkeys 2"),
            ("row", "audit-log"),
            ("row", "passkeys"),
            ("terms", ""),
        ],
        2: [("news", "scim 3"), ("row", "scim")],
    }


def test_whoever_publishes_is_told_the_hash_that_closes_the_log(clean_engine: Engine) -> None:
    plans = (a_plan(a_row()), a_plan(base=1), a_plan(a_row("scim", aliases=()), base=1))

    done, _ = publish(clean_engine, *plans)

    first, second = read(clean_engine, "publication", "previous_hash, hash, fence")
    assert [each.hash for each in done] == [first[1], first[1], second[1]]
    assert (second[0], second[2]) == (first[1], 1)


def test_an_entry_counts_the_texts_that_the_linter_kept_back(clean_engine: Engine) -> None:
    findings = tuple(
        Finding(code, "x", "y")
        for code in ("promise-in-text", "promise-in-alias", "promise-in-wording", "epic-gone")
    )

    publish(clean_engine, a_plan(a_row(), findings=findings))

    assert read(clean_engine, "publication", "refused") == [(3,)]


def test_an_entry_has_the_waivers_that_were_in_force(clean_engine: Engine) -> None:
    waivers = (
        a_waiver("soon", TODAY),
        a_waiver("ever", TODAY - timedelta(days=1)),
        a_waiver("by June", TODAY + timedelta(days=9), "audit-log"),
    )
    book = replace(BOOK, linting=replace(BOOK.linting, waivers=waivers))

    _, pieces = publish(clean_engine, a_plan(a_row()), book=book)

    assert [each for each in pieces[1] if each[0] == "waiver"] == [
        ("waiver", "- 1"),
        ("waiver", "audit-log 2"),
    ]
    contents = {
        subject: msgspec.json.decode(str(content))
        for kind, subject, content in read(
            clean_engine, "publication_part", "kind, subject, content"
        )
        if kind == "waiver"
    }
    assert contents["- 1"]["says"] == "soon"
    assert contents["audit-log 2"]["until"] == f"{TODAY + timedelta(days=9)}"


def test_a_part_is_known_by_its_kind_and_capability_alone() -> None:
    names = {name_part("news", "audit-log 7"), name_part("news", "audit-log 9")}

    assert len(names) == 1
    assert name_part("row", "audit-log") not in names
    assert name_part("news", "audit 7") not in names
    assert {len(name) for name in names} == {16}
    assert list_lines([("row", "b", "2"), ("row", "a", "1")]) == sorted(
        f"{name_part('row', subject)} {hash_}" for subject, hash_ in (("a", "1"), ("b", "2"))
    )
