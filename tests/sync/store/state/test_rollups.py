from datetime import UTC, date, datetime
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from models.rollup import ALL, Group, Odd, Teams, Work
from sync.store.db.engines import writing
from sync.store.state.rollups import read_groups, read_teams, settle, touch, touched
from sync.store.state.site import SiteBook

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
sums = st.integers(-(2**62), 2**62)
counts = st.integers(0, 2**31 - 1)
works = st.builds(
    Work,
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
    Teams,
    st.dictionaries(names, st.dictionaries(st.dates(), counts, max_size=2), max_size=2),
    st.dictionaries(names, st.dictionaries(names, counts, max_size=2), max_size=2),
)
groups = st.builds(
    Group,
    project=st.none() | names,
    work=works | st.just(Work()),
    teams=teams,
    odd=st.dictionaries(names, st.builds(Odd, names, counts), max_size=2),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    found=st.dictionaries(
        st.integers(-(2**45), 2**53).filter(lambda number: number != ALL), groups, max_size=4
    )
)
def test_groups_come_back_as_they_went_in(state_engine: Engine, found: dict[int, Group]) -> None:
    SiteBook(state_engine, "main").record()
    with writing(state_engine) as connection:
        settle(connection, "main", {}, found, None)

    seen, of_teams = read_groups(state_engine, "main"), read_teams(state_engine, "main", [*found])

    assert {number: (group.work, group.odd) for number, group in seen.items()} == {
        number: (group.work, group.odd) for number, group in found.items()
    }
    assert of_teams == {number: group.teams for number, group in found.items()}


def test_some_groups_stand_instead_of_some_and_nothing_is_touched_then(
    state_engine: Engine,
) -> None:
    SiteBook(state_engine, "main").record()
    everything = Teams({"PAY": {date(2026, 1, 1): 3}}, {"PAY": {"PAY": 3}})
    groups = {number: Group(work=Work(entries=number)) for number in (1, 2, 3)}
    with writing(state_engine) as connection:
        settle(connection, "main", {"by": 1}, groups | {ALL: Group(teams=everything)}, None)
        touch(connection, "main", [(70, 2), (71, None)])
        touch(connection, "elsewhere", [(72, 5)])
    assert touched(state_engine, "main").issues == {70, 71}
    assert touched(state_engine, "main").groups == {2}

    people = {"PAY": (5, Fraction(5, 2))}
    with writing(state_engine) as connection:
        redone = {2: Group(work=Work(entries=9, people=people))}
        settle(connection, "main", {"by": 2}, redone, {2, 3})

    seen = read_groups(state_engine, "main")
    assert {number: group.work.entries for number, group in seen.items()} == {1: 1, 2: 9}
    assert seen[2].work.people == people
    assert read_teams(state_engine, "main", [ALL]) == {ALL: everything}
    assert not touched(state_engine, "main").issues
    assert touched(state_engine, "elsewhere").issues == {72}
