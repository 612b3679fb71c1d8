"""A list that went back, or is another's, publishes nothing until a person has said what it is."""

import re
from dataclasses import replace as with_changes
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from models.errors import HistoryError, LeaseHeldError, SettingsError
from models.tables import clean, state
from sync.pipeline.consistency.histories import (
    check_histories,
    find_difference,
    note_publication,
    recover_history,
)
from sync.pipeline.context import Context
from sync.settings.site import SiteSettings
from sync.store.clean.epoch import (
    HistoryEnd,
    begin_epoch,
    claim_for_site,
    find_publication_hash,
    read_history_end,
)
from sync.store.clean.freshness import read_freshness
from sync.store.clean.lease import TTL, take_lease
from sync.store.clean.publish import publish_plan
from sync.store.db.addresses import describe_place
from sync.store.db.engines import open_reader, open_writer
from sync.store.state.last_publication import (
    PublicationMark,
    read_last_publication,
    remember_publication,
)
from tests.builders import a_row
from tests.passed_points import noted_points
from tests.sync.store.clean.publishing import BOOK, a_change, a_plan
from tests.variants import on_sqlite_first

pytestmark = on_sqlite_first
DAY = timedelta(days=1)


def publish(context: Context, *names: str) -> HistoryEnd:
    """Publish once for each name, by a worker that is killed then: nobody remembers it."""
    for name in names:
        token = take_lease(context.clean, "me", timedelta(seconds=-1)).token
        base = read_freshness(context.clean).revision
        row = a_row(f"thing-{base}", name)
        plan = a_plan(base, (a_change(row),))
        publish_plan(context.clean, plan, BOOK, run_id="r", token=token, fresh_for=DAY)
    return read_history_end(context.clean)


def mark_of(end: HistoryEnd, **changes: Any) -> PublicationMark:
    """What is remembered of a list that ends so."""
    mark = PublicationMark(
        epoch=end.epoch, revision=end.revision, change_seq=end.change_seq, hash=end.hash
    )
    return replace(mark, **changes)


def known(context: Context, **changes: Any) -> PublicationMark:
    """Remember a mark like the list's end."""
    mark = mark_of(read_history_end(context.clean), **changes)
    remember_publication(context.state, mark)
    return mark


def recoveries(context: Context) -> list[tuple[datetime | None, int]]:
    """Since when the list of each epoch holds, and the last revision that it lost."""
    table = clean.recovery.c
    query = select(table.since, table.lost_revision).order_by(table.began_at)
    with open_reader(context.clean) as connection:
        return [tuple(row) for row in connection.execute(query)]


def published_at(context: Context) -> datetime | None:
    return read_freshness(context.clean).published_at


@pytest.mark.parametrize(
    ("remembered", "what"),
    [
        ({}, None),
        ({"hash": None}, None),
        ({"hash": "f" * 64}, "tells another history of revision 2 than the one that was published"),
        ({"revision": 1, "change_seq": 1}, "tells another history of revision 1 than"),
        (
            {"revision": 3},
            "went back to revision 2 (change_seq 2), where revision 3 (change_seq 2)",
        ),
        ({"change_seq": 3}, "went back to revision 2 (change_seq 2), where revision 2"),
        ({"epoch": "e"}, "is of another epoch than the one in which revision 2 (change_seq 2)"),
    ],
)
def test_how_a_list_differs_from_what_was_published_last_is_told(
    context: Context, remembered: dict[str, Any], what: str | None
) -> None:
    end = publish(context, "One", "Two")

    told = find_difference(context, mark_of(end, **remembered), end)

    assert (told or "").startswith(what or "")
    assert bool(told) is bool(what)
    assert find_difference(context, None, end) is None


def test_a_list_that_went_on_from_what_was_published_last_is_the_same(context: Context) -> None:
    first = publish(context, "One")
    end = publish(context, "Two")

    assert find_difference(context, mark_of(first), end) is None


def test_a_list_ends_with_its_last_publication(context: Context) -> None:
    begin_epoch(context.clean, take_lease(context.clean, "me", timedelta(seconds=-1)).token)
    empty = read_history_end(context.clean)
    first = publish(context, "One")
    second = publish(context, "Two")

    assert (empty.revision, empty.change_seq, empty.hash) == (0, 0, None)
    assert (second.revision, second.change_seq, second.epoch) == (2, 2, empty.epoch)
    assert [first.hash, second.hash] == [
        find_publication_hash(context.clean, revision) for revision in (1, 2)
    ]
    assert first.hash != second.hash
    assert find_publication_hash(context.clean, 3) is None


def test_a_list_that_is_new_and_empty_is_another(context: Context) -> None:
    end = read_history_end(context.clean)
    told = find_difference(context, mark_of(end, epoch="e", revision=4, change_seq=9), end)

    assert told == (
        "is another one than before, and empty, where revision 4 (change_seq 9) was published last"
    )


def test_a_run_goes_on_from_what_is_remembered_and_by_no_list_that_went_back(
    context: Context,
) -> None:
    publish(context, "One")
    before = check_histories(context)
    mark = known(context)

    assert (before, check_histories(context)) == (None, mark)
    known(context, revision=2)
    place = re.escape(describe_place(context.clean.url))
    with pytest.raises(HistoryError, match=rf"^{place}: went back to revision 1"):
        check_histories(context)


def test_the_list_of_another_site_is_refused_before_all_else(context: Context) -> None:
    known(context, revision=2)
    site = with_changes(context.settings.only_site, name="other")
    other = with_changes(context, settings=with_changes(context.settings, sites=(site,)))
    claim_for_site(context.clean, "other")
    claim_for_site(context.clean, "main")  # too late

    with pytest.raises(SettingsError, match=r"^HEADWAY_SITE: says 'main', and .* of site 'other'"):
        check_histories(context)
    with pytest.raises(HistoryError):
        check_histories(other)


def test_a_list_whose_first_site_left_is_still_that_of_a_site_that_has_fed_it(
    context: Context,
) -> None:
    publish(context, "One")
    claim_for_site(context.clean, "gone")
    sites = (SiteSettings(name="new"), SiteSettings(name="main"))
    both = with_changes(context, settings=with_changes(context.settings, sites=sites))
    context.site_store.ensure_record()
    refusal = r"^HEADWAY_SITE: says 'new', and .* of site 'gone'"

    mark = known(context)
    with pytest.raises(SettingsError, match=refusal):
        check_histories(both)
    with open_writer(context.state) as connection:
        connection.execute(update(state.site).values(generation="g1"))
    told = check_histories(both)
    with open_writer(context.state) as connection:
        connection.execute(state.last_publication.delete())

    assert told == mark
    with pytest.raises(SettingsError, match=refusal):
        check_histories(both)


def test_a_publication_is_remembered_and_whose_it_is(context: Context) -> None:
    first = publish(context, "One")
    with noted_points() as passed:
        note_publication(context, None)
    mark = read_last_publication(context.state)
    claimed = read_history_end(context.clean).site
    publish(context, "Two")
    note_publication(context, mark)

    assert (first.site, claimed, mark) == (None, "main", mark_of(first))
    assert passed == ["publish.noted"]
    last = read_last_publication(context.state)
    assert last == mark_of(read_history_end(context.clean))
    assert last is not None
    assert (last.revision, last.change_seq) == (2, 2)


def test_nothing_is_remembered_anew_that_is_known(context: Context) -> None:
    publish(context, "One")
    mark = known(context)
    remember_publication(context.state, replace(mark, hash="e" * 64))

    note_publication(context, mark)

    noted = read_last_publication(context.state)
    assert noted is not None
    assert noted.hash == "e" * 64


def keep_translation(context: Context) -> None:
    context.site_store.ensure_record()
    with open_writer(context.state) as connection:
        connection.execute(update(state.site).values(cached_translation={"kept": True}))


@pytest.mark.parametrize("is_restored", [False, True])
def test_a_list_that_went_back_begins_an_epoch_above_all_that_was_handed_out(
    context: Context, is_restored: bool
) -> None:
    before = publish(context, "One")
    known(context, revision=4, change_seq=40)
    keep_translation(context)

    done = recover_history(context, restored=is_restored)

    end = read_history_end(context.clean)
    assert done.difference is not None
    assert done.difference.startswith("went back to revision 1")
    assert end.epoch != before.epoch
    assert (done.epoch, done.revision, done.change_seq) == (end.epoch, 1, 40)
    assert recoveries(context) == [(published_at(context), 4)]
    assert context.site_store.read_cached_translation() is None
    assert check_histories(context) == mark_of(end)


def test_a_list_that_both_know_to_be_one_stays_as_it_is(context: Context) -> None:
    before = publish(context, "One")
    known(context)
    keep_translation(context)

    done = recover_history(context)

    assert done.difference is None
    assert read_history_end(context.clean) == before
    assert (done.epoch, done.revision, done.change_seq) == (before.epoch, 1, 1)
    assert recoveries(context) == []
    assert context.site_store.read_cached_translation() is not None


def test_where_nothing_was_published_there_is_nothing_to_restore(context: Context) -> None:
    before = read_history_end(context.clean)

    assert recover_history(context, restored=True).difference is None
    assert read_history_end(context.clean) == before


@pytest.mark.parametrize("is_remembered", [True, False])
def test_where_a_person_says_that_both_were_restored_they_agree_and_an_epoch_begins(
    context: Context, is_remembered: bool
) -> None:
    before = publish(context, "One", "Two")
    if is_remembered:
        known(context)

    done = recover_history(context, restored=True)

    assert done.difference == "was restored as of revision 2 or before, as you say"
    assert done.epoch != before.epoch
    assert recoveries(context) == [(published_at(context), 2)]


@pytest.mark.parametrize(
    ("remembered", "is_restored", "lost"), [(1, False, 1), (1, True, 2), (2, False, 2)]
)
def test_a_list_with_another_past_holds_for_none_of_what_readers_saw(
    context: Context, remembered: int, is_restored: bool, lost: int
) -> None:
    publish(context, "One", "Two")
    known(context, revision=remembered, change_seq=remembered, hash="f" * 64)

    done = recover_history(context, restored=is_restored)

    ((since, lost_revision),) = recoveries(context)
    assert done.change_seq == 2
    assert lost_revision == lost
    assert since == (published_at(context) if is_restored else None)


def test_a_list_of_another_epoch_holds_until_its_own_last_publication(context: Context) -> None:
    publish(context, "One", "Two")
    known(context, epoch="e", revision=1, change_seq=1)

    recover_history(context)

    assert recoveries(context) == [(published_at(context), 1)]


def test_no_epoch_begins_while_a_run_goes_on(context: Context) -> None:
    known(context, revision=2)
    before = read_history_end(context.clean)
    take_lease(context.clean, "other:1", TTL)

    with pytest.raises(LeaseHeldError, match="other:1"):
        recover_history(context, restored=True)

    assert read_history_end(context.clean) == before


def test_no_epoch_is_begun_by_who_was_overtaken(context: Context) -> None:
    old = take_lease(context.clean, "me", timedelta(seconds=-1)).token
    take_lease(context.clean, "other", TTL)
    before = read_history_end(context.clean)

    with pytest.raises(LeaseHeldError, match=r"^lease: another worker took over"):
        begin_epoch(context.clean, old, 7)

    assert read_history_end(context.clean) == before
    assert recoveries(context) == []


def test_an_epoch_is_noted_of_the_lists_freshness_and_readers_have_it(context: Context) -> None:
    publish(context, "One")
    token = take_lease(context.clean, "me", TTL).token

    with noted_points() as passed:
        epoch = begin_epoch(context.clean, token)

    log = clean.freshness_log.c
    with open_reader(context.clean) as connection:
        epochs = connection.execute(select(log.epoch).order_by(log.number.desc())).scalars().all()
    assert epochs[0] == epoch != epochs[1]
    assert read_history_end(context.clean).change_seq == 1
    named = ["recover.committing", "recover.committed"]
    assert passed[:2] == named
    is_file = context.clean.dialect.name == "sqlite"
    assert ("readers.written" in passed) is is_file
    assert recoveries(context) == [(None, 0)]
