"""How the jobs of clock and workers stand, below the sites."""

from collections.abc import Iterator, Mapping

from sync.dispatch.jobs.standing import JobStanding
from translators.plain_text import show_plainly
from translators.plurals import count_noun

MOST_SHOWN = 5


def format_jobs(standing: Mapping[str, JobStanding], workers: int) -> Iterator[str]:
    """One line for all, and one for each of the first whose last end was a bad one."""
    put_off = sum(each.put_off is not None for each in standing.values())
    counts = {
        "waiting": sum(each.waiting for each in standing.values()) - put_off,
        "running": sum(each.running for each in standing.values()),
        "put off": put_off,
        "stalled": sum(each.stalled for each in standing.values()),
    }
    shown = ", ".join(f"{number} {what}" for what, number in counts.items())
    yield f"jobs        {shown}; {count_noun(workers, 'worker')}"
    failing = [(name, each) for name, each in standing.items() if each.exit_code]
    for name, each in failing[:MOST_SHOWN]:
        line = show_plainly(each.what.partition("\n")[0])
        yield f"            {name} ended with {each.exit_code}: {line}"
    if len(failing) > MOST_SHOWN:
        yield f"            and {len(failing) - MOST_SHOWN} more"
