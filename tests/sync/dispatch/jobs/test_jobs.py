from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from structlog.testing import capture_logs

from models.errors import LeaseHeldError
from models.tables import jobs
from sync.dispatch.jobs.database import open_jobs
from sync.dispatch.jobs.engine import (
    LONGEST_WAIT,
    PASS_ON,
    PASS_ON_SLOWLY,
    PASSES,
    build_job,
    defer_jobs,
    find_next_pass,
    find_next_try,
)
from sync.dispatch.jobs.memory import MB, MemoryRoom
from sync.dispatch.jobs.standing import count_workers, read_jobs, read_standing
from sync.dispatch.work import DueList, Outcome, Work
from sync.store.db.addresses import parse_url
from sync.store.db.engines import open_reader
from tests.sync.dispatch.jobs.working import (
    GOOD,
    Doing,
    a_clock,
    a_worker,
    age_workers,
    count,
    let_next_look,
    lists,
    statuses,
    wait_for,
)

NOW = datetime(2026, 11, 29, tzinfo=UTC)
DOING = "UPDATE procrastinate_jobs SET status = 'doing', scheduled_at = NULL"


def told(log: list[Any], event: str) -> int:
    return sum(each["event"] == event for each in log)


def test_work_is_handed_out_done_and_noted(jobs_engine: Engine, jobs_address: str) -> None:
    do = Doing()
    with a_clock(jobs_engine) as clock, a_worker(jobs_address, do):
        clock.start(lists("one", "two"))
        assert clock.look().busy <= {"one", "two"}
        wait_for(lambda: count(jobs_engine, "succeeded") == 2)

        looked = clock.look()
        standing = read_standing(jobs_engine)

    assert do.done == {"one": 1, "two": 1}
    assert (set(looked.began), set(looked.busy)) == ({"one", "two"}, set())
    assert standing["one"].exit_code == 0
    assert standing["one"].waiting == standing["one"].running == standing["one"].stalled == 0


def test_jobs_hold_names_and_nothing_else(jobs_engine: Engine) -> None:
    with a_clock(jobs_engine) as clock, open_jobs(jobs_engine) as connection:
        clock.start(lists("one"))
    with open_jobs(jobs_engine) as connection:
        (given,) = connection.execute(select(jobs.job.c.args)).scalars()

    assert given == {"list": "one", "site": "", "kind": "run", "version": "1"}


def test_what_may_succeed_later_comes_back_and_what_may_not_is_told_once(
    jobs_engine: Engine, jobs_address: str
) -> None:
    do = Doing({"later": [Outcome(75, "jira: is down")], "never": [Outcome(77, "who are you")]})
    with a_clock(jobs_engine) as clock, a_worker(jobs_address, do):
        clock.start(lists("later", "never"))
        wait_for(lambda: count(jobs_engine, "failed") == 1)
        wait_for(lambda: read_standing(jobs_engine)["later"].put_off)
        standing = read_standing(jobs_engine)

        assert set(clock.look().busy) == {"later"}

    assert statuses(jobs_engine) == [("later", "todo", 1), ("never", "failed", 1)]
    later = standing["later"].put_off
    assert later is not None
    assert later > datetime.now(UTC)
    assert (standing["never"].exit_code, standing["never"].what) == (77, "who are you")
    assert standing["never"].failing_since is not None


def test_waits_double_up_to_an_hour() -> None:
    waits = [find_next_try(attempts, NOW) - NOW for attempts in (0, 1, 2, 9, 99)]

    assert waits == [
        timedelta(seconds=10),
        timedelta(seconds=20),
        timedelta(seconds=40),
        LONGEST_WAIT,
        LONGEST_WAIT,
    ]


def test_it_fails_since_its_first_failure_in_a_row_until_it_is_good(
    jobs_engine: Engine, jobs_address: str
) -> None:
    do = Doing({"one": [Outcome(77), Outcome(77), GOOD]})
    seen = []
    with a_clock(jobs_engine) as clock, a_worker(jobs_address, do):
        for ended in range(1, 4):
            clock.start(lists("one"))
            wait_for(lambda: not clock.look().busy and do.done["one"] == ended)  # noqa: B023
            seen.append(read_standing(jobs_engine)["one"].failing_since)

    assert seen[0] == seen[1] is not None
    assert seen[2] is None


def test_a_worker_of_another_version_puts_a_job_back_for_the_right_one(
    jobs_engine: Engine, jobs_address: str
) -> None:
    wrong, right = Doing(), Doing()
    with (
        a_clock(jobs_engine) as clock,
        capture_logs() as log,
        a_worker(jobs_address, wrong, version="0"),
    ):
        clock.start(lists("one"))
        wait_for(lambda: told(log, "work.other-version"))
        assert statuses(jobs_engine) == [("one", "todo", 0)]
        with a_worker(jobs_address, right):
            wait_for(lambda: count(jobs_engine, "succeeded"))

    assert (wrong.done, right.done["one"]) == ({}, 1)
    assert told(log, "work.other-version") == 1


LACKS = Outcome(2, "sites.yaml:4: `jira_token` names T, which is not set", is_lacking=True)


def test_a_worker_without_a_secret_puts_a_job_back_for_one_that_has_it(
    jobs_engine: Engine, jobs_address: str
) -> None:
    without, with_it = Doing({"one": [LACKS] * 9}), Doing()
    with a_clock(jobs_engine) as clock, capture_logs() as log:
        with a_worker(jobs_address, without):
            clock.start(lists("one", "two"))
            wait_for(lambda: told(log, "work.lacks") and without.done["two"])
            wait_for(lambda: statuses(jobs_engine)[0] == ("one", "todo", 0))
            wait_for(lambda: clock.look().busy == {"one"})
            standing = read_standing(jobs_engine)["one"]
            let_next_look(jobs_engine)
            wait_for(lambda: without.done["one"] == 2)
        let_next_look(jobs_engine)
        with a_worker(jobs_address, with_it):
            wait_for(lambda: count(jobs_engine, "succeeded") == 2)

    assert (standing.exit_code, standing.is_lacking) == (None, False)
    assert with_it.done == {"one": 1}
    assert told(log, "work.lacks") == 1


def test_what_no_worker_has_is_said_of_the_list_and_waits_on(
    jobs_engine: Engine, jobs_address: str
) -> None:
    do = Doing({"one": [LACKS] * PASSES})
    with a_clock(jobs_engine) as clock, a_worker(jobs_address, do):
        clock.start(lists("one"))
        for passes in range(1, PASSES + 1):
            wait_for(lambda: do.done["one"] == passes and count(jobs_engine, "todo"))  # noqa: B023
            jobs_then = read_jobs(parse_url(jobs_address, "test"))
            assert bool(jobs_then.find_lacking("one")) == (passes == PASSES)
            if passes < PASSES:
                let_next_look(jobs_engine)
        standing = jobs_then.standing["one"]
        let_next_look(jobs_engine)
        wait_for(lambda: count(jobs_engine, "succeeded"))
        after = read_standing(jobs_engine)["one"]

    assert (standing.exit_code, standing.what) == (2, LACKS.what)
    assert standing.failing_since is not None
    assert (after.exit_code, after.failing_since, after.is_lacking) == (0, None, False)


def let_all_lack(engine: Engine) -> None:
    """Let so many workers have lacked what the jobs need that nobody seems to have it."""
    passes = f"UPDATE procrastinate_jobs SET args = jsonb_set(args, '{{passes}}', '{PASSES}')"
    with open_jobs(engine) as connection:
        connection.execute(text(passes))


def test_what_was_tried_and_is_put_off_is_lacking_no_more(
    jobs_engine: Engine, jobs_address: str
) -> None:
    do = Doing({"one": [Outcome(75, "does not answer")]})
    with a_clock(jobs_engine) as clock:
        clock.start(lists("one"))
        let_all_lack(jobs_engine)
        before = read_standing(jobs_engine)["one"]
        with a_worker(jobs_address, do):
            wait_for(lambda: statuses(jobs_engine) == [("one", "todo", 1)])
    put_off = read_standing(jobs_engine)["one"]

    assert before.is_lacking
    assert (put_off.exit_code, put_off.is_lacking) == (75, False)


def test_what_a_worker_that_is_gone_was_at_is_lacking_no_more(
    jobs_engine: Engine, jobs_address: str
) -> None:
    do = Doing(held={"one"})
    with a_clock(jobs_engine) as clock:
        clock.start(lists("one"))
        let_all_lack(jobs_engine)
        with a_worker(jobs_address, do):
            wait_for(lambda: do.running["one"])
            age_workers(jobs_engine)
            swept = clock.sweep(NOW)
            waiting = read_standing(jobs_engine)["one"]

    assert swept == ["one"]
    assert (waiting.waiting, waiting.is_lacking) == (1, False)


def test_a_worker_without_a_secret_looks_soon_again_and_then_more_slowly() -> None:
    assert find_next_pass(0, NOW) - NOW == find_next_pass(PASSES - 1, NOW) - NOW == PASS_ON
    assert find_next_pass(PASSES, NOW) - NOW == PASS_ON_SLOWLY
    assert timedelta(minutes=3) > PASS_ON * PASSES, "nobody waits long for the word"


def test_a_clock_takes_over_what_waits_since_an_older_version(
    jobs_engine: Engine, jobs_address: str
) -> None:
    do = Doing()
    with a_clock(jobs_engine, version="0") as older:
        older.start(lists("one"))
    with a_clock(jobs_engine) as clock, a_worker(jobs_address, do):
        clock.prepare()
        wait_for(lambda: count(jobs_engine, "succeeded"))

    assert do.done["one"] == 1


def test_a_silent_workers_job_is_another_ones_to_end(
    jobs_engine: Engine, jobs_address: str
) -> None:
    frozen, other = Doing(held={"one"}), Doing()
    with a_clock(jobs_engine) as clock, capture_logs() as log:
        clock.start(lists("one"))
        with a_worker(jobs_address, frozen):
            wait_for(lambda: frozen.running["one"])
            assert clock.sweep(NOW) == []
            age_workers(jobs_engine)
            assert read_standing(jobs_engine)["one"].stalled == 1
            assert clock.sweep(NOW) == ["one"]
            other.held.add("one")
            with a_worker(jobs_address, other):
                wait_for(lambda: other.running["one"])
                frozen.held.clear()
                wait_for(lambda: told(log, "work.taken-over"))
                assert count(jobs_engine, "doing") == 1
                other.held.clear()
                wait_for(lambda: count(jobs_engine, "succeeded"))

    assert statuses(jobs_engine) == [("one", "succeeded", 2)]


def test_a_job_that_workers_die_of_again_and_again_is_put_off(jobs_engine: Engine) -> None:
    with a_clock(jobs_engine) as clock:
        clock.start(lists("one"))
        for _ in range(3):
            with open_jobs(jobs_engine) as connection:
                connection.execute(text(DOING))
            clock.sweep(datetime.now(UTC))
        assert statuses(jobs_engine) == [("one", "todo", 3)]
        assert read_standing(jobs_engine)["one"].put_off is not None


def test_first_loads_leave_half_of_the_slots_to_what_is_quick(
    jobs_engine: Engine, jobs_address: str
) -> None:
    do = Doing()
    big = lists("big-1", "big-2", "big-3")
    with a_clock(jobs_engine) as clock, a_worker(jobs_address, do, slots=2):
        clock.start(lists("quick"))
        wait_for(lambda: count(jobs_engine, "succeeded") == 1)
        do.held = {each.list for each in big}
        clock.start(big)
        wait_for(lambda: do.running.total() == 1)
        clock.start(lists("quick"))
        wait_for(lambda: count(jobs_engine, "succeeded") == 2)

        assert (do.running.total(), count(jobs_engine, "doing")) == (1, 1)
        do.held = set()
        wait_for(lambda: count(jobs_engine, "succeeded") == 5)


def test_two_jobs_of_one_list_never_run_at_once(jobs_engine: Engine, jobs_address: str) -> None:
    do = Doing()
    with a_clock(jobs_engine) as clock, a_worker(jobs_address, do, slots=3):
        clock.start(lists("one"))
        with open_jobs(jobs_engine) as connection:
            defer_jobs(connection, [build_job(Work(list="one"), "1", is_first=False)])
        wait_for(lambda: count(jobs_engine, "succeeded") == 2)

    assert do.most == 1


def test_what_waits_already_is_not_handed_out_again(jobs_engine: Engine) -> None:
    with a_clock(jobs_engine) as clock:
        clock.start(lists("one"))
        clock.start(lists("one", "two"))

    assert [name for name, _, _ in statuses(jobs_engine)] == ["one", "two"]


def test_where_memory_is_short_one_job_runs_at_a_time(
    jobs_engine: Engine, jobs_address: str
) -> None:
    do = Doing()
    room = MemoryRoom(100 * MB, measure=lambda: 90 * MB)
    with a_clock(jobs_engine) as clock, a_worker(jobs_address, do, slots=3, room=room):
        clock.start(lists(*"abcd"))
        wait_for(lambda: count(jobs_engine, "succeeded") == 4)

    assert do.most == 1


def test_a_worker_that_is_told_to_stop_gives_its_jobs_back(
    jobs_engine: Engine, jobs_address: str
) -> None:
    do = Doing(held={"one"})
    with a_clock(jobs_engine) as clock:
        clock.start(lists("one"))
        with a_worker(jobs_address, do):
            wait_for(lambda: do.running["one"])
            assert count_workers(jobs_engine) == 1

        assert count_workers(jobs_engine) == 0
        assert statuses(jobs_engine) == [("one", "todo", 1)]
        with a_worker(jobs_address, again := Doing()):
            wait_for(lambda: count(jobs_engine, "succeeded"))

    assert again.done["one"] == 1


def test_a_clock_that_was_overtaken_hands_out_nothing(jobs_engine: Engine) -> None:
    with a_clock(jobs_engine) as clock:
        with open_jobs(jobs_engine) as connection:
            connection.execute(jobs.head.update().values(fence=jobs.head.c.fence + 1))
        for use in (lambda: clock.start(lists("one")), lambda: clock.sweep(NOW), clock.prepare):
            with pytest.raises(LeaseHeldError, match="another clock"):
                use()

    assert statuses(jobs_engine) == []


def test_two_clocks_never_lead_at_once(jobs_engine: Engine) -> None:
    with a_clock(jobs_engine), pytest.raises(LeaseHeldError), a_clock(jobs_engine):
        pass


SHARED = [DueList(list="acme", sites=("east", "west"))]


def kinds(engine: Engine) -> list[str]:
    """What was handed out, in order."""
    read = select(jobs.job.c.args["kind"].astext).order_by(jobs.job.c.id)
    with open_reader(engine) as connection:
        return [*connection.execute(read).scalars()]


def test_a_list_of_several_sites_is_translated_once_all_of_them_were_read(
    jobs_engine: Engine, jobs_address: str
) -> None:
    do = Doing(held={"acme/west"})
    with a_clock(jobs_engine) as clock, a_worker(jobs_address, do, slots=4):
        clock.start(SHARED)
        wait_for(lambda: do.done["acme/east"] and do.running["acme/west"])
        assert clock.publish_pulled() == []

        do.held.clear()
        wait_for(lambda: not clock.look().busy)
        assert clock.publish_pulled() == ["acme"]
        wait_for(lambda: not clock.look().busy)
        assert clock.publish_pulled() == []

    assert kinds(jobs_engine) == ["pull", "pull", "translate"]
    assert do.done == {"acme/east": 1, "acme/west": 1, "acme": 1}
    assert read_standing(jobs_engine).keys() == {"acme", "acme/east", "acme/west"}


def test_a_site_that_fails_holds_its_list_back_no_longer_than_it_takes_to_fail(
    jobs_engine: Engine, jobs_address: str
) -> None:
    do = Doing({"acme/west": [Outcome(75, "jira: is down")]})
    with a_clock(jobs_engine) as clock, a_worker(jobs_address, do, slots=4):
        clock.start(SHARED)
        wait_for(lambda: not clock.look().busy)
        assert clock.publish_pulled() == ["acme"]
        wait_for(lambda: not clock.look().busy)

        clock.start(SHARED)
        wait_for(lambda: do.done["acme/east"] == 2)

    assert do.done["acme/west"] == 1
    assert kinds(jobs_engine) == ["pull", "pull", "translate", "pull"]


def test_a_site_that_no_worker_has_the_secret_of_keeps_no_other_site_waiting(
    jobs_engine: Engine, jobs_address: str
) -> None:
    do = Doing({"acme/west": [LACKS]})
    with a_clock(jobs_engine) as clock, a_worker(jobs_address, do, slots=4):
        clock.start(SHARED)
        wait_for(lambda: not clock.look().busy)

        assert clock.publish_pulled() == ["acme"]
