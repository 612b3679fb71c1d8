from datetime import UTC, datetime

from sync.cli.pages.run.jobs import format_jobs
from sync.dispatch.jobs.standing import Jobs, JobStanding

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def test_jobs_are_counted_and_the_first_that_ended_badly_are_named() -> None:
    standing = {
        "a": JobStanding(
            list="a", waiting=1, put_off=NOW, exit_code=75, what="jira: is down\nWait"
        ),
        "b": JobStanding(list="b", waiting=1),
        "c": JobStanding(list="c", running=1, exit_code=0),
    }
    many = {str(n): JobStanding(list=str(n), exit_code=77, what="no") for n in range(7)}

    assert [*format_jobs(Jobs(standing, 2))] == [
        "jobs        1 waiting, 1 running, 1 put off, 0 stalled; 2 workers",
        "            a ended with 75: jira: is down",
    ]
    assert [*format_jobs(Jobs(many, 1))][-1] == "            and 2 more"
