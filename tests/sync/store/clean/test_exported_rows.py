"""An export since a cursor, laid over a copy, is the list: whatever was published meanwhile."""

from random import Random

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, text

from models.capability import ChangeKind, State
from models.errors import HistoryError, SchemaError, TryLaterError, UsageError
from models.rulebook import WithdrawnReason
from models.tables import clean
from models.tables.views import COLUMNS
from sync.store.clean.epoch import begin_epoch
from sync.store.clean.exported_rows import (
    INCREMENTAL,
    Cursor,
    WholeBecause,
    read_exported_rows,
)
from sync.store.db.addresses import parse_url
from sync.store.db.engines import build_engine, open_writer
from tests import builders
from tests.databases import name_prefixes
from tests.sync.store.clean.exporting import ViewCopy, readers_url
from tests.sync.store.clean.publishing import RandomPublisher, a_change, blank_row, withdraw

QUICK, MORE = (3,), range(4, 12)


@pytest.mark.parametrize(
    "seed", [*QUICK, *(pytest.param(seed, marks=pytest.mark.all) for seed in MORE)]
)
def test_a_copy_that_is_kept_by_exports_is_the_list(clean_engine: Engine, seed: int) -> None:
    chance = Random(seed)
    publisher = RandomPublisher(clean_engine, chance)
    publisher.publish((a_change(builders.a_row("thing-0", "Audit log")),))
    copies = [ViewCopy(readers_url(clean_engine), view) for view in INCREMENTAL]
    for _ in range(16):
        publisher.take_step()
        for copy in copies:
            if chance.random() < 0.6:
                copy.bring_up_to_date()
                assert copy.rows == copy.read_truth()

    assert publisher.revision > 6
    assert all(copy.rows for copy in copies)


def test_what_was_taken_off_or_lost_its_aliases_is_told(clean_engine: Engine) -> None:
    row = replace(builders.a_row("audit-log", "Audit log"), aliases=("SIEM", "Splunk"))
    publisher = RandomPublisher(clean_engine, Random(1))
    publisher.publish((a_change(row),))
    url = readers_url(clean_engine)
    since = read_exported_rows(url, "v1_crm", None).cursor
    publisher.publish(
        (a_change(replace(withdraw(row, WithdrawnReason.NOT_FOR_SALE), aliases=()), row),)
    )

    crm, aliases = (read_exported_rows(url, view, since) for view in ("v1_crm", "v1_alias"))

    assert [(each["is_active"], each["state_code"]) for each in crm.rows] == [
        (False, State.WITHDRAWN)
    ]
    assert aliases.rows == [{"alias": None, "capability_id": "audit-log"}]
    assert read_exported_rows(url, "v1_crm", crm.cursor).rows == []


@pytest.mark.parametrize("comes_back", [False, True])
def test_news_that_was_reworded_by_redacting_is_told_anew(
    clean_engine: Engine, comes_back: bool
) -> None:
    merged = builders.a_row("fax-delivery", "Fax delivery")
    secret = builders.a_row("falcon", "Project Falcon")
    publisher = RandomPublisher(clean_engine, Random(1))
    publisher.publish((a_change(merged), a_change(secret)))
    off = withdraw(merged, WithdrawnReason.MERGED, "falcon")
    news = a_change(off, merged, news=ChangeKind.MERGED)
    publisher.publish((replace(news, sentence="Fax delivery is now part of Project Falcon."),))
    copy = ViewCopy(readers_url(clean_engine), "v1_change")
    copy.bring_up_to_date()
    assert "Project Falcon" in str(copy.rows)
    publisher.publish((a_change(blank_row(secret), secret),))
    if comes_back:
        back = replace(secret, name="Exports")
        publisher.publish((a_change(back, blank_row(secret)),))

    copy.bring_up_to_date()

    assert "Falcon" not in str(copy.rows)
    assert copy.rows == copy.read_truth()
    assert copy.reasons == {WholeBecause.NO_CURSOR}


def test_another_epoch_is_answered_with_all_of_it(clean_engine: Engine) -> None:
    publisher = RandomPublisher(clean_engine, Random(1))
    publisher.publish((a_change(builders.a_row("audit-log", "Audit log")),))
    url = readers_url(clean_engine)
    before = read_exported_rows(url, "v1_crm", None).cursor
    begin_epoch(clean_engine, publisher.lease.token, 40)

    after = read_exported_rows(url, "v1_crm", before)

    assert (after.whole, len(after.rows)) == (WholeBecause.OTHER_EPOCH, 1)
    assert after.cursor.epoch != before.epoch
    assert read_exported_rows(url, "v1_crm", after.cursor).whole is None


def test_a_list_that_ends_before_the_cursor_is_refused(clean_engine: Engine) -> None:
    publisher = RandomPublisher(clean_engine, Random(1))
    publisher.publish((a_change(builders.a_row("audit-log", "Audit log")),))
    url = readers_url(clean_engine)
    cursor = read_exported_rows(url, "v1_crm", None).cursor

    with pytest.raises(HistoryError, match="ends at 1, and your cursor is 2"):
        read_exported_rows(url, "v1_crm", Cursor(cursor.epoch, 2))


def test_before_the_first_publication_there_is_nothing_to_export(clean_engine: Engine) -> None:
    for view in COLUMNS:
        with pytest.raises(TryLaterError, match="no list was published yet"):
            read_exported_rows(readers_url(clean_engine), view, None)


@pytest.mark.parametrize("view", [view for view in COLUMNS if view not in INCREMENTAL])
def test_what_does_not_tell_what_went_away_has_no_cursor(view: str) -> None:
    with pytest.raises(UsageError, match="is exported whole"):
        read_exported_rows(parse_url("sqlite:///nowhere.db", "x"), view, Cursor("e", 1))


@pytest.mark.parametrize("damage", ["newer", "half migrated", "no row"])
def test_a_list_of_another_contract_is_refused(clean_engine: Engine, damage: str) -> None:
    publisher = RandomPublisher(clean_engine, Random(1))
    publisher.publish((a_change(builders.a_row("audit-log", "Audit log")),))
    url = readers_url(clean_engine)
    kind = clean_engine.dialect.name
    _, views = name_prefixes(kind)
    tables = f"{views}v1_freshness_by_clock" if kind == "sqlite" else "headway.head"
    statements = {
        "newer": f"UPDATE {tables} SET contract_version = '2'",
        "half migrated": f"DROP VIEW {views}v1_crm",
        "no row": f"DELETE FROM {tables}",
    }
    engine = build_engine(url, clean.SCHEMA)
    with open_writer(engine) as connection:
        connection.execute(text(statements[damage]))
    engine.dispose()

    with pytest.raises(SchemaError, match=r"contract 2|holds no list"):
        read_exported_rows(url, "v1_crm", None)


def test_both_databases_give_the_same_rows_in_the_same_order(clean_engine: Engine) -> None:
    names = ("Zebra", "ärger", "Audit log", "audit log", "監査ログ")
    rows = [
        replace(builders.a_row(f"thing-{n}", name), aliases=tuple(sorted(names)))
        for n, name in enumerate(names)
    ]
    publisher = RandomPublisher(clean_engine, Random(1))
    publisher.publish(tuple(a_change(row) for row in rows))
    url = readers_url(clean_engine)

    crm, aliases = (read_exported_rows(url, view, None).rows for view in ("v1_crm", "v1_alias"))

    assert [row["change_seq"] for row in crm] == [1, 2, 3, 4, 5]
    assert [row["alias"] for row in aliases[:5]] == sorted(names)
    assert {type(row["is_active"]) for row in crm} == {bool}
