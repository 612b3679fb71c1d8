from datetime import UTC, date, datetime
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from models.rollup import ALL, Anomaly, EffortTotals, EpicRollup, TeamThroughput
from sync.store.db.engines import open_writer
from sync.store.state.rollups import (
    clear_changed_issues,
    delete_rollups,
    insert_rollups,
    mark_changed,
    read_before,
    read_changed_issues,
    read_rollups,
    read_throughput,
    replace_rollups,
)
from tests.builders import an_issue

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
sums = st.integers(-(2**62), 2**62)
counts = st.integers(0, 2**31 - 1)
works = st.builds(
    EffortTotals,
    finished=counts,
    released=counts,
    newest=st.none() | st.just(datetime(2026, 11, 2, 3, 4, 5, 6789, tzinfo=UTC)),
    entries=st.integers(1, 2**31 - 1),
    credit=sums,
    hidden=sums,
    rated=sums,
    by_count=sums,
    known=sums,
    long=sums,
    people=st.dictionaries(names, st.tuples(counts, st.fractions(0, 99)), max_size=2),
)
teams = st.builds(
    TeamThroughput,
    st.dictionaries(names, st.dictionaries(st.dates(), counts, max_size=2), max_size=2),
    st.dictionaries(names, st.dictionaries(names, counts, max_size=2), max_size=2),
)
groups = st.builds(
    EpicRollup,
    project=st.none() | names,
    work=works | st.just(EffortTotals()),
    teams=teams,
    anomalies=st.dictionaries(names, st.builds(Anomaly, names, counts), max_size=2),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    found=st.dictionaries(
        st.integers(-(2**45), 2**53).filter(lambda number: number != ALL), groups, max_size=4
    )
)
def test_groups_come_back_as_they_went_in(
    state_engine: Engine, found: dict[int, EpicRollup]
) -> None:
    with open_writer(state_engine) as connection:
        delete_rollups(connection, "main")
        insert_rollups(connection, "main", found)

    seen, of_teams = (
        read_rollups(state_engine, "main"),
        read_throughput(state_engine, "main", [*found]),
    )

    assert {number: (group.work, group.anomalies) for number, group in seen.items()} == {
        number: (group.work, group.anomalies) for number, group in found.items()
    }
    assert of_teams == {number: group.teams for number, group in found.items()}


def test_some_rollups_stand_in_the_place_of_some(state_engine: Engine) -> None:
    everything = TeamThroughput({"PAY": {date(2026, 1, 1): 3}}, {"PAY": {"PAY": 3}})
    rollups = {number: EpicRollup(work=EffortTotals(entries=number)) for number in (1, 2, 3)}
    with open_writer(state_engine) as connection:
        insert_rollups(connection, "main", rollups | {ALL: EpicRollup(teams=everything)})

    people = {"PAY": (5, Fraction(5, 2))}
    redone = {2: EpicRollup(work=EffortTotals(entries=9, people=people))}
    with open_writer(state_engine) as connection:
        replace_rollups(connection, "main", {2, 3}, redone)

    seen = read_rollups(state_engine, "main")
    assert {number: rollup.work.entries for number, rollup in seen.items()} == {1: 1, 2: 9}
    assert seen[2].work.people == people
    assert read_throughput(state_engine, "main", [ALL]) == {ALL: everything}


def test_an_edited_issue_is_remembered_as_it_was_at_first(state_engine: Engine) -> None:
    first, second = an_issue(id=70, summary="One"), an_issue(id=70, summary="Two")
    with open_writer(state_engine) as connection:
        mark_changed(connection, "main", [(70, 2, first)])
        mark_changed(connection, "main", [(70, 2, second), (71, None, None), (72, 4, first)])
        mark_changed(connection, "main", [(72, 5, None)])
        mark_changed(connection, "elsewhere", [(73, 5, None)])

    noted = read_changed_issues(state_engine, "main")
    before = read_before(state_engine, "main", [70, 71, 72, 73])
    with open_writer(state_engine) as connection:
        clear_changed_issues(connection, "main")

    assert before == {70: first}
    assert noted == [(70, 2), (70, 2), (71, None), (72, 4), (72, 5)]
    assert read_changed_issues(state_engine, "main") == []
    assert read_changed_issues(state_engine, "elsewhere") == [(73, 5)]
