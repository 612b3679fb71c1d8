"""Whether there are workers for the list, and what they lack of what it needs."""

from collections.abc import Iterator

from models.errors import DatabaseError, Problem, SettingsError
from sync.dispatch.extra import check_scale_installed
from sync.doctor.checks import Check, note, ok, wrong
from sync.doctor.context import DoctorContext
from translators.plurals import count_noun

URL = "HEADWAY_WORKERS_URL"


def look_at_workers(context: DoctorContext) -> Iterator[Check]:
    """The jobs of this list, where a database of jobs is set."""
    settings = context.settings
    if settings.workers_url is None:
        yield ok("workers", f"no {URL} is set: headway serve runs the list itself")
        return
    check_scale_installed(URL)
    from sync.dispatch.jobs.standing import read_jobs  # noqa: PLC0415 - the engine is an extra

    jobs = read_jobs(settings.workers_url)
    if jobs.fault:
        yield wrong(DatabaseError, Problem(URL, jobs.fault.strip()))
        return
    if jobs.workers:
        yield ok("workers", f"{count_noun(jobs.workers, 'worker')} heard of lately")
    else:
        yield note("workers", "none was heard of lately", "Start one: headway work.")
    for work, standing in jobs.find_lacking(settings.list_name).items():
        what = f"no worker has what {work or 'the list'} needs: {standing.what}"
        remedy = "Set it for one worker at least; the job waits, and is done within a minute then."
        yield wrong(SettingsError, Problem("workers", what, remedy))
