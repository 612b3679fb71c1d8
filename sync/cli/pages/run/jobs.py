"""How the jobs of clock and workers stand, below the sites."""

from collections.abc import Iterator

from sync.dispatch.jobs.standing import Jobs
from translators.plain_text import show_plainly
from translators.plurals import count_noun

MOST_SHOWN = 5


def format_jobs(jobs: Jobs) -> Iterator[str]:
    """One line for all, and one for each of the first whose last end was a bad one."""
    shown = ", ".join(f"{number} {what}" for what, number in jobs.count_states().items())
    yield f"jobs        {shown}; {count_noun(jobs.workers, 'worker')}"
    failing = [(name, each) for name, each in jobs.standing.items() if each.exit_code]
    for name, each in failing[:MOST_SHOWN]:
        line = show_plainly(each.what.partition("\n")[0])
        yield f"            {name} ended with {each.exit_code}: {line}"
    if len(failing) > MOST_SHOWN:
        yield f"            and {len(failing) - MOST_SHOWN} more"
