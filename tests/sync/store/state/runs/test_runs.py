from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, insert, select

from models.finding import Finding
from models.tables import state
from sync.store.db.engines import open_reader, open_writer
from sync.store.state.runs import runs
from sync.store.state.runs.totals import RunCost, read_run_totals

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
DONE = runs.Ending(outcome="unchanged", exit_code=0, findings=[Finding("c", "w", "w")])


def record_old_runs(engine: Engine, site: str, number: int) -> None:
    """So many runs of long ago, each of which noticed something."""
    with open_writer(engine) as connection:
        for index in range(number):
            run_id = f"{site}-{index:04}"
            started_at = LONG_AGO + timedelta(hours=index)
            values = {"run_id": run_id, "site": site, "started_at": started_at}
            connection.execute(insert(state.run).values(**values, outcome="unchanged"))
            noticed = {"run_id": run_id, "position": 0, "code": "c", "where": "w", "what": "w"}
            connection.execute(insert(state.finding).values(**noticed))


def ids(engine: Engine, table: str) -> set[str]:
    with open_reader(engine) as connection:
        return set(connection.execute(select(state.metadata.tables[table].c.run_id)).scalars())


def test_a_run_that_was_killed_is_ended_as_stopped_by_the_next(state_engine: Engine) -> None:
    killed, _ = runs.start_run(state_engine, "main")

    runs.start_run(state_engine, "main")

    found = {run.run_id: run for run in runs.read_last_runs(state_engine, "main")}[killed]
    assert (found.outcome, found.exit_code) == ("stopped", 75)
    assert "was killed" in str(found.message)
    assert found.finished_at is not None


def test_a_run_of_another_site_goes_on(state_engine: Engine) -> None:
    runs.start_run(state_engine, "other")

    runs.start_run(state_engine, "main")

    assert [run.outcome for run in runs.read_last_runs(state_engine, "other")] == ["running"]


def test_only_the_newest_runs_of_a_site_are_kept(state_engine: Engine) -> None:
    record_old_runs(state_engine, "main", runs.RUNS_KEPT + 2)
    record_old_runs(state_engine, "other", 1)
    run_id, _ = runs.start_run(state_engine, "main")

    runs.finish_run(state_engine, run_id, DONE)

    kept = ids(state_engine, "run")
    assert len(kept) == runs.RUNS_KEPT + 1
    assert {run_id, "other-0000", "main-0003"} <= kept
    assert "main-0002" not in kept
    assert ids(state_engine, "finding") == kept


def test_runs_are_added_up_by_how_they_ended_and_those_that_were_killed_too(
    state_engine: Engine,
) -> None:
    cost = RunCost(seconds={"read": 1.5, "publish": 0.25}, requests=9, retries=2, paused=0.5)
    for _ in range(2):
        run_id, _ = runs.start_run(state_engine, "main")
        runs.finish_run(state_engine, run_id, runs.Ending(outcome="failed", exit_code=75), cost)
    runs.start_run(state_engine, "main")  # and killed
    runs.start_run(state_engine, "main")
    runs.start_run(state_engine, "other")

    failed, stopped = read_run_totals(state_engine, "main")
    assert (failed.outcome, failed.exit_code, failed.runs) == ("failed", 75, 2)
    assert (failed.milliseconds, failed.paused_milliseconds) == (3500, 1000)
    assert (failed.requests, failed.retries) == (18, 4)
    assert (stopped.outcome, stopped.runs, stopped.requests) == ("stopped", 1, 0)
    assert read_run_totals(state_engine, "other") == []


def test_what_is_forgotten_stays_in_the_sum(state_engine: Engine) -> None:
    record_old_runs(state_engine, "main", runs.RUNS_KEPT)
    for _ in range(3):
        run_id, _ = runs.start_run(state_engine, "main")
        runs.finish_run(state_engine, run_id, DONE)

    (total,) = read_run_totals(state_engine, "main")
    assert total.runs == 3
    assert len(ids(state_engine, "run")) == runs.RUNS_KEPT
